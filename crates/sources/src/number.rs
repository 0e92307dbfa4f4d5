//! Writes numbers in their shortest exact form: whole ones without `.0`, all others so that they
//! read back as the very same number.

use std::fmt::Write;

/// Whole numbers are exact in a binary double up to here, 2^53.
pub(crate) const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

/// Below this, powers of ten are shorter than leading zeros.
const SMALL: f64 = 1e-7;

/// From here on, powers of ten are shorter than trailing zeros.
const LARGE: f64 = 1e17;

/// Adds `value` to `text`.
pub(crate) fn write(text: &mut String, value: f64) {
    let size = value.abs();
    let plain = value == 0.0 || (SMALL..LARGE).contains(&size) || !value.is_finite();
    // Writing to a string cannot fail.
    let _ = if value.fract() == 0.0 && size < EXACT_BELOW {
        write!(text, "{}", value as i64)
    } else if plain {
        write!(text, "{value}")
    } else {
        write!(text, "{value:e}")
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_short_and_exact() {
        let cases: [(f64, &str); 8] = [
            (120_304_101_234.0, "120304101234"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (12.5, "12.5"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
            (-3.0, "-3"),
        ];
        for (value, expected) in cases {
            let mut text = String::new();
            super::write(&mut text, value);
            assert_eq!(text, expected);
            assert_eq!(text.parse::<f64>(), Ok(value), "{text} reads back");
        }
    }
}

//! Writes numbers in their shortest exact form: whole ones without `.0`, all others so that they
//! read back as the very same number.

use std::fmt::Write;

/// Whole numbers are exact in a binary double up to here, 2^53.
pub(crate) const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

/// Below this, powers of ten are shorter than leading zeros.
const SMALL: f64 = 1e-7;

/// From here on, powers of ten are shorter than trailing zeros.
const LARGE: f64 = 1e17;

/// Below this a number of hundredths is exact, and no shorter text reads back as the same number.
const HUNDREDTHS_BELOW: f64 = 1e12;

/// Adds `value` to `text`.
pub(crate) fn write(text: &mut String, value: f64) {
    let size = value.abs();
    // Nearly all numbers of schools are these: counts, marks and amounts of money. The general way takes several times
    // as long, and a workbook may have millions.
    let hundredths = (size * 100.0).round();
    if size < HUNDREDTHS_BELOW && hundredths / 100.0 == size {
        return write_hundredths(text, value < 0.0, hundredths as u64);
    }
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

fn write_hundredths(text: &mut String, is_negative: bool, hundredths: u64) {
    if is_negative {
        text.push('-');
    }
    let (whole, rest) = (hundredths / 100, (hundredths % 100) as u8);
    write_whole(text, whole);
    if rest > 0 {
        text.push('.');
        text.push(char::from(b'0' + rest / 10));
    }
    if rest % 10 > 0 {
        text.push(char::from(b'0' + rest % 10));
    }
}

fn write_whole(text: &mut String, number: u64) {
    if number >= 10 {
        write_whole(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_quick_way_says_what_the_general_one_says() {
        let quick = |value: f64| {
            let mut text = String::new();
            super::write(&mut text, value);
            text
        };
        let mut dice = crate::tests::Dice(77);
        for _ in 0..200_000 {
            let hundredths = (dice.next() >> dice.below(64)) as i64;
            for value in [hundredths as f64 / 100.0, hundredths as f64 / 1000.0, hundredths as f64 * 0.01] {
                if (1e-7..1e15).contains(&value.abs()) {
                    assert_eq!(quick(value), value.to_string(), "{value:e}");
                }
            }
        }
    }

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

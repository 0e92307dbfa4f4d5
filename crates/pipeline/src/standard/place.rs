//! Countries, states and postcodes: their standard form and how they are read.

use crate::country::my;

/// Whether `value` is the name of a country in its standard form: the usual short one, else that of ISO 3166.
#[must_use]
pub fn is_country(value: &str) -> bool {
    country(value) == Some(value)
}

/// The country that `written` names, in its standard form; `None` where it names none.
#[must_use]
pub fn country(written: &str) -> Option<&'static str> {
    let lower = written.to_lowercase();
    let usual = my::COUNTRIES.iter().find(|(known, name)| *known == lower || name.to_lowercase() == lower);
    let iso = || rust_iso3166::ALL.iter().map(|country| country.name).find(|name| name.to_lowercase() == lower);
    usual.map(|(_, name)| *name).or_else(iso)
}

/// Whether `value` is one of the sixteen names of a state.
#[must_use]
pub fn is_state(value: &str) -> bool {
    my::STATES.contains(&value)
}

/// The state that `written` means, or `None` where it is none or more than one.
#[must_use]
pub fn state(written: &str) -> Option<&'static str> {
    let folded = fold(written);
    let standard = my::STATES.into_iter().find(|state| fold(state) == folded);
    standard.or_else(|| my::STATE_SPELLINGS.iter().find(|(spelling, _)| *spelling == folded).map(|(_, state)| *state))
}

/// Letters and digits only, lower case.
fn fold(text: &str) -> String {
    text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether `value` is five digits in the range of postcodes.
#[must_use]
pub fn is_postcode(value: &str) -> bool {
    number(value).is_some_and(|code| my::POSTCODE_RANGE.contains(&code))
}

/// The state a standard postcode lies in, or `None` for a prefix in no state.
#[must_use]
pub fn state_of_postcode(value: &str) -> Option<&'static str> {
    let code = number(value)?;
    if let Some((_, state)) = my::POSTCODE_EXCEPTIONS.iter().find(|(exception, _)| *exception == code) {
        return Some(state);
    }
    let prefix = code / 1000;
    my::POSTCODE_PREFIXES.iter().find(|(from, to, _)| (*from..=*to).contains(&prefix)).map(|(_, _, state)| *state)
}

/// The number written with exactly five digits.
fn number(value: &str) -> Option<u32> {
    let digits = value.len() == 5 && value.bytes().all(|byte| byte.is_ascii_digit());
    if digits { value.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_leads_to_a_state_and_is_folded() {
        for (spelling, state) in my::STATE_SPELLINGS {
            assert!(is_state(state), "{spelling} leads nowhere: {state}");
            assert_eq!(fold(spelling), *spelling, "a spelling must be written folded");
        }
        for (_, _, state) in my::POSTCODE_PREFIXES {
            assert!(is_state(state), "{state} is no state");
        }
    }

    #[test]
    fn states_are_read_in_their_usual_spellings() {
        for (written, meant) in [
            ("N. Sembilan", "Negeri Sembilan"),
            ("n9", "Negeri Sembilan"),
            ("P.Pinang", "Pulau Pinang"),
            ("WP Kuala Lumpur", "W.P. Kuala Lumpur"),
            ("W.P KL", "W.P. Kuala Lumpur"),
            ("JOHOR", "Johor"),
            ("Malacca", "Melaka"),
        ] {
            assert_eq!(state(written), Some(meant), "{written}");
        }
        assert_eq!(state("Wilayah Persekutuan"), None, "three territories share that name");
        assert_eq!(state("Riau"), None, "not in Malaysia");
    }

    #[test]
    fn postcodes_know_their_state() {
        for (code, state) in [
            ("14290", Some("Kedah")),
            ("14300", Some("Pulau Pinang")),
            ("39000", Some("Pahang")),
            ("87000", Some("W.P. Labuan")),
            ("99999", None),
            ("4300", None),
        ] {
            assert_eq!(state_of_postcode(code), state, "{code}");
        }
        assert!(is_postcode("01000") && !is_postcode("00999") && !is_postcode("98860"));
    }
}

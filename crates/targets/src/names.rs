//! How a full name becomes the portal's first and last name.
//!
//! The full name is the legal string and stays as it is; the two parts only serve sorting and
//! greeting. They join to the full name again, so nothing is lost or invented.

/// Words that stand between a given name and the father's, lower case.
const PARTICLES: [&str; 14] =
    ["bin", "binti", "bt", "bt.", "bte", "bte.", "b.", "bnt", "ibn", "a/l", "a/p", "s/o", "d/o", "anak"];

/// Splits `full_name` before the word that leads to the father's name: `Ali bin Abu` gives `Ali` and
/// `bin Abu`. A name without such a word stays whole as first name: whether `Tan Mei Ling` begins with
/// the family or the given name is not for a program to guess.
#[must_use]
pub fn split_name(full_name: &str) -> (&str, Option<&str>) {
    let trimmed = full_name.trim();
    let particle = trimmed.split_whitespace().skip(1).find(|word| PARTICLES.contains(&word.to_lowercase().as_str()));
    let Some(particle) = particle else { return (trimmed, None) };
    let at = particle.as_ptr() as usize - trimmed.as_ptr() as usize;
    (trimmed[..at].trim_end(), Some(&trimmed[at..]))
}

#[cfg(test)]
mod tests {
    use super::split_name;

    #[test]
    fn a_name_is_split_before_the_fathers_and_otherwise_left_whole() {
        for (full, first, last) in [
            ("NUR AISYAH BINTI AHMAD", "NUR AISYAH", Some("BINTI AHMAD")),
            ("Siva A/L Kumar", "Siva", Some("A/L Kumar")),
            (" Ali  bin  Abu ", "Ali", Some("bin  Abu")),
            ("Tan Mei Ling", "Tan Mei Ling", None),
            ("Bin Laden", "Bin Laden", None),
            ("", "", None),
        ] {
            assert_eq!(split_name(full), (first, last), "{full:?}");
        }
    }
}

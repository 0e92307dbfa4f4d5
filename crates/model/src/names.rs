//! A full name in two parts, and the particles that part it.
//!
//! The full name is the legal string and stays as it is; the two parts only serve sorting and greeting, in the portal
//! and in accounts. They join to the full name again, so nothing is lost or invented.

/// Particles between a name and the father's name, upper case: the particle, and whose child it says.
pub const PARTICLES: &[(&str, Child)] = &[
    ("BIN", Child::Son),
    ("BIN.", Child::Son),
    ("B.", Child::Son),
    ("B", Child::Son),
    ("IBNI", Child::Son),
    ("BINTI", Child::Daughter),
    ("BINTI.", Child::Daughter),
    ("BINTE", Child::Daughter),
    ("BTE", Child::Daughter),
    ("BTE.", Child::Daughter),
    ("BTI", Child::Daughter),
    ("BT", Child::Daughter),
    ("BT.", Child::Daughter),
    ("BNT", Child::Daughter),
    ("A/L", Child::Son),
    ("S/O", Child::Son),
    ("A\\L", Child::Son),
    ("A.L", Child::Son),
    ("A/P", Child::Daughter),
    ("A\\P", Child::Daughter),
    ("A.P", Child::Daughter),
    ("D/O", Child::Daughter),
    ("ANAK", Child::Either),
    ("AK", Child::Either),
    ("AK.", Child::Either),
];

/// Whose child a particle says a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// A boy.
    Son,
    /// A girl.
    Daughter,
    /// Either: *anak*.
    Either,
}

/// The first particle of `name` with something of more than one letter before it and something after it.
fn particle(name: &str) -> Option<&str> {
    let mut before = "";
    let mut words = name.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let known = PARTICLES.iter().any(|(particle, _)| particle.eq_ignore_ascii_case(word));
        if known && before.len() > 1 && words.peek().is_some() {
            return Some(word);
        }
        before = word.trim_matches('.');
    }
    None
}

/// Splits `full_name` before the word that leads to the father's name: `Ali bin Abu` gives `Ali` and `bin Abu`. A name
/// without such a word stays whole as first name: whether `Tan Mei Ling` begins with the family or the given name is
/// not for a program to guess.
#[must_use]
pub fn split(full_name: &str) -> (&str, Option<&str>) {
    let trimmed = full_name.trim();
    let Some(particle) = particle(trimmed) else { return (trimmed, None) };
    let at = particle.as_ptr() as usize - trimmed.as_ptr() as usize;
    match (trimmed.get(..at), trimmed.get(at..)) {
        (Some(first), Some(last)) => (first.trim_end(), Some(last)),
        _ => (trimmed, None),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_name_is_split_before_the_fathers_and_otherwise_left_whole() {
        for (full, first, last) in [
            ("NUR AISYAH BINTI AHMAD", "NUR AISYAH", Some("BINTI AHMAD")),
            ("NUR AISYAH BT. ALI", "NUR AISYAH", Some("BT. ALI")),
            ("Siva A/L Kumar", "Siva", Some("A/L Kumar")),
            ("PRIYA ANAK PEREMPUAN RAJAN", "PRIYA", Some("ANAK PEREMPUAN RAJAN")),
            (" Ali  bin  Abu ", "Ali", Some("bin  Abu")),
            ("ALI BIN ABU BIN BAKAR", "ALI", Some("BIN ABU BIN BAKAR")),
            ("Tan Mei Ling", "Tan Mei Ling", None),
            ("Bin Laden", "Bin Laden", None),
            ("B KUMAR", "B KUMAR", None),
            ("AHMAD BIN", "AHMAD BIN", None),
            ("GURPREET SINGH", "GURPREET SINGH", None),
            ("عبدالسلام", "عبدالسلام", None),
            ("", "", None),
        ] {
            assert_eq!(split(full), (first, last), "{full:?}");
        }
    }
}

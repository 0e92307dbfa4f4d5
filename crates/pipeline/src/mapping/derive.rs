//! Values that follow from other values by a documented table.

use model::CodeList;

/// The standard value that `written` means in `list`, as [`CodeList::meaning`] but without allocating:
/// the mapper asks it for every row.
#[must_use]
pub fn code_meaning(list: &CodeList, written: &str) -> Option<&'static str> {
    let written = written.trim().trim_end_matches('.');
    let known = |(standard, words): &&(&'static str, &'static [&'static str])| {
        standard.eq_ignore_ascii_case(written) || words.iter().any(|word| word.eq_ignore_ascii_case(written))
    };
    list.values.iter().find(known).map(|(standard, _)| *standard)
}

/// The status of a pupil's place in a class that follows from the pupil's own status; `None` for an unknown one.
///
/// | pupil | place |
/// |---|---|
/// | active, on_leave | active |
/// | graduated | completed |
/// | withdrawn, expelled | withdrawn |
/// | transferred | transferred |
#[must_use]
pub fn enrollment_status(student_status: &str) -> Option<&'static str> {
    match student_status {
        "active" | "on_leave" => Some("active"),
        "graduated" => Some("completed"),
        "withdrawn" | "expelled" => Some("withdrawn"),
        "transferred" => Some("transferred"),
        _ => None,
    }
}

/// A class code from its name: upper case without spaces, with the grade before it where the name lacks it.
///
/// "Amanah" of "Tahun 5" becomes `5AMANAH`, and so does "5 Amanah". A grade without a number stays out.
#[must_use]
pub fn class_code(name: &str, grade: &str) -> String {
    let code: String = name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    let level: String = grade.chars().filter(char::is_ascii_digit).collect();
    let has_grade = code.chars().any(|c| c.is_ascii_digit());
    if has_grade || code.is_empty() { code } else { level + &code }
}

/// The code of the academic year that `text` names: "2026", "AY2026", "2025/2026" and "Sesi 2026" are `AY2026`.
///
/// Of two years the later one counts, because a session is named after the year in which it ends; `None` where
/// there is no year from 1990 to 2099 or where two years do not follow one another.
#[must_use]
pub fn year_code(text: &str) -> Option<String> {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let mut years: Vec<u16> = Vec::new();
    for run in runs {
        let year = match (run.len(), years.last()) {
            (4, _) => run.parse().ok()?,
            (2, Some(first)) => first / 100 * 100 + run.parse::<u16>().ok()?,
            _ => return None,
        };
        years.push(year);
    }
    let in_range = |year: &u16| (1990..=2099).contains(year);
    match years.as_slice() {
        [year] if in_range(year) => Some(format!("AY{year}")),
        [first, last] if in_range(last) && *last == first + 1 => Some(format!("AY{last}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entities::{GENDER, STUDENT_STATUS};

    #[test]
    fn years_are_read_from_what_schools_write() {
        for (text, code) in [
            ("2026", Some("AY2026")),
            ("AY2026", Some("AY2026")),
            ("2025/2026", Some("AY2026")),
            ("2025/26", Some("AY2026")),
            ("Sesi 2026", Some("AY2026")),
            ("Tahun 5", None),
            ("2024/2026", None),
            ("12/04/2015", None),
            ("1026", None),
            ("", None),
        ] {
            assert_eq!(year_code(text).as_deref(), code, "{text}");
        }
    }

    #[test]
    fn class_codes_carry_the_grade_once() {
        for (name, grade, code) in [
            ("5 Amanah", "Tahun 5", "5AMANAH"),
            ("Amanah", "Tahun 5", "5AMANAH"),
            ("Amanah", "", "AMANAH"),
            ("Halaqah Abu Bakar", "Peralihan", "HALAQAHABUBAKAR"),
            ("", "Tahun 5", ""),
        ] {
            assert_eq!(class_code(name, grade), code, "{name} of {grade}");
        }
    }

    #[test]
    fn every_status_of_a_pupil_says_what_becomes_of_the_place() {
        for (status, _) in STUDENT_STATUS.values {
            let place = enrollment_status(status).unwrap_or("");
            assert!(model::entities::ENROLLMENT_STATUS.has(place), "{status} gives {place:?}");
        }
        assert_eq!(enrollment_status("aktif"), None, "only standard values are known");
        assert_eq!(code_meaning(&GENDER, " P. "), GENDER.meaning(" P. "), "the same answer as the model's");
    }
}

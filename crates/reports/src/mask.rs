//! Identity numbers, hidden but for the last four digits: `860101-10-1234` becomes `******-**-1234`.
//!
//! A report is printed, copied and carried about, so none prints a whole identity number
//! (Personal Data Protection Act 2010). Names stay whole: they are needed to find the pupil.

use crate::input::{
    CheckPart, ChosenPart, Detail, DiffRow, ProfileReport, PushReport, ReconciliationReport, RejectRow, RollbackReport,
    ValidationReport,
};

/// How an identity number is shown, whatever was between its parts.
const MASKED: &str = "******-**-";
/// Digits of an identity number: birth date, place of birth, serial number.
const DIGITS: usize = 12;
/// After so many digits a separator may stand.
const PARTS: [usize; 2] = [6, 8];
/// Words in a column's header that say that it holds identity or passport numbers.
const IDENTITY_WORDS: [&str; 10] =
    ["kp", "ic", "nric", "mykid", "mykad", "passport", "pasport", "identity", "pengenalan", "national"];

/// `text` with every run of twelve digits, also in the form `860101-10-1234`, masked.
pub(crate) fn identity_numbers(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let after_digit = at > 0 && digit(letters[at - 1]).is_some();
        match (!after_digit).then(|| identity_number(&letters[at..])).flatten() {
            Some((length, last_four)) => {
                shown.push_str(MASKED);
                shown.push_str(&last_four);
                at += length;
            }
            None => {
                shown.push(letters[at]);
                at += 1;
            }
        }
    }
    shown
}

/// Length and last four digits of the identity number that `letters` begin with.
fn identity_number(letters: &[char]) -> Option<(usize, String)> {
    let mut digits = String::new();
    let mut length = 0;
    while digits.len() < DIGITS {
        let letter = *letters.get(length)?;
        match digit(letter) {
            Some(digit) => digits.push(digit),
            None if is_separator(letter) && PARTS.contains(&digits.len()) && digit_at(letters, length + 1) => {}
            None => return None,
        }
        length += 1;
    }
    let ends = !digit_at(letters, length);
    ends.then(|| (length, digits.split_off(DIGITS - 4)))
}

fn digit_at(letters: &[char], at: usize) -> bool {
    letters.get(at).is_some_and(|letter| digit(*letter).is_some())
}

fn is_separator(letter: char) -> bool {
    matches!(letter, '-' | ' ' | '\u{A0}' | '–' | '\u{2010}' | '\u{2011}' | '/' | '.')
}

/// The ASCII digit for a Latin, Arabic-Indic or full-width one.
fn digit(letter: char) -> Option<char> {
    let value = match letter {
        '0'..='9' => return Some(letter),
        '\u{660}'..='\u{669}' => u32::from(letter) - 0x660,
        '\u{6F0}'..='\u{6F9}' => u32::from(letter) - 0x6F0,
        '\u{FF10}'..='\u{FF19}' => u32::from(letter) - 0xFF10,
        _ => return None,
    };
    char::from_digit(value, 10)
}

/// The value of a column: in one that holds identity numbers, a mistyped number is hidden too.
fn value(column: &str, value: &str) -> String {
    let masked = identity_numbers(value);
    let named = column
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| IDENTITY_WORDS.iter().any(|identity| word.eq_ignore_ascii_case(identity)));
    let digits = masked.chars().filter(|letter| digit(*letter).is_some()).count();
    if !named || digits < 8 {
        return masked;
    }
    let mut before_last = digits - 4;
    let hide = |letter: char| {
        if digit(letter).is_none() || before_last == 0 {
            return letter;
        }
        before_last -= 1;
        '*'
    };
    masked.chars().map(hide).collect()
}

/// The report without a whole identity number.
pub(crate) fn validation(report: &ValidationReport) -> ValidationReport {
    let mut masked = report.clone();
    let checks = masked.sections.iter_mut().flat_map(|section| section.checks.iter_mut());
    checks.for_each(check);
    masked.waivers.iter_mut().for_each(hide);
    masked.chosen.iter_mut().for_each(chosen);
    masked
}

fn chosen(part: &mut ChosenPart) {
    hide(&mut part.what);
    hide(&mut part.reason);
}

fn check(check: &mut CheckPart) {
    hide(&mut check.measured);
    if let Some(waiver) = &mut check.waived {
        hide(&mut waiver.reason);
    }
    check.details.iter_mut().for_each(detail);
}

fn detail(detail: &mut Detail) {
    detail.message = named_in(&detail.message, &detail.value, &detail.column);
    detail.value = value(&detail.column, &detail.value);
}

/// A message that quotes the value hides it the same way.
fn named_in(message: &str, quoted: &str, column: &str) -> String {
    let hidden = value(column, quoted);
    let message = if hidden == quoted { message.to_owned() } else { message.replace(quoted, &hidden) };
    identity_numbers(&message)
}

/// The report without a whole identity number.
pub(crate) fn reconciliation(report: &ReconciliationReport) -> ReconciliationReport {
    let mut masked = report.clone();
    masked.rejects.iter_mut().for_each(|RejectRow { reason, .. }| hide(reason));
    masked.differences.iter_mut().chain(&mut masked.kept).for_each(difference);
    masked.chosen.iter_mut().for_each(chosen);
    masked
}

/// The report without a whole identity number. Its shapes are no numbers, though `999999-99-9999` looks like one.
pub(crate) fn profile(report: &ProfileReport) -> ProfileReport {
    let mut masked = report.clone();
    for line in &mut masked.lines {
        hide(&mut line.dated_by);
        line.keys.iter_mut().for_each(hide);
    }
    for table in &mut masked.tables {
        for (column, said) in table.profile.columns.iter_mut().zip(&mut table.columns) {
            hide(&mut column.name);
            hide(&mut said.name);
            column.values.iter_mut().flatten().for_each(|(value, _)| hide(value));
        }
    }
    masked
}

/// The report without a whole identity number.
pub(crate) fn push(report: &PushReport) -> PushReport {
    let mut masked = report.clone();
    masked.rejects.iter_mut().for_each(|reject| hide(&mut reject.reason));
    masked.left_out.iter_mut().for_each(|left| hide(&mut left.waiver.reason));
    masked
}

/// The report without a whole identity number.
pub(crate) fn rollback(report: &RollbackReport) -> RollbackReport {
    let mut masked = report.clone();
    for kept in &mut masked.kept {
        hide(&mut kept.key);
        hide(&mut kept.why);
    }
    masked
}

fn difference(row: &mut DiffRow) {
    hide(&mut row.key);
    row.staged = value(&row.field.replace('_', " "), &row.staged);
    row.portal = value(&row.field.replace('_', " "), &row.portal);
}

fn hide(text: &mut String) {
    *text = identity_numbers(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_keep_the_last_four() {
        for written in ["860101-10-1234", "860101101234", "860101 10 1234", "٨٦٠١٠١١٠١٢٣٤"] {
            assert_eq!(identity_numbers(written), "******-**-1234", "{written} is an identity number");
        }
        assert_eq!(identity_numbers("KP 860101-10-1234, lagi"), "KP ******-**-1234, lagi");
    }

    #[test]
    fn other_numbers_stay() {
        for written in ["2012-03-04", "0123456789", "1234567890123", "12-34-56", "RM 1,234,567", "860101-10-12345"] {
            assert_eq!(identity_numbers(written), written, "{written} is no identity number");
        }
    }

    #[test]
    fn a_mistyped_number_in_an_identity_column_is_hidden_too() {
        assert_eq!(value("No. KP", "86010110123"), "*******0123");
        assert_eq!(value("Telefon", "0123456789"), "0123456789");
        assert_eq!(named_in("\"86010110123\" ada 11 digit", "86010110123", "No KP"), "\"*******0123\" ada 11 digit");
    }
}

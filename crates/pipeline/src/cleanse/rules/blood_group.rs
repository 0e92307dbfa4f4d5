//! Rule `blood-group`: the eight blood groups in the form `A+`, `AB-`.
//!
//! A group without its rhesus factor stays as it is: nobody may guess half of it.

use model::{Cx, Field, Fix, Message, Rule};

use crate::standard;

/// The rule.
pub(super) static RULE: Rule = Rule { code: "blood-group", applies, propose };

fn applies(field: &Field) -> bool {
    field.code == "blood_type"
}

fn propose(_: &Cx<'_>, value: &str) -> Option<Fix> {
    let written = standard::tidy(value).to_uppercase();
    let letters: String = written.chars().filter(|char| !char.is_whitespace() && !"()".contains(*char)).collect();
    let (group, rest, nought) = group(&letters)?;
    let rest = rest.strip_prefix("RH").unwrap_or(rest).trim_start_matches(':');
    let factor = match rest {
        "+" | "+VE" | "POS" | "POSITIF" | "POSITIVE" | "D+" => '+',
        "-" | "−" | "–" | "-VE" | "NEG" | "NEGATIF" | "NEGATIVE" | "D-" => '-',
        _ => return None,
    };
    let after = format!("{group}{factor}");
    let reason = if nought { "fix.blood-group.nought" } else { "fix.blood-group.form" };
    let fix = if nought { Fix::review } else { Fix::safe };
    Some(fix(after, Message::new(reason)))
}

/// The group at the beginning, what follows it, and whether it was written as the number 0.
fn group(letters: &str) -> Option<(&'static str, &str, bool)> {
    let letters = letters.strip_prefix("GROUP").or_else(|| letters.strip_prefix("KUMPULAN")).unwrap_or(letters);
    let known = [("AB", "AB", false), ("A", "A", false), ("B", "B", false), ("O", "O", false), ("0", "O", true)];
    known.into_iter().find_map(|(written, group, nought)| Some((group, letters.strip_prefix(written)?, nought)))
}

//! Rows that only add up the others: they land like all rows, and no record is made of them. "JUMLAH HADIR" is no pupil,
//! and what it adds up is no invoice.

use model::{CellKind, RowRef};

use super::fold::fold;

/// Folded words with which such a row begins.
const BEGINS: &[&str] = &["jumlah", "total", "grand total", "subtotal", "sub total", "peratus", "peratusan", "purata"];
/// Most words of what such a row is called: "Jumlah murid tidak hadir".
const MOST_WORDS: usize = 4;
/// Most digits of a sum; a longer number is somebody's identity number or telephone.
const MOST_DIGITS: usize = 9;

/// Whether a row only adds up others: it says so first, and everything behind that is a sum.
pub(crate) fn adds_up(row: RowRef<'_>) -> bool {
    let mut filled = row.cells().filter(|cell| !cell.text.trim().is_empty());
    let says = filled.next().is_some_and(|first| first.kind == CellKind::Text && is_sum_of(first.text));
    let mut sums = 0;
    says && filled.all(|cell| {
        sums += 1;
        matches!(cell.kind, CellKind::Uncalculated | CellKind::Error) || is_sum(cell.text)
    }) && sums > 0
}

/// "JUMLAH", "Jumlah besar (RM)", "PERATUS KEHADIRAN"; no name of a person.
fn is_sum_of(text: &str) -> bool {
    let begins = text.trim_start().bytes().next().is_some_and(|byte| b"jtgspJTGSP".contains(&byte));
    if !begins {
        return false;
    }
    let folded = fold(text);
    let named = |word: &str| matches!(word, "bin" | "binti" | "bt" | "al" | "ap" | "anak");
    let short = folded.split(' ').count() <= MOST_WORDS && !folded.split(' ').any(named);
    let begins = |word: &str| folded.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    short && BEGINS.iter().any(|word| begins(word))
}

fn is_sum(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let plain = lower.strip_prefix("rm").unwrap_or(&lower).trim();
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    digits <= MOST_DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit() || b".,-% ".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::RowBlock;

    #[test]
    fn what_adds_up_others_is_told_from_people() {
        for (row, wanted) in [
            ("|JUMLAH BESAR||100|100|50|250", true),
            ("JUMLAH:|1,200.50|RM 50", true),
            ("||JUMLAH TIDAK HADIR|0|0|1", true),
            ("|PERATUS|96.5%|100%", true),
            ("Jumlah murid tidak hadir|3|-", true),
            ("Grand Total|12", true),
            ("JUMLAH", false),
            ("1|JUMLAH BESAR|50", false),
            ("TOTAL BIN ALI|50|50", false),
            ("JUMLAH|150304101234|50", false),
            ("JUMLAH|LUNAS|50", false),
            ("TOTO WONG|50", false),
            ("Jumlah yang masih belum dijelaskan oleh bapa|50", false),
            ("ALI BIN ABU|50|50", false),
        ] {
            let mut block = RowBlock::new();
            block.push_text_row(2, row.split('|'));
            assert_eq!(adds_up(block.row(0).expect("a row")), wanted, "{row}");
        }
    }
}

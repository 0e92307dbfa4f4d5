//! Values that a row does not say but that follow from what it says: the sums and status of an invoice, what the cell
//! of a ledger or a sheet of marks means, the juz of a surah. Nothing here is guessed: what does not follow stays as
//! written or blank, and the checks tell.

use model::{Entity, FieldKind, PartMapping, RowRef, shape::OPENING};

use super::derive::code_meaning;
use super::ledger;
use super::mapper::{ColumnSource, PartPlan, is_filled, looked_up};
use crate::quran;
use crate::standard::number;

/// What of a record is calculated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// Nothing.
    Nothing,
    /// The attendance that a mark means.
    Mark,
    /// Score or grade, as the cell is a number or letters.
    Score,
    /// Everything about the month of a ledger that a cell stands for.
    Month,
    /// The sums and the status that an invoice lacks.
    Sums,
    /// The share of a juz in a surah: which of its stretches, from 0.
    Stretch(u16),
}

impl Made {
    pub(crate) fn is_nothing(self) -> bool {
        self == Self::Nothing
    }

    pub(crate) fn of(entity: &Entity, part: &PartMapping, columns: &[ColumnSource]) -> Self {
        let sourced = |field: &str| {
            entity.position(field).and_then(|at| columns.get(at)).is_some_and(|source| *source != ColumnSource::None)
        };
        match (entity.code, part.cell.is_some()) {
            ("attendance", true) => Self::Mark,
            ("grades" | "islamic_studies_grades", true) => Self::Score,
            ("invoices" | "invoice_items" | "payments" | "payment_allocations", true) => Self::Month,
            ("invoices", false) => Self::Sums,
            ("hafiz_progress", false) if sourced("surah_number") && !sourced("juz_number") => {
                Self::Stretch(part.part.saturating_sub(1))
            }
            _ => Self::Nothing,
        }
    }
}

impl Made {
    /// Whether [`values`] may give this field.
    pub(crate) fn may_give(self, field: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Mark => field == "status",
            Self::Score => matches!(field, "score" | "grade_letter" | "remarks"),
            Self::Month => !matches!(field, "student" | "academic_year" | "class" | "invoice" | "payment"),
            Self::Sums => matches!(
                field,
                "subtotal"
                    | "discount_amount"
                    | "tax_amount"
                    | "total_amount"
                    | "paid_amount"
                    | "balance_due"
                    | "status"
            ),
            Self::Stretch(_) => {
                matches!(field, "surah_number" | "juz_number" | "total_verses" | "verses_memorized" | "status")
            }
        }
    }

    /// Whether a field without a source gets its value by calculation, where the row says enough.
    pub(crate) fn gives(self, plan: &PartPlan, field: &str) -> bool {
        let sourced = |field: &str| {
            let at = plan.entity.position(field).and_then(|at| plan.columns.get(at));
            at.is_some_and(|source| *source != ColumnSource::None)
        };
        match self {
            Self::Nothing | Self::Mark | Self::Score => false,
            Self::Month => !matches!(field, "student" | "subtotal" | "unit_price" | "currency" | "method"),
            Self::Sums => match field {
                "discount_amount" | "tax_amount" => true,
                "subtotal" | "total_amount" => sourced("subtotal") || sourced("total_amount"),
                "balance_due" | "status" => sourced("paid_amount"),
                "paid_amount" => sourced("balance_due"),
                _ => false,
            },
            Self::Stretch(_) => match field {
                "juz_number" | "total_verses" => true,
                "verses_memorized" | "status" => {
                    sourced("to_verse") || sourced("verses_memorized") || sourced("status")
                }
                _ => false,
            },
        }
    }
}

/// Marks of a register and words of a ledger in the sample that nobody knows: field, mark, how often.
pub(crate) fn unknown_marks(
    mapping: &model::TableMapping,
    sample: &model::RowBlock,
) -> Vec<(model::FieldPath, String, u64)> {
    let Ok(mapper) = super::Mapper::new(mapping) else { return Vec::new() };
    let mut counts: std::collections::BTreeMap<(&str, String), u64> = std::collections::BTreeMap::new();
    for plan in mapper.parts().iter().filter(|plan| matches!(plan.entity.code, "attendance" | "invoices")) {
        for row in sample.rows().filter(|row| !mapper.adds_up(*row)) {
            let text = cell(plan, row);
            let known = match plan.made {
                Made::Mark => {
                    is_nothing(text)
                        || code_meaning(&model::entities::ATTENDANCE_STATUS, chosen(plan, "status", text)).is_some()
                }
                Made::Month => is_opening(plan) || ledger::is_known(plan, text),
                _ => true,
            };
            if !known {
                *counts.entry((plan.entity.code, text.to_owned())).or_default() += 1;
            }
        }
    }
    let path = |entity: &str| model::FieldPath::new(entity, 1, "status");
    counts.into_iter().map(|((entity, mark), count)| (path(entity), mark, count)).collect()
}

/// Whether the record exists; `None` where that is not for this module to say. `value` is the text of a field.
pub(crate) fn exists<'v>(plan: &PartPlan, row: RowRef<'_>, value: &dyn Fn(&str) -> &'v str) -> Option<bool> {
    match plan.made {
        Made::Nothing | Made::Sums => None,
        Made::Mark | Made::Score => Some(!is_nothing(cell(plan, row))),
        Made::Month => Some(ledger::exists(plan, cell(plan, row))),
        Made::Stretch(at) => Some(stretch_exists(at, value)),
    }
}

/// The values that are calculated: position of the field and value.
pub(crate) fn values(plan: &PartPlan, row: RowRef<'_>, values: &[&str]) -> Vec<(usize, String)> {
    let mut made = Filling { plan, values, made: Vec::new() };
    match plan.made {
        Made::Nothing => {}
        Made::Mark => mark(&mut made, cell(plan, row)),
        Made::Score => score(&mut made, cell(plan, row)),
        Made::Month => ledger::fill(&mut made, cell(plan, row)),
        Made::Sums => ledger::sums(&mut made),
        Made::Stretch(at) => stretch(&mut made, at),
    }
    made.made
}

/// The fields of a record that are being calculated.
pub(crate) struct Filling<'a> {
    pub(crate) plan: &'a PartPlan,
    values: &'a [&'a str],
    made: Vec<(usize, String)>,
}

impl Filling<'_> {
    /// The value of a field, calculated or given.
    pub(crate) fn get(&self, field: &str) -> &str {
        let Some(at) = self.plan.entity.position(field) else { return "" };
        let made = self.made.iter().find(|(known, _)| *known == at).map(|(_, value)| value.as_str());
        made.or_else(|| self.values.get(at).copied()).unwrap_or_default().trim()
    }

    /// Whether a column or a person's word gives this field.
    pub(crate) fn is_given(&self, field: &str) -> bool {
        let at = self.plan.entity.position(field).and_then(|at| self.plan.columns.get(at));
        at.is_some_and(|source| *source != ColumnSource::None)
    }

    /// Gives a field its value, whatever the row says.
    pub(crate) fn put(&mut self, field: &str, value: impl Into<String>) {
        if let Some(at) = self.plan.entity.position(field) {
            self.made.retain(|(known, _)| *known != at);
            self.made.push((at, value.into()));
        }
    }

    /// Gives a field its value where nothing else does.
    pub(crate) fn fill(&mut self, field: &str, value: impl Into<String>) {
        if !self.is_given(field) && self.get(field).is_empty() {
            self.put(field, value);
        }
    }

    /// The number in a field, in hundredths, where it is surely that number.
    pub(crate) fn number(&self, field: &str) -> Option<number::Hundredths> {
        let value = self.get(field);
        number::parse(value).or_else(|| sure(value))
    }
}

/// What can only be this number: `RM 1,200.50`, `50`, `50/-`. What is calculated here leaves no step to look at, so
/// all that a rule would ask about stays as written: a minus, a space or a third place that may part thousands, a sum
/// that begins with a point.
pub(crate) fn sure(text: &str) -> Option<number::Hundredths> {
    let lower = crate::standard::outer_trim(text).to_lowercase();
    let plain = lower.strip_prefix("rm").or_else(|| lower.strip_prefix("myr")).unwrap_or(&lower).trim_start();
    let plain = plain.strip_suffix("/-").unwrap_or(plain);
    let places = plain.split_once('.').map_or("", |(_, places)| places);
    let digits = plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'));
    let begins = plain.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    (digits && begins && places.len() <= 2).then(|| number::read(text))?
}

fn cell<'r>(plan: &PartPlan, row: RowRef<'r>) -> &'r str {
    plan.cell.as_ref().map_or("", |cell| row.cell(cell.column as usize).text.trim())
}

/// Blank, or one of the strokes and points that fill a box where nothing is to be said.
pub(crate) fn is_nothing(text: &str) -> bool {
    !is_filled(text) || text.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '_' | ' '))
}

/// What a person chose for the text of a cell, as the lookups of `field` say.
pub(crate) fn chosen<'a>(plan: &'a PartPlan, field: &str, text: &'a str) -> &'a str {
    plan.entity.position(field).map_or(text, |at| looked_up(plan, at, text))
}

/// A mark that the list or a person knows becomes its value; any other stays as written, for the checks to find.
fn mark(made: &mut Filling<'_>, text: &str) {
    let said = chosen(made.plan, "status", text);
    let list = made.plan.entity.field("status").map(|field| field.kind);
    if let Some(FieldKind::Code(list)) = list
        && let Some(meaning) = code_meaning(list, said)
    {
        made.put("status", meaning);
    }
}

/// Words that say that a pupil did not sit the test.
const NOT_SAT: [&str; 6] = ["th", "t/h", "tidak hadir", "absent", "tt", "x"];

/// A number is a score, letters such as B+ are a grade, and "TH" is neither. Anything else stays, as a score that the
/// checks find.
fn score(made: &mut Filling<'_>, text: &str) {
    let letters = text.len() <= 3 && text.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let grade = letters && text.chars().skip(1).all(|c| c.is_ascii_digit() || matches!(c, '+' | '-'));
    match sure(text) {
        Some(hundredths) => made.put("score", number::write(hundredths)),
        None if NOT_SAT.contains(&text.to_lowercase().as_str()) => made.put("remarks", text),
        None if grade => made.put("grade_letter", text),
        None => made.put("score", text),
    }
}

/// The verses that a row of memorisation speaks of.
struct Verses {
    surah: u8,
    /// From and to verse, both included; nothing where the row does not say.
    range: Option<(u16, u16)>,
}

impl Verses {
    /// `None` where the surah is unknown, or more is memorised than it has: then the row stays as it is written.
    fn read<'v>(value: &dyn Fn(&str) -> &'v str) -> Option<Self> {
        let surah = quran::surah(value("surah_number"))?;
        let all = quran::verses(surah)?;
        let number = |field: &str| value(field).trim().parse::<u16>().ok();
        let done = || code_meaning(&model::entities::MEMORIZATION_STATUS, value("status"));
        let range = match (number("from_verse"), number("to_verse"), number("verses_memorized")) {
            (Some(from), Some(to), _) => Some((from, to)),
            (None, Some(to), _) => Some((1, to)),
            (_, None, Some(count)) => Some((1, count)),
            (_, None, None) if !value("verses_memorized").trim().is_empty() => return None,
            _ if matches!(done(), Some("completed" | "certified")) => Some((1, all)),
            _ => None,
        };
        let fits = range.is_none_or(|(from, to)| from >= 1 && to <= all && from <= to.max(1));
        fits.then_some(Self { surah, range })
    }
}

fn stretch_exists<'v>(at: u16, value: &dyn Fn(&str) -> &'v str) -> bool {
    if !is_filled(value("surah_number")) {
        return false;
    }
    let Some(verses) = Verses::read(value) else { return at == 0 };
    let Some(stretch) = quran::stretches(verses.surah).nth(usize::from(at)) else { return false };
    match verses.range {
        Some((from, to)) if to >= from => stretch.within(from, to) > 0,
        _ => at == 0,
    }
}

/// The juz, its verses in the surah, and how many of them are memorised.
fn stretch(made: &mut Filling<'_>, at: u16) {
    let (plan, values) = (made.plan, made.values);
    let value = |field: &str| plan.entity.position(field).and_then(|at| values.get(at)).copied().unwrap_or("");
    let Some(surah) = quran::surah(value("surah_number")) else { return };
    let all = quran::verses(surah).unwrap_or(0);
    made.put("surah_number", surah.to_string());
    let Some(stretch) = quran::stretches(surah).nth(usize::from(at)) else { return };
    made.put("juz_number", stretch.juz.to_string());
    let Some(verses) = Verses::read(&value) else {
        made.fill("total_verses", all.to_string());
        return;
    };
    if !made.is_given("total_verses") || made.get("total_verses") == all.to_string() {
        made.put("total_verses", stretch.verses().to_string());
    }
    let Some((from, to)) = verses.range else { return };
    let memorised = stretch.within(from, to);
    made.put("verses_memorized", memorised.to_string());
    let status = match memorised {
        0 => "not_started",
        part if part < stretch.verses() => "in_progress",
        _ => "completed",
    };
    made.fill("status", status);
}

/// Whether the cell stands for what was owed before the first month.
pub(crate) fn is_opening(plan: &PartPlan) -> bool {
    plan.cell.as_ref().is_some_and(|cell| cell.means == OPENING)
}

/// What the row says was paid too much before the first month, where `plan` is the payment that keeps it.
pub(crate) fn opening_credit(plan: &PartPlan, row: RowRef<'_>) -> Option<number::Hundredths> {
    let keeps = plan.entity.code == "payments" && is_opening(plan);
    keeps.then(|| ledger::credit(cell(plan, row)))?
}

//! One reading of a table: what every column would mean if a row were about a certain entity.
//!
//! A table is read once for each entity; the reading that explains most wins.

use model::{Entity, Field};

use super::declared::{self, Lead};
use super::fold::{Header, Role, fold};
use super::lexicon::{self, Found};
use super::reasons::{is_password, is_sensitive, is_serial};
use super::suggest::TableSample;
use super::values::{ColumnValues, Shape};

/// Score of a plain "Nama" in a database's table that is named after what it holds.
const PLAIN: u8 = 90;

/// The entities that a school's lists are about; all others are about something that these did.
const PEOPLE_AND_CLASSES: [&str; 8] =
    ["academic_years", "users", "students", "guardians", "student_guardians", "teachers", "classes", "enrollments"];

/// Whose record a column belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    /// The only record of its entity in the row.
    One,
    /// Somebody of the family, not yet numbered.
    Kin(Role),
}

/// How a candidate was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Via {
    /// By its header.
    Header,
    /// By its header and by standing behind a guardian's column.
    Position,
    /// By a header that people have mapped this often before.
    Learned(u32),
    /// By the table that the column leads to.
    Declared,
}

/// What a column may mean.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) column: usize,
    pub(crate) entity: &'static Entity,
    pub(crate) owner: Owner,
    pub(crate) field: &'static Field,
    /// How sure, 0 to 100, before the values were asked.
    pub(crate) score: u8,
    pub(crate) via: Via,
}

/// What is known of every column before reading.
#[derive(Debug)]
pub(crate) struct Column<'a> {
    pub(crate) header: &'a str,
    pub(crate) role: Option<Role>,
    pub(crate) values: ColumnValues<'a>,
    /// Nothing to map: a row count, a password, sensitive data.
    pub(crate) left_alone: bool,
    /// Without a header of its own: blank, "Column 3", or a value that slipped into the header row.
    pub(crate) nameless: bool,
    /// Where the database itself says that the column leads.
    pub(crate) lead: Option<&'a Lead>,
    /// Nothing but the number that the database gives each row.
    pub(crate) row_number: bool,
    /// The field of what the table is named after that a plain "Nama" or "Kod" means in a database.
    plain: Option<&'static str>,
    /// For each entity, the field that the header means.
    hits: Vec<(&'static str, Found)>,
}

impl<'a> Column<'a> {
    /// A column with its header as written.
    pub(crate) fn new(header: &'a str, values: ColumnValues<'a>) -> Self {
        let nameless = is_nameless(header);
        let left_alone = !nameless && (is_password(header) || is_serial(header) || is_sensitive(header));
        let hit = |entity: &'static Entity| Some((entity.code, lexicon::find(entity, header)?));
        let hits = model::entities::ALL.into_iter().filter_map(hit).collect();
        let (lead, row_number, plain) = (None, false, None);
        Self { header, role: Header::read(header).role, values, left_alone, nameless, lead, row_number, plain, hits }
    }

    /// The same column with what the database declares of it as column `at` of `table`.
    pub(crate) fn declared(mut self, table: &TableSample<'a>, at: usize) -> Self {
        self.lead = table.leads.iter().find(|lead| lead.column as usize == at && lead.entity.is_some());
        self.row_number = self.lead.is_none() && declared::is_row_number(table, at, &self);
        self.left_alone = (self.left_alone && self.lead.is_none()) || self.row_number;
        self.plain = match fold(self.header).as_str() {
            "nama" | "name" if !table.primary_key.is_empty() => Some("name"),
            "kod" | "code" if !table.primary_key.is_empty() => Some("code"),
            _ => None,
        };
        self
    }

    /// How many entities have a field for the header: those about people and classes, and `main`. What follows from
    /// people repeats their names and numbers, which makes these no less telling.
    fn known(&self, main: &Entity) -> usize {
        let counts = |code: &str| code == main.code || PEOPLE_AND_CLASSES.contains(&code);
        self.hits.iter().filter(|(code, _)| counts(code)).count()
    }

    /// The field of `entity` that the header means.
    fn hit(&self, entity: &Entity) -> Option<Found> {
        self.hits.iter().find(|(code, _)| *code == entity.code).map(|(_, found)| *found)
    }
}

/// Blank, a letter of the spreadsheet, a made-up column name, or something that looks like a value.
fn is_nameless(header: &str) -> bool {
    let text = header.trim().to_lowercase();
    let stem = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '_' | ':' | '.'));
    let numbered = stem.len() < text.len();
    let made_up = matches!(stem, "column" | "lajur" | "col" | "field" | "kolum" | "unnamed" | "f" | "c" | "column_");
    let cell = model::Cell { kind: model::CellKind::Text, text: header.trim() };
    let value = [Shape::Email, Shape::Identity, Shape::Date, Shape::Phone].into_iter().any(|shape| shape.fits(cell));
    text.is_empty() || stem.is_empty() || (text.len() == 1 && text.is_ascii()) || (numbered && made_up) || value
}

/// The candidates of every column if rows are about `main`, and how much that explains.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) main: &'static Entity,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) worth: f32,
}

/// The entities that a row about `main` may fill beside it, for columns that name nobody of the family.
fn beside(main: &'static Entity) -> &'static [&'static str] {
    match main.code {
        "students" => &["students", "classes", "enrollments", "academic_years"],
        "guardians" => &["guardians", "student_guardians"],
        "classes" => &["academic_years", "classes"],
        "enrollments" => &["academic_years", "enrollments"],
        "teachers" => &["teachers"],
        "users" => &["users"],
        "student_guardians" => &["student_guardians"],
        "academic_years" => &["academic_years"],
        "hafiz_progress" => &["hafiz_progress", "quran_programs", "quran_enrollments"],
        "murajaah_sessions" => &["murajaah_sessions", "quran_programs", "quran_enrollments"],
        "payments" => &["payments", "payment_allocations"],
        _ => std::slice::from_ref(&main.code),
    }
}

/// References that a row answers with a record of its own, so no column is bound to them.
fn answered_in_row(main: &Entity, entity: &Entity, field: &Field) -> bool {
    let year = field.code == "academic_year" && matches!(main.code, "students" | "classes" | "enrollments");
    let place = main.code == "students" && entity.code == "enrollments" && matches!(field.code, "student" | "class");
    let guardian = main.code == "guardians" && entity.code == "student_guardians" && field.code == "guardian";
    // A pupil's work in the Quran hangs on the pupil's place in a programme, which the row makes or finds.
    let quran = field.code == "enrollment" || (entity.code == "quran_enrollments" && field.code == "program");
    let work = matches!(main.code, "hafiz_progress" | "murajaah_sessions") && quran;
    let other = matches!(main.code, "hafiz_progress" | "murajaah_sessions") && entity.code != main.code;
    let beside = match entity.code {
        "quran_programs" => !matches!(field.code, "code" | "name" | "program_type"),
        "quran_enrollments" => field.code != "student",
        _ => false,
    };
    let paid = main.code == "payments" && entity.code == "payment_allocations" && field.code != "invoice";
    year || place || guardian || work || (other && beside) || paid
}

/// Reads all columns as a table about `main`.
pub(crate) fn read(main: &'static Entity, columns: &[Column<'_>], table_says: f32) -> Reading {
    let mut candidates = Vec::new();
    let mut near: Option<Role> = None;
    for (at, column) in columns.iter().enumerate() {
        if column.left_alone || column.nameless {
            continue;
        }
        if let Some(to) = column.lead.and_then(|lead| lead.entity) {
            candidates.extend(declared::candidate(main, at, column, to, &candidates));
            near = None;
            continue;
        }
        let found = by_header(main, at, column);
        let placed = near.and_then(|role| by_position(main, at, column, role, &found, &candidates));
        near = match column.role {
            Some(role) if role.is_family() => Some(role),
            _ if placed.is_some() => near,
            _ => None,
        };
        candidates.extend(placed.or(found).or_else(|| plain_name(main, at, column, table_says)));
    }
    let explained = worth(main, &candidates, columns) + table_says;
    let worth = explained * fitness(main, &candidates, columns, table_says);
    Reading { main, candidates, worth }
}

fn by_header(main: &'static Entity, at: usize, column: &Column<'_>) -> Option<Candidate> {
    let family = column.role.is_some_and(Role::is_family);
    if family && matches!(main.code, "students" | "guardians") {
        let owner = Owner::Kin(column.role?);
        let names = ["student_guardians", "guardians"];
        let found = best(names.iter().filter_map(|code| candidate(main, code, at, column, owner)));
        return found.filter(|found| !is_other_end(found));
    }
    best(beside(main).iter().filter_map(|code| candidate(main, code, at, column, Owner::One)))
}

/// "Nama" in a database's table of classes is the name of the class.
fn plain_name(main: &'static Entity, at: usize, column: &Column<'_>, table_says: f32) -> Option<Candidate> {
    let field = main.field(column.plain?).filter(|_| main.person.is_none() && table_says >= 1.0)?;
    Some(Candidate { column: at, entity: main, owner: Owner::One, field, score: PLAIN, via: Via::Header })
}

/// A family column never names the pupil of a link.
fn is_other_end(found: &Candidate) -> bool {
    found.entity.code == "student_guardians" && matches!(found.field.code, "guardian")
}

/// The candidate with the highest score, the first of equals.
fn best(found: impl Iterator<Item = Candidate>) -> Option<Candidate> {
    found.reduce(|best, other| if other.score > best.score { other } else { best })
}

fn candidate(main: &'static Entity, code: &str, at: usize, column: &Column<'_>, owner: Owner) -> Option<Candidate> {
    let entity = model::entities::find(code)?;
    let Found { field, mut score } = column.hit(entity)?;
    let mut field = entity.fields.get(field)?;
    if entity.code == "student_guardians" && main.code == "students" && field.code != "relationship" {
        return None;
    }
    if answered_in_row(main, entity, field) {
        return None;
    }
    if entity.code != main.code && owner == Owner::One {
        score = score.saturating_sub(1);
    }
    let mut entity = entity;
    let years = column.values.filled() > 0 && column.values.looks() == Some(Shape::Year);
    if field.code == "grade_level" && years && matches!(main.code, "students" | "classes" | "enrollments") {
        entity = model::entities::find("academic_years")?;
        field = entity.field("name")?;
    }
    if entity.code == "academic_years" && column.values.filled() > 0 && column.values.support(entity, field) == Some(0)
    {
        return None;
    }
    Some(Candidate { column: at, entity, owner, field, score, via: Via::Header })
}

/// A header that names nobody, right behind a guardian's columns: "Nama Bapa, No. KP, No. Tel, Hubungan".
fn by_position(
    main: &Entity,
    at: usize,
    column: &Column<'_>,
    near: Role,
    found: &Option<Candidate>,
    before: &[Candidate],
) -> Option<Candidate> {
    if main.code != "students" || column.role.is_some() {
        return None;
    }
    let link = model::entities::find("student_guardians")?;
    let guardian = model::entities::find("guardians")?;
    let (entity, hit) = match column.hit(link).filter(|hit| is_relationship(link, hit)) {
        Some(hit) => (link, hit),
        None => (guardian, column.hit(guardian)?),
    };
    let field = entity.fields.get(hit.field)?;
    let same = |other: &&Candidate| found.as_ref().is_some_and(|found| found.field.code == other.field.code);
    let repeated = before.iter().filter(|other| other.entity.code == "students").any(|other| same(&other));
    let personal = matches!(field.code, "phone" | "email" | "occupation" | "relationship");
    if field.code == "full_name" || !(personal || repeated) {
        return None;
    }
    Some(Candidate { column: at, entity, owner: Owner::Kin(near), field, score: 75, via: Via::Position })
}

fn is_relationship(link: &Entity, hit: &Found) -> bool {
    link.fields.get(hit.field).is_some_and(|field| field.code == "relationship")
}

/// What a reading explains: a field that few entities have counts more than one that all have.
fn worth(main: &Entity, candidates: &[Candidate], columns: &[Column<'_>]) -> f32 {
    let mut seen: Vec<(&str, &str, Owner)> = Vec::new();
    let mut sum = 0.0;
    for found in candidates {
        let id = (found.entity.code, found.field.code, found.owner);
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let declared = found.via == Via::Declared;
        let known = columns.get(found.column).filter(|_| !declared).map_or(1, |column| column.known(main));
        sum += f32::from(found.score) / 100.0 * rarity(main, found, known);
    }
    sum
}

/// What one candidate counts, when `known` entities have a field for its header.
fn rarity(main: &Entity, found: &Candidate, known: usize) -> f32 {
    if found.owner != Owner::One && main.code == "students" {
        return 0.5;
    }
    let share = 1.0 / known.max(1) as f32;
    if found.entity.code == main.code { share } else { share.min(0.4) }
}

/// How well the columns serve to identify records of the main entity: 1 where they do.
fn fitness(main: &Entity, candidates: &[Candidate], columns: &[Column<'_>], table_says: f32) -> f32 {
    let has = |code: &str| candidates.iter().any(|found| found.entity.code == main.code && found.field.code == code);
    let any = |codes: &[&str]| codes.iter().any(|code| has(code));
    let own = candidates.iter().filter(|found| found.entity.code == main.code).count();
    let family = columns.iter().any(|column| column.role.is_some_and(Role::is_family));
    let child = names_a_child(columns) || (family && speaks_of_somebody_else(columns));
    match main.code {
        "students" if has("full_name") => 1.0,
        "students" if any(&["national_id", "student_number"]) && (own >= 4 || child) => 0.8,
        "guardians" if has("full_name") && !child => 1.0,
        "teachers" if has("full_name") => 1.0,
        "users" if any(&["email", "username"]) && own >= 2 => 1.0,
        "classes" if any(&["name", "code"]) && !names_a_person(columns) => 1.0,
        "enrollments" if table_says == 0.0 && tells_more(candidates, columns) => 0.1,
        "enrollments" if has("student") && has("class") && !names_a_person(columns) => 1.0,
        "enrollments" if has("student") && has("class") => 0.5,
        "student_guardians" if has("student") && has("guardian") => 1.0,
        "academic_years" if any(&["name", "code"]) && any(&["start_date", "end_date", "is_current"]) => 1.0,
        "enrollments" | "student_guardians" => 0.1,
        code if PEOPLE_AND_CLASSES.contains(&code) => 0.3,
        code if telling(code).iter().all(|any_of| any(any_of)) => 1.0,
        code if any(telling(code).last().copied().unwrap_or_default()) && table_says >= 1.0 => 0.3,
        _ => 0.01,
    }
}

/// What a table must have to be about an entity: of each group one field.
fn telling(entity: &str) -> &'static [&'static [&'static str]] {
    match entity {
        "attendance" => &[&["student"], &["attendance_date"], &["status"]],
        "grades" => &[&["student"], &["subject"], &["score", "grade_letter"]],
        "islamic_studies_grades" => &[&["student"], &["subject"], &["score", "grade_letter"], &["remarks", "term"]],
        "quran_programs" => &[&["code", "name"], &["program_type", "target_juz", "target_surahs", "duration_months"]],
        "quran_enrollments" => &[&["student"], &["program"]],
        "hafiz_progress" => &[&["surah_number"], &["verses_memorized", "to_verse", "status", "completion_date"]],
        "murajaah_sessions" => &[&["session_date"], &["surah_number", "juz_number"], &["quality", "mistakes_count"]],
        "tajweed_assessments" => {
            &[&["student"], &["assessment_date"], &["makhraj_score", "sifat_score", "fluency_score"]]
        }
        "fee_structures" => &[&["code", "name"], &["amount"], &["frequency", "is_mandatory"]],
        "invoices" => &[&["student"], &["invoice_number"], &["total_amount", "subtotal", "balance_due"]],
        "invoice_items" => &[&["invoice"], &["description"], &["amount", "unit_price"]],
        "payments" => &[&["student"], &["amount"], &["receipt_number", "payment_date", "method"]],
        "payment_allocations" => &[&["payment"], &["invoice"], &["amount"]],
        "scholarships" => &[&["code", "name"], &["value"], &["kind"]],
        "student_scholarships" => &[&["student"], &["scholarship"], &["status", "amount", "start_date"]],
        "announcements" => &[&["title"], &["body"], &["published_at", "audience", "expires_at"]],
        "messages" => &[&["body"], &["sent_at"], &["sender", "recipient"]],
        "notifications" => &[&["user"], &["title"], &["kind", "channel"]],
        "pages" => &[&["slug"], &["title"]],
        "media" => &[&["file_name"], &["storage_key"]],
        "dashboard_metrics" => &[&["metric_key"], &["value"]],
        _ => &[],
    }
}

/// Whether a table that leads to pupils and classes has more to tell than that: marks and attendance are no places.
fn tells_more(candidates: &[Candidate], columns: &[Column<'_>]) -> bool {
    let explained = |at: usize| candidates.iter().any(|found| found.column == at);
    let more = |(at, column): (usize, &Column<'_>)| !column.left_alone && !column.nameless && !explained(at);
    candidates.iter().any(|found| found.via == Via::Declared) && columns.iter().enumerate().any(more)
}

/// Whether a column holds the pupils' own names.
fn names_a_child(columns: &[Column<'_>]) -> bool {
    columns.iter().any(|column| column.role == Some(Role::Student) && is_full_name(column))
}

/// Whether, beside the family's own columns, others hold a name, an identity number, a birth date, a gender or a
/// class: then the row is about the child. "Nama" and "Nama Waris" in one row are two people.
fn speaks_of_somebody_else(columns: &[Column<'_>]) -> bool {
    let code = |column: &Column<'_>, entity: &str| {
        let entity = model::entities::find(entity)?;
        column.hit(entity).and_then(|found| entity.fields.get(found.field)).map(|field| field.code)
    };
    let own = ["full_name", "national_id", "birth_certificate", "date_of_birth", "gender"];
    let family_name = columns
        .iter()
        .any(|column| column.role.is_some_and(Role::is_family) && code(column, "guardians") == Some("full_name"));
    family_name
        && columns.iter().filter(|column| column.role.is_none()).any(|column| {
            let child = code(column, "students").is_some_and(|code| own.contains(&code));
            let relation = code(column, "student_guardians") == Some("relationship");
            (child && !relation) || code(column, "classes") == Some("name")
        })
}

/// Whether a column holds the names of the persons that rows are about.
fn names_a_person(columns: &[Column<'_>]) -> bool {
    columns.iter().any(|column| {
        let own = column.role.is_none() || column.role == Some(Role::Student);
        own && is_full_name(column) && column.values.looks().is_none_or(|shape| shape == Shape::Name)
    })
}

fn is_full_name(column: &Column<'_>) -> bool {
    let Some(entity) = model::entities::find("students") else { return false };
    let field = column.hit(entity).and_then(|found| entity.fields.get(found.field));
    field.is_some_and(|field| field.code == "full_name")
}

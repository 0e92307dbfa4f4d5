//! Families, and children whom no guardian stands for.

use model::{Entity, FieldKind, Need, RecordState};
use pipeline::matching::hash;
use pipeline::matching::person::{Fields, phone_key, salt};
use staging::change_log::StepDraft;
use staging::landing::Said;
use staging::matches;
use staging::records::{self, NewRecord, RecordRow};
use staging::{Connection, Permission};

use super::people::values;
use crate::app::App;
use crate::clock;
use crate::command::cleanse::{act, changed_by, recorded, who_and_where};
use crate::command::grid::known_entity;
use crate::command::mapping::code_options;
use crate::dto::{
    ChangeRecorded, FamiliesPage, FamilyView, LikelyView, OrphanSettle, OrphanView, OrphansPage, Page, PersonLine,
};
use crate::error::{Code, Failure};
use crate::say;
use crate::session::Session;

/// Most families or children a page may ask for.
const MOST: u32 = 100;

/// Some families, the largest first.
///
/// # Errors
///
/// Those of the project file.
pub(crate) fn families(session: &Session, asked: &Page) -> Result<FamiliesPage, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let mut found = Vec::new();
    for (family, children) in matches::family_page(conn, u64::from(asked.offset), asked.limit.min(MOST) as usize)? {
        let ties = ties(conn, &children)?;
        found.push(FamilyView {
            family: family as f64,
            children: children.iter().map(|child| line(conn, "students", *child)).collect::<Result<_, _>>()?,
            ties: ties.into_iter().map(|(key, value)| words.say(key, &[("name", &value), ("value", &value)])).collect(),
        });
    }
    Ok(FamiliesPage { total: matches::families(conn)? as f64, families: found })
}

/// A person in a list, with what helps to know them.
pub(super) fn line(conn: &Connection, code: &str, record: i64) -> Result<PersonLine, Failure> {
    let entity = known_entity(code)?;
    let row = records::record(conn, entity, record)?;
    let (who, source) = who_and_where(conn, code, record)?;
    let detail = ["date_of_birth", "phone", "address_line1"].map(|field| row.value(entity, field).to_owned());
    let detail: Vec<String> = detail.into_iter().filter(|value| !value.is_empty()).collect();
    Ok(PersonLine { record: record as f64, who, source, detail: detail.join(" · ") })
}

/// What two children or more of a family have in common: guardians, telephones, addresses.
fn ties(conn: &Connection, children: &[i64]) -> Result<Vec<(&'static str, String)>, Failure> {
    let (students, guardians) = (known_entity("students")?, known_entity("guardians")?);
    let mut seen: Vec<(&'static str, String, i64)> = Vec::new();
    for child in children {
        let row = records::record(conn, students, *child)?;
        contacts(conn, students, &row, *child, &mut seen)?;
        for guardian in matches::linked(conn, "student", *child, "guardian")? {
            let row = records::record(conn, guardians, guardian)?;
            if row.state == RecordState::Active {
                seen.push(("match.tie.guardian", row.value(guardians, "full_name").to_owned(), *child));
                contacts(conn, guardians, &row, *child, &mut seen)?;
            }
        }
    }
    seen.sort();
    seen.dedup();
    let shared = seen.chunk_by(|one, other| (one.0, &one.1) == (other.0, &other.1)).filter(|same| same.len() > 1);
    Ok(shared.filter_map(|same| same.first()).map(|(key, value, _)| (*key, value.clone())).collect())
}

/// The telephone and the address of a record, unless they are nobody's own.
fn contacts(
    conn: &Connection,
    entity: &Entity,
    row: &RecordRow,
    child: i64,
    seen: &mut Vec<(&'static str, String, i64)>,
) -> Result<(), Failure> {
    let Some(fields) = Fields::of(entity) else { return Ok(()) };
    let phone = phone_key(row.value(entity, "phone"));
    let address = fields.address_key(&values(row));
    for (key, salt, value, shown) in [
        ("match.tie.phone", salt::PHONE, phone, row.value(entity, "phone")),
        ("match.tie.address", salt::ADDRESS, address.clone(), address.as_str()),
    ] {
        if !value.is_empty() && !matches::is_filler(conn, hash(salt, &value))? {
            seen.push((key, shown.to_owned(), child));
        }
    }
    Ok(())
}

/// Some children without guardians, each with the guardians who may be theirs.
///
/// # Errors
///
/// Those of the project file.
pub(crate) fn orphans(session: &Session, asked: &Page) -> Result<OrphansPage, Failure> {
    let words = session.words();
    let reader = session.read(Permission::ViewRecords)?;
    let conn = reader.connection();
    let (total, children) = matches::orphans(conn, u64::from(asked.offset), asked.limit.min(MOST) as usize)?;
    let mut found = Vec::new();
    for child in children {
        let mut likely = Vec::new();
        for (guardian, why) in matches::likely(conn, child)? {
            let why: Vec<&str> = why
                .iter()
                .map(|code| LIKELY.iter().find(|(known, _)| known == code))
                .map(|known| known.map_or("", |(_, key)| words.text(key)))
                .collect();
            likely.push(LikelyView { guardian: line(conn, "guardians", guardian)?, why: why.join(", ") });
        }
        found.push(OrphanView { child: line(conn, "students", child)?, likely });
    }
    let relationship = known_entity("student_guardians")?.field("relationship");
    let relationships = relationship.map(|field| code_options(field.kind, &words)).unwrap_or_default();
    Ok(OrphansPage { total: total as f64, orphans: found, relationships })
}

/// Why a guardian is likely, with its sentence.
const LIKELY: [(&str, &str); 4] = [
    ("phone", "match.likely.phone"),
    ("address", "match.likely.address"),
    ("father", "match.likely.father"),
    ("sibling", "match.likely.sibling"),
];

/// Gives children a guardian, one step: the one a person chose, or for each child a placeholder, which is marked as one.
///
/// # Errors
///
/// [`Code::Usage`] where nobody or an unknown relationship was chosen; where the project cannot be written.
pub(crate) fn settle(session: &Session, asked: &OrphanSettle) -> Result<(Option<i64>, u64), Failure> {
    let links = known_entity("student_guardians")?;
    let known = links.field("relationship").is_some_and(|field| match field.kind {
        FieldKind::Code(list) => list.has(&asked.relationship),
        _ => false,
    });
    if asked.students.is_empty() || !known {
        return Err(Failure::refused(Code::Usage, "error.relationship", "error.relationship.hint"));
    }
    let project = session.write(Permission::EditRecords)?;
    let conn = project.connection();
    let words = session.words();
    let (students, mut added) = (known_entity("students")?, Vec::new());
    for child in &asked.students {
        let row = records::record(conn, students, *child as i64)?;
        let mut guardian = asked.guardian as i64;
        if guardian == 0 {
            let name = words.say("placeholder.name", &[("child", row.value(students, "full_name"))]);
            added.push(placeholder(name));
            guardian = -(added.len() as i64);
        }
        added.push(link(row.id, guardian, &asked.relationship));
    }
    let key = if asked.guardian == 0.0 { matches::PLACEHOLDER_STEP } else { "step.guardian" };
    let label = Said { key: key.to_owned(), args: vec![("count".to_owned(), asked.students.len().to_string())] };
    let draft = StepDraft { kind: "add", label: label.clone(), rule: None, act: act(&project) };
    let (_, step) = records::add(conn, &draft, &added, &label)?;
    project.log("matching.guardians", &[("count", &asked.students.len().to_string())], clock::now())?;
    Ok((step, changed_by(&project, step)?))
}

fn placeholder(name: String) -> NewRecord {
    let values = [("full_name", name), ("placeholder", "true".to_owned())];
    NewRecord { entity: "guardians".to_owned(), values: owned(values), links: Vec::new() }
}

fn link(student: i64, guardian: i64, relationship: &str) -> NewRecord {
    let values = [
        ("relationship", relationship.to_owned()),
        ("is_primary", "true".to_owned()),
        ("is_emergency_contact", "false".to_owned()),
    ];
    let links = vec![("student".to_owned(), student), ("guardian".to_owned(), guardian)];
    NewRecord { entity: "student_guardians".to_owned(), values: owned(values), links }
}

fn owned<const N: usize>(values: [(&str, String); N]) -> Vec<(String, String)> {
    values.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// Required fields that a value can be written into.
pub(super) fn required() -> impl Iterator<Item = (&'static Entity, &'static model::Field)> {
    let required =
        |field: &&model::Field| field.need == Need::Required && !matches!(field.kind, FieldKind::Reference(_));
    model::entities::ALL
        .into_iter()
        .flat_map(move |entity| entity.fields.iter().filter(required).map(move |field| (entity, field)))
}

pub(crate) fn ask_families(app: &App, asked: Page) -> Result<FamiliesPage, Failure> {
    families(&*app.session()?, &asked)
}

pub(crate) fn ask_orphans(app: &App, asked: Page) -> Result<OrphansPage, Failure> {
    orphans(&*app.session()?, &asked)
}

pub(crate) fn ask_settle(app: &App, asked: OrphanSettle) -> Result<ChangeRecorded, Failure> {
    let session = app.session()?;
    let (step, changed) = settle(&session, &asked)?;
    let sentence = session.words().say("matching.settled", &[("count", &say::count(asked.students.len() as u64))]);
    Ok(recorded(step, changed, sentence))
}

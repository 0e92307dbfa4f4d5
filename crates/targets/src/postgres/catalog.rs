//! What a portal must consist of, and how one differs from it.
//!
//! `expected.txt` lists every table, column, rule, index, trigger, function, list of values, seed and right of a portal
//! that was just prepared; the same query lists what is there. What somebody added is no difference.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use sqlx::Row as _;

use super::session::Work;
use crate::Error;
use crate::report::{Checked, Difference};

const EXPECTED: &str = include_str!("../../../../migrations/target/expected.txt");
const CATALOG: &str = include_str!("../../../../migrations/target/catalog.sql");
const SEEDS: &str = include_str!("../../../../migrations/target/catalog_seed.sql");
/// Whether the seeds can be looked at; a login that only pushes may not have the right to.
const SEEDS_READABLE: &str = "SELECT bool_and(coalesce(has_table_privilege(to_regclass(t), 'SELECT'), false))
     FROM unnest('{auth.roles,auth.permissions,auth.role_permissions}'::text[]) t";
/// Between the parts of a line; the last part may hold it too.
const BETWEEN: &str = " | ";
/// The role of those who push.
pub(super) const ONBOARDING: &str = "smart_academy_onboarding";

/// Kind, what it belongs to, and its name.
type Key<'a> = (&'a str, &'a str, &'a str);

/// One object of a portal: what it is, and what it is like.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object<T> {
    pub(super) kind: T,
    pub(super) owner: T,
    pub(super) name: T,
    pub(super) definition: T,
}

impl<T: AsRef<str>> Object<T> {
    fn key(&self) -> Key<'_> {
        (self.kind.as_ref(), self.owner.as_ref(), self.name.as_ref())
    }

    fn line(&self) -> String {
        let (kind, owner, name) = self.key();
        [kind, owner, name, self.definition.as_ref()].join(BETWEEN)
    }
}

static OBJECTS: LazyLock<Vec<Object<&'static str>>> = LazyLock::new(|| EXPECTED.lines().filter_map(object).collect());

/// Everything that a portal must consist of.
pub(super) fn expected() -> &'static [Object<&'static str>] {
    &OBJECTS
}

fn object(line: &'static str) -> Option<Object<&'static str>> {
    let mut parts = line.splitn(4, BETWEEN);
    let mut part = || parts.next();
    Some(Object { kind: part()?, owner: part()?, name: part()?, definition: part()? })
}

impl Work<'_> {
    /// How the portal differs from what it must be.
    pub(super) fn compared(&mut self) -> Result<Checked, Error> {
        let mut checked = compare(expected().iter().filter(|object| !is_seed(object.kind)), &self.catalog(CATALOG)?);
        // a seed of a table that is not as it must be cannot be asked for
        if checked.differences.iter().any(|one| one.hinders_reading() && one.table.starts_with("auth")) {
            return Ok(checked);
        }
        if self.row(SEEDS_READABLE)?.try_get::<bool, _>(0)? {
            let seeds = compare(expected().iter().filter(|object| is_seed(object.kind)), &self.catalog(SEEDS)?);
            checked.differences.extend(seeds.differences);
            checked.notes.extend(seeds.notes);
        } else {
            checked.notes.push(Difference::unseen("auth.roles"));
        }
        Ok(checked)
    }

    /// What there is, in the form of `expected.txt`.
    pub(super) fn snapshot(&mut self) -> Result<String, Error> {
        let mut objects = self.catalog(CATALOG)?;
        objects.extend(self.catalog(SEEDS)?);
        objects.sort();
        Ok(objects.iter().map(|object| object.line() + "\n").collect())
    }

    /// How many rights are missing that roles of the server must have, on objects that are there.
    pub(super) fn rights_open(&mut self) -> Result<usize, Error> {
        let found = self.catalog(CATALOG)?;
        let there: HashSet<&str> =
            found.iter().filter(|object| object.name.is_empty()).map(|o| o.owner.as_str()).collect();
        let of_rights = expected().iter().filter(|object| match object.kind {
            "grant" => there.contains(object.name),
            kind => kind == "group",
        });
        let found: HashMap<Key<'_>, &str> =
            found.iter().map(|object| (object.key(), object.definition.as_str())).collect();
        let open = of_rights.filter(|object| found.get(&object.key()).is_none_or(|there| !fits(object, there)));
        Ok(open.count())
    }

    fn catalog(&mut self, sql: &str) -> Result<Vec<Object<String>>, Error> {
        let mut objects = Vec::new();
        self.each(sql, |row| {
            let (kind, owner, name, definition) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
            objects.push(Object { kind, owner, name, definition });
            Ok(())
        })?;
        Ok(objects)
    }
}

fn is_seed(kind: &str) -> bool {
    matches!(kind, "role" | "permission" | "role-permissions")
}

/// Rights and permissions must be there; more of them are somebody's decision. All else must be the same.
fn fits(expected: &Object<&str>, found: &str) -> bool {
    let list = |text: &'_ str| text.split(", ").map(str::to_owned).collect::<BTreeSet<_>>();
    match expected.kind {
        "grant" | "role-permissions" => list(expected.definition).is_subset(&list(found)),
        _ => expected.definition == found,
    }
}

/// What differs, and of it what no push needs to stop for.
fn compare(expected: impl Iterator<Item = &'static Object<&'static str>>, found: &[Object<String>]) -> Checked {
    let of_kind = |kind: &'static str| found.iter().filter(move |object| object.kind == kind);
    let mut comparison = Comparison {
        there: found.iter().map(|object| (object.key(), object.definition.as_str())).collect(),
        granted: of_kind("grant").map(|object| object.owner.as_str()).collect(),
        permitted: of_kind("role-permissions").next().is_some(),
        gone: HashSet::new(),
        checked: Checked::default(),
    };
    let mut ordered: Vec<_> = expected.collect();
    ordered.sort_by_key(|object| !matches!(object.kind, "schema" | "table" | "group"));
    ordered.into_iter().for_each(|object| comparison.look(object));
    comparison.checked
}

struct Comparison<'a> {
    there: HashMap<Key<'a>, &'a str>,
    /// Roles of the server that have any right.
    granted: HashSet<&'a str>,
    /// Whether any role of the portal has any permission.
    permitted: bool,
    /// Schemas, tables and groups that are not there: what belongs to them is not named again.
    gone: HashSet<&'static str>,
    checked: Checked,
}

impl Comparison<'_> {
    fn look(&mut self, object: &'static Object<&'static str>) {
        let there = self.there.get(&object.key()).copied();
        let without_rights = object.kind == "group" && !self.granted.contains(object.name);
        if self.is_gone(object) || (!without_rights && there.is_some_and(|there| fits(object, there))) {
            return;
        }
        match object.kind {
            "schema" | "table" if there.is_none() => drop(self.gone.insert(object.owner)),
            "group" => drop(self.gone.insert(object.name)),
            _ => {}
        }
        let found = if without_rights { there.map(|_| "no rights") } else { there };
        let difference = Difference::of((object.kind, object.owner, object.name), object.definition, found);
        let notes = self.nobody_must_stop_for(object, there);
        if notes { &mut self.checked.notes } else { &mut self.checked.differences }.push(difference);
    }

    fn is_gone(&self, object: &Object<&'static str>) -> bool {
        let place = if object.kind == "grant" { object.name } else { object.owner };
        let schema = place.split('.').next().unwrap_or_default();
        let whole = [schema, place, object.owner];
        !matches!(object.kind, "schema" | "group") && whole.iter().any(|place| self.gone.contains(place))
    }

    /// A role that the preparing login may not make, or that a newer Daftar made for a neighbour on the same server;
    /// and what an administrator took from a role, as long as somebody can still administer.
    fn nobody_must_stop_for(&self, object: &Object<&str>, there: Option<&str>) -> bool {
        match object.kind {
            "group" => there.is_none() || object.name == ONBOARDING,
            "role-permissions" => self.permitted && (there.is_some() || object.name != "super_admin"),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape;

    /// The portal as it must be, after `change`.
    fn checked(change: impl Fn(&mut Vec<Object<String>>)) -> (Vec<String>, Vec<String>) {
        let own = |object: &Object<&str>| Object {
            kind: object.kind.to_owned(),
            owner: object.owner.to_owned(),
            name: object.name.to_owned(),
            definition: object.definition.to_owned(),
        };
        let mut found: Vec<_> = expected().iter().map(own).collect();
        change(&mut found);
        let Checked { differences, notes } = compare(expected().iter(), &found);
        let said = |list: Vec<Difference>| list.iter().map(ToString::to_string).collect();
        (said(differences), said(notes))
    }

    #[test]
    fn the_list_is_read_whole_and_holds_every_column_that_a_push_writes() {
        assert_eq!(expected().len(), EXPECTED.lines().count(), "a line could not be read");
        assert_eq!(checked(|_| ()), (vec![], vec![]), "the list differs from itself");
        for shape in shape::ALL.iter() {
            for column in &shape.columns {
                let key = ("column", shape.entity.portal_table, column.name.as_str());
                let found = expected().iter().find(|object| object.key() == key).map(|object| object.definition);
                let fits = found.is_some_and(|found| {
                    found.split(" NOT NULL").next() == Some(column.sql_type)
                        || found.split(" DEFAULT").next() == Some(column.sql_type)
                });
                assert!(fits, "{key:?}: {} is written, {found:?} is there", column.sql_type);
            }
            let may_write = expected().iter().any(|object| {
                object.key() == ("grant", ONBOARDING, shape.entity.portal_table) && object.definition.contains("INSERT")
            });
            assert!(may_write, "{ONBOARDING} may not write {}", shape.entity.portal_table);
        }
    }

    #[test]
    fn of_what_is_gone_as_a_whole_only_the_whole_is_named() {
        let table = checked(|found| found.retain(|object| object.owner != "islamic.hafiz_progress"));
        assert_eq!(table, (vec!["table islamic.hafiz_progress is missing".to_owned()], vec![]));
        let no_role = checked(|found| found.retain(|object| !object.line().contains("smart_academy_app")));
        assert_eq!(no_role, (vec![], vec!["group smart_academy_app of server is missing".to_owned()]));
    }

    #[test]
    fn what_an_administrator_took_from_a_role_is_a_note_and_nobody_left_to_administer_is_a_difference() {
        let of = |role: &'static str| {
            move |object: &Object<String>| object.kind == "role-permissions" && object.name == role
        };
        let (differences, notes) = checked(|found| found.retain(|object| !of("student")(object)));
        assert_eq!((differences.len(), notes.len()), (0, 1), "{notes:?}");
        let (differences, notes) = checked(|found| found.retain(|object| !of("super_admin")(object)));
        assert_eq!((differences.len(), notes.len()), (1, 0), "{differences:?}");
        let (differences, _) = checked(|found| found.retain(|object| object.kind != "role-permissions"));
        assert_eq!(differences.len(), 8, "nobody has any");
    }

    #[test]
    fn more_rights_are_no_difference_and_fewer_are() {
        let line = |definition: &'static str| {
            checked(move |found| {
                let key = ("grant", "smart_academy_app", "academic.students");
                found
                    .iter_mut()
                    .filter(|object| object.key() == key)
                    .for_each(|o| o.definition = definition.to_owned());
            })
        };
        assert_eq!(line("DELETE, INSERT, SELECT, TRUNCATE, UPDATE"), (vec![], vec![]));
        assert_eq!(line("INSERT, SELECT, UPDATE").0.len(), 1);
    }
}

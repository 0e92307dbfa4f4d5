//! What a file lists of itself in its system tables: tables, links, queries, relationships, and where
//! the values of columns with several of them are.

use jetdb::{CatalogEntry, FileError, ObjectType, format::CATALOG_PAGE};

use super::pages::Pages;
use super::rows::Step;
use super::table::{Cells, Table};
use super::text::Writing;

/// Bits of a number that name a page.
const PAGE: i32 = 0x00ff_ffff;

/// A table marked so by a person does not show in Access.
const HIDDEN_BY_A_PERSON: u32 = 0x08;

/// Bytes of the properties of a table that are looked at for its calculated columns.
const PROPERTIES: usize = 4 * 1024 * 1024;

/// An object of the file.
pub(super) struct Object {
    /// As `jetdb` takes it, for the properties of a table.
    pub(super) entry: CatalogEntry,
    /// File or server of a linked table, and the name it has there.
    pub(super) link: String,
}

impl Object {
    pub(super) fn name(&self) -> &str {
        &self.entry.name
    }

    /// Whether it is for people, not for Access itself.
    fn is_for_people(&self) -> bool {
        !self.entry.is_system_or_hidden() && !self.name().starts_with("MSys")
    }

    /// Whether it is a table with rows in this file.
    pub(super) fn is_table(&self) -> bool {
        self.entry.object_type == ObjectType::Table && self.is_for_people()
    }

    /// Whether it is a table of another file or server.
    pub(super) fn is_linked(&self) -> bool {
        matches!(self.entry.object_type, ObjectType::LinkedTable | ObjectType::LinkedOdbcTable) && self.is_for_people()
    }

    /// Whether it is a query that a person saved; forms keep theirs under names that begin with `~`.
    pub(super) fn is_query(&self) -> bool {
        self.entry.object_type == ObjectType::Query && !self.name().starts_with('~')
    }

    /// Whether a person does not see it in Access, such as a deleted table that waits for its removal.
    pub(super) fn is_hidden(&self) -> bool {
        self.entry.flags & HIDDEN_BY_A_PERSON != 0 || self.name().starts_with('~')
    }
}

/// Columns of one table that name rows of another one.
pub(super) struct Relationship {
    name: String,
    pub(super) table: String,
    pub(super) to_table: String,
    /// Pairs of columns.
    pub(super) columns: Vec<(String, String)>,
}

/// Where the values of a column with several values are.
pub(super) struct ListPlace {
    pub(super) complex_id: u32,
    /// Page of the definition of the hidden table with the values.
    pub(super) owner: u32,
    /// Page of the definition that names their columns.
    pub(super) type_owner: u32,
}

/// What a system table lists.
pub(super) struct Listing<T> {
    pub(super) items: Vec<T>,
    /// Rows and pages of it that cannot be read.
    pub(super) lost: u64,
}

/// All objects of the file.
///
/// # Errors
///
/// Where the list of objects is damaged.
pub(super) fn objects(pages: &mut Pages, writing: Writing) -> Result<Listing<Object>, FileError> {
    const COLUMNS: [&str; 7] = ["Id", "Name", "Type", "Flags", "Database", "ForeignName", "Connect"];
    let table = Table::open(pages, "MSysObjects", CATALOG_PAGE, writing)?;
    let properties = table.column("LvProp");
    let listing =
        read(pages, &table, COLUMNS, properties, |[id, name, kind, flags, database, foreign, connect], lv_prop| {
            let entry = CatalogEntry {
                name,
                object_type: kind_of(&kind)?,
                table_page: page(&id)?,
                flags: flags.parse::<i32>().map_or(0, i32::cast_unsigned),
                lv_prop,
                lv_extra: None,
            };
            Some(Object { entry, link: link(&database, &foreign, &connect) })
        });
    Ok(listing)
}

/// What an object is. Kinds that `jetdb` has no name for are constraints, or below zero as forms are:
/// none has rows.
fn kind_of(code: &str) -> Option<ObjectType> {
    const CONSTRAINT: i32 = 9;
    let code = code.parse::<i32>().ok()?;
    let without_rows = || (code < 0 || code == CONSTRAINT).then_some(ObjectType::Form);
    ObjectType::try_from(code).ok().or_else(without_rows)
}

fn page(id: &str) -> Option<u32> {
    u32::try_from(id.parse::<i32>().ok()? & PAGE).ok()
}

/// Where a linked table points: a file where one is named, else a server; never a password.
fn link(database: &str, foreign: &str, connect: &str) -> String {
    let is_secret = |part: &&str| {
        let (name, _) = part.split_once('=').unwrap_or((part, ""));
        ["PWD", "PASSWORD", "UID", "USER ID"].contains(&name.trim().to_ascii_uppercase().as_str())
    };
    let server = || connect.split(';').filter(|part| !is_secret(part)).collect::<Vec<_>>().join(";");
    let place = if database.is_empty() { server() } else { database.to_owned() };
    [place.as_str(), foreign].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" > ")
}

/// The relationships between the tables among `objects`.
///
/// # Errors
///
/// Where their list is damaged.
pub(super) fn relationships(
    pages: &mut Pages,
    objects: &[Object],
    writing: Writing,
) -> Result<Listing<Relationship>, FileError> {
    const COLUMNS: [&str; 5] = ["szRelationship", "szObject", "szReferencedObject", "szColumn", "szReferencedColumn"];
    let Some(table) = system_table(pages, objects, "MSysRelationships", writing)? else { return Ok(Listing::none()) };
    let pairs = read(pages, &table, COLUMNS, None, |[name, table, to_table, column, to_column], _| {
        Some(Relationship { name, table, to_table, columns: vec![(column, to_column)] })
    });
    let mut items: Vec<Relationship> = Vec::new();
    for pair in pairs.items {
        match items.iter_mut().find(|known| known.name == pair.name && known.table == pair.table) {
            Some(known) => known.columns.extend(pair.columns),
            None => items.push(pair),
        }
    }
    Ok(Listing { items, lost: pairs.lost })
}

/// Where the values of all columns with several values are.
///
/// # Errors
///
/// Where their list is damaged.
pub(super) fn lists(pages: &mut Pages, objects: &[Object], writing: Writing) -> Result<Listing<ListPlace>, FileError> {
    const COLUMNS: [&str; 3] = ["ComplexID", "FlatTableID", "ComplexTypeObjectID"];
    let Some(table) = system_table(pages, objects, "MSysComplexColumns", writing)? else { return Ok(Listing::none()) };
    let listing = read(pages, &table, COLUMNS, None, |[complex_id, flat, kind], _| {
        let complex_id = complex_id.parse().ok()?;
        Some(ListPlace { complex_id, owner: page(&flat)?, type_owner: page(&kind)? })
    });
    Ok(listing)
}

impl<T> Listing<T> {
    fn none() -> Self {
        Self { items: Vec::new(), lost: 0 }
    }
}

fn system_table(
    pages: &mut Pages,
    objects: &[Object],
    name: &str,
    writing: Writing,
) -> Result<Option<Table>, FileError> {
    let object = objects.iter().find(|object| object.entry.object_type == ObjectType::Table && object.name() == name);
    object.map(|object| Table::open(pages, name, object.entry.table_page, writing)).transpose()
}

/// Gives the texts of `names` and the bytes of column `bytes` of every row of `table` to `make`, which
/// gives nothing for a row that makes no sense.
fn read<const N: usize, T>(
    pages: &mut Pages,
    table: &Table,
    names: [&str; N],
    bytes: Option<usize>,
    make: impl Fn([String; N], Option<Vec<u8>>) -> Option<T>,
) -> Listing<T> {
    let columns = names.map(|name| table.column(name));
    let (mut live, mut cells) = (table.live_rows(), Cells::new(pages));
    let mut listing = Listing { items: Vec::new(), lost: table.missing_pages };
    while let Some(step) = live.next(pages) {
        let record = table.record(live.bytes()).filter(|_| matches!(step, Step::Row(_)));
        let Some(record) = record else {
            listing.lost += 1;
            continue;
        };
        let texts = columns.map(|column| {
            let mut text = String::new();
            let column = column.and_then(|at| table.columns.get(at));
            column.map(|column| cells.write(pages, record, (column, table.writing), &mut text));
            text
        });
        let column = bytes.and_then(|at| table.columns.get(at));
        let object = column.map(|column| cells.object(pages, record, column, PROPERTIES).to_vec());
        match make(texts, object.filter(|bytes| !bytes.is_empty())) {
            Some(item) => listing.items.push(item),
            None => listing.lost += 1,
        }
    }
    listing
}

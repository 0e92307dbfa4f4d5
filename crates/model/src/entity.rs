//! How an entity describes itself. The descriptor drives mapping, staging, checks, push and verify.

/// What a kind of record is: one school noun with its fields.
#[derive(Debug)]
pub struct Entity {
    /// Plural code, the same as the portal's table name: `students`.
    pub code: &'static str,
    /// Schema and table in the portal: `academic.students`.
    pub portal_table: &'static str,
    /// Fields in the order in which a person reads them.
    pub fields: &'static [Field],
    /// Natural keys, the most trusted first; the first whose fields are all filled identifies a record.
    pub keys: &'static [Key],
    /// Whose identity numbers and dates these are, where the entity is a person.
    pub person: Option<Person>,
    /// Header words that say a table is about this entity: `murid`, `guru`.
    pub synonyms: &'static [&'static str],
}

impl Entity {
    /// The field with this code.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.code == code)
    }

    /// The position of the field with this code.
    #[must_use]
    pub fn position(&self, code: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.code == code)
    }

    /// The fields that point to other records.
    pub fn references(&self) -> impl Iterator<Item = (&'static Field, &'static Reference)> {
        self.fields.iter().filter_map(|field| match &field.kind {
            FieldKind::Reference(reference) => Some((field, reference)),
            _ => None,
        })
    }
}

/// Whose data a person's record holds: decides how two-digit years are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Person {
    /// A child at school: 3 to 21 years old.
    Pupil,
    /// A parent, a teacher, an officer: 16 or older.
    Adult,
}

/// One field of an entity.
#[derive(Debug)]
pub struct Field {
    /// Code, the same as the portal's column name where there is one: `date_of_birth`.
    pub code: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a record may do without it.
    pub need: Need,
    /// Sensitive personal data: not imported unless a person opts in.
    pub sensitive: bool,
    /// Headers that mean this field, lower case, without points: `tarikh lahir`, `dob`.
    pub synonyms: &'static [&'static str],
    /// Where it goes in the portal.
    pub portal: Portal,
}

/// What a field holds; decides rules, checks, grid and the type in the portal.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// A person's name, a legal string: never rewritten unasked.
    PersonName,
    /// MyKad, MyKid, passport or another identity number.
    IdentityNumber,
    /// A calendar date; standard form `YYYY-MM-DD`.
    Date,
    /// A telephone number; standard form E.164, `+60123456789`.
    Phone,
    /// An e-mail address; standard form lower case.
    Email,
    /// One of a list of codes, such as gender or status.
    Code(&'static CodeList),
    /// A Malaysian postcode; standard form five digits.
    Postcode,
    /// A Malaysian state; standard form its name.
    State,
    /// A line of an address.
    Address,
    /// A whole number.
    Integer,
    /// A whole number that may be larger than four bytes hold, such as the size of a file.
    LargeInteger,
    /// A sum of money in ringgit and sen; standard form `1200.50`, at most ten digits before the point.
    Amount,
    /// A mark; standard form `85.00`, at most three digits before the point.
    Score,
    /// How many of something; standard form `2.00`, at most eight digits before the point.
    Quantity,
    /// Any decimal number; standard form `-3.5`.
    Figure,
    /// A time of day; standard form `07:30:00`.
    Time,
    /// A day and time in Malaysia; standard form `2026-03-05 07:30:00`.
    Moment,
    /// Whole numbers; standard form `1,2,30`.
    IntegerList,
    /// A JSON document.
    Json,
    /// The number of a surah, 1 to 114.
    Surah,
    /// The number of a juz, 1 to 30.
    Juz,
    /// A currency; standard form three capital letters, `MYR`.
    Currency,
    /// Yes or no; standard form `true` or `false`.
    Bool,
    /// Another record, named by one of its natural keys.
    Reference(Reference),
}

/// How badly a field is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The portal refuses a record without it; a blank is a critical finding.
    Required,
    /// A school is expected to know it; a blank is a warning.
    Expected,
    /// May be blank.
    Optional,
}

/// Where a field goes in the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Portal {
    /// The column of the same code.
    Column,
    /// This key of the record's `address` column.
    Address(&'static str),
    /// Nowhere itself: it serves to find or derive other values.
    Nowhere,
}

/// The values that a coded field may have, with what schools write for them.
#[derive(Debug)]
pub struct CodeList {
    /// Code of the list: `gender`.
    pub code: &'static str,
    /// Standard value, and what is written for it, lower case.
    pub values: &'static [(&'static str, &'static [&'static str])],
}

impl CodeList {
    /// The standard value that `written` means, without regard to case and outer spaces.
    #[must_use]
    pub fn meaning(&self, written: &str) -> Option<&'static str> {
        let folded = written.trim().trim_end_matches('.').to_lowercase();
        let known = |(standard, words): &&(&'static str, &'static [&'static str])| {
            *standard == folded || words.contains(&folded.as_str())
        };
        self.values.iter().find(known).map(|(standard, _)| *standard)
    }

    /// Whether `value` is a standard value.
    #[must_use]
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|(standard, _)| *standard == value)
    }
}

/// A field that points to another record.
///
/// The project file holds two columns for it: `CODE` is what the school wrote (or nothing, where the
/// records come from one row), `CODE_id` the number of the record it leads to.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// Code of the entity it leads to.
    pub entity: &'static str,
    /// Fields of that entity that the written value may equal, in this order.
    pub by: &'static [&'static str],
}

/// Fields that together identify a record in the world.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Short code that begins a source key: `ic`.
    pub code: &'static str,
    /// The fields, all of which must be filled but for those below.
    pub fields: &'static [&'static str],
    /// Those of [`Key::fields`] that may be blank: two blanks count as the same.
    pub may_be_blank: &'static [&'static str],
}

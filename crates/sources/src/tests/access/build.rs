//! Makes small Access files, page by page, so that the odd files of the tests hold nobody's records.
//! It writes what a reader looks at and leaves the rest blank.

use jetdb::ColumnType;

/// Key under which every Access file hides part of its first page.
const HEADER_KEY: [u8; 4] = [0xc7, 0xda, 0x39, 0x6b];

/// Page of the places of all tables' pages.
const MAPS: u32 = 1;

/// Pages that a map of places covers.
const MAPPED: usize = 256;

/// Versions of Access, by the byte in the first page.
pub(crate) const ACCESS_97: u8 = 0;
pub(crate) const ACCESS_2000: u8 = 1;
pub(crate) const ACCESS_2010: u8 = 3;

/// A column to be made.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: ColumnType,
    /// Bytes of a column of fixed length.
    pub(crate) fixed: Option<u16>,
    pub(crate) scale: u8,
    pub(crate) complex_id: u32,
    pub(crate) auto_number: bool,
    pub(crate) calculated: bool,
}

/// A column of `kind`, of fixed length where its kind is.
pub(crate) fn column(name: &'static str, kind: ColumnType) -> Column {
    let fixed = kind.fixed_size().map(|size| size as u16);
    Column { name, kind, fixed, scale: 0, complex_id: 0, auto_number: false, calculated: false }
}

/// A value to be stored: its bytes, or nothing.
pub(crate) type Stored = Option<Vec<u8>>;

pub(crate) fn long(value: i32) -> Stored {
    Some(value.to_le_bytes().to_vec())
}

pub(crate) fn double(value: f64) -> Stored {
    Some(value.to_le_bytes().to_vec())
}

/// Text as Access 2000 and later write it.
pub(crate) fn utf16(text: &str) -> Stored {
    Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
}

/// A long value that lies in its row.
pub(crate) fn in_row(bytes: &[u8]) -> Stored {
    let length = bytes.len() as u32 | 0x8000_0000;
    Some([&length.to_le_bytes()[..], &[0; 8], bytes].concat())
}

/// A table that is being made.
struct Table {
    name: String,
    columns: Vec<Column>,
    key: Option<u16>,
    definition: u32,
    pages: Vec<u32>,
}

/// A file that is being made.
pub(crate) struct Build {
    version: u8,
    pages: Vec<Vec<u8>>,
    tables: Vec<Table>,
    objects: Vec<Vec<Stored>>,
    /// Code page in the first page.
    pub(crate) code_page: u16,
    /// Key that hides all pages but the first; 0 hides nothing.
    pub(crate) page_key: u32,
    /// The password that Access asks for before it opens an .mdb file.
    pub(crate) open_password: Vec<u8>,
}

/// A place in a file: a page and a slot.
pub(crate) type Place = (u32, u8);

impl Build {
    pub(crate) fn new(version: u8) -> Self {
        let mut build = Self {
            version,
            pages: Vec::new(),
            tables: Vec::new(),
            objects: Vec::new(),
            code_page: 1252,
            page_key: 0,
            open_password: Vec::new(),
        };
        for _ in 0..2 {
            build.page([0; 4]);
        }
        let names = [("Id", ColumnType::Long), ("Name", ColumnType::Text), ("Type", ColumnType::Int)];
        let more = [("Flags", ColumnType::Long), ("Database", ColumnType::Memo), ("ForeignName", ColumnType::Text)];
        let last = [("Connect", ColumnType::Memo), ("LvProp", ColumnType::Ole)];
        let columns = names.into_iter().chain(more).chain(last).map(|(name, kind)| column(name, kind)).collect();
        build.system_table("MSysObjects", columns);
        build
    }

    fn is_97(&self) -> bool {
        self.version == ACCESS_97
    }

    fn page_size(&self) -> usize {
        if self.is_97() { 2048 } else { 4096 }
    }

    fn slots_at(&self) -> usize {
        if self.is_97() { 8 } else { 12 }
    }

    /// Text as this version writes it.
    pub(crate) fn text(&self, text: &str) -> Stored {
        if self.is_97() { Some(text.as_bytes().to_vec()) } else { utf16(text) }
    }

    fn page(&mut self, owner: [u8; 4]) -> u32 {
        let mut page = vec![0; self.page_size()];
        page[0] = 1;
        page[4..8].copy_from_slice(&owner);
        self.pages.push(page);
        self.pages.len() as u32 - 1
    }

    /// Puts `bytes` into the next slot of page `number`, if they fit.
    pub(crate) fn put(&mut self, number: u32, bytes: &[u8]) -> Option<Place> {
        let (slots_at, size) = (self.slots_at(), self.page_size());
        let page = &mut self.pages[number as usize];
        let word = |page: &[u8], at: usize| usize::from(u16::from_le_bytes([page[at], page[at + 1]]));
        let slots = word(page, slots_at);
        let lowest = if slots == 0 { size } else { word(page, slots_at + 2 * slots) & 0x1fff };
        let entry = slots_at + 2 + 2 * slots;
        let start = lowest.checked_sub(bytes.len()).filter(|start| *start >= entry + 2)?;
        page[start..lowest].copy_from_slice(bytes);
        page[entry..entry + 2].copy_from_slice(&(start as u16).to_le_bytes());
        page[slots_at..slots_at + 2].copy_from_slice(&(slots as u16 + 1).to_le_bytes());
        Some((number, slots as u8))
    }

    /// Marks the slot at `place`: 0x8000 is deleted or the body of a moved row, 0x4000 a pointer.
    pub(crate) fn mark(&mut self, (page, slot): Place, mark: u16) {
        let at = self.slots_at() + 3 + 2 * usize::from(slot);
        self.pages[page as usize][at] |= (mark >> 8) as u8;
    }

    /// The bytes of page `number`, to damage them.
    pub(crate) fn bytes_of(&mut self, number: u32) -> &mut Vec<u8> {
        &mut self.pages[number as usize]
    }

    /// A table for people, whose first column is the key where `keyed`.
    pub(crate) fn table(&mut self, name: &str, keyed: bool, columns: Vec<Column>) -> usize {
        let table = self.add_table(name, keyed.then_some(0), columns);
        self.list(table, 1, 0);
        table
    }

    /// A table of Access's own.
    pub(crate) fn system_table(&mut self, name: &str, columns: Vec<Column>) -> usize {
        let table = self.add_table(name, None, columns);
        self.list(table, 1, 0x8000_0000);
        table
    }

    fn add_table(&mut self, name: &str, key: Option<u16>, columns: Vec<Column>) -> usize {
        let definition = self.page([0; 4]);
        self.tables.push(Table { name: name.to_owned(), columns, key, definition, pages: Vec::new() });
        self.tables.len() - 1
    }

    fn list(&mut self, table: usize, kind: i16, flags: u32) {
        let (name, page) = (self.tables[table].name.clone(), self.definition(table));
        self.object(page, &name, kind, flags, [None, None, None]);
    }

    /// Page of the definition of `table`.
    pub(crate) fn definition(&self, table: usize) -> u32 {
        self.tables[table].definition
    }

    /// Adds an object to the list of objects; `link` is file, name there and connection.
    pub(crate) fn object(&mut self, id: u32, name: &str, kind: i16, flags: u32, link: [Option<&str>; 3]) {
        let [database, foreign, connect] = link;
        let memo = |build: &Self, text: Option<&str>| text.and_then(|text| in_row(&build.text(text)?));
        let (database, connect) = (memo(self, database), memo(self, connect));
        let foreign = foreign.and_then(|text| self.text(text));
        let kind = Some(kind.to_le_bytes().to_vec());
        self.objects.push(vec![
            long(id.cast_signed()),
            self.text(name),
            kind,
            long(flags.cast_signed()),
            database,
            foreign,
            connect,
            None,
        ]);
    }

    /// Gives the object that was listed last these properties.
    pub(crate) fn properties(&mut self, bytes: &[u8]) {
        self.objects.last_mut().expect("an object")[7] = in_row(bytes);
    }

    /// Adds a row to `table`.
    pub(crate) fn row(&mut self, table: usize, values: &[Stored]) -> Place {
        let bytes = self.record(table, values);
        self.store(table, &bytes)
    }

    /// Puts the bytes of a row into the last page of `table`, or a new one.
    pub(crate) fn store(&mut self, table: usize, bytes: &[u8]) -> Place {
        let last = self.tables[table].pages.last().copied();
        if let Some(place) = last.and_then(|page| self.put(page, bytes)) {
            return place;
        }
        let page = self.page(self.definition(table).to_le_bytes());
        self.tables[table].pages.push(page);
        self.put(page, bytes).expect("a row that fits a page")
    }

    /// Moves the row of `table` that is made of `values` away and leaves a pointer; where it is now.
    pub(crate) fn moved_row(&mut self, table: usize, values: &[Stored]) -> (Place, Place) {
        let bytes = self.record(table, values);
        let body = self.store(table, &bytes);
        self.mark(body, 0x8000);
        let home = self.store(table, &pointer(body));
        self.mark(home, 0x4000);
        (home, body)
    }

    /// A long value on a page of its own, or on a chain of them with `part` bytes each; and these places.
    pub(crate) fn long_value(&mut self, bytes: &[u8], part: Option<usize>) -> (Stored, Vec<Place>) {
        let mut next = [0; 4];
        let mut places = Vec::new();
        let (parts, kind): (Vec<&[u8]>, u32) = match part {
            Some(size) => (bytes.chunks(size).collect(), 0),
            None => (vec![bytes], 0x4000_0000),
        };
        for piece in parts.iter().rev() {
            let page = self.page(*b"LVAL");
            let stored = if part.is_some() { [&next, *piece].concat() } else { piece.to_vec() };
            let place = self.put(page, &stored).expect("a part that fits a page");
            next = pointer(place);
            places.push(place);
        }
        places.reverse();
        let length = bytes.len() as u32 | kind;
        (Some([&length.to_le_bytes()[..], &next, &[0; 4]].concat()), places)
    }

    fn record(&self, table: usize, values: &[Stored]) -> Vec<u8> {
        let columns = &self.tables[table].columns;
        let count = columns.len() as u16;
        let head = if self.is_97() { 1 } else { 2 };
        let mut bytes = count.to_le_bytes()[..head].to_vec();
        let mut mask = vec![0; columns.len().div_ceil(8)];
        let mut places = Vec::new();
        for (at, (column, value)) in columns.iter().zip(values).enumerate() {
            mask[at / 8] |= u8::from(value.is_some()) << (at % 8);
            if let (Some(size), false) = (column.fixed, column.kind == ColumnType::Boolean) {
                let mut field = value.clone().unwrap_or_default();
                field.resize(usize::from(size), 0);
                bytes.extend(field);
            }
        }
        for (_, value) in columns.iter().zip(values).filter(|(column, _)| column.fixed.is_none()) {
            places.push(bytes.len());
            bytes.extend(value.iter().flatten());
        }
        places.push(bytes.len());
        let count = places.len() - 1;
        for place in places.iter().rev() {
            bytes.extend_from_slice(&(*place as u16).to_le_bytes()[..head]);
        }
        bytes.extend_from_slice(&(count as u16).to_le_bytes()[..head]);
        bytes.extend(mask);
        bytes
    }

    /// The whole file.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        for object in std::mem::take(&mut self.objects) {
            self.row(0, &object);
        }
        for table in 0..self.tables.len() {
            let map = self.map(table);
            self.put(MAPS, &map).expect("room for the maps");
            self.define(table);
        }
        self.head();
        let key = self.page_key;
        let hide = |(number, page): (u32, &mut Vec<u8>)| rc4(&(key ^ number).to_le_bytes(), page);
        if key != 0 {
            (1..).zip(self.pages.iter_mut().skip(1)).for_each(hide);
        }
        self.pages.concat()
    }

    /// The pages of `table` as one bit each, in the map itself or on pages that it names.
    fn map(&mut self, table: usize) -> Vec<u8> {
        let pages = std::mem::take(&mut self.tables[table].pages);
        let marked = |from: u32, size: usize| {
            let mut bits = vec![0; size];
            let inside = pages.iter().filter_map(|page| page.checked_sub(from)).map(|page| page as usize);
            inside.filter(|page| page / 8 < size).for_each(|page| bits[page / 8] |= 1 << (page % 8));
            bits
        };
        if self.pages.len() <= MAPPED {
            return [vec![0; 5], marked(0, MAPPED / 8)].concat();
        }
        let size = self.page_size() - 4;
        let mut map = vec![1];
        for part in 0..self.pages.len().div_ceil(size * 8) {
            let page = self.page([0; 4]);
            let bits = marked((part * size * 8) as u32, size);
            let bytes = &mut self.pages[page as usize];
            (bytes[0], bytes[1]) = (5, 1);
            bytes[4..].copy_from_slice(&bits);
            map.extend(page.to_le_bytes());
        }
        map
    }

    fn head(&mut self) {
        /// The day on which the file was made; it hides the password.
        const MADE: f64 = 41_000.5;
        let (version, code_page, key, is_97) = (self.version, self.code_page, self.page_key, self.is_97());
        let mut password = std::mem::take(&mut self.open_password);
        let page = &mut self.pages[0];
        page.fill(0);
        let mark: &[u8] = if version > ACCESS_2000 { b"Standard ACE DB" } else { b"Standard Jet DB" };
        page[1] = 1;
        page[4..19].copy_from_slice(mark);
        page[0x14] = version;
        page[0x3c..0x3e].copy_from_slice(&code_page.to_le_bytes());
        page[0x3e..0x42].copy_from_slice(&key.to_le_bytes());
        if !is_97 {
            password.resize(40, 0);
            password.iter_mut().zip((MADE as i32).to_le_bytes().iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
            page[0x72..0x7a].copy_from_slice(&MADE.to_le_bytes());
        }
        page[0x42..0x42 + password.len()].copy_from_slice(&password);
        let hidden = if is_97 { 126 } else { 128 };
        rc4(&HEADER_KEY, &mut page[0x18..0x18 + hidden]);
    }

    fn define(&mut self, number: usize) {
        let (is_97, table) = (self.is_97(), &self.tables[number]);
        let variable = table.columns.iter().filter(|column| column.fixed.is_none()).count() as u16;
        let keys = u32::from(table.key.is_some());
        let map = pointer((MAPS, number as u8));
        let [counts, keys_at, map_at, entries] = if is_97 { [23, 27, 35, 43] } else { [43, 47, 55, 63] };
        let mut page = vec![0; entries];
        (page[0], page[1]) = (2, 1);
        page[counts..counts + 2].copy_from_slice(&variable.to_le_bytes());
        page[counts + 2..counts + 4].copy_from_slice(&(table.columns.len() as u16).to_le_bytes());
        page[keys_at..keys_at + 4].copy_from_slice(&keys.to_le_bytes());
        page[keys_at + 4..keys_at + 8].copy_from_slice(&keys.to_le_bytes());
        page[map_at..map_at + 4].copy_from_slice(&map);
        page.resize(entries + keys as usize * if is_97 { 8 } else { 12 }, 0);
        self.columns(&mut page, table);
        if let Some(key) = table.key {
            self.key(&mut page, key);
        }
        page.resize(self.page_size(), 0);
        let definition = table.definition as usize;
        self.pages[definition] = page;
    }

    fn columns(&self, page: &mut Vec<u8>, table: &Table) {
        let (mut fixed_at, mut variable) = (0, 0);
        for (number, column) in (0_u16..).zip(&table.columns) {
            let mut entry = vec![0; if self.is_97() { 18 } else { 25 }];
            let [number_at, variable_at, flags_at, fixed, length] =
                if self.is_97() { [1, 3, 13, 14, 16] } else { [5, 7, 15, 21, 23] };
            let mut word = |at: usize, value: u16| entry[at..at + 2].copy_from_slice(&value.to_le_bytes());
            word(number_at, number);
            word(variable_at, variable);
            word(variable_at + 2, number);
            word(fixed, fixed_at);
            word(length, column.fixed.unwrap_or(510));
            if !self.is_97() {
                entry[12] = column.scale;
                entry[16] = if column.calculated { 0xc0 } else { 0 };
            }
            if column.complex_id > 0 {
                entry[11..15].copy_from_slice(&column.complex_id.to_le_bytes());
            }
            entry[0] = column.kind.to_byte();
            entry[flags_at] = 2 | u8::from(column.fixed.is_some()) | if column.auto_number { 4 } else { 0 };
            match column.fixed {
                Some(_) if column.kind == ColumnType::Boolean => {}
                Some(size) => fixed_at += size,
                None => variable += 1,
            }
            page.extend(entry);
        }
        table.columns.iter().for_each(|column| self.name(page, column.name));
    }

    fn name(&self, page: &mut Vec<u8>, name: &str) {
        let bytes = self.text(name).unwrap_or_default();
        page.extend_from_slice(&(bytes.len() as u16).to_le_bytes()[..if self.is_97() { 1 } else { 2 }]);
        page.extend(bytes);
    }

    fn key(&self, page: &mut Vec<u8>, column: u16) {
        let (skip, size) = if self.is_97() { (0, 39) } else { (4, 52) };
        let mut columns = vec![0; size];
        columns[skip..skip + 30].fill(0xff);
        columns[skip..skip + 2].copy_from_slice(&column.to_le_bytes());
        columns[skip + 2] = 1;
        page.extend(columns);
        let (type_at, size) = if self.is_97() { (19, 20) } else { (23, 28) };
        let mut index = vec![0; size];
        index[type_at] = 1;
        page.extend(index);
        self.name(page, "PrimaryKey");
    }
}

/// A place as a file writes it.
pub(crate) fn pointer((page, slot): Place) -> [u8; 4] {
    let [a, b, c, _] = page.to_le_bytes();
    [slot, a, b, c]
}

/// Hides or shows `bytes` under `key`.
fn rc4(key: &[u8], bytes: &mut [u8]) {
    let mut state: Vec<u8> = (0..=255).collect();
    let mut j = 0_u8;
    for i in 0..256 {
        j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
        state.swap(i, usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    for byte in bytes {
        i = i.wrapping_add(1);
        j = j.wrapping_add(state[usize::from(i)]);
        state.swap(usize::from(i), usize::from(j));
        *byte ^= state[usize::from(state[usize::from(i)].wrapping_add(state[usize::from(j)]))];
    }
}

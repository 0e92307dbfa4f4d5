-- Checks that follow an edit, waivers of single findings, workbooks that come back corrected.

-- The day that the checks took for today, and which checks they were: an edit is checked by the same.
ALTER TABLE check_run ADD COLUMN day TEXT;
ALTER TABLE check_run ADD COLUMN checks TEXT;

-- Counts the passes that led references anew, outside of the change log.
INSERT INTO data_meta (key, value) VALUES ('links', 0);

-- Who has which key, by check of uniqueness: pairs of half a hash and a record, eight bytes each, in order. A row
-- holds the pairs from "first" on; pairs of one hash never lie in two rows.
CREATE TABLE check_key (
    id         INTEGER PRIMARY KEY,
    check_code TEXT    NOT NULL,
    entity     TEXT    NOT NULL,
    first      INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    UNIQUE (check_code, entity, first)
);

-- A waiver of one finding names its field and holds for the value that was looked at, and for no other.
ALTER TABLE waiver ADD COLUMN field TEXT;
ALTER TABLE waiver ADD COLUMN value TEXT;

-- Workbooks handed out for correction: each row with the texts that were written into it.
CREATE TABLE handout (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    mark TEXT NOT NULL UNIQUE,
    at   TEXT NOT NULL,
    user TEXT NOT NULL
);
CREATE TABLE handout_row (
    handout   INTEGER NOT NULL REFERENCES handout (id),
    table_id  INTEGER NOT NULL,
    row_index INTEGER NOT NULL,
    cells     TEXT    NOT NULL,
    PRIMARY KEY (handout, table_id, row_index)
) WITHOUT ROWID;

-- Corrections that were not taken over, because the value had changed since the workbook was handed out. They stand
-- for as long as the record keeps the value that it had then.
CREATE TABLE correction_conflict (
    id       INTEGER PRIMARY KEY,
    entity   TEXT    NOT NULL,
    record   INTEGER NOT NULL,
    field    TEXT    NOT NULL,
    kept     TEXT    NOT NULL,
    returned TEXT    NOT NULL,
    file     TEXT    NOT NULL,
    UNIQUE (entity, record, field, returned)
);

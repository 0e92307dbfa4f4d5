-- Landed rows, the bookkeeping of records, changes, findings, mappings and receipts.
-- The rec_<entity> tables are not here: they are made from the model's descriptors at every open.

-- Small facts that belong to no table: the head of the change log, the version of the records.
CREATE TABLE data_meta (
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO data_meta (key, value) VALUES ('head', 0), ('tick', 0), ('version', 1);

-- ------------------------------------------------------------------------------------ landing
CREATE TABLE import_batch (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid        TEXT NOT NULL UNIQUE,
    started_at  TEXT NOT NULL,
    finished_at TEXT,
    user        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('landing', 'landed', 'mapped', 'removed'))
);

CREATE TABLE source_file (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_id  INTEGER NOT NULL REFERENCES import_batch (id),
    name      TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    format    TEXT NOT NULL,
    encoding  TEXT,
    delimiter TEXT
);
CREATE INDEX source_file_sha256 ON source_file (sha256);
CREATE INDEX source_file_batch ON source_file (batch_id);

CREATE TABLE source_table (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    file_id        INTEGER NOT NULL REFERENCES source_file (id),
    name           TEXT NOT NULL,
    header_row     INTEGER,
    headers        TEXT NOT NULL,
    landed         INTEGER NOT NULL DEFAULT 0,
    skipped_total  INTEGER NOT NULL DEFAULT 0,
    skipped        TEXT NOT NULL DEFAULT '[]',
    notes          TEXT NOT NULL DEFAULT '[]',
    preamble       BLOB,
    mapping        TEXT,
    entity         TEXT,
    mapped_at      TEXT,
    -- 1 while a mapping pass is under way; found at the next open, its records are taken out.
    half_mapped    INTEGER NOT NULL DEFAULT 0,
    with_record    INTEGER,
    without_record INTEGER
);
CREATE INDEX source_table_file ON source_table (file_id);

-- Rows exactly as read, in encoded blocks. Never changed; deleted only with their whole batch.
CREATE TABLE raw_block (
    table_id    INTEGER NOT NULL REFERENCES source_table (id),
    first_index INTEGER NOT NULL,
    rows        INTEGER NOT NULL,
    data        BLOB NOT NULL,
    PRIMARY KEY (table_id, first_index)
);
CREATE TRIGGER raw_block_unchanged BEFORE UPDATE ON raw_block
BEGIN
    SELECT RAISE(ABORT, 'raw rows are never changed');
END;
CREATE TRIGGER raw_block_kept BEFORE DELETE ON raw_block
WHEN (SELECT b.state FROM source_table t JOIN source_file f ON f.id = t.file_id
      JOIN import_batch b ON b.id = f.batch_id WHERE t.id = OLD.table_id) NOT IN ('landing', 'removed')
BEGIN
    SELECT RAISE(ABORT, 'raw rows are only deleted with their batch');
END;

-- ------------------------------------------------------------------------------------ records
-- The next free record number of each entity; numbers are never given twice.
CREATE TABLE record_seq (
    entity TEXT PRIMARY KEY,
    next   INTEGER NOT NULL
) WITHOUT ROWID;

-- Which record numbers exist and from which table they came: dense runs, both ends included.
CREATE TABLE record_range (
    entity   TEXT NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    table_id INTEGER NOT NULL,
    PRIMARY KEY (entity, first)
) WITHOUT ROWID;

-- Records that many rows share, such as a class: one per key in the whole project.
CREATE TABLE shared_record (
    entity TEXT NOT NULL,
    key    TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (entity, key)
) WITHOUT ROWID;
CREATE INDEX shared_record_record ON shared_record (entity, record);

CREATE TABLE column_facts (
    table_id INTEGER NOT NULL,
    entity   TEXT NOT NULL,
    part     INTEGER NOT NULL,
    field    TEXT NOT NULL,
    facts    TEXT NOT NULL,
    PRIMARY KEY (table_id, entity, part, field)
) WITHOUT ROWID;

-- --------------------------------------------------------------------------------- change log
CREATE TABLE step (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id  INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    label_key  TEXT NOT NULL,
    label_args TEXT NOT NULL DEFAULT '[]',
    user       TEXT NOT NULL,
    at         TEXT NOT NULL,
    rule       TEXT,
    changes    INTEGER NOT NULL DEFAULT 0,
    -- Tick at which the step was last applied: redo follows the youngest child.
    used       INTEGER NOT NULL DEFAULT 0,
    -- 1 where the step cannot be undone, because the records it touched are gone.
    sealed     INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX step_parent ON step (parent_id, used);

CREATE TABLE change (
    step_id     INTEGER NOT NULL,
    entity      TEXT NOT NULL,
    field       TEXT NOT NULL,
    record      INTEGER NOT NULL,
    before      TEXT,
    after       TEXT,
    reason_key  TEXT,
    reason_args TEXT,
    PRIMARY KEY (step_id, entity, field, record)
) WITHOUT ROWID;
CREATE INDEX change_of_record ON change (entity, record);

-- What a step touched, column by column.
CREATE TABLE step_field (
    step_id INTEGER NOT NULL,
    entity  TEXT NOT NULL,
    field   TEXT NOT NULL,
    changes INTEGER NOT NULL,
    PRIMARY KEY (step_id, entity, field)
) WITHOUT ROWID;

-- ----------------------------------------------------------------------------------- findings
CREATE TABLE check_run (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    at   TEXT NOT NULL,
    user TEXT NOT NULL,
    -- Head of the change log and version of the records that were looked at.
    head    INTEGER NOT NULL,
    version INTEGER NOT NULL
);

CREATE TABLE check_result (
    check_code TEXT NOT NULL,
    entity     TEXT NOT NULL,
    field      TEXT NOT NULL DEFAULT '',
    looked_at  INTEGER NOT NULL DEFAULT 0,
    found      INTEGER NOT NULL DEFAULT 0,
    stored     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (check_code, entity, field)
) WITHOUT ROWID;

CREATE TABLE finding (
    id           INTEGER PRIMARY KEY,
    check_code   TEXT NOT NULL,
    severity     TEXT NOT NULL CHECK (severity IN ('critical', 'warning', 'note')),
    entity       TEXT NOT NULL,
    record       INTEGER NOT NULL,
    field        TEXT NOT NULL,
    value        TEXT NOT NULL,
    message_key  TEXT NOT NULL,
    message_args TEXT NOT NULL
);
CREATE INDEX finding_of_record ON finding (entity, record);
CREATE INDEX finding_of_check ON finding (check_code);

-- Every record with a critical finding, complete whatever the cap on stored findings.
CREATE TABLE finding_block (
    entity TEXT NOT NULL,
    record INTEGER NOT NULL,
    PRIMARY KEY (entity, record)
) WITHOUT ROWID;

-- A finding that a person accepts, with a reason; record NULL means the whole check.
CREATE TABLE waiver (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    check_code TEXT NOT NULL,
    entity     TEXT NOT NULL,
    record     INTEGER,
    reason     TEXT NOT NULL,
    user       TEXT NOT NULL,
    at         TEXT NOT NULL
);
CREATE INDEX waiver_of_check ON waiver (check_code, entity, record);

-- ----------------------------------------------------------------------------------- mappings
-- What the program learnt about this school's headers and codes; one JSON document a name.
CREATE TABLE learned (
    name TEXT PRIMARY KEY,
    json TEXT NOT NULL
) WITHOUT ROWID;

-- ----------------------------------------------------------------------------------- receipts
CREATE TABLE push_batch (
    id       TEXT PRIMARY KEY,
    at       TEXT NOT NULL,
    user     TEXT NOT NULL,
    portal   TEXT NOT NULL,
    state    TEXT NOT NULL
             CHECK (state IN ('prepared', 'applied', 'refused', 'failed', 'rolled_back', 'rehearsed')),
    report   TEXT,
    verify   TEXT,
    rollback TEXT
) WITHOUT ROWID;

CREATE TABLE pushed_record (
    entity  TEXT NOT NULL,
    record  INTEGER NOT NULL,
    batch   TEXT NOT NULL,
    target  TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (entity, record, batch)
) WITHOUT ROWID;
CREATE INDEX pushed_record_batch ON pushed_record (batch);

CREATE TABLE reject (
    id          INTEGER PRIMARY KEY,
    batch       TEXT NOT NULL,
    entity      TEXT NOT NULL,
    record      INTEGER NOT NULL,
    reason_key  TEXT NOT NULL,
    reason_args TEXT NOT NULL
);
CREATE INDEX reject_batch ON reject (batch);

CREATE TABLE reset_token (
    batch  TEXT NOT NULL,
    record INTEGER NOT NULL,
    token  TEXT NOT NULL,
    PRIMARY KEY (batch, record)
) WITHOUT ROWID;

-- A push over more than one sitting: what waits for the portal, what was uploaded already, what the last rehearsal
-- showed, and what a person decided about it.

-- Number under which chunks of an unfinished push lie in a portal.
CREATE TABLE push_upload (
    portal TEXT PRIMARY KEY,
    upload TEXT NOT NULL,
    at     TEXT NOT NULL
) WITHOUT ROWID;

-- One push at a time may wait: "open" is 1 for it and nothing for all that are over.
CREATE TABLE push_queue (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    open     INTEGER UNIQUE CHECK (open = 1),
    at       TEXT    NOT NULL,
    user     TEXT    NOT NULL,
    portal   TEXT    NOT NULL,
    -- JSON: pairs of check and reason; pairs of entity and policy.
    accepted TEXT    NOT NULL,
    policies TEXT    NOT NULL,
    -- The records that were asked for.
    version  INTEGER NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN ('waiting', 'changed', 'stopped', 'done', 'dropped')),
    tries    INTEGER NOT NULL DEFAULT 0,
    tried_at TEXT,
    -- The push that was begun last.
    batch    TEXT,
    -- Code and sentences of what went wrong last, as JSON.
    said     TEXT
) STRICT;

-- The last rehearsal, record by record.
CREATE TABLE plan_of (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    batch TEXT NOT NULL
);

CREATE TABLE plan_row (
    entity  TEXT    NOT NULL,
    record  INTEGER NOT NULL,
    outcome TEXT    NOT NULL,
    PRIMARY KEY (entity, record)
) WITHOUT ROWID;
CREATE INDEX plan_row_outcome ON plan_row (outcome, entity, record);

-- Values that are others in the portal; "old" is nothing where the portal's is blank.
CREATE TABLE plan_change (
    id     INTEGER PRIMARY KEY,
    entity TEXT    NOT NULL,
    record INTEGER NOT NULL,
    field  TEXT    NOT NULL,
    old    TEXT,
    new    TEXT    NOT NULL,
    effect TEXT    NOT NULL CHECK (effect IN ('written', 'kept', 'asks')),
    UNIQUE (entity, record, field)
);

-- How many there are in all; of very many only the first are kept.
CREATE TABLE plan_total (
    entity TEXT    NOT NULL,
    effect TEXT    NOT NULL,
    total  INTEGER NOT NULL,
    PRIMARY KEY (entity, effect)
) WITHOUT ROWID;

-- The project's value shall replace the portal's; said of these two values and no others.
CREATE TABLE push_decision (
    entity TEXT    NOT NULL,
    record INTEGER NOT NULL,
    field  TEXT    NOT NULL,
    old    TEXT    NOT NULL,
    new    TEXT    NOT NULL,
    user   TEXT    NOT NULL,
    at     TEXT    NOT NULL,
    PRIMARY KEY (entity, record, field)
) WITHOUT ROWID;

-- People of the portal who may be people of this project: only those, with only what was compared, until the next
-- comparison. What a person decided about them stands in match_decision, under the key portal:ROW.
CREATE TABLE portal_match (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    at      TEXT NOT NULL,
    user    TEXT NOT NULL,
    -- Address of the portal without its password.
    portal  TEXT NOT NULL,
    -- Version of the records that were compared.
    version INTEGER NOT NULL
);

CREATE TABLE portal_count (
    entity   TEXT PRIMARY KEY,
    -- Rows of the portal.
    people   INTEGER NOT NULL,
    -- Records of which the portal knows the row already.
    known    INTEGER NOT NULL,
    compared INTEGER NOT NULL,
    -- Keys that too many share for all their pairs to be compared.
    left_out INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE portal_person (
    id     INTEGER PRIMARY KEY,
    entity TEXT NOT NULL,
    -- The row's id at the portal.
    target TEXT NOT NULL,
    -- When it was last written, as the portal says it.
    seen    TEXT NOT NULL,
    -- The person's account at the portal; empty for none.
    account TEXT NOT NULL,
    -- Identity number as it is compared; empty for none.
    number TEXT NOT NULL,
    -- What was compared, as JSON: pairs of field and value, and pairs of number and telephone of whom they belong to.
    said   TEXT NOT NULL,
    UNIQUE (entity, target)
);
CREATE INDEX portal_person_number ON portal_person (entity, number) WHERE number <> '';

CREATE TABLE portal_pair (
    id          INTEGER PRIMARY KEY,
    entity      TEXT NOT NULL,
    record      INTEGER NOT NULL,
    person      INTEGER NOT NULL REFERENCES portal_person (id),
    probability REAL NOT NULL,
    evidence    TEXT NOT NULL,
    -- Whether the rule proves it, and nobody else on either side.
    certain     INTEGER NOT NULL CHECK (certain IN (0, 1)),
    decision    INTEGER
);
CREATE INDEX portal_pair_entity ON portal_pair (entity, record);

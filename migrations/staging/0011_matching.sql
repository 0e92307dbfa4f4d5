-- Records that may be one person, what people decided about them, families, and likely guardians.
-- Pairs, families and likely guardians are a view of the records at one moment: made anew, never changed.
-- Decisions are a person's and stay, whatever is brought in again.
CREATE TABLE match_run (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    at      TEXT NOT NULL,
    user    TEXT NOT NULL,
    -- Version of the records that were compared.
    version INTEGER NOT NULL
);

CREATE TABLE match_count (
    entity   TEXT PRIMARY KEY,
    people   INTEGER NOT NULL,
    compared INTEGER NOT NULL,
    -- Keys that too many records share for all their pairs to be compared.
    left_out INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE match_pair (
    id          INTEGER PRIMARY KEY,
    entity      TEXT NOT NULL,
    a           INTEGER NOT NULL,
    b           INTEGER NOT NULL,
    probability REAL NOT NULL,
    evidence    TEXT NOT NULL,
    decision    INTEGER
);
CREATE INDEX match_pair_entity ON match_pair (entity, a, b);

-- What a person said about two records. They are known by keys that outlive the records, see match_key.
CREATE TABLE match_decision (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    entity  TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'later', 'open')),
    user    TEXT NOT NULL,
    at      TEXT NOT NULL,
    -- The step that merged them; the verdict is in force while that step is.
    step    INTEGER
);

-- The keys of the two sides of a decision: where a record came from, and what it said.
CREATE TABLE match_key (
    decision INTEGER NOT NULL REFERENCES match_decision (id),
    side     INTEGER NOT NULL CHECK (side IN (0, 1)),
    key      TEXT NOT NULL,
    PRIMARY KEY (decision, side, key)
) WITHOUT ROWID;

-- Children of one family; a family is named by its first child.
CREATE TABLE family_member (
    family  INTEGER NOT NULL,
    student INTEGER NOT NULL,
    PRIMARY KEY (family, student)
) WITHOUT ROWID;
CREATE INDEX family_of_student ON family_member (student);

-- Hashes of telephone numbers and addresses that are nobody's own.
CREATE TABLE family_filler (
    hash INTEGER PRIMARY KEY
);

-- Guardians who may be those of a child that has none.
CREATE TABLE likely_guardian (
    student  INTEGER NOT NULL,
    guardian INTEGER NOT NULL,
    why      TEXT NOT NULL,
    PRIMARY KEY (student, guardian)
) WITHOUT ROWID;

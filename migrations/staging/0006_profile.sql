-- What the profile found out: a document for each source table, whose rows never change, and one for each entity.
CREATE TABLE profile_table (
    table_id INTEGER PRIMARY KEY REFERENCES source_table (id) ON DELETE CASCADE,
    -- Version of the document; one of another version is made anew.
    format   INTEGER NOT NULL,
    document TEXT NOT NULL
);

CREATE TABLE profile_entity (
    entity   TEXT PRIMARY KEY,
    document TEXT NOT NULL
) WITHOUT ROWID;

-- The last profile that was made to its end, and the version of the records that it counted.
CREATE TABLE profile_run (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    at      TEXT NOT NULL,
    user    TEXT NOT NULL,
    version INTEGER NOT NULL
);

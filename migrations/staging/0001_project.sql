-- The project itself: what it is, who works in it, what they did, how it is set up.

-- One row. format_version is the number of the last migration that ran.
CREATE TABLE meta (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    project_id     TEXT    NOT NULL,
    format_version INTEGER NOT NULL,
    created_at     TEXT    NOT NULL
) STRICT;

-- name_key is the name trimmed and in lower case: the same person, however it is typed.
CREATE TABLE user (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL UNIQUE,
    display_name TEXT    NOT NULL,
    role         TEXT    NOT NULL CHECK (role IN ('administrator', 'registrar', 'clerk', 'auditor')),
    disabled     INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at   TEXT    NOT NULL,
    created_by   TEXT    NOT NULL
) STRICT;

-- Append-only: each row carries the hash of everything before it.
CREATE TABLE access_log (
    seq    INTEGER PRIMARY KEY,
    at     TEXT    NOT NULL,
    user   TEXT    NOT NULL,
    action TEXT    NOT NULL,
    detail TEXT    NOT NULL,
    hash   BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER access_log_is_not_changed BEFORE UPDATE ON access_log
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END;

CREATE TRIGGER access_log_is_not_shortened BEFORE DELETE ON access_log
BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

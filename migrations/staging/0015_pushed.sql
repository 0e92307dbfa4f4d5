-- Which row of the portal each record of a push became, in a fifth of the room: every push of a large school keeps
-- millions of these. The view has the name, the columns and the texts that the table had; it begins with the pushes,
-- which are few, so that a record is looked for by its key.
CREATE TABLE push_number (
    number INTEGER PRIMARY KEY,
    batch  TEXT NOT NULL UNIQUE
);

CREATE TABLE pushed_row (
    push    INTEGER NOT NULL,
    entity  TEXT NOT NULL,
    record  INTEGER NOT NULL,
    -- the sixteen bytes of a UUID; as it is where it is none
    target  BLOB NOT NULL,
    -- NULL is the usual one, `pushed`
    outcome TEXT,
    PRIMARY KEY (push, entity, record)
) WITHOUT ROWID;

INSERT INTO push_number (batch) SELECT DISTINCT batch FROM pushed_record ORDER BY batch;
INSERT INTO pushed_row (push, entity, record, target, outcome)
SELECT n.number, p.entity, p.record, coalesce(CASE WHEN length(p.target) = 36 THEN unhex(p.target, '-') END, p.target),
       nullif(p.outcome, 'pushed')
FROM push_number n CROSS JOIN pushed_record p ON p.batch = n.batch;
DROP TABLE pushed_record;

CREATE VIEW pushed_record (entity, record, batch, target, outcome) AS
SELECT r.entity, r.record, n.batch,
       CASE typeof(r.target) WHEN 'blob' THEN lower(substr(hex(r.target), 1, 8) || '-' || substr(hex(r.target), 9, 4) || '-'
            || substr(hex(r.target), 13, 4) || '-' || substr(hex(r.target), 17, 4) || '-' || substr(hex(r.target), 21))
       ELSE r.target END,
       coalesce(r.outcome, 'pushed')
FROM push_number n CROSS JOIN pushed_row r ON r.push = n.number;

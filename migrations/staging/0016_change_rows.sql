-- Changes of steps that touch very many records: all cells of a record together, in a fifth of the room. A step keeps
-- its changes either here or cell by cell in `change`, never in both.
ALTER TABLE step ADD COLUMN in_rows INTEGER NOT NULL DEFAULT 0;
-- Such steps are few: what changed a record is looked for step by step.
CREATE INDEX step_in_rows ON step (id) WHERE in_rows = 1;

-- Names of fields and reasons with their arguments (JSON, empty where there are none), said by number in the rows.
CREATE TABLE change_word (
    id   INTEGER PRIMARY KEY,
    word TEXT NOT NULL,
    args TEXT NOT NULL DEFAULT '',
    UNIQUE (word, args)
);

CREATE TABLE change_row (
    step_id INTEGER NOT NULL,
    entity  TEXT NOT NULL,
    record  INTEGER NOT NULL,
    -- JSON: [[field, before, after, reason, arguments], …]; field and reason are numbers of words, the values are null
    -- where blank; arguments of a reason stand here where they are not among the words
    cells   TEXT NOT NULL,
    PRIMARY KEY (step_id, entity, record)
) WITHOUT ROWID;

-- The rows cell by cell, with the columns of `change`.
CREATE VIEW change_in_row (step_id, entity, field, record, before, after, reason_key, reason_args) AS
SELECT r.step_id, r.entity, f.word, r.record, c.value ->> 1, c.value ->> 2, k.word,
       coalesce(nullif(c.value -> 4, 'null'), nullif(k.args, ''))
FROM step s CROSS JOIN change_row r ON r.step_id = s.id CROSS JOIN json_each(r.cells) c
CROSS JOIN change_word f ON f.id = c.value ->> 0 LEFT JOIN change_word k ON k.id = c.value ->> 3
WHERE s.in_rows = 1;

-- What a source declares about itself: the columns that name a row, and those that name a row of another table.
ALTER TABLE source_table ADD COLUMN primary_key TEXT NOT NULL DEFAULT '[]';
ALTER TABLE source_table ADD COLUMN key_links TEXT NOT NULL DEFAULT '[]';

-- The mapping that the records of the table were made with; the one in "mapping" may be newer.
ALTER TABLE source_table ADD COLUMN made_with TEXT;

-- Rows that other tables lead to and that completed a shared record instead of making one.
CREATE TABLE shared_row (
    table_id  INTEGER NOT NULL,
    row_index INTEGER NOT NULL,
    entity    TEXT    NOT NULL,
    record    INTEGER NOT NULL,
    PRIMARY KEY (table_id, row_index, entity)
) WITHOUT ROWID;
CREATE INDEX shared_row_record ON shared_row (entity, record);

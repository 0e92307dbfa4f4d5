-- Where a push puts its records down before it is applied, chunk by chunk, so that a connection that is cut goes on
-- with the next chunk. Unlogged: what lies here is in the project too. A crash of the server empties both tables
-- together, and the next look at the chunks tells the push what to send again. Rows go with the apply, with a
-- failure, and at the latest after some days with the next push of anybody.
CREATE UNLOGGED TABLE migration.incoming_chunks (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    upload_id uuid NOT NULL,
    entity    text NOT NULL,
    chunk     int NOT NULL CHECK (chunk >= 0),
    row_count bigint NOT NULL CHECK (row_count > 0),
    -- of what the project sent, without what is made up anew each time (hashes that no password fits)
    sha256    text NOT NULL,
    sent_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (upload_id, entity, chunk)
);

-- One table for every entity: which text means what stands in the push alone. The chunk's number comes from the
-- session, so that a line is the same here and in a temporary table. No foreign key: it would cost a look-up a row.
CREATE UNLOGGED TABLE migration.incoming_rows (
    chunk_id      bigint NOT NULL DEFAULT current_setting('daftar.chunk')::bigint,
    record        bigint,
    source_key    text,
    new_id        uuid,
    reason        text,
    reason_column text
);
DO $$
BEGIN
    FOR n IN 1..64 LOOP
        EXECUTE format('ALTER TABLE migration.incoming_rows ADD COLUMN c%s text', n);
    END LOOP;
END $$;
CREATE INDEX incoming_rows_chunk_idx ON migration.incoming_rows (chunk_id);

-- What a rollback of single entities took out; the rest of the batch stands.
ALTER TABLE migration.journal ADD COLUMN reversed boolean NOT NULL DEFAULT false;

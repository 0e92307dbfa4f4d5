-- What Daftar remembers on the server: which files made the portal, which push did what to which row.
CREATE TABLE migration.schema_version (
    version    int PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE migration.batches (
    id              uuid PRIMARY KEY,
    workspace_id    uuid NOT NULL,
    source_system   text NOT NULL,
    started_at      timestamptz NOT NULL DEFAULT now(),
    applied_at      timestamptz,
    rolled_back_at  timestamptz,
    state           text NOT NULL CHECK (state IN ('uploading', 'applied', 'rolled_back', 'failed')),
    pushed_by       text NOT NULL,
    counts          jsonb NOT NULL DEFAULT '{}',
    rollback_counts jsonb,
    fingerprint     text,
    -- the number series that the push drew from, and where it stood before and after
    series          text,
    series_before   bigint,
    series_after    bigint,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX batches_workspace_idx ON migration.batches (workspace_id, started_at);

CREATE TABLE migration.migration_history (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name         text NOT NULL,
    processed    bigint NOT NULL CHECK (processed >= 0),
    migrated     bigint NOT NULL CHECK (migrated >= 0),
    errors       bigint NOT NULL CHECK (errors >= 0),
    duration_ms  bigint NOT NULL CHECK (duration_ms >= 0),
    completed_at timestamptz NOT NULL DEFAULT now(),
    batch_id     uuid REFERENCES migration.batches (id),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX migration_history_batch_idx ON migration.migration_history (batch_id);

-- No foreign key from the two bulky tables to batches: it would cost a look-up a row, and the only
-- writer makes the batch in the same transaction.
CREATE TABLE migration.id_map (
    entity        text NOT NULL,
    source_system text NOT NULL,
    source_key    text NOT NULL,
    target_id     uuid NOT NULL,
    batch_id      uuid NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (entity, source_system, source_key)
);
CREATE INDEX id_map_batch_idx ON migration.id_map (batch_id, entity);

CREATE TABLE migration.journal (
    batch_id   uuid NOT NULL,
    entity     text NOT NULL,
    record_no  bigint NOT NULL,
    target_id  uuid NOT NULL,
    -- second half of a primary key of two columns (user_roles)
    link_id    uuid,
    outcome    text NOT NULL CHECK (outcome IN ('inserted', 'updated')),
    -- the row as it was before an update, without secrets
    before     jsonb,
    -- md5 of row::text as the push left it
    after_hash text NOT NULL,
    PRIMARY KEY (batch_id, entity, record_no)
);

CREATE TABLE migration.errors (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    batch_id    uuid NOT NULL REFERENCES migration.batches (id),
    entity      text NOT NULL,
    record_no   bigint NOT NULL,
    source_key  text NOT NULL,
    column_name text,
    message     text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX errors_batch_idx ON migration.errors (batch_id, entity, record_no);

CREATE TABLE migration.number_series (
    series     text PRIMARY KEY,
    last_value bigint NOT NULL CHECK (last_value >= 0)
);

CREATE TABLE migration.sync_state (
    system        text NOT NULL,
    entity        text NOT NULL,
    base_snapshot jsonb,
    watermark     text,
    last_run_at   timestamptz,
    last_result   text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (system, entity)
);

-- Every change to auth, academic, islamic and financial is written to the audit log, by statement:
-- one INSERT..SELECT over the changed rows. A trigger for each row would double the time of a push.
CREATE TABLE audit.audit_log (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_schema text NOT NULL,
    table_name   text NOT NULL,
    record_id    uuid,
    operation    audit.audit_operation NOT NULL,
    old_data     jsonb,
    new_data     jsonb,
    changed_by   text NOT NULL,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    batch_id     uuid
);
CREATE INDEX audit_log_record_idx ON audit.audit_log (record_id);
CREATE INDEX audit_log_changed_idx ON audit.audit_log USING brin (changed_at);

-- The owner writes the log whoever makes the change, so that nobody needs the right to forge it. The
-- arguments are the columns of the primary key. Secrets never enter the log.
CREATE FUNCTION audit.log_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    batch   uuid := nullif(current_setting('daftar.batch', true), '')::uuid;
    actor   text := coalesce(nullif(current_setting('daftar.actor', true), ''), session_user::text);
    secrets text[] := CASE WHEN TG_TABLE_SCHEMA = 'auth' THEN '{password_hash,token_hash}'::text[] END;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit.audit_log (table_schema, table_name, record_id, operation, new_data, changed_by, batch_id)
        SELECT TG_TABLE_SCHEMA, TG_TABLE_NAME, (n.j ->> 'id')::uuid, 'INSERT',
               CASE WHEN secrets IS NULL THEN n.j ELSE n.j - secrets END, actor, batch
        FROM (SELECT to_jsonb(r) AS j FROM new_rows r OFFSET 0) n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit.audit_log (table_schema, table_name, record_id, operation, old_data, changed_by, batch_id)
        SELECT TG_TABLE_SCHEMA, TG_TABLE_NAME, (o.j ->> 'id')::uuid, 'DELETE',
               CASE WHEN secrets IS NULL THEN o.j ELSE o.j - secrets END, actor, batch
        FROM (SELECT to_jsonb(r) AS j FROM old_rows r OFFSET 0) o;
    ELSE
        INSERT INTO audit.audit_log
            (table_schema, table_name, record_id, operation, old_data, new_data, changed_by, batch_id)
        SELECT TG_TABLE_SCHEMA, TG_TABLE_NAME, (coalesce(n.j, o.j) ->> 'id')::uuid, 'UPDATE',
               CASE WHEN secrets IS NULL THEN o.j ELSE o.j - secrets END,
               CASE WHEN secrets IS NULL THEN n.j ELSE n.j - secrets END, actor, batch
        FROM (SELECT to_jsonb(r) AS j FROM old_rows r) o
        FULL JOIN (SELECT to_jsonb(r) AS j FROM new_rows r) n
            ON o.j ->> TG_ARGV[0] = n.j ->> TG_ARGV[0] AND o.j ->> TG_ARGV[1] = n.j ->> TG_ARGV[1];
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT c.oid::regclass AS name,
               (SELECT a[1] || ', ' || a[cardinality(a)]
                FROM (SELECT array_agg(quote_literal(k.attname) ORDER BY k.attnum) AS a
                      FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
                      WHERE i.indrelid = c.oid AND i.indisprimary) keys) AS keys
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname IN ('auth', 'academic', 'islamic', 'financial')
        ORDER BY 1
    LOOP
        EXECUTE format('CREATE TRIGGER audit_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION audit.log_changes(%s)', t.name, t.keys);
        EXECUTE format('CREATE TRIGGER audit_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows '
            'NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit.log_changes(%s)', t.name, t.keys);
        EXECUTE format('CREATE TRIGGER audit_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION audit.log_changes(%s)', t.name, t.keys);
    END LOOP;
END $$;

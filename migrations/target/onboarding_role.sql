-- The role of those who push, where the account may make roles; elsewhere the server's administrator makes it, and the
-- next prepare grants what it needs. It is a group without a login: `GRANT smart_academy_onboarding TO …` makes any
-- login one that pushes, verifies, rolls back and checks, and does nothing else: no table is its own, none can be
-- changed or emptied, and the audit log can only be read. It reads everything, because the copy before each push is
-- made with it, and because a row counts as untouched only where all of it is as the push left it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'smart_academy_onboarding') THEN
        CREATE ROLE smart_academy_onboarding NOLOGIN;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'role smart_academy_onboarding was not made: this account may not make roles';
    WHEN duplicate_object OR unique_violation THEN
        NULL;
END $$;

DO $$
DECLARE
    s text;
    t record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'smart_academy_onboarding') THEN
        RETURN;
    END IF;
    FOREACH s IN ARRAY '{auth,academic,islamic,financial,communication,content,analytics,audit,migration}'::text[] LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO smart_academy_onboarding', s);
    END LOOP;
    -- Tables that somebody else added are theirs to grant. Sequences are read by the copy only: a number of an identity
    -- column is drawn without any right.
    FOR t IN
        SELECT c.oid::regclass AS name, c.relkind = 'S' AS sequence,
               c.relkind <> 'S' AND n.nspname IN ('academic', 'islamic', 'financial', 'communication', 'content') AS pushed
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'S') AND pg_has_role(c.relowner, 'USAGE')
          AND n.nspname IN ('auth', 'academic', 'islamic', 'financial', 'communication', 'content', 'analytics',
                            'audit', 'migration')
    LOOP
        EXECUTE format('GRANT %s ON %s %s TO smart_academy_onboarding',
            CASE WHEN t.pushed THEN 'SELECT, INSERT, UPDATE, DELETE' ELSE 'SELECT' END,
            CASE WHEN t.sequence THEN 'SEQUENCE' ELSE 'TABLE' END, t.name);
    END LOOP;
    GRANT INSERT, UPDATE, DELETE
        ON auth.users, auth.user_roles, auth.password_reset_tokens, analytics.dashboard_metrics
        TO smart_academy_onboarding;
    GRANT INSERT, UPDATE, DELETE
        ON migration.id_map, migration.journal, migration.incoming_chunks, migration.incoming_rows
        TO smart_academy_onboarding;
    GRANT INSERT, UPDATE ON migration.batches, migration.number_series TO smart_academy_onboarding;
    GRANT INSERT ON migration.migration_history, migration.errors TO smart_academy_onboarding;
    -- what everybody has on a new server, and a careful administrator may have taken from everybody
    FOREACH s IN ARRAY '{CONNECT,TEMPORARY}'::text[] LOOP
        IF NOT has_database_privilege('smart_academy_onboarding', current_database(), s) THEN
            EXECUTE format('GRANT %s ON DATABASE %I TO smart_academy_onboarding', s, current_database());
        END IF;
    END LOOP;
END $$;

-- The portal application's own role, where the account may make roles; elsewhere the server's
-- administrator makes it, and the next prepare grants what it needs.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'smart_academy_app') THEN
        CREATE ROLE smart_academy_app NOLOGIN;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'role smart_academy_app was not made: this account may not make roles';
    WHEN duplicate_object OR unique_violation THEN
        NULL;
END $$;

DO $$
DECLARE
    s text;
    t record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'smart_academy_app') THEN
        RETURN;
    END IF;
    FOREACH s IN ARRAY '{auth,academic,islamic,financial,communication,content,analytics}'::text[] LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO smart_academy_app', s);
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I '
            'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO smart_academy_app', s);
    END LOOP;
    -- tables that somebody else added are theirs to grant
    FOR t IN
        SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE')
          AND n.nspname IN ('auth', 'academic', 'islamic', 'financial', 'communication', 'content', 'analytics')
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO smart_academy_app', t.name);
    END LOOP;
    GRANT USAGE ON SCHEMA audit, migration TO smart_academy_app;
    GRANT SELECT ON audit.audit_log TO smart_academy_app;
END $$;

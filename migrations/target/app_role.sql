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
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'smart_academy_app')
        OR has_schema_privilege('smart_academy_app', 'auth', 'USAGE') THEN
        RETURN;
    END IF;
    FOREACH s IN ARRAY '{auth,academic,islamic,financial,communication,content,analytics}'::text[] LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO smart_academy_app', s);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO smart_academy_app', s);
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I '
            'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO smart_academy_app', s);
    END LOOP;
    GRANT USAGE ON SCHEMA audit, migration TO smart_academy_app;
    GRANT SELECT ON audit.audit_log TO smart_academy_app;
END $$;

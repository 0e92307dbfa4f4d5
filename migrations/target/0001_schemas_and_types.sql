-- The portal's schemas and code lists (enumerations). The migration schema is Daftar's own.
CREATE SCHEMA auth;
CREATE SCHEMA academic;
CREATE SCHEMA islamic;
CREATE SCHEMA financial;
CREATE SCHEMA communication;
CREATE SCHEMA content;
CREATE SCHEMA analytics;
CREATE SCHEMA audit;
CREATE SCHEMA migration;

CREATE TYPE auth.user_status AS ENUM ('pending', 'active', 'inactive', 'suspended', 'archived');
CREATE TYPE academic.gender_type AS ENUM ('male', 'female');
CREATE TYPE academic.student_status AS ENUM
    ('active', 'graduated', 'withdrawn', 'expelled', 'transferred', 'on_leave');
CREATE TYPE academic.attendance_status AS ENUM ('present', 'absent', 'late', 'excused', 'sick', 'holiday');
CREATE TYPE islamic.memorization_status AS ENUM
    ('not_started', 'in_progress', 'completed', 'under_review', 'certified');
CREATE TYPE islamic.quality_rating AS ENUM
    ('excellent', 'very_good', 'good', 'satisfactory', 'needs_improvement', 'poor');
CREATE TYPE financial.invoice_status AS ENUM
    ('draft', 'sent', 'partially_paid', 'paid', 'overdue', 'cancelled', 'refunded');
CREATE TYPE financial.payment_status AS ENUM ('pending', 'completed', 'failed', 'cancelled', 'refunded');
CREATE TYPE audit.audit_operation AS ENUM ('INSERT', 'UPDATE', 'DELETE');

-- The day it is in Malaysia, for CHECKs on dates that must not lie ahead. Between midnight and eight
-- in the morning the server's own day, if it counts in UTC, would still be yesterday.
CREATE FUNCTION migration.school_day() RETURNS date LANGUAGE sql STABLE
    AS $$ SELECT (now() AT TIME ZONE 'Asia/Kuala_Lumpur')::date $$;

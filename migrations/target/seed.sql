-- What a new portal begins with. Adds what is missing, changes nothing that is there. The setting
-- daftar.year is the calendar year of the day of preparing.
INSERT INTO auth.permissions (resource, action, code, description)
SELECT r, a, r || ':' || a, 'Can ' || a || ' ' || r
FROM unnest('{users,roles,students,guardians,teachers,classes,enrollments,attendance,quran_programs,hafiz_progress,invoices,payments,reports,settings}'::text[]) r,
     unnest('{create,read,update,delete,export}'::text[]) a
ON CONFLICT (code) DO NOTHING;

-- A role gets its permissions when it is made: what an administrator takes away later stays away. Where no role has any,
-- or nobody could administer, that was nobody's decision.
WITH made AS (
    INSERT INTO auth.roles (code, name, is_system, priority)
    VALUES ('super_admin', 'Super Administrator', true, 100), ('admin', 'Administrator', true, 90),
           ('principal', 'Principal', true, 80), ('teacher', 'Teacher', true, 50),
           ('quran_teacher', 'Quran Teacher', true, 50), ('accountant', 'Accountant', true, 40),
           ('parent', 'Parent/Guardian', true, 20), ('student', 'Student', true, 10)
    ON CONFLICT (code) DO NOTHING
    RETURNING id, code
), bare AS (
    SELECT id, code FROM made
    UNION ALL
    SELECT r.id, r.code FROM auth.roles r
    WHERE NOT EXISTS (SELECT 1 FROM auth.role_permissions g WHERE r.code <> 'super_admin' OR g.role_id = r.id)
), listed (role, permissions) AS (
    VALUES ('teacher', '{students:read,classes:read,attendance:create,attendance:read,attendance:update,hafiz_progress:create,hafiz_progress:read,hafiz_progress:update}'::text[]),
           ('quran_teacher', '{students:read,quran_programs:read,hafiz_progress:create,hafiz_progress:read,hafiz_progress:update}'),
           ('parent', '{students:read,attendance:read,hafiz_progress:read,invoices:read,payments:read}'),
           ('student', '{attendance:read,hafiz_progress:read}')
)
INSERT INTO auth.role_permissions (role_id, permission_id)
SELECT bare.id, p.id
FROM bare CROSS JOIN auth.permissions p
WHERE CASE bare.code
        WHEN 'super_admin' THEN true
        WHEN 'admin' THEN p.code <> 'settings:delete'
        -- reads and exports everything
        WHEN 'principal' THEN p.action IN ('read', 'export')
        -- money and reports, and the names of those who pay
        WHEN 'accountant' THEN p.resource IN ('invoices', 'payments')
            OR p.code IN ('reports:read', 'reports:export', 'students:read', 'guardians:read')
        ELSE EXISTS (SELECT 1 FROM listed l WHERE l.role = bare.code AND p.code = ANY (l.permissions))
      END
ON CONFLICT DO NOTHING;

-- Years are calendar years and do not overlap. Only a portal without any gets them: later ones, and
-- which one is current, are the school's decision.
INSERT INTO academic.academic_years (code, name, start_date, end_date, is_current, is_enrollment_open)
SELECT 'AY' || y, y::text, make_date(y, 1, 1), make_date(y, 12, 31), y = this.year, y >= this.year
FROM (SELECT current_setting('daftar.year')::int AS year) this, generate_series(this.year - 2, this.year + 1) y
WHERE NOT EXISTS (SELECT 1 FROM academic.academic_years);

INSERT INTO islamic.quran_programs
    (code, name, program_type, description, target_juz, target_surahs, duration_months, prerequisites)
VALUES
    ('HIFZ-FULL', 'Full Hifz Program', 'hifz_full', 'Complete Quran memorization program (30 Juz)',
     ARRAY(SELECT generate_series(1, 30)), NULL, 36, NULL),
    ('HIFZ-JA', 'Juz Amma Program', 'hifz_partial', 'Memorization of Juz 30 (Juz Amma)',
     '{30}', ARRAY(SELECT generate_series(78, 114)), 12, NULL),
    ('TIL-TAJ', 'Tilawah & Tajweed', 'tilawah', 'Quran recitation with proper Tajweed rules', NULL, NULL, 24, NULL),
    ('TAJ-CERT', 'Tajweed Certification', 'tajweed', 'Advanced Tajweed course with certification',
     NULL, NULL, 12, 'Basic Quran reading ability')
ON CONFLICT (code) DO NOTHING;

-- Quran programmes, memorisation, revision, tajweed and Islamic studies.
CREATE TABLE islamic.quran_programs (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code            text NOT NULL UNIQUE,
    name            text NOT NULL,
    program_type    text NOT NULL CHECK (program_type IN ('hifz_full', 'hifz_partial', 'tilawah', 'tajweed')),
    description     text,
    target_juz      int[],
    target_surahs   int[],
    duration_months int CHECK (duration_months > 0),
    prerequisites   text,
    is_active       boolean NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE islamic.quran_enrollments (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id       uuid NOT NULL REFERENCES academic.students (id),
    program_id       uuid NOT NULL REFERENCES islamic.quran_programs (id),
    teacher_id       uuid REFERENCES academic.teachers (id),
    academic_year_id uuid REFERENCES academic.academic_years (id),
    enrollment_date  date,
    status           text NOT NULL CHECK (status IN ('active', 'completed', 'withdrawn')),
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (student_id, program_id, academic_year_id)
);
CREATE INDEX quran_enrollments_program_id_idx ON islamic.quran_enrollments (program_id);
CREATE INDEX quran_enrollments_teacher_id_idx ON islamic.quran_enrollments (teacher_id);
CREATE INDEX quran_enrollments_academic_year_id_idx ON islamic.quran_enrollments (academic_year_id);

CREATE TABLE islamic.hafiz_progress (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    enrollment_id    uuid NOT NULL REFERENCES islamic.quran_enrollments (id),
    surah_number     int NOT NULL CHECK (surah_number BETWEEN 1 AND 114),
    juz_number       int NOT NULL CHECK (juz_number BETWEEN 1 AND 30),
    status           islamic.memorization_status NOT NULL,
    verses_memorized int NOT NULL CHECK (verses_memorized >= 0),
    total_verses     int NOT NULL CHECK (total_verses > 0),
    quality_score    numeric(5,2) CHECK (quality_score BETWEEN 0 AND 100),
    start_date       date,
    completion_date  date,
    last_reviewed_at date,
    review_count     int NOT NULL DEFAULT 0 CHECK (review_count >= 0),
    teacher_notes    text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK (verses_memorized <= total_verses),
    CHECK (completion_date >= start_date),
    -- a surah may span two or three juz
    UNIQUE (enrollment_id, surah_number, juz_number)
);

CREATE TABLE islamic.murajaah_sessions (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    enrollment_id    uuid NOT NULL REFERENCES islamic.quran_enrollments (id),
    teacher_id       uuid REFERENCES academic.teachers (id),
    session_date     date NOT NULL,
    surah_number     int CHECK (surah_number BETWEEN 1 AND 114),
    from_verse       int CHECK (from_verse > 0),
    to_verse         int,
    juz_number       int CHECK (juz_number BETWEEN 1 AND 30),
    quality          islamic.quality_rating,
    mistakes_count   int CHECK (mistakes_count >= 0),
    duration_minutes int CHECK (duration_minutes > 0),
    notes            text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK (to_verse >= from_verse)
);
CREATE INDEX murajaah_sessions_enrollment_id_idx ON islamic.murajaah_sessions (enrollment_id);
CREATE INDEX murajaah_sessions_teacher_id_idx ON islamic.murajaah_sessions (teacher_id);

CREATE TABLE islamic.tajweed_assessments (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id      uuid NOT NULL REFERENCES academic.students (id),
    teacher_id      uuid REFERENCES academic.teachers (id),
    assessment_date date NOT NULL,
    surah_number    int CHECK (surah_number BETWEEN 1 AND 114),
    makhraj_score   numeric(5,2) CHECK (makhraj_score BETWEEN 0 AND 100),
    sifat_score     numeric(5,2) CHECK (sifat_score BETWEEN 0 AND 100),
    fluency_score   numeric(5,2) CHECK (fluency_score BETWEEN 0 AND 100),
    overall_score   numeric(5,2) CHECK (overall_score BETWEEN 0 AND 100),
    rating          islamic.quality_rating,
    notes           text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tajweed_assessments_student_id_idx ON islamic.tajweed_assessments (student_id);
CREATE INDEX tajweed_assessments_teacher_id_idx ON islamic.tajweed_assessments (teacher_id);

CREATE TABLE islamic.islamic_studies_grades (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id       uuid NOT NULL REFERENCES academic.students (id),
    academic_year_id uuid REFERENCES academic.academic_years (id),
    subject          text NOT NULL CHECK (btrim(subject) <> ''),
    term             text,
    score            numeric(5,2) CHECK (score BETWEEN 0 AND 100),
    grade_letter     text,
    remarks          text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (student_id, academic_year_id, subject, term)
);
CREATE INDEX islamic_studies_grades_academic_year_id_idx ON islamic.islamic_studies_grades (academic_year_id);

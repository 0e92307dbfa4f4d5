-- Years, pupils, families, teachers, classes, attendance and marks.
CREATE TABLE academic.academic_years (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code               text NOT NULL UNIQUE CHECK (btrim(code) <> ''),
    name               text NOT NULL UNIQUE CHECK (btrim(name) <> ''),
    start_date         date NOT NULL,
    end_date           date NOT NULL,
    is_current         boolean NOT NULL DEFAULT false,
    is_enrollment_open boolean NOT NULL DEFAULT false,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT academic_years_date_order CHECK (end_date > start_date),
    CONSTRAINT academic_years_no_overlap EXCLUDE USING gist (daterange(start_date, end_date, '[]') WITH &&)
);
CREATE UNIQUE INDEX academic_years_one_current ON academic.academic_years (is_current) WHERE is_current;

CREATE TABLE academic.students (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id        uuid UNIQUE REFERENCES auth.users (id),
    student_number text NOT NULL UNIQUE CHECK (btrim(student_number) <> ''),
    first_name     text NOT NULL CHECK (btrim(first_name) <> ''),
    last_name      text,
    full_name      text NOT NULL CHECK (btrim(full_name) <> ''),
    date_of_birth  date CHECK (date_of_birth <= migration.school_day()),
    gender         academic.gender_type,
    nationality    text,
    national_id    text UNIQUE,
    blood_type     text,
    medical_notes  text,
    admission_date date,
    status         academic.student_status NOT NULL,
    address        jsonb,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT students_date_order CHECK (admission_date >= date_of_birth)
);
CREATE INDEX students_full_name_idx ON academic.students (full_name);

CREATE TABLE academic.guardians (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id     uuid REFERENCES auth.users (id),
    full_name   text NOT NULL CHECK (btrim(full_name) <> ''),
    national_id text,
    phone       text,
    email       text,
    occupation  text,
    address     jsonb,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX guardians_user_id_idx ON academic.guardians (user_id);
CREATE INDEX guardians_national_id_idx ON academic.guardians (national_id);

CREATE TABLE academic.student_guardians (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id           uuid NOT NULL REFERENCES academic.students (id),
    guardian_id          uuid NOT NULL REFERENCES academic.guardians (id),
    relationship         text NOT NULL CHECK (relationship IN ('father', 'mother', 'guardian', 'grandparent', 'sibling', 'other')),
    is_primary           boolean NOT NULL,
    is_emergency_contact boolean NOT NULL,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    UNIQUE (student_id, guardian_id)
);
CREATE INDEX student_guardians_guardian_id_idx ON academic.student_guardians (guardian_id);

CREATE TABLE academic.teachers (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id         uuid UNIQUE REFERENCES auth.users (id),
    employee_number text NOT NULL UNIQUE CHECK (btrim(employee_number) <> ''),
    full_name       text NOT NULL CHECK (btrim(full_name) <> ''),
    national_id     text,
    phone           text,
    qualification   text,
    specialization  text,
    hire_date       date,
    status          text NOT NULL CHECK (status IN ('active', 'inactive', 'on_leave')),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX teachers_national_id_idx ON academic.teachers (national_id);

CREATE TABLE academic.classes (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    academic_year_id uuid NOT NULL REFERENCES academic.academic_years (id),
    code             text NOT NULL CHECK (btrim(code) <> ''),
    name             text NOT NULL CHECK (btrim(name) <> ''),
    grade_level      text,
    section          text,
    capacity         int CHECK (capacity >= 0),
    class_teacher_id uuid REFERENCES academic.teachers (id),
    room             text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (academic_year_id, code),
    UNIQUE (id, academic_year_id)
);
CREATE INDEX classes_class_teacher_id_idx ON academic.classes (class_teacher_id);

CREATE TABLE academic.enrollments (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id       uuid NOT NULL REFERENCES academic.students (id),
    class_id         uuid NOT NULL REFERENCES academic.classes (id),
    academic_year_id uuid NOT NULL REFERENCES academic.academic_years (id),
    enrollment_date  date,
    status           text NOT NULL CHECK (status IN ('active', 'completed', 'withdrawn', 'transferred')),
    roll_number      text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (student_id, class_id),
    -- a class belongs to one year, so the enrolment's year must be that one
    CONSTRAINT enrollments_year_of_class FOREIGN KEY (class_id, academic_year_id)
        REFERENCES academic.classes (id, academic_year_id)
);
CREATE INDEX enrollments_class_id_academic_year_id_idx ON academic.enrollments (class_id, academic_year_id);
CREATE INDEX enrollments_academic_year_id_idx ON academic.enrollments (academic_year_id);

CREATE TABLE academic.attendance (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id      uuid NOT NULL REFERENCES academic.students (id),
    class_id        uuid REFERENCES academic.classes (id),
    attendance_date date NOT NULL CHECK (attendance_date <= migration.school_day()),
    status          academic.attendance_status NOT NULL,
    check_in_time   time,
    remarks         text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (student_id, class_id, attendance_date)
);
CREATE INDEX attendance_class_id_idx ON academic.attendance (class_id);

CREATE TABLE academic.grades (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id       uuid NOT NULL REFERENCES academic.students (id),
    academic_year_id uuid REFERENCES academic.academic_years (id),
    subject          text NOT NULL CHECK (btrim(subject) <> ''),
    term             text,
    assessment       text,
    score            numeric(5,2),
    max_score        numeric(5,2),
    grade_letter     text,
    remarks          text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK (score >= 0 AND max_score > 0 AND score <= max_score),
    UNIQUE NULLS NOT DISTINCT (student_id, academic_year_id, subject, term, assessment)
);
CREATE INDEX grades_academic_year_id_idx ON academic.grades (academic_year_id);

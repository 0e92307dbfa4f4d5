-- Fees, invoices, payments and scholarships. Sums are checked by the server.
CREATE TABLE financial.fee_structures (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    academic_year_id uuid REFERENCES academic.academic_years (id),
    code             text NOT NULL UNIQUE,
    name             text NOT NULL,
    description      text,
    amount           numeric(12,2) NOT NULL CHECK (amount >= 0),
    currency         char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    frequency        text NOT NULL CHECK (frequency IN ('one_time', 'monthly', 'term', 'yearly')),
    grade_level      text,
    is_mandatory     boolean NOT NULL,
    is_active        boolean NOT NULL DEFAULT true,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX fee_structures_academic_year_id_idx ON financial.fee_structures (academic_year_id);

CREATE TABLE financial.invoices (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    invoice_number   text NOT NULL UNIQUE,
    student_id       uuid NOT NULL REFERENCES academic.students (id),
    academic_year_id uuid REFERENCES academic.academic_years (id),
    invoice_date     date NOT NULL,
    due_date         date NOT NULL,
    subtotal         numeric(12,2) NOT NULL CHECK (subtotal >= 0),
    discount_amount  numeric(12,2) NOT NULL CHECK (discount_amount >= 0),
    tax_amount       numeric(12,2) NOT NULL CHECK (tax_amount >= 0),
    total_amount     numeric(12,2) NOT NULL,
    paid_amount      numeric(12,2) NOT NULL CHECK (paid_amount >= 0),
    balance_due      numeric(12,2) NOT NULL,
    status           financial.invoice_status NOT NULL,
    currency         char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    notes            text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK (total_amount = subtotal - discount_amount + tax_amount),
    CHECK (balance_due = total_amount - paid_amount),
    CHECK (due_date >= invoice_date)
);
CREATE INDEX invoices_student_id_idx ON financial.invoices (student_id);
CREATE INDEX invoices_academic_year_id_idx ON financial.invoices (academic_year_id);

CREATE TABLE financial.invoice_items (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    invoice_id       uuid NOT NULL REFERENCES financial.invoices (id),
    fee_structure_id uuid REFERENCES financial.fee_structures (id),
    description      text NOT NULL,
    quantity         numeric(10,2) NOT NULL,
    unit_price       numeric(12,2) NOT NULL,
    amount           numeric(12,2) NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX invoice_items_invoice_id_idx ON financial.invoice_items (invoice_id);
CREATE INDEX invoice_items_fee_structure_id_idx ON financial.invoice_items (fee_structure_id);

CREATE TABLE financial.payments (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    receipt_number text UNIQUE,
    student_id     uuid NOT NULL REFERENCES academic.students (id),
    payment_date   date NOT NULL,
    amount         numeric(12,2) NOT NULL CHECK (amount > 0),
    method         text NOT NULL CHECK (method IN ('cash', 'fpx', 'card', 'cheque', 'bank_transfer', 'other')),
    reference      text,
    status         financial.payment_status NOT NULL,
    notes          text,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX payments_student_id_idx ON financial.payments (student_id);

CREATE TABLE financial.payment_allocations (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    payment_id uuid NOT NULL REFERENCES financial.payments (id),
    invoice_id uuid NOT NULL REFERENCES financial.invoices (id),
    amount     numeric(12,2) NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (payment_id, invoice_id)
);
CREATE INDEX payment_allocations_invoice_id_idx ON financial.payment_allocations (invoice_id);

CREATE TABLE financial.scholarships (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code        text NOT NULL UNIQUE,
    name        text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('percent', 'amount')),
    value       numeric(12,2) NOT NULL CHECK (value >= 0),
    description text,
    is_active   boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (kind = 'amount' OR value <= 100)
);

CREATE TABLE financial.student_scholarships (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    student_id       uuid NOT NULL REFERENCES academic.students (id),
    scholarship_id   uuid NOT NULL REFERENCES financial.scholarships (id),
    academic_year_id uuid REFERENCES academic.academic_years (id),
    amount           numeric(12,2) CHECK (amount >= 0),
    start_date       date,
    end_date         date,
    status           text NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CHECK (end_date >= start_date)
);
CREATE INDEX student_scholarships_student_id_idx ON financial.student_scholarships (student_id);
CREATE INDEX student_scholarships_scholarship_id_idx ON financial.student_scholarships (scholarship_id);
CREATE INDEX student_scholarships_academic_year_id_idx ON financial.student_scholarships (academic_year_id);

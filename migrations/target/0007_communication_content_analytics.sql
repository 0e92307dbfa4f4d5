-- Messages, pages, media and figures for dashboards.
CREATE TABLE communication.notifications (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id    uuid NOT NULL REFERENCES auth.users (id),
    kind       text NOT NULL,
    title      text NOT NULL,
    body       text,
    channel    text NOT NULL,
    status     text NOT NULL,
    sent_at    timestamptz,
    read_at    timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notifications_user_id_idx ON communication.notifications (user_id);

CREATE TABLE communication.messages (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sender_id    uuid REFERENCES auth.users (id),
    recipient_id uuid REFERENCES auth.users (id),
    subject      text,
    body         text NOT NULL,
    sent_at      timestamptz NOT NULL,
    read_at      timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX messages_sender_id_idx ON communication.messages (sender_id);
CREATE INDEX messages_recipient_id_idx ON communication.messages (recipient_id);

CREATE TABLE communication.announcements (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title        text NOT NULL,
    body         text NOT NULL,
    audience     text,
    published_at timestamptz,
    expires_at   timestamptz,
    author_id    uuid REFERENCES auth.users (id),
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX announcements_author_id_idx ON communication.announcements (author_id);

CREATE TABLE content.pages (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug         text NOT NULL UNIQUE,
    title        text NOT NULL,
    body         text,
    locale       text,
    status       text NOT NULL,
    published_at timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE content.media (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    file_name   text NOT NULL,
    mime_type   text NOT NULL,
    size_bytes  bigint NOT NULL CHECK (size_bytes >= 0),
    storage_key text NOT NULL UNIQUE,
    checksum    text NOT NULL,
    alt_text    text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE analytics.dashboard_metrics (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    metric_key  text NOT NULL,
    dimensions  jsonb,
    value       numeric NOT NULL,
    measured_at timestamptz NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dashboard_metrics_metric_key_measured_at_idx ON analytics.dashboard_metrics (metric_key, measured_at);

CREATE TABLE analytics.report_cache (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    report_key   text NOT NULL,
    params       jsonb,
    result       jsonb NOT NULL,
    generated_at timestamptz NOT NULL,
    expires_at   timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX report_cache_report_key_idx ON analytics.report_cache (report_key);

-- The rest of what was asked for with a push that waits: without copies first (1), and with which Redis (its address
-- without password; nothing for that of the settings).
ALTER TABLE push_queue ADD COLUMN no_backup INTEGER NOT NULL DEFAULT 0;
ALTER TABLE push_queue ADD COLUMN redis TEXT;

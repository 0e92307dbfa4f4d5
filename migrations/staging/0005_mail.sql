-- When a message with a reset token was handed to the portal's mailer; NULL while it waits.
ALTER TABLE reset_token ADD COLUMN sent_at TEXT;

-- In which order pushes were made: a computer's clock may be set back between two of them.
ALTER TABLE push_batch ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
UPDATE push_batch SET made = (SELECT count(*) FROM push_batch o WHERE (o.at, o.id) <= (push_batch.at, push_batch.id));

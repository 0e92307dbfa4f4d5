-- The e-mail address that the account of a waiting message has in the portal: a token goes nowhere else. Blank where it
-- is not known; the next push asks the portal.
ALTER TABLE reset_token ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- Blank fields of the same record that a proposal fills together with its own: pairs of field and value.
ALTER TABLE proposal ADD COLUMN also TEXT NOT NULL DEFAULT '[]';

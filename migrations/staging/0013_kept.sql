-- Values that a portal kept at a push because the policy said so, as they were then: comparing tells them from values
-- that differ.
CREATE TABLE push_kept (
    batch  TEXT    NOT NULL,
    entity TEXT    NOT NULL,
    record INTEGER NOT NULL,
    field  TEXT    NOT NULL,
    -- NULL where the portal has a blank.
    portal TEXT,
    PRIMARY KEY (batch, entity, record, field)
) WITHOUT ROWID;

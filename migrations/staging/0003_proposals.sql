-- What the cleansing rules propose, for a person to look at. Counts are complete; of very many alike
-- only the first are kept with their values.
CREATE TABLE proposal (
    id            INTEGER PRIMARY KEY,
    rule          TEXT NOT NULL,
    applicability TEXT NOT NULL CHECK (applicability IN ('safe', 'review', 'manual')),
    entity        TEXT NOT NULL,
    record        INTEGER NOT NULL,
    field         TEXT NOT NULL,
    before        TEXT NOT NULL,
    after         TEXT NOT NULL,
    reason_key    TEXT NOT NULL,
    reason_args   TEXT NOT NULL
);
CREATE INDEX proposal_of_rule ON proposal (rule, applicability, id);

CREATE TABLE proposal_count (
    rule          TEXT NOT NULL,
    applicability TEXT NOT NULL,
    proposed      INTEGER NOT NULL,
    PRIMARY KEY (rule, applicability)
) WITHOUT ROWID;

-- The version of the records that the proposals were made from.
CREATE TABLE proposal_run (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
);

-- What a step did, in words that hold for other files too: only steps that can be done again elsewhere have a row.
CREATE TABLE step_recipe (
    step_id    INTEGER PRIMARY KEY,
    operations TEXT NOT NULL
);

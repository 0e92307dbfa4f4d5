-- The rows of one batch lie together, so that the ranges of a BRIN are enough to find them; a B-tree that grows with
-- every row cost a fifth of writing the map.
DROP INDEX migration.id_map_batch_idx;
CREATE INDEX id_map_batch_idx ON migration.id_map USING brin (batch_id);

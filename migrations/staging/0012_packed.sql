-- Bytes of a block of rows when unpacked; NULL where it is kept as it is.
ALTER TABLE raw_block ADD COLUMN unpacked INTEGER;

//! Caps on what a reader takes in, each with its reason. Nothing over a cap is cut in silence: it is
//! an error or a note that names the place.

use std::time::Duration;

/// Rows in one block handed to the sink.
pub const BLOCK_ROWS: usize = 1_000;

/// Bytes of text after which a block is handed over, even with fewer rows.
pub const BLOCK_BYTES: usize = 256 * 1024;

/// Data rows kept for previews and for guessing what a column holds.
pub const SAMPLE_ROWS: usize = 1_000;

/// Bytes of text after which a sample is enough, even with fewer rows: cells of a megabyte are no list of names.
pub const SAMPLE_BYTES: usize = 4 * 1024 * 1024;

/// Rows above the header that are kept to be shown.
pub const PREAMBLE_ROWS: usize = 1_000;

/// Places of left-out rows that are listed; the total is always told.
pub const SKIPPED_LISTED: usize = 10_000;

/// Notes of one kind that are listed one by one before they are only counted.
pub const NOTES_LISTED: u64 = 100;

/// Bytes read from a file at a time.
pub const CHUNK: usize = 256 * 1024;

/// Bytes from the start of a file that are kept for guessing encoding, delimiter and header.
pub const HEAD: usize = 1024 * 1024;

/// Records looked at to find delimiter and header row.
pub const SNIFF_RECORDS: usize = 200;

/// Bytes of one delimited record. Ten thousand columns of a thousand characters fit four times over.
pub const RECORD_BYTES: usize = 40 * 1024 * 1024;

/// Bytes that a quoted field may span before its opening quote is taken as an ordinary character.
pub const QUOTED_BYTES: usize = 64 * 1024;

/// Lines that a quoted field may span before its opening quote is taken as an ordinary character.
pub const QUOTED_LINES: u64 = 200;

/// Unclosed quotes after which quotes mean nothing in the rest of a file: it does not quote at all,
/// and looking ahead for each of them would take hours.
pub const UNCLOSED_QUOTES: u64 = 1_000;

/// Unpacked bytes of one part of a workbook. A sheet of a million rows and forty columns has about two GiB.
pub const WORKBOOK_PART: u64 = 4 * 1024 * 1024 * 1024;

/// Unpacked bytes of all parts of a workbook together.
pub const WORKBOOK_TOTAL: u64 = 8 * 1024 * 1024 * 1024;

/// Unpacked bytes of a part that is held in memory as a whole (shared texts, styles). A million
/// different names take about 60 MiB.
pub const WORKBOOK_IN_MEMORY: u64 = 256 * 1024 * 1024;

/// How many times larger a part may become when unpacked. Office's own sheets stay below 100;
/// a packed bomb has about 1,000.
pub const WORKBOOK_RATIO: u64 = 300;

/// Parts smaller than this are harmless at any ratio.
pub const WORKBOOK_RATIO_FROM: u64 = 16 * 1024 * 1024;

/// Bytes between two angle brackets of a part. Excel allows 32,767 characters in a cell.
pub const WORKBOOK_TEXT: usize = 4 * 1024 * 1024;

/// Parts of one workbook; Excel itself writes a few dozen.
pub const WORKBOOK_PARTS: usize = 20_000;

/// Rows of a sheet, by the specification of Excel.
pub const SHEET_ROWS: u32 = 1_048_576;

/// Columns of a sheet, by the specification of Excel.
pub const SHEET_COLUMNS: u32 = 16_384;

/// Blank columns after which a cell no longer belongs to the table on its left.
pub const SHEET_GAP: u32 = 256;

/// Blank cells that may be added between used ones in a sheet before it is refused.
pub const SHEET_PADDING: u64 = 2_000_000_000;

/// Shared formulas of one sheet whose text is remembered.
pub const SHARED_FORMULAS: usize = 10_000;

/// Bytes of one value in an SQLite file.
pub const SQLITE_VALUE: i32 = 256 * 1024 * 1024;

/// Steps of SQLite's machine, in thousands, after which a view is taken to be endless.
pub const SQLITE_VIEW_KILOSTEPS: u64 = 2_000_000;

/// Unpacked bytes of a packed file or of one file in an archive, which are read as a stream.
pub const PACKED_TOTAL: u64 = 64 * 1024 * 1024 * 1024;

/// How many times larger packed content may become. Dumps stay below 50; a packed bomb has about 1,000.
pub const PACKED_RATIO: u64 = 300;

/// Unpacked bytes that are harmless at any ratio.
pub const PACKED_RATIO_FROM: u64 = 16 * 1024 * 1024;

/// Unpacked bytes of a packed file that is read from memory, because its reader jumps about in it.
pub const IN_MEMORY: u64 = 256 * 1024 * 1024;

/// Files in one archive that are listed.
pub const ARCHIVE_MEMBERS: usize = 10_000;

/// Bytes of one value of a dump.
pub const SQL_VALUE: usize = 64 * 1024 * 1024;

/// Bytes of a name or word of a dump outside of its rows; no database allows names of this length.
pub const SQL_WORD: usize = 64 * 1024;

/// Tables of a dump.
pub const SQL_TABLES: usize = 20_000;

/// Columns of a table of a dump; databases themselves stop at a few thousand.
pub const SQL_COLUMNS: usize = 16_384;

/// Places of one table's rows in a dump that are remembered; beyond them, rows between are read over.
pub const SQL_PLACES: usize = 4_096;

/// Words of one column or key of a table of a dump; only a list of allowed values has more.
pub const SQL_ITEM_WORDS: usize = 256;

/// Steps of SQLite's machine, in thousands, after which a view is not waited for at opening.
pub const SQLITE_PREVIEW_KILOSTEPS: u64 = 50_000;

/// Bytes of one value from a database server; larger ones are films, not records.
pub const SERVER_VALUE: usize = 256 * 1024 * 1024;

/// Longest wait for a connection to a database server.
pub const SERVER_CONNECT: Duration = Duration::from_secs(15);

/// Longest wait for the next row: sorting a large table on an old server takes a minute.
pub const SERVER_STILL: Duration = Duration::from_secs(120);

/// Bytes of one memo or OLE object of an Access file. Photographs in OLE objects have a few megabytes.
pub const ACCESS_VALUE: usize = 64 * 1024 * 1024;

/// Rounds of hashing a password of an Access file, by the specification of its encryption. Access itself
/// asks for 100,000.
pub const ACCESS_ROUNDS: u64 = 10_000_000;

/// The most memory of a worker that reads one file. The largest sheet that .xls allows, filled, takes about 1 GiB.
pub const WORKER_MEMORY: u64 = 1536 * 1024 * 1024;

/// Memory that a worker may use for any file, so that a small one that is damaged never takes 512 MB.
pub const WORKER_MEMORY_ALWAYS: u64 = 384 * 1024 * 1024;

/// Memory that a worker may use for each byte of its file besides: a cell is about 56 bytes in memory, and at least
/// four in a file that is packed well.
pub const WORKER_MEMORY_A_BYTE: u64 = 16;

/// The longest that a worker may say nothing. The largest files it takes are opened in less than a minute.
pub const WORKER_SILENCE: Duration = Duration::from_secs(180);

/// How long a worker may say nothing about any file: a few kilobytes take milliseconds, and a virus scanner may look
/// at the program first.
pub const WORKER_SILENCE_ALWAYS: Duration = Duration::from_secs(20);

/// How long a worker may say nothing for each mebibyte of its file besides; it needs less than a tenth of that.
pub const WORKER_SILENCE_A_MEBIBYTE: Duration = Duration::from_secs(3);

/// Merged cells of one sheet that are looked at.
pub const MERGES: usize = 1_000_000;

/// Tables of one web page, or sheets of one XML spreadsheet.
pub const PAGE_TABLES: usize = 10_000;

/// Bytes of a web page's cells that are kept instead of read again for each of its tables.
pub const PAGE_KEPT: usize = 32 * 1024 * 1024;

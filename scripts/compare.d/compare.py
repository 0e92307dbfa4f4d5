"""Every cell that Daftar reads from a file, beside what another reader gets from it. Usage: compare.py CELLS FILE…

CELLS is the program `cells` of the crate `sources`. Other readers: mdb-export and mdb-reader (its folder in
DAFTAR_COMPARE_NODE) for Access, openpyxl, xlrd, pyxlsb and pyexcel-ods3 for workbooks, Python's own sqlite3, and
MariaDB (its socket in DAFTAR_COMPARE_MYSQL) for dumps. What is known to differ stands in `explained.txt` beside this
file, with the reason; anything else that differs, and any explanation that no difference needs, fails. A file's
password stands beside it in `FILE.password.txt`.
"""

import collections
import datetime
import decimal
import io
import json
import pathlib
import re
import subprocess
import sys

from readers import READERS, Unread, kind_of, plain

EMPTY, TEXT, NUMBER, DATE, DATETIME, TIME, BOOL, ERROR, BYTES, UNCALCULATED = range(10)


def ours(program, path, password):
    """Daftar's tables of the file, or the code of its refusal."""
    asked = [program, str(path)] + ([password] if password else [])
    done = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60)
    lines = [json.loads(line) for line in filter(None, done.stdout.split("\n"))]
    refused = next((line["error"] for line in lines if "table" not in line), None)
    return [line for line in lines if "table" in line], refused


def amount(text):
    """A number in one notation: `12.50`, `1250e-2` and `12.5` are one."""
    try:
        number = decimal.Decimal(text)
    except decimal.InvalidOperation:
        return text
    return f"{number.normalize():f}" if number.is_finite() else text


def written(kind, text):
    """A cell of ours in the common notation of the readers: text alone, midnight without its hour."""
    if kind in (EMPTY, UNCALCULATED):
        return ""
    return text.removesuffix("T00:00:00") if kind == DATETIME else text


def sheet_rows(tables):
    """Ours by sheet and row: tables beside each other on one sheet are one row again, blank cells aside."""
    sheets = collections.defaultdict(lambda: collections.defaultdict(list))
    left_out = collections.defaultdict(set)
    for table in tables:
        sheet = re.sub(r" \([A-Z]+:[A-Z]+\)$", "", table["table"])
        for number, cells in (dict(table["preamble"]) | dict(table["rows"])).items():
            sheets[sheet][number] += [cell for cell in cells if written(*cell) != ""]
        left_out[sheet].update(table["skipped"])
    return sheets, left_out


def same(mine, other):
    """Whether a cell of ours is what another reader calls `other`, which may know no dates and no errors."""
    kind, text = mine
    if written(kind, text) == other:
        return True
    if kind == NUMBER:
        return amount(text) == amount(other)
    if kind == BOOL:
        return {"1": "true", "0": "false"}.get(other) == text
    if kind in (DATE, DATETIME, TIME) and re.fullmatch(r"\d+(\.\d+)?", other):
        days = datetime.timedelta(days=float(other))
        if kind == TIME:
            return written(kind, text) == plain(days)
        # The two calendars of workbooks; the first has a 29 February 1900, so that days before it count one less.
        first = datetime.datetime(1899, 12, 31 if float(other) < 60 else 30)
        return written(kind, text) in (plain(first + days), plain(datetime.datetime(1904, 1, 1) + days))
    codes = {"0x0": "#NULL!", "0x7": "#DIV/0!", "0xf": "#VALUE!", "0x17": "#REF!", "0x1d": "#NAME?", "0x24": "#NUM!", "0x2a": "#N/A"}
    return kind == ERROR and codes.get(other) == text


def compare_sheets(tables, theirs):
    """Workbooks: by sheet and row number. Rows that Daftar leaves out by its rules are not compared."""
    mine, left_out = sheet_rows(tables)
    count = 0
    for sheet, rows in theirs.items():
        found = mine.get(sheet, {})
        for number, cells in rows.items():
            filled = [cell for cell in cells if cell != ""]
            count += len(filled)
            if number not in left_out[sheet]:
                yield from differing(sheet, number, found.get(number, []), filled)
        for number in sorted(set(found) - set(rows)):
            if found[number]:
                yield sheet, f"row {number}", [written(*cell) for cell in found[number]], "nothing"
    yield count


def differing(place, number, got, wanted):
    """The cells of two rows that differ; the rows whole where they are not of one length."""
    if len(got) != len(wanted):
        yield place, f"row {number}", [written(*cell) for cell in got], wanted
        return
    for mine, other in zip(got, wanted):
        if not same(mine, other):
            yield place, f"row {number}", written(*mine), other


def compare_tables(tables, theirs):
    """Databases: by column name; rows in any order, because no database keeps one."""
    count = 0
    for table in tables:
        if table["table"] not in theirs:
            continue
        names, other = theirs[table["table"]]
        at = [table["headers"].index(name) if name in table["headers"] else None for name in names]
        for name, index in zip(names, at):
            if index is None:
                yield table["table"], name, "no such column", name
        mine = sorted(([cell_at(cells, index) for index in at] for _, cells in table["rows"]), key=order)
        numeric = {column for row in mine for column, (kind, _) in enumerate(row) if kind == NUMBER}
        other = sorted(([[amount(cell), cell][column not in numeric] for column, cell in enumerate(row)] for row in other))
        count += sum(len(row) for row in other)
        if len(mine) != len(other):
            yield table["table"], "rows", len(mine), len(other)
            continue
        for number, (one, two) in enumerate(zip(mine, other)):
            yield from differing(table["table"], number, one, two)
    yield count


def order(row):
    return [amount(text) if kind == NUMBER else written(kind, text) for kind, text in row]


def cell_at(cells, index):
    return cells[index] if index is not None and index < len(cells) else (EMPTY, "")


def explanations():
    """Which difference is known, by file, table or sheet, and how many cells: `file | table | cells | reason`."""
    known = {}
    text = pathlib.Path(__file__).with_name("explained.txt").read_text(encoding="utf-8")
    for line in filter(None, (line.split("#", 1)[0].strip() for line in text.splitlines())):
        file, table, cells, reason = (part.strip() for part in line.split("|", 3))
        known[file, table] = int(cells), reason
    return known


class Tally:
    """What was compared, and what became of it."""

    def __init__(self, program):
        self.program, self.known, self.needed = program, explanations(), set()
        self.files = self.cells = self.bad = self.others = 0
        self.unread = []

    def file(self, path):
        """Compares one file with each reader of its kind."""
        beside = path.with_name(path.name + ".password.txt")
        password = beside.read_text().rstrip() if beside.exists() else None
        tables, refused = ours(self.program, path, password)
        kind = kind_of(path, tables)
        if (refused and not tables) or kind not in READERS:
            self.others += 1
            return
        for reader, read in READERS[kind].items():
            called = f"{path.name} ({reader})" if reader else path.name
            try:
                theirs = read(path, password)
            except Unread as reason:
                self.unread.append(f"{called}: {' '.join(str(reason).split())[:80]}")
                continue
            self.files += 1
            self.reading(called, tables, theirs)

    def reading(self, called, tables, theirs):
        """Counts and prints how one reader's tables differ from ours."""
        way = compare_tables if isinstance(next(iter(theirs.values()), None), tuple) else compare_sheets
        differences = collections.defaultdict(list)
        for found in way(tables, theirs):
            if isinstance(found, int):
                self.cells += found
            else:
                differences[found[0]].append(found[1:])
        for table, found in differences.items():
            self.explain(called, table, found)

    def explain(self, called, table, found):
        number, reason = self.known.get((called, table), (0, None))
        if len(found) == number:
            self.needed.add((called, table))
            print(f"explained  {called} | {table} | {number} | {reason}")
            return
        self.bad += 1
        print(f"DIFFERENT  {called} | {table} | {len(found)}; Daftar has, the other has:")
        for where, mine, other in found[:5]:
            print(f"             {where}: {str(mine)[:200]!r}, {str(other)[:200]!r}")

    def end(self, names):
        """Prints the sums. An explanation that no difference needs is wrong too."""
        for called, table in sorted(self.known.keys() - self.needed):
            if re.sub(r" \([a-z-]+\)$", "", called) in names:
                self.bad += 1
                print(f"NOT NEEDED {called} | {table}: explained, and no longer different")
        print("Not compared, the other reader does not open them: " + "; ".join(self.unread))
        print(f"Not compared: {self.others} files that Daftar refuses, or of a kind that has no other reader here")
        print(f"{self.files} readings, {self.cells} cells compared, {self.bad} tables differ without a reason")


def main(program, files):
    tally = Tally(program)
    for path in map(pathlib.Path, files):
        tally.file(path)
    tally.end({pathlib.Path(file).name for file in files})
    return 1 if tally.bad else 0


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="backslashreplace")
    sys.exit(main(sys.argv[1], sys.argv[2:]))

"""The other readers, each giving sheets (name to row number to cells) or tables (name to columns and rows) as text.

The common notation: dates as ISO 8601, midnight without its hour; whole numbers without `.0`; `true` and `false`;
bytes as lower-case hexadecimal; what is null or blank as an empty text.
"""

import datetime
import io
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import zipfile


# Between the cells and the rows of mdb-export: no text of a person has these signs in this order.
CELL, ROW = "\x1f|\x1f", "\x1e|\x1e"


class Unread(Exception):
    """The other reader does not open this file."""


def plain(value):
    """A value of Python in the common notation."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, datetime.datetime):
        # A workbook counts days; what is below a second is the error of its fraction.
        value = (value + datetime.timedelta(microseconds=500_000)).replace(microsecond=0)
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat().split(".")[0]
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def number(value):
    """The shortest exact form, never with an exponent."""
    if value.is_integer():
        return str(int(value))
    text = repr(value)
    return f"{value:.20f}".rstrip("0") if "e" in text else text


def numbered(rows, first=1):
    return {at: [plain(cell) for cell in row] for at, row in enumerate(rows, first)}


def opened(path, password):
    """The file, decrypted where it has a password."""
    if not password:
        return open(path, "rb")
    import msoffcrypto

    with open(path, "rb") as locked:
        inside = io.BytesIO()
        file = msoffcrypto.OfficeFile(locked)
        try:
            file.load_key(password=password, verify_password=True)
            file.decrypt(inside)
        except Exception as error:
            raise Unread(error) from error
    inside.seek(0)
    return inside


def with_fills(file):
    """The workbook with a pattern in each fill: openpyxl opens none that leaves it out, as Excel does."""
    inside = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(inside, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/styles.xml":
                part = part.replace(b"<fill/>", b'<fill><patternFill patternType="none"/></fill>')
            new.writestr(name, part)
    inside.seek(0)
    return inside


def xlsx(path, password):
    import openpyxl

    try:
        book = openpyxl.load_workbook(with_fills(opened(path, password)), data_only=True)
    except Exception as error:
        raise Unread(error) from error
    return {sheet.title: filled_rows(sheet) for sheet in book.worksheets}


def filled_rows(sheet):
    """The rows of a sheet from its filled cells alone: one cell in a far corner makes no million of blank ones."""
    rows = {}
    for row, column in sorted(sheet._cells):
        rows.setdefault(row, []).append(plain(sheet._cells[row, column].value))
    return rows


def xls(path, password):
    import xlrd

    try:
        book = xlrd.open_workbook(path, logfile=io.StringIO())
    except Exception as error:
        raise Unread(error) from error

    def cell(one):
        if one.ctype == xlrd.XL_CELL_DATE:
            # Below one a number is a time of day, above it a date; xlrd leaves the choice to its caller.
            if one.value < 1:
                return plain(datetime.timedelta(days=one.value))
            return plain(xlrd.xldate_as_datetime(one.value, book.datemode))
        if one.ctype == xlrd.XL_CELL_BOOLEAN:
            return plain(bool(one.value))
        if one.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code[one.value]
        return plain(one.value)

    return {
        sheet.name: {row + 1: [cell(one) for one in sheet.row(row)] for row in range(sheet.nrows)}
        for sheet in book.sheets()
    }


def xlsb(path, password):
    import pyxlsb

    # pyxlsb knows no formats: whether a number is a date is Daftar's word, its value is not.
    try:
        with pyxlsb.open_workbook(opened(path, password) if password else path) as book:
            return {
                name: {row[0].r + 1: [plain(cell.v) for cell in row] for row in book.get_sheet(name).rows() if row}
                for name in book.sheets
            }
    except Exception as error:
        raise Unread(error) from error


def ods(path, password):
    import pyexcel_ods3

    try:
        book = pyexcel_ods3.get_data(str(path))
    except Exception as error:
        raise Unread(error) from error
    return {name: numbered(rows) for name, rows in book.items()}


def sqlite(path, password):
    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as base:
            base.text_factory = lambda raw: raw.decode("utf-8", "replace")
            named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            tables = {}
            for (name,) in base.execute(named).fetchall():
                quoted = '"' + name.replace('"', '""') + '"'
                found = base.execute(f"SELECT * FROM {quoted}")
                columns = [one[0] for one in found.description]
                tables[name] = columns, [tuple(map(plain, row)) for row in found]
            return tables
    except sqlite3.Error as error:
        raise Unread(error) from error


def access(path, password):
    if password:
        raise Unread("mdb-export knows no passwords")
    environment = dict(os.environ, LC_ALL="C.UTF-8")

    def tool(*command):
        done = subprocess.run(command, capture_output=True, env=environment)
        if done.returncode:
            raise Unread(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout.decode("utf-8", "replace")

    tables = {}
    for name in filter(None, tool("mdb-tables", "-1", str(path)).split("\n")):
        asked = ["-d", CELL, "-R", ROW, "-Q", "-D", "%Y-%m-%d", "-T", "%Y-%m-%dT%H:%M:%S", "-b", "hex", "-B"]
        lines = tool("mdb-export", *asked, str(path), name).split(ROW)[:-1]
        if lines:
            columns = lines[0].split(CELL)
            tables[name] = columns, [tuple(map(of_access, line.split(CELL))) for line in lines[1:]]
    return tables


def mdb_reader(path, password):
    folder = os.environ.get("DAFTAR_COMPARE_NODE")
    if not folder:
        raise Unread("no mdb-reader here")
    script = pathlib.Path(__file__).with_name("access.mjs")
    asked = ["node", str(script), str(path)] + ([password] if password else [])
    done = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8", errors="surrogatepass")
    if done.returncode:
        reason = re.search(r"^\w*Error.*$", done.stderr, re.MULTILINE)
        raise Unread(reason.group() if reason else done.stderr[-80:])
    tables = map(json.loads, filter(None, done.stdout.split("\n")))
    return {table["name"]: (table["columns"], [tuple(row) for row in table["rows"]]) for table in tables}


def of_access(text):
    """mdb-export's notation: booleans in capitals, a time of day with the first day of Access."""
    text = {"TRUE": "true", "FALSE": "false"}.get(text, text)
    text = text.lower() if re.fullmatch(r"(?:[0-9A-F]{2})+", text) else text
    text = re.sub(r"^1899-12-30T", "", text.removesuffix("T00:00:00"))
    return "00:00:00" if text == "1899-12-30" else text


def dump(path, password):
    socket = os.environ.get("DAFTAR_COMPARE_MYSQL")
    if not socket:
        raise Unread("no MariaDB here")
    # As lenient as the servers were that such dumps come from.
    lenient = "--init-command=SET SESSION sql_mode = ''"
    client = ["mariadb", "--no-defaults", f"--socket={socket}", "-uroot", "--default-character-set=utf8mb4", lenient]

    def ask(sql, base="compared"):
        done = subprocess.run([*client, "--batch", "--raw", "-N", base, "-e", sql], capture_output=True, check=True)
        return [line.split("\t") for line in done.stdout.decode().split("\n")[:-1]]

    ask("DROP DATABASE IF EXISTS compared; CREATE DATABASE compared CHARACTER SET utf8mb4", "mysql")
    with open(path, "rb") as text:
        loaded = subprocess.run([*client, "compared"], stdin=text, capture_output=True)
    if loaded.returncode:
        raise Unread(loaded.stderr.decode("utf-8", "replace").strip()[:120])
    columns = ask(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = 'compared' AND table_type = 'BASE TABLE' ORDER BY 1, ordinal_position"
    )
    of_table = {}
    for table, column, kind in columns:
        of_table.setdefault(table, []).append((column, kind))
    if not of_table:
        raise Unread("it makes databases of its own")
    return {table: (list(zip(*known))[0], rows_of(ask, table, known)) for table, known in of_table.items()}


def rows_of(ask, table, columns):
    """A table's rows through HEX, so that no text of theirs is taken for a separator."""

    def quoted(name):
        return "`" + name.replace("`", "``") + "`"

    parts = []
    for name, kind in columns:
        if kind in ("blob", "tinyblob", "mediumblob", "longblob", "binary", "varbinary"):
            parts.append(f"LOWER(HEX({quoted(name)}))")
        elif kind == "bit":
            parts.append(f"HEX(CAST({quoted(name)} + 0 AS CHAR))")
        else:
            parts.append(f"HEX(CONVERT({quoted(name)} USING utf8mb4))")
    binary = [part.startswith("LOWER") for part in parts]
    found = ask(f"SELECT {', '.join(parts)} FROM {quoted(table)}")

    def text(cell, bytes_):
        if cell == "NULL":
            return ""
        return cell if bytes_ else bytes.fromhex(cell).decode().removesuffix(" 00:00:00")

    return [tuple(text(cell, bytes_) for cell, bytes_ in zip(row, binary)) for row in found]


# The other readers of each kind; differences from those that have a name are explained by `file (name)`.
READERS = {
    "access": {"": access, "mdb-reader": mdb_reader},
    "xlsx": {"": xlsx},
    "xls": {"": xls},
    "xlsb": {"": xlsb},
    "ods": {"": ods},
    "sqlite": {"": sqlite},
    "sql": {"": dump},
}


def kind_of(path, tables):
    """The reader for a file: by what Daftar found it to be, or by its name where Daftar refused it."""
    found = next((table["format"] for table in tables), "")
    endings = {"mdb": "access", "accdb": "access", "xlsm": "xlsx", "db": "sqlite", "sqlite3": "sqlite"}
    ending = path.suffix.lstrip(".").lower()
    return found if found in READERS else endings.get(found, endings.get(ending, ending))

#!/usr/bin/env python3
"""Cleanses and checks a CSV of pupils the way a script with pandas does it: one function a row, by `apply`.

Usage: pandas_rows.py FILE

The same questions as Daftar's rules and checks ask of these columns, no more: spaces, identity number, two dates whose
order the whole column decides, gender, status, postcode and state; then what is missing, impossible, at odds or twice.
Nothing is kept of what stood there before, nothing can be undone: that work of Daftar's has no counterpart here.
"""
import datetime
import re
import sys
import unicodedata

import pandas

PLACES = set(range(1, 17)) | set(range(21, 60)) | set(range(60, 69)) | {71, 72} | set(range(74, 80)) | set(range(82, 94)) | {98, 99}
GENDER = {"l": "male", "lelaki": "male", "m": "male", "male": "male", "p": "female", "perempuan": "female", "f": "female", "female": "female"}
STATUS = {"a": "active", "aktif": "active", "active": "active", "pindah": "transferred", "tamat": "graduated"}
PREFIXES = [(1, 2, "Perlis"), (5, 9, "Kedah"), (10, 14, "Pulau Pinang"), (15, 18, "Kelantan"), (20, 24, "Terengganu"), (25, 28, "Pahang"),
            (30, 36, "Perak"), (39, 39, "Pahang"), (40, 48, "Selangor"), (49, 49, "Pahang"), (50, 60, "W.P. Kuala Lumpur"), (62, 62, "W.P. Putrajaya"),
            (63, 64, "Selangor"), (68, 68, "Selangor"), (69, 69, "Pahang"), (70, 73, "Negeri Sembilan"), (75, 78, "Melaka"), (79, 86, "Johor"),
            (87, 87, "W.P. Labuan"), (88, 91, "Sabah"), (93, 98, "Sarawak")]
STATES = {state.lower(): state for _, _, state in PREFIXES}
SPACES = re.compile(r"\s+")
TODAY = datetime.date.today()


def tidy(text):
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf"))
    return SPACES.sub(" ", text).strip()


def date_of(text, day_first):
    parts = re.split(r"[/.\-]", text)
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    if len(parts[0]) == 4:
        year, month, day = parts
    elif day_first:
        day, month, year = parts
    else:
        month, day, year = parts
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_day_first(column):
    """The order that the whole column proves; day first where it proves none."""
    return not column.map(lambda text: len(parts := text.split("/")) == 3 and parts[1].isdigit() and int(parts[1]) > 12).any()


def cleansed(row, orders):
    number = re.sub(r"[\s\-.*']", "", row["NO KAD PENGENALAN"])
    born, came = (date_of(tidy(row[name]), orders[name]) for name in ("TARIKH LAHIR", "TARIKH MASUK"))
    postcode = re.sub(r"\s|\.0$", "", row["POSKOD"])
    return pandas.Series({
        "name": tidy(row["NAMA MURID"]), "number": number, "born": born, "gender": GENDER.get(tidy(row["JANTINA"]).lower(), row["JANTINA"]),
        "status": STATUS.get(tidy(row["STATUS"]).lower(), row["STATUS"]), "came": came, "street": tidy(row["ALAMAT"]), "postcode": postcode,
        "town": tidy(row["BANDAR"]), "state": STATES.get(tidy(row["NEGERI"]).lower(), row["NEGERI"]),
    })


def found(row):
    findings = []
    number = row["number"]
    if not row["name"] or not row["status"]:
        findings.append("required")
    if any(char.isdigit() for char in row["name"]):
        findings.append("name")
    if row["gender"] not in ("male", "female") or row["status"] not in ("active", "transferred", "graduated"):
        findings.append("code")
    card = None
    if len(number) == 12 and number.isdigit():
        for century in ("20", "19"):
            card = card or date_of(f"{century}{number[:2]}-{number[2:4]}-{number[4:6]}", True)
        if card is None or int(number[6:8]) not in PLACES:
            findings.append("number")
        if card and row["born"] and card != row["born"]:
            findings.append("born")
        if row["gender"] in ("male", "female") and (int(number[11]) % 2 == 1) != (row["gender"] == "male"):
            findings.append("gender")
    else:
        findings.append("number")
    words = row["name"].upper().split()
    if ("BIN" in words and row["gender"] == "female") or ("BINTI" in words and row["gender"] == "male"):
        findings.append("name-gender")
    if row["born"] is None or row["born"] > TODAY or not 3 <= (TODAY - row["born"]).days // 365 <= 21:
        findings.append("age")
    if len(row["postcode"]) != 5 or not row["postcode"].isdigit():
        findings.append("postcode")
    else:
        prefix = int(row["postcode"][:2])
        if row["state"] not in (state for low, high, state in PREFIXES if low <= prefix <= high):
            findings.append("state")
    return ",".join(findings)


def main():
    table = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
    orders = {name: is_day_first(table[name]) for name in ("TARIKH LAHIR", "TARIKH MASUK")}
    clean = table.apply(cleansed, axis=1, args=(orders,))
    findings = clean.apply(found, axis=1)
    twice = clean["number"].duplicated(keep=False) | (clean["name"] + "|" + clean["born"].astype(str)).duplicated(keep=False)
    print(len(clean), int((findings != "").sum()), int(twice.sum()))


main()

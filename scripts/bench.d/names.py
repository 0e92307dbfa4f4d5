#!/usr/bin/env python3
"""Writes different made-up names of people, one a line; every tenth is another spelling of the one before it.

Usage: names.py COUNT FILE
"""
import itertools
import sys

GIVEN = "Aiman Danish Haziq Irfan Hakim Adam Zulkarnain Harith Luqman Faris Iskandar Umar Zafran Daniel Aqil Firdaus Syafiq Izzat Nabil Rayyan".split()
BEFORE = "Muhammad Ahmad Khairul Nik Wan Syed Amirul Megat Tengku Raja".split()
FATHERS = "Zainal Abidin,Yusof,Abdul Halim,Kamaruddin,Roslan,Ismail,Shahrul Nizam,Hamzah,Azman,Fauzi,Badrul Hisham,Rosli,Abdul Rashid,Khairul Anuar,Noorazman,Samsudin,Idris,Zulkifli,Mokhtar,Razali,Baharom,Jamaluddin,Sulaiman,Othman,Mustafa,Yaakob,Nordin,Saifuddin,Hashim,Ibrahim".split(",")
GRAND = "Abdullah Salleh Mansor Bakri Hamid Tajuddin Rahim Zakaria Osman Daud Harun Yahya Musa Isa Ayub Yunus".split()


def other_spelling(name, turn):
    if turn % 3 == 0 and "Muhammad" in name:
        return name.replace("Muhammad", "Mohd.", 1)
    if turn % 3 == 1 and "Abdul " in name:
        return name.replace("Abdul ", "Abd ", 1)
    if turn % 3 == 2:
        return name.upper()
    at = len(name) // 2
    return name[:at] + name[at + 1:]


def names():
    people = itertools.product(GRAND, FATHERS, BEFORE, GIVEN)
    for turn, (grand, father, before, given) in enumerate(people):
        name = f"{before} {given} bin {father} bin {grand}"
        yield name
        if turn % 9 == 0:
            yield other_spelling(name, turn // 9)


def main():
    known, wanted = set(), int(sys.argv[1])
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        for name in names():
            if name not in known and len(known) < wanted:
                known.add(name)
                file.write(name + "\n")
    sys.exit(len(known) != wanted and f"only {len(known)} different names")


main()

#!/usr/bin/env python3
"""Writes a school's classes and its attendance, one row a pupil and school day, for the pupils of pupils.py.

Usage: attendance.py PUPILS ROWS CLASSES_FILE ATTENDANCE_FILE

ROWS is a multiple of PUPILS. Days are the weekdays back from 30 October 2026, pupils are named by identity number as
registers of a school's system name them, and nothing in the rows is for a finding.
"""
import datetime
import sys

from pupils import pupils

LAST_DAY = datetime.date(2026, 10, 30)
CLASSES = [f"{year} {name}" for year in range(1, 7) for name in ("Amanah", "Bestari", "Cemerlang", "Dinamik")]
# Of twenty marks.
MARKS = ["present"] * 16 + ["absent", "late", "sick", "excused"]


def school_days(count):
    day, days = LAST_DAY, []
    while len(days) < count:
        if day.weekday() < 5:
            days.append(day.isoformat())
        day -= datetime.timedelta(days=1)
    return days[::-1]


def main():
    count, rows, classes_file, attendance_file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    with open(classes_file, "w", encoding="utf-8", newline="") as file:
        file.write("KOD KELAS,NAMA KELAS,TAHUN AKADEMIK\n")
        file.writelines(f"{name.replace(' ', '').upper()},{name},2026\n" for name in CLASSES)
    numbers = [row.split(",", 2)[1] for row in pupils(count, False)]
    with open(attendance_file, "w", encoding="utf-8", newline="") as file:
        file.write("NO KAD PENGENALAN,KELAS,TARIKH,STATUS\n")
        for at, day in enumerate(school_days(rows // count)):
            file.writelines(
                f"{number},{CLASSES[pupil % len(CLASSES)]},{day},{MARKS[(pupil * 7 + at * 3) % 20]}\n"
                for pupil, number in enumerate(numbers)
            )


if __name__ == "__main__":
    main()

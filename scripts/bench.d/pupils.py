#!/usr/bin/env python3
"""Writes a CSV of made-up pupils, ten columns, as a large export from a school's system looks.

Usage: pupils.py ROWS FILE [school]

Dates, genders and states of schooling stand in the form that the portal takes, so that the checks find little;
with `school` they stand as schools write them (02/01/2016, L, Aktif), and every record is found four times.
Identity numbers, birth dates and genders agree, postcodes lie in their states, no number and no pair of name
and birth date comes twice: what is measured is the work on good rows, not on findings.
"""
import datetime
import sys

BOYS = "Aiman Danish Haziq Irfan Hakim Adam Zulkarnain Harith Rahman Luqman Faris Iskandar Umar Zafran Daniel".split()
GIRLS = "Aisyah Khadijah Iman Balqis Hidayah Aliyah Maisarah Syifa Sofea Fitrah Batrisyia Hajar Qistina Humaira Najwa".split()
BEFORE_BOYS = ["Muhammad", "Ahmad", "Khairul", "Nik", "Wan", "Syed", "Amirul", "Abdul"]
BEFORE_GIRLS = ["Nur", "Siti", "Nurul", "Puteri", "Damia", "Wan Nur", "Nik Nur", "Alya"]
# Their first words sound different, so that no two pupils of one birth date are perhaps one child.
FATHERS = """Zainal Abidin,Yusof,Abdul Halim,Kamaruddin,Roslan,Ismail,Shahrul Nizam,Hamzah,Azman,Fauzi,Badrul Hisham,
Rosli,Abdul Rashid,Khairul Anuar,Noorazman,Samsudin,Idris,Zulkifli,Mokhtar,Razali,Baharom,Jamaluddin,Sulaiman,Othman,
Luqman,Mustafa,Yaakob,Nordin,Saifuddin,Hashim,Ibrahim,Rahim,Tajuddin,Zakaria,Mansor,Bakri,Hamid""".replace("\n", "").split(",")
# Place of birth, postcode, town, state.
PLACES = [
    ("10", "43000", "Kajang", "Selangor"), ("10", "40000", "Shah Alam", "Selangor"),
    ("14", "50480", "Kuala Lumpur", "W.P. Kuala Lumpur"), ("01", "81100", "Johor Bahru", "Johor"),
    ("08", "30010", "Ipoh", "Perak"), ("07", "11900", "Bayan Lepas", "Pulau Pinang"),
    ("02", "05050", "Alor Setar", "Kedah"), ("03", "15150", "Kota Bharu", "Kelantan"),
    ("11", "21000", "Kuala Terengganu", "Terengganu"), ("06", "25200", "Kuantan", "Pahang"),
    ("05", "70200", "Seremban", "Negeri Sembilan"), ("04", "75200", "Melaka", "Melaka"),
]
STREETS = ["Jalan Rekaan", "Jalan Contoh", "Lorong Seri Rekaan", "Jalan Taman Contoh", "Persiaran Rekaan"]
FIRST_DAY = datetime.date(2009, 1, 1)
DAYS = 3287


def pupils(count, school):
    days = [FIRST_DAY + datetime.timedelta(days=day) for day in range(DAYS)]
    for row in range(count):
        born = days[row % DAYS]
        # Rows of one birth date differ in `turn`, and every name is given once a turn: no pair comes twice.
        turn = row // DAYS
        girl = turn % 2
        rest, given = divmod(turn // 2, 15)
        rest, before = divmod(rest, 8)
        father = FATHERS[(rest * 7 + row) % len(FATHERS)]
        place, postcode, town, state = PLACES[row * 7 % len(PLACES)]
        # The last figure of an identity number is odd for a boy.
        number = f"{born:%y%m%d}{place}{turn // 2 * 2 + 1 - girl:04d}"
        name = f"{(BEFORE_GIRLS if girl else BEFORE_BOYS)[before]} {(GIRLS if girl else BOYS)[given]} {'binti' if girl else 'bin'} {father}"
        street = f"No {row % 97 + 1} {STREETS[row % 5]} {row % 12 + 1}/{row % 9 + 1}"
        birth, gender, status, came = f"{born}", "female" if girl else "male", "active", f"{born.year + 7}-01-{row % 12 + 2:02d}"
        if school:
            birth, gender, status, came = f"{born:%d/%m/%Y}", "P" if girl else "L", "Aktif", f"{row % 12 + 2:02d}/01/{born.year + 7}"
        yield f"{name},{number},{birth},{gender},{status},{came},{street},{postcode},{town},{state}\n"


def main():
    with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
        file.write("NAMA MURID,NO KAD PENGENALAN,TARIKH LAHIR,JANTINA,STATUS,TARIKH MASUK,ALAMAT,POSKOD,BANDAR,NEGERI\n")
        file.writelines(pupils(int(sys.argv[1]), "school" in sys.argv[3:]))


if __name__ == "__main__":
    main()

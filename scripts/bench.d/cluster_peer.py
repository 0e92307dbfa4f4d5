#!/usr/bin/env python3
"""Groups the lines of a file as OpenRefine publishes it: `alike` by fingerprint, `near` by distance within blocks.

Usage: cluster_peer.py alike|near FILE    `near` needs rapidfuzz and numpy. Blocks are the first six letters of the
fingerprint, the radius is one edit, as OpenRefine proposes; names that differ before the seventh letter are not compared.
"""
import collections
import re
import sys
import unicodedata


def fingerprint(text):
    plain = unicodedata.normalize("NFKD", text.strip().lower()).encode("ascii", "ignore").decode()
    return " ".join(sorted(set(re.sub(r"[^\w\s]", "", plain).split())))


def near(keys):
    import numpy
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist
    blocks = collections.defaultdict(list)
    for key in keys:
        blocks[key.replace(" ", "")[:6]].append(key)
    pairs = 0
    for block in blocks.values():
        for at in range(0, len(block), 500):
            found = cdist(block[at:at + 500], block, scorer=Levenshtein.distance, score_cutoff=1, dtype=numpy.uint8)
            pairs += int((found <= 1).sum()) - len(found)
    return pairs // 2


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    groups = collections.Counter(map(fingerprint, lines))
    print(sum(count > 1 for count in groups.values()) if sys.argv[1] == "alike" else near(list(groups)))


main()

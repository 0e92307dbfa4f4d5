#!/usr/bin/env python3
"""Runs a command and appends to FILE one line: wall seconds, processor seconds, peak memory in KiB.

Usage: measure.py FILE COMMAND…    The command's output is passed on only where it fails. A command that ends
with MEASURE_ALSO_GOOD (an exit code) has not failed either.
"""
import os
import subprocess
import sys
import time

began = time.monotonic()
with subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
    output = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
if child.returncode not in (0, int(os.environ.get("MEASURE_ALSO_GOOD") or 0)):
    sys.stderr.write(output.decode(errors="replace")[-2000:] + f"\n{sys.argv[2]}: ended with {child.returncode}\n")
    sys.exit(1)
with open(sys.argv[1], "a", encoding="utf-8") as file:
    file.write(f"{wall:.3f} {used.ru_utime + used.ru_stime:.3f} {used.ru_maxrss}\n")

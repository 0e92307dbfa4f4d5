#!/usr/bin/env python3
"""Starts the window through WebKitWebDriver and prints one line: seconds to its first screen, KiB of memory.

Usage: window.py BINARY    Needs a display. The memory is the proportional share (PSS) of all its processes.
"""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SCREEN = '[data-testid="screen-welcome"]'
PATIENCE = 60


def ask(address, method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)["value"]


def until(done, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return done()
        except (urllib.error.URLError, OSError):
            time.sleep(0.005)
    sys.exit(f"{what}: nothing after {PATIENCE} s")


def descendants(of):
    """Processes that `of` started, and those that they started."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            pass
    found = [of]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found[1:]


def share(process):
    try:
        lines = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        # A home of its own: no project is known, and the first screen is the welcome.
        own = {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_CACHE_HOME": home}
        automation = {"TAURI_AUTOMATION": "true", "TAURI_WEBVIEW_AUTOMATION": "true", "LANG": "en_US.UTF-8"}
        driver = subprocess.Popen(["WebKitWebDriver", f"--port={port}"], env=os.environ | own | automation,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(lambda: ask(address, "GET", "/status"), "WebKitWebDriver")
            began = time.monotonic()
            options = {"webkitgtk:browserOptions": {"binary": sys.argv[1], "args": []}}
            session = ask(address, "POST", "/session", {"capabilities": {"alwaysMatch": options}})["sessionId"]
            query = {"using": "css selector", "value": SCREEN}
            until(lambda: ask(address, "POST", f"/session/{session}/element", query), "the window")
            seconds = time.monotonic() - began
            memory = sum(share(process) for process in descendants(driver.pid))
            print(f"{seconds:.3f} {memory}")
            ask(address, "DELETE", f"/session/{session}")
        finally:
            driver.terminate()
            driver.wait()


main()

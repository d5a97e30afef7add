#!/usr/bin/env python3
"""`amidojo calendar`: RFC 5545 bytes, stable while nothing changes, SEQUENCE raised when it does."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import PROGRAM, Report  # noqa: E402

report = Report()


def verdict(ok, name, detail=""):
    report.check(name, ok, detail)


def run(home, now, *args, keys=b"", lang="en"):
    env = {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "AMIDOJO_NOW": f"{now}+09:00"}
    return subprocess.run([PROGRAM, "--lang", lang, *args], env=env, input=keys, capture_output=True)


def events(data):
    lines = data.replace(b"\r\n ", b"").decode().split("\r\n")
    found, event = {}, None
    for line in lines:
        if line == "BEGIN:VEVENT":
            event = {}
        elif line == "END:VEVENT":
            found[event["UID"]] = event
        elif event is not None:
            key, _, value = line.partition(":")
            event.setdefault(key, value)
    return found


def read(path):
    with open(path, "rb") as f:
        return f.read()


def test(home):
    path = os.path.join(home, "study.ics")
    run(home, "2026-11-20T09:00:00", "learn", "--new", "3", keys=b" " * 100)
    done = run(home, "2026-11-20T09:30:00", "calendar", path)
    first = read(path)
    verdict(done.returncode == 0 and b"default notification" in done.stdout, "says that alarms may be ignored", done.stdout)
    days = sorted(re.findall(r"review-(\d{8})@amidojo", first.decode()))
    verdict(days == ["20261121", "20261124", "20261127", "20261204", ], "one event per study day in 60 days", days)
    verdict(all(len(line) <= 75 for line in first.split(b"\r\n")), "lines of at most 75 octets")
    verdict(b"\n" not in first.replace(b"\r\n", b""), "CRLF everywhere")
    one = events(first)["review-20261121@amidojo"]
    verdict(one["DTSTART"] == "20261121T090000" and one["SEQUENCE"] == "0" and one["SUMMARY"] == "amidojo: 3 cards to review"
            and one["DTSTAMP"] == "20261120T003000Z" and one["ACTION"] == "DISPLAY", "an event", one)

    run(home, "2026-11-20T11:00:00", "calendar", path)
    verdict(read(path) == first, "nothing changed: the same bytes")

    run(home, "2026-11-20T12:00:00", "learn", "--new", "1", keys=b" " * 100)
    run(home, "2026-11-20T12:30:00", "calendar", path)
    one = events(read(path))["review-20261121@amidojo"]
    verdict(one["SEQUENCE"] == "1" and "4 cards" in one["SUMMARY"] and one["DTSTAMP"] == "20261120T033000Z",
            "a changed count raises SEQUENCE", one)

    run(home, "2026-11-21T09:00:00", "review", keys=b" f" * 4)
    run(home, "2026-11-21T10:00:00", "calendar", path)
    gone = events(read(path))["review-20261124@amidojo"]
    verdict(gone.get("STATUS") == "CANCELLED" and gone["SEQUENCE"] == "2", "a day without reviews is cancelled", gone)

    run(home, "2026-11-21T11:00:00", "calendar", "--time", "21:30", path)
    verdict(events(read(path))["review-20261122@amidojo"]["DTSTART"] == "20261122T213000", "--time")

    run(home, "2026-11-21T11:00:00", "calendar", "--time", "02:00", path)
    verdict(events(read(path))["review-20261122@amidojo"]["DTSTART"] == "20261123T020000", "before the rollover: the civil day after")
    before = events(read(path))
    run(home, "2026-11-21T11:30:00", "calendar", "--time", "02:00", "--days", "2", path)
    after = events(read(path))
    beyond = [uid for uid in before if uid > "review-20261122@amidojo"]
    verdict(beyond and all(after[uid].get("STATUS") == "CANCELLED" for uid in beyond), "fewer days: the rest is cancelled", after)
    data = read(path)
    run(home, "2026-11-21T11:40:00", "calendar", "--time", "02:00", "--days", "2", path)
    verdict(read(path) == data, "fewer days again: the same bytes")

    with open(path, "wb") as f:
        f.write(re.sub(rb"SEQUENCE:\d+", b"SEQUENCE:2147483647", data))
    os.chmod(path, 0o640)
    done = run(home, "2026-11-21T11:50:00", "calendar", path)
    verdict(done.returncode == 0 and events(read(path))["review-20261122@amidojo"]["SEQUENCE"] == "2147483647",
            "SEQUENCE stays at its end", done.stderr)
    verdict(os.stat(path).st_mode & 0o777 == 0o640, "the file keeps its mode")
    past = os.path.join(home, "past")
    os.mkdir(past)
    run(past, "1970-01-01T00:00:00", "learn", "--new", "3", keys=b" " * 100)
    epoch = run(past, "1970-01-01T00:00:00", "calendar").stdout
    verdict(b"DTSTAMP:19691231T150000Z" in epoch, "a time before 1970", epoch)

    other = os.path.join(home, "thesis.txt")
    with open(other, "wb") as f:
        f.write(b"precious")
    done = run(home, "2026-11-21T11:00:00", "calendar", other)
    verdict(done.returncode == 2 and read(other) == b"precious" and b"not a calendar of amidojo" in done.stderr,
            "another file is left alone", done.stderr)
    korean = run(home, "2026-11-21T11:00:00", "calendar", lang="ko").stdout
    verdict(all(len(line) <= 75 for line in korean.split(b"\r\n")), "Korean: lines of at most 75 octets")
    korean.replace(b"\r\n ", b"").decode()  # folding never splits a character: else this raises
    bad = run(home, "2026-11-21T11:00:00", "calendar", "--time", "9am")
    verdict(bad.returncode == 2 and b"'9am' is not a time of day" in bad.stderr, "bad time", bad.stderr)


with tempfile.TemporaryDirectory() as folder:
    test(folder)
report.finish()

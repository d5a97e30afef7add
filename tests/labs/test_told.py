#!/usr/bin/env python3
"""What the home screen, the statistics and the end of a quiz tell of labs.

The labs and questions are the shipped ones; what a learner did in labs is written into the progress file as the
program would write it.
"""

import pathlib
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import TESTS, Home, Report, Tmux  # noqa: E402

LABS = len(list((TESTS.parent / "content/labs").glob("*.yaml")))
DAY = 20514  # 2026-03-02
report = Report()


class Learner(Home):
    def did(self, lab, attempt, *entries):
        """entries: (what, task, number)"""
        with sqlite3.connect(self.store) as db:
            for what, task, number in entries:
                db.execute("INSERT INTO lab_entry (lab, attempt, what, task, number, at_ms, offset_min, day)"
                           " VALUES (?, ?, ?, ?, ?, 0, 540, ?)", (lab, attempt, what, task, number, DAY))
        db.close()

    def open_world(self, text):
        (self.data / "worlds").mkdir(parents=True, exist_ok=True)
        (self.data / "worlds/open").write_bytes(text)


def begin(me):
    me.run("learn", "--new", "1", keys=" " * 20)


def test_none(me):
    begin(me)
    out = me.run("stats").out
    report.check("stats: none is done", f"0 of {LABS} done\n" in out and "Fewest" not in out, out)
    report.equal("stats --json", me.json("stats")["labs"], {"labs": LABS, "done": 0, "credited": 0, "begun": []})
    report.equal("home --json: none is open", me.json("home")["lab"], None)
    report.check("home: no line", "Lab:" not in me.run("home").out)


def test_sums(me):
    begin(me)
    me.did("share-an-ami", 1, ("begun", None, 0), ("done", None, 9))
    me.did("share-an-ami", 2, ("begun", None, 0), ("hint", "share", 1), ("done", None, 4), ("solution", "share", 0))
    me.did("share-an-ami", 3, ("begun", None, 0), ("solution", "share", 0), ("done", None, 3))
    me.did("copy-to-region", 4, ("solution", "copy", 0), ("done", None, 2))
    me.did("lost-key", 5, ("begun", None, 0))
    me.did("of-a-pack-that-has-gone", 6, ("done", None, 1))
    out = me.run("stats").out
    report.check("stats: sums", f"2 of {LABS} done (1 without a solution shown)\n" in out, out)
    report.check("stats: fewest commands", "Fewest commands: share-an-ami 4\n" in out, out)
    sums = me.json("stats")["labs"]
    report.equal("stats --json: sums", (sums["labs"], sums["done"], sums["credited"]), (LABS, 2, 1))
    report.equal("stats --json: labs", sums["begun"], [
        {"lab": lab, "attempts": attempts, "done": done, "credited": credited, "best": best, "last": "2026-03-02"}
        for lab, attempts, done, credited, best in (
            ("copy-to-region", 1, 1, 0, 0), ("lost-key", 1, 0, 0, 0), ("share-an-ami", 3, 3, 2, 4))])
    report.fine("doctor", me.run("doctor"))


def test_open(me):
    begin(me)
    me.did("share-an-ami", 1, ("begun", None, 0), ("passed", "share", 0), ("passed", "see", 0), ("passed", "launch", 0))
    me.did("share-an-ami", 2, ("begun", None, 0), ("passed", "share", 0))
    for text, wanted in ((b"lab-share-an-ami", True), (b"lab-share-an-ami\n", True), (b"default", False), (b"", False),
                         (b"lab-of-a-pack-that-has-gone", False), (b"lab-", False), (b"\xff\0\x1b[2J", False)):
        me.open_world(text)
        out = me.run("home").out
        report.equal(f"home: {text} is a lab", "Lab: share-an-ami 1/4\n" in out, wanted)
        report.equal(f"home: {text}: a line or none", "Lab:" in out, wanted)
        report.equal(f"home --json: {text}", me.json("home")["lab"],
                     {"lab": "share-an-ami", "passed": 1, "tasks": 4} if wanted else None)


def test_key(me):
    """`a` on the home screen: the task of the open lab, or the list; then home again."""
    begin(me)
    report.fine("a lab is begun", me.run("lab", "start", "share-an-ami"))
    with Tmux(me.folder) as tmux:
        tmux.start(me)
        tmux.wait("[a] labs", "Lab: share-an-ami 0/4")
        tmux.key("a")
        tmux.wait("Share an image with another account", gone=["[a] labs"])
        tmux.key("q")
        tmux.wait("[a] labs")
        tmux.key("q")
        report.equal("q ends it", tmux.exit_code(), 0)


def test_quiz(me):
    """A mistake names the lab that practises it."""
    question = "protection-cooldown-length"
    asked = me.json("quiz", "--seed", "5", "--topic", "recycle-bin")["questions"]
    keys = ""
    for q in asked:
        right = q["options"].index("24 hours") + 1 if q["item"] == question else 0
        keys += ("2" if right == 1 else "1") + " " if q["choose"] == 1 else "12  "
    report.check("the question is asked", question in [q["item"] for q in asked])
    out = " ".join(me.run("quiz", "--seed", "5", "--topic", "recycle-bin", keys=keys).out.split())
    report.check("the lab is named", "A golden image that refuses to go: amidojo lab start protected-deregistration" in out, out)


def test_exam(me):
    """So do the next steps after an exam, each lab once a note."""
    out = me.run("exam", "saa-c03", "--seed", "3", keys=" sy").out
    steps = out[out.index("Next steps"):].replace("\n   ", " ")
    lead = "Labs (amidojo lab start ID): "
    lines = [line.split(lead)[1].split(", ") for line in steps.split("\n") if lead in line]
    told = [lab for line in lines for lab in line]
    labs = {path.stem for path in (TESTS.parent / "content/labs").glob("*.yaml")}
    report.check("labs are told", len(told) > 5, steps)
    report.check("by their ids", labs.issuperset(told), told)
    report.check("once a note", all(len(set(line)) == len(line) for line in lines), lines)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for test in (test_none, test_sums, test_open, test_key, test_quiz, test_exam):
            try:
                test(Learner(pathlib.Path(folder) / test.__name__))
            except (TimeoutError, RuntimeError, OSError, KeyError, ValueError, TypeError, IndexError, sqlite3.Error) as error:
                report.check(f"{test.__name__}: {type(error).__name__}", False, error)
    report.finish()


if __name__ == "__main__":
    main()

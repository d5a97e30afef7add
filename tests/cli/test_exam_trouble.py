#!/usr/bin/env python3
"""Mock exams when something goes wrong: two windows, content that changes, a damaged store.

The bank is that of exam_course.py, whose right answers are known by rule.
"""

import os
import pathlib
import select
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import exam_course as course  # noqa: E402
from exam_course import START, Candidate  # noqa: E402
from harness import PATIENCE, Report  # noqa: E402

report = Report()


# ---- two at once ----

class Piped:
    """A run that gets its keys one by one."""

    def __init__(self, home, *args):
        self.child = subprocess.Popen(home.command(args), env=home.environment(), stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.text = ""
        os.set_blocking(self.child.stdout.fileno(), False)

    def press(self, keys, until):
        at = len(self.text)
        self.child.stdin.write(keys.encode())
        self.child.stdin.flush()
        deadline = time.monotonic() + PATIENCE
        while until not in self.text[at:]:
            if time.monotonic() > deadline:
                report.check(f"{until!r} comes", False, self.text[at:])
                break
            self.text += (os.read(self.child.stdout.fileno(), 65536).decode() if self.ready() else "")
        return self.text[at:]

    def ready(self):
        return select.select([self.child.stdout], [], [], 0.1)[0]

    def end(self):
        self.child.stdin.close()
        self.child.wait()
        self.child.stdout.close()


def test_two_programs(me):
    paper = me.at(0).paper()
    me.sit("q")
    one, two = Piped(me, "exam", "resume"), Piped(me, "exam", "resume")
    one.press("t", "Time left")
    two.press("t", "Time left")
    first = one.press("1", "picked: 1.")
    report.check("one answers", "Question 1, picked: 1." in first, first)
    other = two.press("n2", "Question 2, picked")
    report.check("the other answers another question", "answered in another window" in other and "Question 2, picked: " in other, other)
    clash = one.press("pg2 f", "another window")
    report.check("the first sees it", "another window" in clash, clash)
    same = two.press("p3", "Question 1, picked: 3.")
    one.end()
    two.end()
    state = me.state()
    report.equal("both answers are there", state["answered"], 2)
    me.exam("resume", keys="sy")
    questions = me.shown()["questions"]
    report.check("question 1 and 2 have what was told", questions[0]["picked"] and questions[1]["picked"], (questions[:2], same))
    late = Candidate(me.folder / "late", me.program).at(0)
    late.sit("q")
    window = Piped(late, "exam", "resume")
    window.press("t", "Time left")
    late.exam("resume", keys="sy")
    told = window.press("1", "Estimate")
    report.check("ended in the other window", "ended in another window" in told and "Estimate" in told, told)
    window.end()
    report.equal("its answer was not taken", [e["answered"] for e in late.listed()], [0])


def test_abandoned_too_late(me):
    """Somebody thinks about it while another window submits."""
    me.at(0).sit("q")
    window = Piped(me, "exam", "abandon")
    me.exam("resume", keys="sy")
    told = window.press("y", "meanwhile")
    window.end()
    report.check("it says that it has ended", "has ended meanwhile" in told and window.child.returncode == 1, told)
    report.equal("and it has its result", [e["state"] for e in me.listed()], ["submitted"])


def test_log(me):
    """What an exam leaves in the log: when it was, how long it took, and what was seen and missed."""
    paper = me.at(60).paper()
    me.sit(me.answers(paper[:4], wrong=(2, 4)) + "nq")
    me.at(120).exam("resume", keys="sy")
    rows = me.query("SELECT kind, item, at_ms, day, taken_ms FROM event ORDER BY id")
    start = int(START.timestamp() * 1000)
    day = me.query("SELECT day FROM exam_attempt")[0][0]
    report.equal("kinds", [row[0] for row in rows], ["exam", "quiz", "quiz", "quiz", "exam"])
    report.equal("the mistakes, and the one that was only seen", [row[1] for row in rows[1:4]], [paper[n]["item"] for n in (1, 3, 4)])
    report.equal("when", [row[2] for row in rows], [start + 60000] + [start + 120000] * 4)
    report.equal("on which day", {row[3] for row in rows}, {day})
    report.equal("its time is counted once", me.query("SELECT day, practised, taken_ms FROM day"), [(day, 3, sum(r[4] for r in rows))])


# ---- content and files that change ----

def test_content_changes(me, tree):
    paper = me.at(0).paper()
    first, second, third = (course.number_of(p["item"]) for p in paper[:3])
    me.sit(me.answers(paper[:2]) + "q")
    bank = tree.folder / "quizzes/ways.yaml"
    before = bank.read_text(encoding="utf-8")
    try:
        course.write_bank(tree, only=[n for n in range(1, 161) if n != third])
        text = bank.read_text(encoding="utf-8").replace(f"Scenario {first}. A company", f"Scenario {first}. A firm")
        head, mark, tail = text.partition(f"  - id: q{second:03d}\n")
        rest = tail.replace("- right:", "- was:", 1).replace("- wrong:", "- right:", 1).replace("- was:", "- wrong:", 1)
        bank.write_text(head + mark + rest, encoding="utf-8")
        resumed = me.exam("resume", keys="n" + me.answers(paper[2:]) + "sy")
        report.check("the stored text is asked", f"Scenario {third}. A company" in resumed.out, resumed)
        questions = me.shown()["questions"]
        report.equal("by the stored keys all is right", [q["correct"] for q in questions], [True] * 10)
        report.equal("what became of them", [q["now"] for q in questions[:4]], ["changed", "key-changed", "gone", "same"])
        review = me.exam("show", "1", keys=" nnnq").out
        for words in ("The bank's question has changed since", "The bank has another key", "no longer in the bank"):
            report.check(f"review says {words!r}", words in review, review)
        report.equal("a changed key changes no score", me.shown()["score"]["estimate"], 1000)
        two = Candidate(me.folder / "two", me.program).at(0)
        two.sit("q", "saa-c03", "--seed", "9", "--length", "10")
        gone = {course.number_of(q["item"]) for q in two.paper("saa-c03", "--seed", "9", "--length", "10")[:2]}
        course.write_bank(tree, only=[n for n in range(1, 161) if n not in gone])
        two.exam("resume", keys="nnnnnnnnnsy")
        report.equal("a question that is gone is no mistake to drill", len(two.json("mistakes")), 8)
        bank.write_text("bank: [", encoding="utf-8")
        report.check("without any bank, the result is there", me.exam("show", "1").code == 0, me.exam("show", "1"))
    finally:
        bank.write_text(before, encoding="utf-8")


def damage(me, sql, *values):
    db = sqlite3.connect(me.store)
    for (trigger,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {trigger}")
    db.execute(sql, values)
    db.commit()
    db.close()


def exam_tables(me):
    return {name: [c[1] for c in me.query(f"PRAGMA table_info({name})")]
            for name, in me.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%exam%'")}


def test_changed_under_way(me, tree):
    """The log has the text that was shown: the learner is asked whether the new one means the same."""
    paper = me.at(0).paper()
    first = course.number_of(paper[0]["item"])
    me.sit(me.answers(paper[:1], wrong=(1,)) + "q")
    bank = tree.folder / "quizzes/ways.yaml"
    before = bank.read_text(encoding="utf-8")
    bank.write_text(before.replace(f"Scenario {first}. A company", f"Scenario {first}. A firm"), encoding="utf-8")
    me.exam("resume", keys="sy")
    shown = me.at(86400).run("review", keys="q").out
    report.check("asked about the change", "meaning change" in shown, shown)
    bank.write_text(before, encoding="utf-8")
    report.check("not if it is as it was", "meaning change" not in me.run("review", keys="q").out, "")


def test_odd_questions(me, tree):
    """What cannot be judged is not asked: an option that is neither right nor wrong, one with every option right."""
    course.write_bank(tree, n=12)
    odd = tree.folder / "quizzes/odd.yaml"
    source = 'sources: [{url: "https://docs.aws.amazon.com/x/", read: 2026-01-01}]'
    options = ["{right: {en: A}, why: {en: A}}", "{wrong: {en: B}, why: {en: B}}", "{wrong: {en: C}, why: {en: C}}", "{why: {en: D}}"]
    every = [o.replace("wrong", "right") for o in options[:3]]
    odd.write_text("bank: odd\ntitle: {en: odd}\nquestions:\n" + "".join(
        f"  - {{id: odd-{n}, exams: {{saa-c03: [1]}}, level: apply, ask: {{en: Why?}}, options: [{', '.join(o)}], {source}}}\n"
        for n, o in enumerate((options, every))), encoding="utf-8")
    drawn = {p["item"] for seed in range(1, 9) for p in me.paper("saa-c03", "--seed", str(seed), "--length", "6")}
    report.check("not drawn", not drawn & {"odd-0", "odd-1"} and len(drawn) > 8, drawn)
    report.fine("nor is it in the way", me.at(0).sit("sy", "saa-c03", "--seed", "1", "--length", "6"))
    odd.unlink()
    course.write_bank(tree)


def test_damage(me, tree):
    """A damaged paper is told, and stands in nobody's way."""
    me.at(0).sit("1nsy")
    report.check("an exam has its tables", exam_tables(me), me.query("SELECT name FROM sqlite_schema"))
    texts = [(t, c) for t, columns in exam_tables(me).items() for c in columns if c in ("body", "text", "json")]
    keys = [(t, c) for t, columns in exam_tables(me).items() for c in columns if c == "key"]
    for kind, places in (("text", texts), ("key", keys)):
        if not report.check(f"there is a column with the {kind}", places, exam_tables(me)):
            continue
        table, column = places[0]
        one = me.copy(me.folder.parent / f"{me.folder.name}-{kind}")
        damage(one, f"UPDATE {table} SET {column} = CASE WHEN ? = 'key' THEN '9' ELSE replace({column}, 'Way 2', 'Way 7') END", kind)
        report.refused(f"{kind}: show", one.exam("show", "1"), 1, "amage", "restore")
        listed = one.exam("list")
        report.check(f"{kind}: list", listed.code == 0 and "damaged" in listed.out, listed)
        again = one.at(100).sit("2nsy", "saa-c03", "--seed", "11", "--length", "10")
        report.check(f"{kind}: another exam can be sat", again.code == 0 and "Estimate" in again.out, again)
        one.at(0)
    two = Candidate(me.folder.parent / f"{me.folder.name}-open", me.program).at(0)
    two.sit("1q")
    table, column = texts[0]
    damage(two, f"UPDATE {table} SET {column} = replace({column}, 'Way 2', 'Way 7')")
    report.refused("resume of a damaged one", two.exam("resume", keys="1"), 1, "amage")
    report.refused("it is in the way", two.sit("", "saa-c03", "--seed", "12"), 1, "still open")
    report.fine("until it is abandoned", two.exam("abandon", "--yes"))
    report.check("then another can begin", "Estimate" in two.sit("sy", "saa-c03", "--seed", "12", "--length", "5").out)
    three = Candidate(me.folder.parent / f"{me.folder.name}-late", me.program).at(0)
    three.sit("1q")
    damage(three, f"UPDATE {table} SET {column} = replace({column}, 'Way 2', 'Way 7')")
    three.at(90000)
    report.check("out of time and damaged: list still works", three.exam("list").code == 0, three.exam("list"))


if __name__ == "__main__":
    course.run_all(report, [test_two_programs, test_abandoned_too_late, test_log, test_content_changes, test_changed_under_way,
                           test_odd_questions, test_damage])

#!/usr/bin/env python3
"""Mock exams as a candidate meets them: paper, answers, clock, result; and all that can go wrong meanwhile.

The clock is AMIDOJO_NOW, and AMIDOJO_BOOT where the computer's start matters; keys come from a pipe. The
bank is that of exam_course.py, whose right answers are known by rule.
"""

import csv
import datetime
import io
import math
import os
import pathlib
import re
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import exam_course as course  # noqa: E402
from harness import ESCAPE, HANGUL, PATIENCE, Home, Report, Terminal, Tree  # noqa: E402

START = datetime.datetime(2026, 3, 2, 9, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=9)))
TEN = ("saa-c03", "--seed", "7", "--length", "10")
report = Report()


class Candidate(Home):
    """Someone who sits exams; `after` seconds of the first begin."""

    def at(self, seconds):
        self.now = (START + datetime.timedelta(seconds=seconds)).isoformat()
        return self

    def exam(self, *args, **how):
        return self.run("exam", *args, **how)

    def paper(self, *args):
        return self.json("exam", *(args or TEN))["questions"]

    def state(self, **how):
        return self.json("exam", "resume", **how)

    def shown(self, number=1):
        return self.json("exam", "show", str(number))

    def listed(self):
        return self.json("exam", "list")

    def sit(self, keys, *args, **how):
        """Begins and presses keys; the first blank is for the start screen."""
        return self.exam(*(args or TEN), keys=" " + keys, **how)

    def copy(self, folder):
        super().copy(folder)
        return type(self)(folder, self.program, self.lang).at(0)

    def answers(self, paper, wrong=(), skip=()):
        """The keys that go through a paper, right but for these numbers."""
        keys = ""
        for place in paper:
            if place["number"] not in skip:
                keys += (course.wrong_keys if place["number"] in wrong else course.right_keys)(place)
            keys += "n" if place is not paper[-1] else ""
        return keys


def fine(name, result):
    return report.check(name, result.code == 0 and not result.err, result)


def refused(name, result, code, *words):
    return report.check(name, result.code == code and all(w in result.err for w in words) and not result.out, result)


# ---- the paper ----

def test_paper(me):
    whole = me.json("exam", "saa-c03", "--seed", "3")
    places = whole["questions"]
    report.equal("length", (len(places), whole["minutes"]), (65, 130))
    count = lambda scored: [sum(p["domain"] == d and p["scored"] == scored for p in places) for d in (1, 2)]
    report.equal("domains of the scored", count(True), [30, 20])
    report.equal("domains of the others", count(False), [9, 6])
    report.equal("no question twice", len({p["item"] for p in places}), 65)
    report.equal("nothing is begun", me.listed(), [])
    other = Candidate(me.folder / "other", me.program).at(5000)
    other.sit("1nsy", "saa-c03", "--length", "5")
    report.equal("the same for everybody", other.exam("saa-c03", "--seed", "3", "--json").out,
                 me.exam("saa-c03", "--seed", "3", "--json").out)
    partner = me.json("exam", "saa-c03", "--seed", "4")["questions"]
    report.equal("its pair shares no question", {p["item"] for p in places} & {p["item"] for p in partner}, set())
    for args, minutes in ((("--length", "10"), 20), (("--length", "33"), 66), (("--length", "33", "--minutes", "160"), 160),
                          (("--minutes", "160"), 160)):
        report.equal(f"minutes of {args}", me.json("exam", "saa-c03", *args)["minutes"], minutes)
    printed = me.exam(*TEN)
    report.check("printed with texts", "10. q" in printed.out and "Way 3 of scenario" in printed.out and "begun" in printed.out,
                 printed)


def test_no_repeats(me):
    """The learner's own papers take what was not asked before."""
    for n in (1, 2):
        fine(f"paper {n}", me.at(n).sit("sy", "saa-c03"))
    first, second = ({q["item"] for q in me.shown(n)["questions"]} for n in (1, 2))
    report.equal("two papers share no question", (len(first), len(second), first & second), (65, 65, set()))


def test_too_few(me, tree):
    course.write_bank(tree, n=20)
    refused("too few questions", me.exam("saa-c03", "--seed", "1"), 1, "too few questions", "--length")
    most = int(me.exam("saa-c03", "--seed", "1").err.split("--length ")[1].split()[0])
    report.equal("that length can be had", len(me.paper("saa-c03", "--seed", "1", "--length", str(most))), most)
    refused("no questions at all", me.exam("soa-c03"), 1, "no questions for soa-c03")
    course.write_bank(tree)


# ---- a whole exam ----

def wilson(domains, low=100, high=1000):
    """The estimate and its range, reckoned without the program's own code."""
    used = [(w, s, r) for w, s, r in domains if s]
    total = sum(w for w, _, _ in used)
    p = sum(w / total * r / s for w, s, r in used)
    n = 1 / sum((w / total) ** 2 / s for w, s, _ in used)
    z = 1.959963984540054
    middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    ends = [(middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)]
    scale = lambda f: low + (high - low) * f
    return scale(p), scale(max(0, ends[0])), scale(min(1, ends[1]))


def test_whole(me):
    paper = me.at(0).paper()
    wrong, skip = {2, 5}, {9}
    keys = me.answers(paper, wrong, skip)
    # confidence: question 10 a guess; then flag question 5 and be sure of it; 2 is unsure
    keys += "c" + "g5 " + "fccc" + "g2 " + "cc" + "t" + "sy"
    result = me.sit(keys)
    fine("whole exam", result)
    for words in ("10 questions in 20 minutes", "Time left: 0:20:00.", "1 question is not answered: 9",
                  "1 question is flagged: 5", "Estimate ", "pass mark 720", "Right by a guess: 10",
                  "Wrong and sure of it: 5", "AWS publishes no map", "amidojo notes ", "amidojo mistakes"):
        report.check(f"it says {words!r}", words in result.out, result.out)
    before_end = result.out[:result.out.index("Submit the exam?")]
    report.check("nothing on right and wrong before the end", not any(w in before_end for w in (" is right here", " is wrong here", "Wrong:", "Right:")), before_end)
    done = me.shown()
    questions = done["questions"]
    report.equal("state", (done["state"], done["exam"], done["seed"], done["class"], done["minutes"]),
                 ("submitted", "saa-c03", 7, True, 20))
    report.equal("the paper is the one that was shown", [(q["item"], q["order"]) for q in questions],
                 [(p["item"], p["order"]) for p in paper])
    report.equal("correct", [q["correct"] for q in questions], [n not in wrong | skip for n in range(1, 11)])
    for q in questions:
        n = course.number_of(q["item"])
        report.equal(f"key of {q['item']}", q["key"], course.key(n))
        report.check(f"picked of {q['item']}", (q["picked"] == course.key(n)) == (q["number"] not in wrong | skip), q)
    report.equal("confidence", [q["confidence"] for q in questions], ["", "unsure", "", "", "sure", "", "", "", "", "guess"])
    report.equal("flags", [q["number"] for q in questions if q["flagged"]], [5])
    domains = [(60, 0, 0), (40, 0, 0)]
    for q in questions:
        w, s, r = domains[q["domain"] - 1]
        if q["scored"]:
            domains[q["domain"] - 1] = (w, s + 1, r + q["correct"])
    report.equal("domains", [(d["weight"], d["scored"], d["right"]) for d in done["score"]["domains"]], domains)
    estimate, low, high = wilson(domains)
    report.check("estimate", abs(done["score"]["estimate"] - estimate) <= 0.5 + 1e-9, (done["score"], estimate))
    report.equal("range", (done["score"]["low"], done["score"]["high"]), (math.floor(low + 1e-9), math.ceil(high - 1e-9)))
    rows = list(csv.DictReader(io.StringIO(me.exam("show", "1", "--csv").out)))
    report.equal("csv: a row a question", [(r["number"], r["item"], r["order"], r["correct"]) for r in rows],
                 [(str(q["number"]), q["item"], q["order"], str(int(q["correct"]))) for q in questions])
    report.equal("csv: keys as they stood on the screen", [r["key"] for r in rows],
                 [",".join(sorted(course.right_keys(p))) for p in paper])
    pressed = lambda p: "" if p["number"] in skip else (course.wrong_keys if p["number"] in wrong else course.right_keys)(p)
    report.equal("csv: picked are the digits that were pressed", [r["picked"] for r in rows],
                 [",".join(sorted(pressed(p))) for p in paper])
    missed = {q["item"] for q in questions if not q["correct"]}
    report.equal("the mistakes are in the pool", {m["item"] for m in me.json("mistakes")}, missed)
    report.equal("as quiz events", {i for i, in me.query("SELECT item FROM event WHERE kind = 'quiz'")}, missed)
    [entry] = me.listed()
    report.equal("list", (entry["state"], entry["estimate"], entry["answered"]), ("submitted", done["score"]["estimate"], 9))
    fine("doctor", me.run("doctor"))


def test_review(me):
    paper = me.at(0).paper()
    me.sit(me.answers(paper, {2, 5}) + "sy")
    seen = me.exam("show", "1", keys=" n" + "p" + "m" * 3 + "oqvLq")
    fine("review", seen)
    for words in ("Estimate ", "Question 1 of 10: right", "Question 2 of 10: wrong", "Question 5 of 10: wrong",
                  "There are no more mistakes.", "Wrong, and yours: ", "Right: Way", "There is no proof for this question."):
        report.check(f"review says {words!r}", words in seen.out, seen.out)
    report.check("the other language", HANGUL.search(seen.out), seen.out[-500:])
    report.check("the note", "## " in seen.out or "Summary" in seen.out, seen.out)
    with Terminal(me, "exam", "show", "1") as terminal:
        terminal.wait("[m]")
        at = len(terminal.text)
        terminal.send("m")
        terminal.wait("addresses", after=at)
        shown = lambda text: re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\", "", text)
        report.check("sources are links first", "https://docs" not in shown(terminal.text[at:]), terminal.text[at:])
        at = len(terminal.text)
        terminal.send("aG")
        terminal.wait("https://docs.aws.amazon.com/page.html (read 2026-01-02)", after=at)
        report.check("a shows their addresses", True)
        terminal.child.kill()
    with_proof = me.paper("saa-c03", "--seed", "1", "--length", "60")
    place = next((p for p in with_proof if p["item"] == "q001"), None)
    seed = 1
    while not place and seed < 40:
        seed += 1
        place = next((p for p in me.paper("saa-c03", "--seed", str(seed), "--length", "60") if p["item"] == "q001"), None)
    if report.check("a paper with the question that has a proof", place, seed):
        me.sit(f"sy n{'n' * (place['number'] - 2)}v  qq" if place["number"] > 1 else "sy v  qq", "saa-c03", "--seed", str(seed),
               "--length", "60")
        played = me.exam("show", "2", keys=" " + "n" * (place["number"] - 1) + "v  qq")
        report.check("v plays the proof", played.code == 0 and "describe-images --owners self" in played.out, played)


def test_trend(me):
    for n, wrong in ((1, set(range(1, 11))), (2, {1, 2, 3})):
        me.at(n * 86400)
        last = me.sit(me.answers(me.paper(), wrong) + "sy")
    report.check("earlier papers are in the result", "2026-03-03: 1" in last.out and ", this one" in last.out, last)
    me.at(3 * 86400).sit("q")
    me.exam("abandon", "--yes")
    report.equal("an abandoned one has no estimate", [e.get("estimate") is None for e in me.listed()], [True, False, False])
    report.check("nor a result", "there is no estimate" in me.exam("show", "3").out)


def test_keys(me):
    """What is out of range is said, and nothing is submitted by one key."""
    result = me.at(0).sit("9" "0" "p" "g99 " "qs" "n" "s" "q" "x" "?" "q" "tq")
    fine("keys", result)
    for words in ("There is no option 9;", "There is no option 0;", "This is the first question.",
                  "There is no question 99; they go from 1 to 10.", "The exam is still open, and its clock goes on"):
        report.check(f"it says {words!r}", words in result.out, result.out)
    report.equal("still open, nothing picked", [(e["state"], e["answered"]) for e in me.listed()], [("open", 0)])
    end = me.exam("resume", keys="g10 " "n" "q")
    report.check("at the end", "This is the last question" in end.out, end)
    toggled = me.exam("resume", keys="g1 " "1122" "q")
    report.check("the last digit counts", toggled.code == 0 and me.state()["answered"] == 1, toggled)
    me.exam("resume", keys="f" "f" "cccc" "q")
    stopped = me.exam("resume", keys="3")
    report.check("the input ends", stopped.code == 1 and stopped.err == "amidojo: the input ended; everything you answered is saved. The exam is still open, and its "
                 "clock goes on: 0:20:00 left. To return: amidojo exam resume\n", stopped)
    unbegun = Candidate(me.folder / "unbegun", me.program).at(0)
    report.check("the input ends before it begins", "Nothing was begun." in unbegun.exam(*TEN, keys="L").err and unbegun.listed() == [],
                 unbegun.exam(*TEN, keys="L"))
    refused("a second exam", me.sit("", "saa-c03"), 1, "exam 1 (saa-c03) is still open", "0:20:00 left", "resume", "abandon")
    refused("no result yet", me.exam("show", "1"), 1, "still open")


def test_multiple(me):
    """Where several are right, digits pick and take off."""
    paper = me.at(0).paper()
    place = next(p for p in paper if course.number_of(p["item"]) % 7 == 0)
    go = f"g{place['number']} "
    keys = course.right_keys(place)
    out = me.sit(go + keys[0] + keys[0] + keys + "q").out
    report.check("pick 2", "Pick 2; picked: 0." in out and "picked: nothing. Pick 2; picked: 0." in out and "Pick 2; picked: 2." in out, out)
    me.exam("resume", keys="sy")
    report.equal("exact match", [q["correct"] for q in me.shown()["questions"] if q["number"] == place["number"]], [True])


def test_interrupted(me):
    """Ctrl-C says what is true: where the exam stands, and the way back that works."""
    with Terminal(me.at(0), "exam", *TEN) as terminal:
        terminal.wait("[q]")
        terminal.send("\r")
        terminal.wait("Question 1")
        terminal.send("\x03")
        report.equal("code", terminal.end(), 130)
        said = " ".join(terminal.text[terminal.text.rfind("amidojo: "):].split())
        report.equal("Ctrl-C", said, "amidojo: interrupted; everything you answered is saved. The exam is still open, and its clock goes on: 0:20:00 left. "
                     "To return: amidojo exam resume")
    me.exam("resume", keys="sy")
    with Terminal(me, "exam", "show", "1") as terminal:
        terminal.wait("[q]")
        terminal.send("\x03")
        report.equal("code in the result", terminal.end(), 130)
        report.check("Ctrl-C in the result", "The result stays: amidojo exam show 1" in terminal.text and
                     "Start again" not in terminal.text, terminal.text[-200:])


def test_options(me):
    """What would be ignored is refused, and nothing happens."""
    me.at(0).sit("q")
    for args, option, what in (
        (["resume", "--minutes", "60"], "--minutes", "'exam resume'"), (["resume", "--length", "3"], "--length", "'exam resume'"),
        (["list", "--csv"], "--csv", "'exam list'"), (["saa-c03", "--csv"], "--csv", "'exam saa-c03'"),
        (["saa-c03", "--yes"], "--yes", "'exam saa-c03'"), (["show", "1", "--yes", "--minutes", "5"], "--minutes", "'exam show'"),
        (["abandon", "--seed", "3"], "--seed", "'exam abandon'"), (["info", "saa-c03", "--length", "3"], "--length", "'exam info'"),
        (["show", "1", "--csv", "--json"], "--csv", "--json"),
    ):
        refused(f"exam {' '.join(args)}", me.exam(*args), 2, f"{option} cannot be used with {what}")
    report.equal("still open", [e["state"] for e in me.listed()], ["open"])


def test_next_steps(me):
    """By note, the one with most mistakes first: title and command once, the questions below in a line each."""
    paper = me.at(0).paper()
    by_note = {}
    for place in paper:
        by_note.setdefault(course.NOTES[course.number_of(place["item"]) % 3], []).append(place)
    few, middle, many = sorted(by_note.values(), key=len)
    wrong = [*few[:1], *middle[:2], *many[:3]]
    result = me.sit(me.answers(paper, {p["number"] for p in wrong}) + "sy")
    steps = result.out[result.out.index("Next steps"):]
    expected = []
    for places in (many[:3], middle[:2], few[:1]):
        expected.append(course.NOTES[course.number_of(places[0]["item"]) % 3])
        expected += [(p["number"], course.number_of(p["item"])) for p in places]
    found = [m[1] if m[1] else (int(m[2]), int(m[3]))
             for m in re.finditer(r": amidojo notes (\S+)$|^ +(\d+)\. Scenario (\d+)\. A company", steps, re.M)]
    report.equal("groups and questions", found, expected)
    report.check("no bare ids", not re.search(r"\bq\d{3}\b", steps), steps)
    with Terminal(me, "exam", "show", "1", columns=60) as terminal:
        terminal.wait("[q]")
        at = len(terminal.text)
        terminal.send("G")
        terminal.wait("pool: amidojo mistakes", after=at)
        page = terminal.text[at:]
        lines = re.findall(r"^.*Scenario \d+\..*$", page, re.M)
        report.check("on a screen a line each, cut", lines and all(line.rstrip().endswith("..") and "should it do" not in line for line in lines),
                     page)
        terminal.child.kill()


def test_few_questions(me):
    """A domain without scored questions has no share of right ones; so few questions are called few."""
    out = me.at(0).sit("sy", "saa-c03", "--seed", "1", "--length", "1").out
    report.check("no 0 of 0", "0 of 0 right" not in out and "\n   -\n" in out, out)
    report.check("one scored question is few", "1 scored question is so few that" in out, out)
    report.check("in the singular", not re.search(r"\b1 questions", out) and "1 question in 2 minutes" in out, out)
    lengths = {}
    for n in range(2, 9):
        unscored = sum(not p["scored"] for p in me.paper("saa-c03", "--seed", "1", "--length", str(n)))
        lengths.setdefault(unscored, n)
    if report.check("a paper with one question that is not scored", 1 in lengths, lengths):
        out = me.sit("sy", "saa-c03", "--seed", "1", "--length", str(lengths[1])).out
        report.check("no 1 questions", not re.search(r"\b1 questions", out), out)
        report.check("one question", "1 question was not scored, as in the real exam; right: 0." in out, out)
    for length, few in ((24, True), (26, True), (30, False)):
        scored = sum(p["scored"] for p in me.paper("saa-c03", "--seed", "1", "--length", str(length)))
        out = me.sit("sy", "saa-c03", "--seed", "1", "--length", str(length)).out
        report.equal(f"{scored} scored questions", "scored questions are so few that" in out, scored < 20)


def test_grid(me):
    """The screen of all questions tells the time, its keys, and submits."""
    paper = me.at(0).paper()
    out = me.sit("g" "t" "?q" + "g" + "s" "q" + "q").out
    grid = out[out.index("of 10 answered"):]
    report.check("time, keys and submitting from there", grid.index("Time left") < grid.index("Every key is kept") <
                 grid.index("Submit the exam?"), grid)
    report.equal("no one submits by one key", [e["state"] for e in me.listed()], ["open"])
    me.exam("resume", keys=me.answers(paper) + "gsy")
    report.equal("submitted from there", [(e["state"], e["answered"]) for e in me.listed()], [("submitted", 10)])


def test_where_one_was(me):
    """An exam goes on at the question where it was left, answered or not."""
    me.at(0).sit("1" "g7 " "q")
    report.check("left at 7", first_question(me.exam("resume", keys="p" "1" "q")) == 7)
    report.check("left at 6, answered", first_question(me.at(60).exam("resume", keys="g10 ")) == 6)
    report.check("the input ended at 10", first_question(me.exam("resume", keys="q")) == 10)
    fresh = Candidate(me.folder / "fresh", me.program).at(0)
    fresh.sit("q")
    report.check("nothing done yet", first_question(fresh.exam("resume", keys="q")) == 1)


def first_question(result):
    return int(re.search(r"Question (\d+) of", result.out)[1])


# ---- the clock ----

def test_resume(me):
    """Killed in the middle: all answers are there, and the clock has gone on."""
    paper = me.at(0).paper()
    child = subprocess.Popen(me.command(["exam", *TEN]), env=me.environment(), stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    child.stdin.write((" " + me.answers(paper[:4], {2})).encode())
    child.stdin.flush()
    text = b""
    while text.count(b"Question 4, picked") < len(course.right_keys(paper[3])):
        chunk = os.read(child.stdout.fileno(), 65536)
        if not chunk:
            break
        text += chunk
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdin.close()
    child.stdout.close()
    me.at(600)
    state = me.state()
    report.equal("answers and time after a kill", (state["answered"], state["unanswered"][0], state["left_ms"]), (4, 5, 600000))
    back = me.exam("resume", keys="n" + me.answers(paper[4:]) + "sy")
    report.check("it goes on where one was, with ten minutes", "Time left: 0:10:00." in back.out and
                 back.out.find("Question 4 of 10") < back.out.find("Question 5 of 10") and "Question 4 of 10" in back.out, back.out)
    report.equal("result", [q["correct"] for q in me.shown()["questions"]], [n != 2 for n in range(1, 11)])
    report.equal("ended after", me.shown()["ended"]["elapsed_ms"], 600000)


def test_deadline(me, tree):
    """It ends at its deadline, whoever looks first and whenever."""
    for n, args in enumerate((["list"], ["resume"], ["info", "saa-c03"], ["abandon", "--yes"], ["show", "1"], ["soa-c03"]), 1):
        one = Candidate(me.folder / f"deadline-{n}", tree.program).at(0)
        paper = one.paper()
        one.sit(one.answers(paper[:3]) + "nq")
        one.at(19 * 60 + 59)
        report.equal(f"{args}: a second before", one.state()["left_ms"], 1000)
        home = one.run("home")
        report.check(f"{args}: home shows it", "exam 1 (saa-c03), 0:00:01 left" in home.out, home)
        one.at(3 * 3600)
        home = one.run("home")
        report.check(f"{args}: home says that the time is up", "The time is up for exam 1 (saa-c03)" in home.out, home)
        two = one.copy(me.folder / f"deadline-{n}-keys").at(3 * 3600)
        told = one.exam(*args)
        report.check(f"{args}: it is said", "ran out" in told.out, told)
        if args[0] in ("resume", "show"):
            shown = two.exam(*args, keys="q")
            report.check(f"{args}: the reason stands above the result, once", shown.out.startswith("The time ran out while ") and
                         shown.out.count("ran out") == 1 and "Estimate " in shown.out, shown)
        elif args[0] == "list":
            shown = two.exam("saa-c03", "--length", "5", keys="q")
            report.check("before another exam it is told first", shown.out.startswith("The time of exam 1 ran out") and
                         "Nothing was begun." in shown.out and shown.out.count("ran out") == 1, shown)
        done = one.shown()
        report.equal(f"{args}: submitted at its deadline", (done["state"], done["ended"]["elapsed_ms"], done["ended"]["utc_ms"]),
                     ("timed-out", 1200000, int(START.timestamp() * 1000) + 1200000))
        report.equal(f"{args}: with what was answered", sum(q["correct"] for q in done["questions"]), 3)
        report.equal(f"{args}: a mistake is what was seen", [m["item"] for m in one.json("mistakes")], [paper[3]["item"]])


def boot(name, ms):
    return {"AMIDOJO_BOOT": f"{name}:{ms}"}


def test_clocks(me):
    me.at(0).sit("1q", env=boot("first", 5000))
    report.equal("same start of the computer, clock set back a day",
                 me.at(-86400).state(env=boot("first", 5000 + 300000))["left_ms"], 900000)
    moved = me.exam("resume", keys="2ttq", env=boot("first", 5000 + 300000))
    report.check("that is said", moved.out.count("clock was moved") == 1 and "Time left: 0:15:00." in moved.out, moved)
    again = me.exam("resume", keys="q", env=boot("first", 5000 + 300000))
    report.check("and only once", "clock was moved" not in again.out, again)
    report.equal("set forward, nothing is lost",
                 me.at(86400).state(env=boot("first", 5000 + 360000))["left_ms"], 840000)
    me.at(-86400 + 300)
    report.equal("another start: the wall clock counts", me.state(env=boot("second", 10))["left_ms"], 600000)
    me.exam("resume", keys="3q", env=boot("second", 10))
    report.equal("another start with the clock set back: no time is won",
                 me.at(-86400 * 2).state(env=boot("third", 10))["left_ms"], 600000)
    refused("AMIDOJO_BOOT", me.exam("list", env={"AMIDOJO_BOOT": "x"}), 2, "AMIDOJO_BOOT", "'x'")


def test_timer(me):
    """The exam is submitted by itself while a key is awaited, and the time told on the way."""
    now = datetime.datetime.now(datetime.timezone.utc)
    me.now = (now - datetime.timedelta(seconds=56)).isoformat(timespec="seconds")
    me.sit("1q", "saa-c03", "--seed", "7", "--length", "10", "--minutes", "1")
    start = time.monotonic()
    with Terminal(me, "exam", "resume", env={"AMIDOJO_NOW": None}) as terminal:
        terminal.wait("Time left: 0:00:0")
        terminal.wait("Estimate ")
        waited = time.monotonic() - start
        terminal.send("q")
        report.equal("q ends it", terminal.end(), 0)
        report.check("the time is up", "The time is up" in terminal.text, terminal.text[-800:])
    report.check("at the deadline, not later", waited < 7, waited)
    done = me.shown()
    report.equal("ended by the clock", (done["state"], done["ended"]["elapsed_ms"]), ("timed-out", 60000))
    me.now = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=58)).isoformat(timespec="seconds")
    me.sit("1q", "saa-c03", "--seed", "7", "--length", "10", "--minutes", "2")
    with Terminal(me, "--plain", "exam", "resume", env={"AMIDOJO_NOW": None}) as terminal:
        first = terminal.wait("Time left: 0:01:0")
        terminal.wait("Time left: 0:01:00.", after=first) if "0:01:00." not in terminal.text else None
        terminal.send("q")
        terminal.end()
        report.check("a threshold is told once, and nothing each second", terminal.text.count("Time left") == 2, terminal.text)
        report.check("plain has no control codes", "\x1b" not in terminal.text, repr(terminal.text[:300]))


def test_time_on_screen(me):
    """A drawn time is the time at which it was drawn; the next threshold comes up while nobody does anything."""
    now = datetime.datetime.now(datetime.timezone.utc)
    me.now = (now - datetime.timedelta(seconds=53)).isoformat(timespec="seconds")
    me.sit("1q", "saa-c03", "--seed", "7", "--length", "10", "--minutes", "2")
    with Terminal(me, "exam", "resume", env={"AMIDOJO_NOW": None}) as terminal:
        terminal.wait("[q]")
        drawn = [m for m in re.findall(r"Time left: (0:0\d:\d\d)", terminal.text)]
        report.check("the time at first", drawn and drawn[0] > "0:01:02", terminal.text)
        terminal.send("f")
        at = terminal.wait("! flagged")
        time.sleep(0.2)
        terminal.pump(0.1)
        report.check("gone with the next key", "Time left" not in terminal.text[terminal.text.rfind("\x1b[2J"):], terminal.text[at:])
        terminal.wait("Time left: 0:01:00.", after=at)
        at = len(terminal.text)
        os.kill(terminal.child.pid, signal.SIGSTOP)
        time.sleep(2.2)
        os.kill(terminal.child.pid, signal.SIGCONT)
        terminal.wait("Time left: 0:00:5", after=at)
        report.check("a stale time is not drawn again", "0:01:00" not in terminal.text[at:], terminal.text[at:])
        terminal.send("q")
        terminal.end()


def test_paste(me):
    """Pasted text submits nothing, whatever is in it."""
    with Terminal(me.at(0), "exam", *TEN) as terminal:
        terminal.wait("[q]")
        terminal.send("\r")
        terminal.wait("Question 1")
        terminal.send("system easy sy sysysysy 9 symbols y sy" * 20)
        time.sleep(0.5)
        terminal.send("\x1b[200~s\ry\rsy\x1b[201~" * 20)
        for _ in range(40):
            terminal.pump(0.05)
        report.equal("still open", [e["state"] for e in me.listed()], ["open"])
        terminal.child.kill()
    with Terminal(me, "exam", "resume") as terminal:
        terminal.wait("Question ")
        terminal.send("s")
        terminal.wait("Submit the exam?")
        time.sleep(0.4)
        terminal.send("y")
        terminal.wait("Estimate ")
        report.check("a person can submit", True)
        terminal.child.kill()


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
        while until not in self.text[at:] and time.monotonic() < deadline:
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
    clash = one.press("p" "g2 " "f", "another window")
    report.check("the first sees it", "another window" in clash, clash)
    same = two.press("p" "3", "another window") + two.press("t", "Time left")
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
    fine("nor is it in the way", me.at(0).sit("sy", "saa-c03", "--seed", "1", "--length", "6"))
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
        refused(f"{kind}: show", one.exam("show", "1"), 1, "amage", "restore")
        listed = one.exam("list")
        report.check(f"{kind}: list", listed.code == 0 and "damaged" in listed.out, listed)
        again = one.at(100).sit("2nsy", "saa-c03", "--seed", "11", "--length", "10")
        report.check(f"{kind}: another exam can be sat", again.code == 0 and "Estimate" in again.out, again)
        one.at(0)
    two = Candidate(me.folder.parent / f"{me.folder.name}-open", me.program).at(0)
    two.sit("1q")
    table, column = texts[0]
    damage(two, f"UPDATE {table} SET {column} = replace({column}, 'Way 2', 'Way 7')")
    refused("resume of a damaged one", two.exam("resume", keys="1"), 1, "amage")
    refused("it is in the way", two.sit("", "saa-c03", "--seed", "12"), 1, "still open")
    fine("until it is abandoned", two.exam("abandon", "--yes"))
    report.check("then another can begin", "Estimate" in two.sit("sy", "saa-c03", "--seed", "12", "--length", "5").out)
    three = Candidate(me.folder.parent / f"{me.folder.name}-late", me.program).at(0)
    three.sit("1q")
    damage(three, f"UPDATE {table} SET {column} = replace({column}, 'Way 2', 'Way 7')")
    three.at(90000)
    report.check("out of time and damaged: list still works", three.exam("list").code == 0, three.exam("list"))


# ---- the rest ----

def test_command(me):
    me.at(0)
    report.check("no exam yet", "No exam was begun yet" in me.exam("list").out)
    refused("resume", me.exam("resume"), 1, "no exam is open")
    refused("abandon", me.exam("abandon", "--yes"), 1, "no exam is open")
    for args, code, words in (
        (["saa-c04"], 2, "did you mean 'saa-c03'"), (["azure"], 2, "there are: "), (["resumee"], 2, "did you mean 'resume'"),
        ([], 2, "needs more"), (["show"], 2, "needs the number"), (["show", "x"], 2, "'x' is not the number"),
        (["show", "0"], 2, "is not the number"), (["show", "5"], 1, "no exam 5"), (["show", "99999999999999999999"], 2, "is not the number"),
        (["list", "1"], 2, "does not take '1'"), (["saa-c03", "1"], 2, "does not take '1'"), (["info"], 2, "needs an exam"),
        (["saa-c03", "--length", "0"], 2, "--length"), (["saa-c03", "--length", "501"], 2, "--length"),
        (["saa-c03", "--minutes", "0"], 2, "--minutes"), (["saa-c03", "--seed", "-1"], 2, "--seed"),
        (["saa-c03", "--seed", "0"], 2, "--seed"), (["info", "nothing"], 2, "there is no exam 'nothing'"),
        (["soa-c02"], 2, "2025-09-29"), (["SOA-C02"], 2, "soa-c03"),
    ):
        refused(f"exam {' '.join(args)}", me.exam(*args), code, words)
    info = me.exam("info", "soa-c03").out
    for words in ("65 questions: 50 scored and 15 not scored", "130 minutes", "--minutes 160", "720", "22%, 11 scored questions",
                  "sysops-administrator-associate-03", "2026-11-21", "2025-09-29", "multiple-response"):
        report.check(f"info says {words!r}", words in " ".join(info.split()), info)
    alias = me.exam("info", "soa-c02")
    report.check("info of the old name explains it", alias.code == 0 and "ended on 2025-09-29" in alias.out and "CloudOps" in alias.out, alias)
    data = me.json("exam", "info", "soa-c03")
    report.equal("info as data", ([d["scored"] for d in data["domains"]], data["accommodation_minutes"], data["aliases"][0]["ended"]),
                 ([11, 11, 11, 8, 9], 160, "2025-09-29"))
    report.check("any case of letters", me.exam("info", "SAA-C03").code == 0)
    own = me.folder / "own"
    own.mkdir()
    text = (course.CONTENT / "exams/soa-c03.yaml").read_text(encoding="utf-8")
    for name, old, new in (("scale", "scale: [100, 1000]", "scale: [100]"), ("weights", "weight: 18", "weight: 17"),
                           ("scale upside down", "[100, 1000]", "[1000, 100]")):
        (own / "soa.yaml").write_text(text.replace(old, new), encoding="utf-8")
        for args in (["soa-c03"], ["info", "soa-c03"], ["info", "soa-c02"]):
            refused(f"{name}: {args}", me.exam(*args, env={"AMIDOJO_PATH": str(own)}), 1, "soa-c03 has errors; amidojo check")
    me.sit("q")
    refused("abandon asks", me.exam("abandon"), 2, "--yes")
    kept = me.exam("abandon", keys="n")
    report.check("no is no", kept.code == 0 and "Nothing was changed." in kept.out and me.state()["attempt"] == 1, kept)
    gone = me.exam("abandon", keys="y")
    report.check("yes is yes", gone.code == 0 and [e["state"] for e in me.listed()] == ["abandoned"], gone)
    report.equal("no mistakes from it", me.json("mistakes"), [])
    left = me.exam(*TEN, keys="q")
    report.check("the start screen can be left", "Nothing was begun." in left.out and len(me.listed()) == 1, left)


def test_languages(me):
    """A Korean exam is Korean; L shows the other language of the same stored text; plain has no control codes."""
    paper = me.at(0).paper()
    me.lang = "ko"
    out = me.sit("t1fc" "L" "q").out
    report.check("Korean", "상황" in out and "남은 시간" in out, out)
    report.check("L", "Scenario" in out, out)
    plain = me.run("--plain", "exam", "resume", keys="g" "q" "?q" + me.answers(paper) + "s" "y" " nmLq")
    report.check("plain: no control codes", plain.code == 0 and not ESCAPE.search(plain.out) and not any(
        ord(c) < 32 and c != "\n" for c in plain.out), plain)
    english = [line for line in plain.out.splitlines() if line and not HANGUL.search(line) and len(line.split()) > 3]
    report.check("plain: Korean throughout, but for what was asked in English", all("Way" in e or "Scenario" in e or "amidojo" in e or
                 "What should" in e or "://" in e for e in english), "\n".join(english))


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        course.write_exams(tree)
        tests = [test_paper, test_no_repeats, test_too_few, test_whole, test_review, test_trend, test_keys, test_interrupted, test_options,
                 test_next_steps, test_few_questions, test_grid, test_where_one_was, test_multiple, test_resume, test_deadline,
                 test_clocks, test_timer, test_time_on_screen, test_paste, test_two_programs, test_abandoned_too_late, test_log,
                 test_content_changes, test_changed_under_way, test_odd_questions, test_damage, test_command, test_languages]
        for test in tests:
            me = Candidate(folder / test.__name__, tree.program)
            try:
                test(me, tree) if test.__code__.co_argcount == 2 else test(me)
            except (TimeoutError, OSError, ValueError, KeyError, IndexError, StopIteration, sqlite3.Error) as error:
                report.check(test.__name__, False, repr(error))
    report.finish()


if __name__ == "__main__":
    main()

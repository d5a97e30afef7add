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
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import exam_course as course  # noqa: E402
from exam_course import START, TEN, Candidate  # noqa: E402
from harness import ESCAPE, HANGUL, Report, Terminal  # noqa: E402

report = Report()


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
        report.fine(f"paper {n}", me.at(n).sit("sy", "saa-c03"))
    first, second = ({q["item"] for q in me.shown(n)["questions"]} for n in (1, 2))
    report.equal("two papers share no question", (len(first), len(second), first & second), (65, 65, set()))


def test_too_few(me, tree):
    course.write_bank(tree, n=20)
    report.refused("too few questions", me.exam("saa-c03", "--seed", "1"), 1, "too few questions", "--length")
    most = int(me.exam("saa-c03", "--seed", "1").err.split("--length ")[1].split()[0])
    report.equal("that length can be had", len(me.paper("saa-c03", "--seed", "1", "--length", str(most))), most)
    report.refused("no questions at all", me.exam("soa-c03"), 1, "no questions for soa-c03")
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
    report.fine("whole exam", result)
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
    report.fine("doctor", me.run("doctor"))


def test_review(me):
    paper = me.at(0).paper()
    me.sit(me.answers(paper, {2, 5}) + "sy")
    seen = me.exam("show", "1", keys=" n" + "p" + "m" * 3 + "oqvLq")
    report.fine("review", seen)
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
    report.fine("keys", result)
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
    report.refused("a second exam", me.sit("", "saa-c03"), 1, "exam 1 (saa-c03) is still open", "0:20:00 left", "resume", "abandon")
    report.refused("no result yet", me.exam("show", "1"), 1, "still open")


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
        report.refused(f"exam {' '.join(args)}", me.exam(*args), 2, f"{option} cannot be used with {what}")
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
    report.refused("AMIDOJO_BOOT", me.exam("list", env={"AMIDOJO_BOOT": "x"}), 2, "AMIDOJO_BOOT", "'x'")


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


# ---- the rest ----

def test_command(me):
    me.at(0)
    report.check("no exam yet", "No exam was begun yet" in me.exam("list").out)
    report.refused("resume", me.exam("resume"), 1, "no exam is open")
    report.refused("abandon", me.exam("abandon", "--yes"), 1, "no exam is open")
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
        report.refused(f"exam {' '.join(args)}", me.exam(*args), code, words)
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
            report.refused(f"{name}: {args}", me.exam(*args, env={"AMIDOJO_PATH": str(own)}), 1, "soa-c03 has errors; amidojo check")
    me.sit("q")
    report.refused("abandon asks", me.exam("abandon"), 2, "--yes")
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


if __name__ == "__main__":
    course.run_all(report, [test_paper, test_no_repeats, test_too_few, test_whole, test_review, test_trend, test_keys,
                           test_interrupted, test_options, test_next_steps, test_few_questions, test_grid, test_where_one_was,
                           test_multiple, test_resume, test_deadline, test_clocks, test_timer, test_time_on_screen, test_paste,
                           test_command, test_languages])

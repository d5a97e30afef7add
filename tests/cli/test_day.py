#!/usr/bin/env python3
"""A learner's days, one command at a time: what is due when, and what each command does about it.

The clock is AMIDOJO_NOW; the course is the fixed one with three notes and eight cards.
"""

import datetime
import json
import pathlib
import re
import shutil
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import HANGUL, SGR, Home, Report, Terminal, Tree, moment, width  # noqa: E402

DAY0 = datetime.date(2026, 3, 2)
PARTS, STORED, FIND = "anatomy/parts", "anatomy/stored", "anatomy/find"
REGION, ENCRYPT, PERMISSIONS = "copies/region", "copies/encrypt", "copies/permissions"
TARGETS, KEY = "sharing/targets", "sharing/key"
report = Report()


def date(n):
    """The day n of the course, as text."""
    return (DAY0 + datetime.timedelta(days=n)).isoformat()


class Learner(Home):
    """Someone who studies on the days 0, 1, 2, ..."""

    def on(self, day, time_of_day="09:00", offset="+09:00"):
        self.now = moment(DAY0 + datetime.timedelta(days=day), time_of_day, offset)
        return self

    def learn(self, n, *where, **how):
        return self.run("learn", *where, "--new", str(n), keys=" " * 60, **how)

    def due(self, *args, **how):
        """The items that a review would ask, in its order."""
        return [card["item"] for card in self.json("review", *args, **how)]

    def answer(self, *args, keys=None, failing=(), command="review", **how):
        """Answers all that is asked: passes but for the items in `failing`."""
        asked = [card["item"] for card in self.json(command, *args, **how)]
        keys = keys or "".join(" f" if item in failing else " p" for item in asked)
        return self.run(command, *args, keys=keys, **how) if asked else None

    def mistakes(self):
        return [card["item"] for card in self.json("mistakes")]

    def cards(self):
        """The state of all cards, by item."""
        rows = self.query("SELECT item, d0, credited, mistake, fails, last_day, due, stage, hash FROM card")
        return {row[0]: row[1:] for row in rows if row[1] is not None}

    def kinds(self):
        return [kind for kind, in self.query("SELECT kind FROM event ORDER BY id")]


# ---- the ladder ----

# day: what is due on it, which of these fail, and whether the learner studies at all
COURSE = [
    (1, [PARTS, STORED, FIND], {FIND}, True),
    (2, [FIND], set(), True),
    (4, [PARTS, STORED], set(), True),
    (5, [FIND], set(), False),
    (6, [FIND], set(), False),
    (7, [FIND, PARTS, STORED], set(), True),
    (8, [FIND], set(), True),
    (14, [PARTS, STORED], set(), True),
    (15, [FIND], set(), True),
    (60, [PARTS, STORED], set(), True),
    (61, [FIND], set(), True),
    (180, [PARTS, STORED], set(), True),
    (181, [FIND], set(), True),
]
DAYS_LOOKED_AT = [*range(1, 21), 59, 60, 61, 62, 100, 179, 180, 181, 182, 400]


def test_course(me):
    me.on(0)
    report.fine("day 0: learn", me.learn(3))
    report.equal("day 0: in the log", me.kinds(), ["read", "learn", "learn", "learn"])
    home = me.json("home")
    report.equal("day 0: home", (home["due"], home["learned_today"], home["next_due"]), (0, 3, date(1)))
    nothing = me.run("review", keys=" p")
    report.check("day 0: nothing is due", nothing.code == 0 and "Nothing is due today." in nothing.out, nothing)
    plan = {day: rest for day, *rest in COURSE}
    for day in DAYS_LOOKED_AT:
        wanted, failing, studies = plan.get(day, ([], set(), False))
        me.on(day)
        report.equal(f"day {day}: due", me.due(), wanted)
        report.equal(f"day {day}: home says so too", me.json("home")["due"], len(wanted))
        if studies:
            report.fine(f"day {day}: review", me.answer(failing=failing))
            report.equal(f"day {day}: nothing is left", me.due(), [])
        if day == 1:
            report.equal("a fail joins the mistakes", me.mistakes(), [FIND])
        if day == 2:
            report.equal("a pass leaves the mistakes", me.mistakes(), [])
        report.equal(f"day {day}: long-term", me.json("stats")["long_term"], 0 if day < 14 else 2 if day < 15 else 3)
    report.equal("at the end nothing is due ever", me.json("home")["next_due"], None)


def test_order(me):
    """What is longest overdue comes first, then as in the course."""
    me.on(0).learn(2, "copies")
    me.on(1).learn(3)
    me.on(2)
    report.equal("oldest due day first", me.due(), [REGION, ENCRYPT, PARTS, STORED, FIND])
    report.equal("of a topic", me.due("launching"), [])
    report.equal("of a note", me.due("copies"), [REGION, ENCRYPT])


def test_late(me):
    """A late review collapses the rungs that it missed; due days never move on a pass."""
    for late, due_next in ((1, 4), (2, 4), (3, 4), (4, 7), (5, 7), (6, 7), (7, 14), (13, 14), (14, 60), (30, 60), (59, 60),
                           (60, 180), (100, 180), (180, None), (1000, None)):
        one = Learner(me.folder / f"late-{late}", me.program)
        one.on(0).learn(1)
        one.on(late)
        report.equal(f"{late} days late: due once", one.due(), [PARTS])
        done = one.run("review", keys=" p p p")
        report.fine(f"{late} days late: review", done)
        report.equal(f"{late} days late: not again today", one.due(), [])
        report.equal(f"{late} days late: next", one.json("home")["next_due"], due_next and date(due_next))
        report.equal(f"{late} days late: long-term from +14 on", one.json("stats")["long_term"], int(late >= 14))


def test_fail(me):
    """A fail at any rung begins anew; the third makes a leech."""
    me.on(0).learn(1)
    for n, day in enumerate((1, 5, 30)):
        failed = me.on(day).run("review", keys=" f")
        dates = ", ".join(date(day + rung)[5:] for rung in (1, 4, 7, 14))
        report.check(f"fail on day {day}: the new dates", f"Failed. A new ladder begins: {dates}." in failed.out, failed)
        report.check(f"fail on day {day}: leech", ("amidojo notes anatomy" in failed.out) == (n == 2), failed)
        report.equal(f"fail on day {day}: not again today", me.due(), [])
        report.equal(f"fail on day {day}: next", me.json("home")["next_due"], date(day + 1))
        report.equal(f"fail on day {day}: in the pool", me.mistakes(), [PARTS])


def test_drill(me):
    """Drills change the pool and never the ladder."""
    me.on(0).learn(2)
    me.on(1).answer(failing=[PARTS, STORED])
    before = {item: (card[0], card[5]) for item, card in me.cards().items()}
    drilled = me.run("mistakes", keys=" p f")
    report.check("drill: said", drilled.out.count("The ladder stays as it was") + drilled.out.count("the ladder stays as it was") == 2, drilled)
    report.equal("drill: passed leaves the pool, failed stays", me.mistakes(), [STORED])
    report.fine("drill: again", me.answer(command="mistakes"))
    report.equal("drill: the pool is empty", me.mistakes(), [])
    empty = me.run("mistakes", keys=" p")
    report.check("drill: said when empty", empty.code == 0 and "The mistakes pool is empty." in empty.out, empty)
    report.equal("drill: the ladder is as it was", {i: (c[0], c[5]) for i, c in me.cards().items()}, before)
    report.equal("drill: in the log", me.kinds()[-3:], ["practice"] * 3)
    report.equal("drill: due all the same", me.on(2).due(), [PARTS, STORED])


def test_early(me):
    """An early review is practice: logged, moving nothing."""
    me.on(0).learn(2)
    me.on(1).answer()
    me.on(2)
    report.equal("early: none is due", me.due(), [])
    report.equal("early: what can be practised", me.due("--early"), [PARTS, STORED])
    before = {item: (card[0], card[1], card[5]) for item, card in me.cards().items()}
    report.fine("early: answer", me.answer("--early", failing=[STORED]))
    report.equal("early: nothing moved", {i: (c[0], c[1], c[5]) for i, c in me.cards().items()}, before)
    report.equal("early: as practice", me.kinds()[-2:], ["practice", "practice"])
    report.equal("early: a fail joins the mistakes", me.mistakes(), [STORED])
    report.equal("early: due on its day", me.on(4).due(), [PARTS, STORED])


def graduate(me, n=3):
    me.on(0).learn(n)
    for day in (1, 4, 7, 14):
        me.on(day).answer()


def test_maintenance(me):
    graduate(me)
    report.equal("maintenance: comes back on day 60", me.json("home")["next_due"], date(60))
    report.fine("maintenance: switch off", me.run("config", "maintenance", "off"))
    report.equal("maintenance off: nothing comes back", me.json("home")["next_due"], None)
    report.equal("maintenance off: nothing is due", me.on(60).due(), [])
    report.equal("maintenance off: nothing in the forecast", sum(d["reviews"] for d in me.json("stats")["forecast"]), 0)
    report.fine("maintenance: switch on", me.run("config", "maintenance", "on"))
    report.equal("maintenance on again: due", me.due(), [PARTS, STORED, FIND])
    failed = me.answer(failing=[PARTS])
    report.check("maintenance: a fail begins anew", date(61)[5:] in failed.out, failed)
    report.equal("maintenance: it is no longer long-term", me.json("stats")["long_term"], 2)


def test_exam_eve(me):
    graduate(me)
    me.on(15).learn(1, "copies")
    me.run("config", "exam_date", date(30))
    before = {item: card[:-1] for item, card in me.cards().items()}
    for day, swept in ((28, False), (29, True), (30, False)):
        me.on(day)
        wanted = [REGION, *([PARTS, STORED, FIND] if swept else [])]
        report.equal(f"exam on day 30: asked on day {day}", me.due(), wanted)
    me.on(29).run("config", "exam_sweep", "off")
    report.equal("sweep switched off", me.due(), [REGION])
    me.run("config", "--unset", "exam_sweep")
    swept = me.answer(failing=[PARTS])
    report.check("sweep: called by its name", "Exam eve" in swept.out and "Review 1/4" in swept.out, swept)
    report.equal("sweep: practice", me.kinds()[-4:], ["review", "practice", "practice", "practice"])
    report.equal("sweep: a fail joins the mistakes", me.mistakes(), [PARTS])
    after = {item: card[:-1] for item, card in me.cards().items()}
    for item in (FIND, STORED):
        report.equal(f"sweep: {item} is as it was", after[item], before[item])
    report.equal("sweep: the failed card's ladder is as it was", after[PARTS][5], before[PARTS][5])


# ---- content that changes ----


def pack_with(me, edit):
    """A folder for AMIDOJO_PATH with the note `anatomy` edited."""
    folder = me.folder / "pack"
    folder.mkdir(exist_ok=True)
    text = (me.program.parents[2] / "content/notes/anatomy.yaml").read_text(encoding="utf-8")
    edited = edit(text)
    assert edited != text
    (folder / "anatomy.yaml").write_text(edited, encoding="utf-8")
    return {"AMIDOJO_PATH": str(folder)}


def test_changed(me):
    """A changed text asks once whether its meaning changed."""
    me.on(0).learn(2)
    env = pack_with(me, lambda text: text.replace("Only the volume sizes.", "Nothing but the volume sizes."))
    me.on(1)
    question = "Did its meaning change?"
    same = me.run("review", keys=" ps p", env=env)
    report.check("changed: asked for the one card", same.out.count(question) == 1 and same.code == 0, same)
    report.equal("changed: in the log", me.kinds()[-3:], ["review", "same", "review"])
    report.equal("changed, same meaning: the ladder goes on", me.on(4).due(env=env), [PARTS, STORED])
    again = me.answer(env=env)
    report.check("changed: asked once", again.code == 0 and question not in again.out, again)
    other = pack_with(me, lambda text: text.replace("Only the volume sizes.", "All but the key pair."))
    anew = me.on(7).run("review", keys=" pc", env=other)
    report.check("changed meaning: begins anew", anew.code == 0 and question in anew.out
                 and f"{STORED}: In the ladder: {date(8)[5:]}," in anew.out, anew)
    report.equal("changed meaning: in the log", me.kinds()[-2:], ["review", "changed"])
    report.equal("changed meaning: due from its new first day", me.on(8).due(env=other), [STORED])
    answered = me.answer(env=other)
    report.check("changed meaning: not asked again", answered.code == 0 and question not in answered.out, answered)
    quit_ = me.on(11).run("review", keys="q", env=pack_with(me, lambda t: t.replace("volume sizes.", "sizes.")))
    report.check("changed: q leaves it open", quit_.code == 0 and question in quit_.out, quit_)


def test_removed(me):
    """Cards whose text is gone keep their history, and come back with it."""
    env = pack_with(me, lambda text: text.replace("note: anatomy", "note: mine").replace("What is inside", "My own"))
    me.on(0)
    report.fine("a pack's note is learnt", me.learn(1, "mine", env=env))
    me.learn(1)
    before = me.cards()
    me.on(1)
    report.equal("with the pack both are due", sorted(me.due(env=env)), [PARTS, "mine/parts"])
    report.equal("without it one is", me.due(), [PARTS])
    stats = me.json("stats")
    report.equal("without it the other is an orphan", (stats["orphans"], stats["begun"], stats["items"]), (1, 1, 8))
    report.check("stats say so", "lost its text; its history is kept" in me.run("stats").out)
    report.equal("the state of the orphan is kept", me.cards(), before)
    report.equal("doctor is content", me.run("doctor").code, 0)
    report.equal("the pack is back: no orphan", me.json("stats", env=env)["orphans"], 0)
    report.fine("the pack is back: reviewed", me.answer("mine", env=env))
    report.equal("the pack is back: its history goes on", me.on(4).due(env=env)[-1:], ["mine/parts"])


def test_topic_ladder(me):
    """A topic may have a ladder of its own."""
    topics = me.program.parents[2] / "content/topics.yaml"
    text = topics.read_text(encoding="utf-8")
    topics.write_text(text.replace("notes: [sharing]", 'notes: [sharing]\n    ladder: "2,5/9"'), encoding="utf-8")
    try:
        me.on(0).learn(1)
        done = me.learn(2, "sharing")
        report.check("topic's ladder: dates", f"{TARGETS}: In the ladder: {date(2)[5:]}, {date(5)[5:]}." in done.out, done)
        for day, wanted in ((1, [PARTS]), (2, [TARGETS, KEY]), (4, [PARTS]), (5, [TARGETS, KEY]), (7, [PARTS]),
                            (9, [TARGETS, KEY]), (10, [])):
            me.on(day)
            report.equal(f"topic's ladder: day {day}", me.due(), wanted)
            me.answer()
            if day == 5:
                report.equal("topic's ladder: long-term after its last rung", me.json("stats")["long_term"], 2)
    finally:
        topics.write_text(text, encoding="utf-8")
    me.on(11).run("config", "ladder", "3,6")
    me.learn(1, "copies")
    report.equal("the learner's ladder counts for new cards", me.json("home")["next_due"], date(14))


# ---- undo and redo ----


def test_undo(me):
    me.on(0)
    nothing = me.run("undo")
    report.check("undo: nothing to undo", nothing.code == 1 and nothing.err.count("\n") == 1, nothing)
    states = [me.cards()]
    me.learn(2)
    states += [None, None, me.cards()]  # read, learn, learn
    for day, keys in ((1, " pq"), (1, " fq"), (2, " pq"), (4, " fq")):
        me.on(day).run("review", keys=keys)
        states.append(me.cards())
    me.run("mistakes", keys=" p")
    states.append(me.cards())
    n = len(me.kinds())
    numbers = me.json("stats")["days"]
    for i in range(n - 1, -1, -1):
        report.fine(f"undo to {i}", me.run("undo"))
        if states[i] is not None:
            report.equal(f"undo to {i}: the cards are as they were", me.cards(), states[i])
    report.equal("undo: nothing is left", me.run("undo").code, 1)
    report.equal("undo: no answers in the statistics", me.json("stats")["days"], [])
    for i in range(1, n + 1):
        report.fine(f"redo to {i}", me.run("redo"))
        if i < len(states) and states[i] is not None:
            report.equal(f"redo to {i}: the cards are as they were", me.cards(), states[i])
    report.equal("redo: the statistics are as they were", me.json("stats")["days"], numbers)
    report.equal("redo: nothing is left", me.run("redo").code, 1)
    undone = me.json("undo")
    report.equal("undo --json", (undone["undone"], undone["item"]), ("practice", PARTS))
    me.on(20).run("review", keys=" pq")
    none = me.run("redo")
    report.check("redo: not over something new", none.code == 1 and none.err.count("\n") == 1, none)
    report.equal("undo, redo: the log has all of it", len(me.kinds()), n + n + n + 1 + 1)
    report.equal("undo, redo: doctor", me.run("doctor").code, 0)


def test_undo_stays_in_session(me):
    """u before the first answer does not reach back to what was learnt another day."""
    me.on(0).learn(3)
    me.on(1)
    done = me.run("review", keys="uuR pu pq")
    report.fine("u at the start", done)
    report.equal("u at the start: said each time", done.out.count("Nothing was answered in this session yet"), 2)
    report.equal("u at the start: the log", [row[0] for row in me.query("SELECT kind FROM event WHERE day > (SELECT min(day) FROM event) ORDER BY id")],
                 ["review", "undo", "review"])
    report.equal("u at the start: all are still learnt", me.json("stats")["begun"], 3)


def test_undo_in_session(me):
    """u during a review goes back to the card; R takes the undo back."""
    me.on(0).learn(3)
    me.on(1)
    done = me.run("review", keys=" p fu p f")
    report.fine("u asks the card again", done)
    answers = me.query("SELECT item, correct FROM event e WHERE kind = 'review' AND NOT EXISTS "
                       "(SELECT 1 FROM undone u WHERE u.event = e.id) ORDER BY id")
    report.equal("u: what counts", answers, [(PARTS, 1), (STORED, 1), (FIND, 0)])
    report.check("u: the tally", "Answered: 3 (passed 2, failed 1)." in done.out, done)
    report.equal("u: told once", done.out.count(f"Undone: {STORED}"), 1)


# ---- the clock ----


def test_rollover(me):
    """The hours before 04:00 belong to the day before."""
    me.on(1, "03:59").learn(1)
    report.equal("03:59 is the day before", me.query("SELECT day FROM event WHERE kind = 'learn'"),
                 [((DAY0 - datetime.date(1970, 1, 1)).days,)])
    for time_of_day, due in (("03:59", []), ("04:00", [PARTS]), ("23:59", [PARTS])):
        report.equal(f"due at {time_of_day}", me.on(1, time_of_day).due(), due)
    report.equal("home shows the study day", me.on(1, "03:59").json("home")["today"], date(0))
    me.on(2, "03:59").run("review", keys=" p")
    report.equal("at 04:00 of the same night nothing is due", me.on(2, "04:00").due(), [])
    me.run("config", "rollover", "00:00")
    report.equal("another rollover", me.on(1, "03:59").json("home")["today"], date(1))
    report.equal("a past event keeps its day", me.on(4, "00:00").due(), [PARTS])


SEOUL, HONOLULU = "+09:00", "-10:00"


def test_travel(me):
    """Westwards over the date line a day comes twice; no card is due twice on it."""
    me.on(0).learn(3)
    me.on(1).answer()
    me.on(4).answer(failing=[PARTS])
    for time_of_day in ("15:00", "22:00"):
        report.equal(f"day 3 again, {time_of_day} in Honolulu", me.on(3, time_of_day, HONOLULU).due(), [])
    report.equal("day 4 again", me.on(4, "12:00", HONOLULU).due(), [])
    report.equal("day 5", me.on(5, "12:00", HONOLULU).due(), [PARTS])
    me.answer(failing=[PARTS])
    report.equal("back in Seoul it is day 6", me.on(6, "12:00", SEOUL).due(), [PARTS])
    me.answer()
    report.equal("and day 5 again in Honolulu: nothing", me.on(5, "23:00", HONOLULU).due(), [])
    report.equal("day 7", me.on(7, "12:00", HONOLULU).due(), [STORED, FIND])
    me.answer()
    twice = me.query("SELECT item, day FROM event WHERE kind = 'review' GROUP BY item, day HAVING count(*) > 1")
    report.equal("no card twice on one day", twice, [])
    offsets = {o for o, in me.query("SELECT DISTINCT offset_min FROM event")}
    report.equal("each event has its own offset", offsets, {540, -600})
    report.equal("doctor", me.run("doctor").code, 0)


# ---- care ----


def test_backup(me):
    me.on(0).learn(3)
    automatic = sorted((me.data / "backups").glob("progress-*.db"))
    report.equal("a session leaves a backup", len(automatic), 1)
    me.run("home")
    me.run("review", keys="q")
    report.equal("and none when nothing was written", sorted((me.data / "backups").glob("progress-*.db")), automatic)
    mine = me.folder / "mine.db"
    saved = me.run("backup", str(mine))
    report.check("backup FILE", saved.code == 0 and str(mine) in saved.out and mine.stat().st_size > 0, saved)
    again = me.run("backup", str(mine))
    report.check("backup FILE does not overwrite", again.code != 0 and str(mine) in again.err, again)
    events, cards = me.query("SELECT * FROM event"), me.cards()
    me.on(1).answer(failing=[PARTS])
    later = me.query("SELECT * FROM event")
    named = me.run("backup")
    report.check("backup without a name", named.code == 0 and str(me.data / "backups") in named.out, named)
    restored = me.run("restore", str(mine))
    report.fine("restore FILE", restored)
    report.equal("restore: the log is back", me.query("SELECT * FROM event"), events)
    report.equal("restore: the cards are back", me.cards(), cards)
    kept = re.search(r"kept as (\S+)", restored.out)
    if report.check("restore: says where the rest is", bool(kept), restored):
        db = sqlite3.connect(f"file:{kept[1]}?mode=ro", uri=True)
        report.equal("restore: what was there is kept", db.execute("SELECT * FROM event").fetchall(), later)
        db.close()
        report.fine("restore: forth again", me.run("restore", kept[1]))
        report.equal("restore: all is back", me.query("SELECT * FROM event"), later)
    me.answer()
    report.fine("restore the newest", me.run("restore"))
    report.equal("restore: the newest has the last session", len(me.query("SELECT * FROM event")), len(later))
    report.equal("doctor", me.run("doctor").code, 0)


TAMPER = [
    "UPDATE card SET due = due + 1",
    "UPDATE card SET credited = 3 WHERE item = 'anatomy/parts'",
    "DELETE FROM card WHERE item = 'anatomy/parts'",
    "INSERT INTO card SELECT 'x/y', ladder, d0, credited, mistake, fails, last_day, due, stage, hash, version FROM card LIMIT 1",
    "UPDATE day SET passed = passed + 1",
    "DELETE FROM day",
    "UPDATE rung SET failed = 0, passed = passed + 7",
    "DELETE FROM rung",
    "UPDATE reading SET times = 9",
    "DELETE FROM reading",
    "DELETE FROM undone",
]


def test_doctor(me):
    me.on(0).learn(3)
    me.on(1).answer(failing=[PARTS])
    me.run("undo")
    sound = me.run("doctor")
    report.check("doctor: sound", sound.code == 0 and "sound" in sound.out, sound)
    tables = ("card", "day", "rung", "reading", "undone")
    derived = [me.query(f"SELECT * FROM {table}") for table in tables]
    events = me.query("SELECT * FROM event")
    for sql in TAMPER:
        db = sqlite3.connect(me.store)
        db.execute(sql)
        db.commit()
        db.close()
        found = me.run("doctor")
        report.check(f"doctor finds: {sql}", found.code == 1 and "doctor --rebuild" in found.out + found.err, found)
        report.check(f"doctor --json finds: {sql}", me.run("doctor", "--json").json()["differences"] > 0)
        rebuilt = me.run("doctor", "--rebuild")
        report.fine(f"doctor --rebuild after: {sql}", rebuilt)
        report.equal(f"rebuilt after: {sql}", [me.query(f"SELECT * FROM {table}") for table in tables], derived)
    report.equal("the log was never touched", me.query("SELECT * FROM event"), events)
    for sql in ("UPDATE event SET correct = 1", "DELETE FROM event"):
        db = sqlite3.connect(me.store)
        try:
            db.execute(sql)
            report.check(f"the log is append-only: {sql}", False)
        except sqlite3.IntegrityError:
            report.check(f"the log is append-only: {sql}", True)
        finally:
            db.close()


def test_config(me):
    """Setting and unsetting changes one line; comments and the rest stay."""
    me.config.parent.mkdir(parents=True)
    text = "# My settings.\nlang: en   \n\n# A few a day.\nnew_per_day: 3\n# the end\n"
    me.config.write_text(text)
    me.on(0)
    report.equal("config NAME", me.run("config", "new_per_day").out, "3\n")
    report.fine("config: set", me.run("config", "new_per_day", "5"))
    report.equal("config: one line changed", me.config.read_text(), text.replace("new_per_day: 3", 'new_per_day: "5"'))
    report.fine("config: add", me.run("config", "rollover", "05:30"))
    report.check("config: a line added at the end", me.config.read_text().endswith('# the end\nrollover: "05:30"\n'),
                 me.config.read_text())
    report.fine("config: unset", me.run("config", "--unset", "rollover"))
    report.fine("config: unset", me.run("config", "--unset", "new_per_day"))
    report.equal("config: unset lines are gone", me.config.read_text(), text.replace("new_per_day: 3\n", ""))
    report.equal("config: the default", me.run("config", "new_per_day").out, "10\n")
    for key, value in (("lang", "both"), ("new_per_day", "0"), ("rollover", "00:00"), ("ladder", "2,3/9"),
                       ("maintenance", "off"), ("exam_date", "2026-12-20"), ("exam_sweep", "off")):
        report.fine(f"config {key} {value}", me.run("config", key, value))
        report.equal(f"config {key} reads back", me.json("config")[key], value)
        report.fine(f"config --unset {key}", me.run("config", "--unset", key))
    me.run("config", "lang", "ko")
    report.check("config lang ko", HANGUL.search(me.run("home").out))
    report.check("--lang wins over it", not HANGUL.search(me.run("--lang", "en", "home").out))
    report.check("AMIDOJO_LANG wins over it", not HANGUL.search(me.run("home", env={"AMIDOJO_LANG": "en"}).out))


def test_new_per_day(me):
    me.on(0).run("config", "new_per_day", "2")
    report.fine("new_per_day: learn", me.run("learn", keys=" " * 40))
    report.equal("new_per_day: as many", me.kinds().count("learn"), 2)
    done = me.run("learn", keys=" " * 40)
    report.check("new_per_day: no more today", done.code == 0 and "--new N" in done.out, done)
    report.fine("--new takes in more", me.learn(3))
    report.equal("--new: as many", me.kinds().count("learn"), 5)
    me.on(1)
    report.equal("home: due first", me.json("home")["next_step"], "review")
    me.answer()
    report.equal("home: then learn", (me.json("home")["next_step"], me.json("home")["new_left"]), ("learn", 2))
    me.learn(10)
    report.equal("home: then nothing", me.json("home")["next_step"], None)
    done = me.learn(1)
    report.check("all is learnt", done.code == 0 and "Every card is in the ladder." in done.out, done)
    report.equal("a streak of two days", me.json("home")["streak"], 2)
    report.equal("which lasts until the next evening", me.on(2).json("home")["streak"], 2)
    report.equal("and no longer", me.on(3).json("home")["streak"], 0)


# ---- plan and forecast ----


def test_plan(me):
    me.on(0)
    for days, feasible, last, left, needed in ((10, False, -4, 0, 0), (14, True, 0, 1, 8), (15, True, 1, 2, 4),
                                               (20, True, 6, 7, 2), (100, True, 86, 87, 1)):
        plan = me.json("plan", "--exam-date", date(days))
        report.equal(f"plan, exam in {days} days",
                     (plan["feasible"], plan["last_start"], plan["days_left"], plan["needed_per_day"], plan["new"]),
                     (feasible, date(last), left, needed, 8))
        text = me.run("plan", "--exam-date", date(days))
        words = ("Feasible: ", "Not feasible: ")[not feasible]
        report.check(f"plan in words, exam in {days} days", text.code == 0 and words in text.out and date(last) in text.out, text)
    me.run("config", "exam_date", date(20))
    report.equal("plan: the date of the settings", me.json("plan")["exam"], date(20))
    me.learn(100)
    plan = me.json("plan")
    report.equal("plan: all is in the ladder", (plan["feasible"], plan["new"]), (True, 0))


def play(me, first, days, new=0):
    """Passes all that is due, day by day, and takes in `new` cards a day; the reviews of each day."""
    reviews = []
    for day in range(first, first + days):
        me.on(day)
        asked = me.due()
        reviews.append(len(asked))
        if asked:
            me.answer()
        if new:
            me.learn(new)
    return reviews


def test_forecast(me):
    """What stats and plan foretell is what happens while everything is passed."""
    me.on(0).learn(3)
    play(me, 1, 4)
    me.on(5).answer("--early", failing=[STORED])
    me.on(7).answer(failing=[FIND])
    me.learn(1)
    for start, span in ((8, 24), (46, 22)):
        one = Learner(me.folder / f"forecast-{start}", me.program)
        shutil.copytree(me.data, one.data)
        play(one, 8, 0)
        for day in range(8, start):  # now and then a day is missed
            if day % 3:
                one.on(day).answer()
        one.on(start)
        foretold = one.json("stats")["forecast"]
        report.equal(f"forecast from day {start}: days", [f["day"] for f in foretold], [date(start + i) for i in range(30)])
        told = [f["reviews"] for f in foretold]
        report.check(f"forecast from day {start}: there is something to foretell", sum(told[:span]) > 1, told)
        report.equal(f"forecast of stats from day {start} comes true", play(one, start, span), told[:span])
    for pace in (1, 3):
        one = Learner(me.folder / f"plan-{pace}", me.program)
        shutil.copytree(me.data, one.data)
        one.on(8)
        plan = one.json("plan", "--exam-date", date(8 + 20), "--new", str(pace))
        told = [f["reviews"] for f in plan["reviews"]]
        report.equal(f"plan at {pace} a day: days", len(told), 21)
        report.equal(f"plan at {pace} a day comes true", play(one, 8, 20, pace), told[:20])


# ---- output ----

LISTINGS = [
    ["home"], ["learn"], ["learn", "copies"], ["review"], ["review", "images"], ["review", "--early"], ["mistakes"],
    ["notes"], ["notes", "images"], ["notes", "anatomy"], ["search", "AMI"], ["search", "nothing-like-it"], ["stats"],
    ["plan", "--exam-date", "2026-05-01"], ["config"], ["config", "lang"], ["check"], ["doctor"], ["help"],
    ["help", "learn"], ["undo"], ["redo"],
]


def some_state(me):
    me.on(0).learn(4)
    me.on(1).answer(failing=[PARTS])
    me.on(4)


def test_json(me):
    some_state(me)
    for lang in ("en", "ko", "both"):
        for args in LISTINGS:
            done = me.run("--lang", lang, *args, "--json")
            try:
                data, problem = json.loads(done.out), None
            except ValueError as error:
                data, problem = None, error
            report.check(f"--json {' '.join(args)} ({lang})", problem is None and data is not None and not done.err
                         and "\x1b" not in done.out, f"{problem}\n{done}")
    names = [command["name"] for command in me.json("help")]
    report.check("help --json has every command", {"home", "learn", "review", "doctor", "help"} <= set(names), names)


def test_no_escapes(me):
    """Neither a pipe nor NO_COLOR gets colours; a terminal does."""
    some_state(me)
    for args in LISTINGS:
        done = me.run(*args)
        report.check(f"piped: {' '.join(args)}", "\x1b" not in done.out + done.err, done)
    session = me.run("review", keys=" p p p q")
    report.check("piped: a review", "\x1b" not in session.out, session)
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)):
        for args in ([], ["review"], ["notes", "anatomy"], ["search", "AMI"], ["stats"]):
            with Terminal(me, *args, env=env, rows=60) as terminal:
                while terminal.child.poll() is None and "[q]" not in terminal.text:
                    terminal.pump(0.05)
                if terminal.child.poll() is None:
                    terminal.send("q")
                terminal.end()
                found = bool(SGR.search(terminal.text))
                report.equal(f"colours with {env}: {args}", found, coloured)
                if "TERM" in env:
                    report.check(f"a dumb terminal gets no escapes: {args}", "\x1b" not in terminal.text, terminal.text)


def test_plain(me):
    """--plain on a terminal: text alone, line after line."""
    some_state(me)
    for lang in ("en", "ko", "both"):
        me.lang = lang
        with Terminal(me, "--plain") as terminal:
            # key, what comes of it
            for key, text in (("", "[q]"), ("r", " 1/"), (" ", "[p]"), ("f", " 2/"), (" ", "[p]"), ("n", "## "), ("q", "[p]"),
                              ("L", "[p]"), ("u", " 1/"), ("q", "[r]"), ("n", "anatomy"), ("", "[r]"), ("s", "## "), ("", "[r]"),
                              ("/", ": "), ("AMI\r", "copies"), ("", "[r]"), ("L", "[r]"), ("q", "")):
                at = len(terminal.text)
                if key:
                    terminal.send(key)
                terminal.wait(text, at if key else 0)
            report.equal(f"--plain ({lang}): exit code", terminal.end(), 0)
            report.check(f"--plain ({lang}): no escape codes", "\x1b" not in terminal.text,
                         re.findall(r".{0,30}\x1b.{0,10}", terminal.text)[:5])
            strange = set(re.findall(r"[\u2500-\u27bf\u2b1b\u2b1c\U0001f7e0-\U0001f7eb]", terminal.text))
            report.equal(f"--plain ({lang}): no drawing", strange, set())
            report.check(f"--plain ({lang}): terminal restored", terminal.restored())


def test_help(me):
    commands = {lang: me.json("--lang", lang, "help") for lang in ("en", "ko")}
    for lang, all_commands in commands.items():
        for command in all_commands:
            name = command["name"]
            # what follows `aws` is the AWS CLI's, and that has no --help
            done = me.run("--lang", lang, *(["help", name] if name == "aws" else [name, "--help"]))
            report.fine(f"{name} --help ({lang})", done)
            wanted = [name, command["synopsis"], *("--" + option["name"] for option in command["options"])]
            if name == "home":
                wanted = [c["name"] for c in all_commands]
            flat = re.sub(r"\s+", " ", done.out)
            report.check(f"{name} --help ({lang}): complete", all(w in flat for w in wanted), done)
            report.check(f"{name} --help ({lang}): in lines of 80", max(map(width, done.out.splitlines())) <= 80, done)
            report.equal(f"{name} --help ({lang}): in that language", bool(HANGUL.search(done.out)), lang == "ko")
            if name != "home":
                report.equal(f"help {name} ({lang})", me.run("--lang", lang, "help", name).out, done.out)
    for args in (["--help"], ["help"]):
        done = me.run(*args)
        report.check(f"{args}", done.code == 0 and all(c["name"] in done.out for c in commands["en"]), done)
    report.check("--version", re.fullmatch(r"amidojo \d+\.\d+\.\d+\n", me.run("--version").out))


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        for name, test in sorted(globals().items()):
            if name.startswith("test_"):
                try:
                    test(Learner(folder / name, tree.program))
                except Exception as error:  # a command that answered with nonsense, e.g. no JSON
                    report.check(name, False, repr(error))
                    if not isinstance(error, (ValueError, KeyError, TimeoutError, sqlite3.Error, OSError)):
                        raise
    report.finish()


if __name__ == "__main__":
    main()

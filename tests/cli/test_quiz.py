#!/usr/bin/env python3
"""Quizzes as a learner meets them: what is asked, what an answer leads to, on the day and on the days after.

The questions are those of the small fixed course; keys come from a pipe, where a blank stands for Enter.
"""

import collections
import datetime
import pathlib
import re
import shutil
import sqlite3
import sys
import tempfile
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import HANGUL, PACK, TESTS, Home, Report, Terminal, Tree, moment  # noqa: E402

DAY0 = datetime.date(2026, 3, 2)
STORED, REGION, COPY, LOOSE, WHO = "where-stored", "region-bound", "copy-can", "no-note", "who-may-launch"
ALL = sorted([STORED, REGION, COPY, LOOSE, WHO])
RIGHT = {  # the right options: by text, and by their places in the bank
    STORED: ({"In EBS snapshots"}, "1"),
    REGION: ({"Copy it to eu-west-1"}, "2"),
    COPY: ({"Encrypt the snapshots", "Give the image another name"}, "1,3"),
    LOOSE: ({"available"}, "4"),
    WHO: ({"A launch permission"}, "2"),
}
report = Report()


def date(n):
    return (DAY0 + datetime.timedelta(days=n)).isoformat()


class Learner(Home):
    def on(self, day):
        self.now = moment(DAY0 + datetime.timedelta(days=day))
        return self

    def asked(self, *args, seed=5):
        """The questions of a quiz, in its order, with their options as they stand on the screen."""
        return self.json("quiz", "--seed", str(seed), *args)["questions"]

    def quiz(self, *args, wrong=(), seed=5, more="", **how):
        """A whole quiz: right but for the items in `wrong`."""
        keys = "".join(press(q, q["item"] not in wrong) + " " for q in self.asked(*args, seed=seed))
        return self.run("quiz", "--seed", str(seed), *args, keys=keys + more, **how)

    def answer_due(self, command="review", wrong=()):
        """Answers all questions that are due or in the pool, as they stand on the screen."""
        keys = ""
        with tempfile.TemporaryDirectory() as folder:
            for i, card in enumerate(self.json(command)):
                peek = self.copy(pathlib.Path(folder) / str(i))
                shown = last_options(peek.run(command, keys=keys + "?").out, card)
                keys += press({**card, "options": shown, "choose": len(card["right"])}, card["item"] not in wrong) + " "
        return self.run(command, keys=keys)

    def due(self):
        return [card["item"] for card in self.json("review")]

    def mistakes(self):
        return [card["item"] for card in self.json("mistakes")]

    def log(self):
        return self.query("SELECT kind, item, answer, correct FROM event ORDER BY id")

    def events(self):
        return len(self.log()) if self.store.exists() else 0

    def card(self, item):
        return self.query("SELECT d0, credited, mistake, fails, due FROM card WHERE item = ?", item)[0]


def press(question, right=True):
    """The keys that answer it."""
    good = [str(i + 1) for i, text in enumerate(question["options"]) if text in RIGHT[question["item"]][0]]
    bad = [str(i + 1) for i in range(len(question["options"])) if str(i + 1) not in good]
    if question["choose"] == 1:
        return good[0] if right else bad[0]
    return "".join(good if right else [good[0], bad[0]]) + " "


def last_options(out, card):
    """Its options in the order in which they were printed last."""
    places = sorted((out.rfind(f". {text}\n"), text) for text in card["options"])
    return [text for at, text in places if at >= 0]


def edit(tree, name, *pairs):
    path = tree.folder / "quizzes" / name
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


# ---- what is asked ----


def test_list(me, tree):
    listed = me.json("quiz", "--seed", "3")
    report.equal("--json: all five are unseen", listed["mix"], {"missed": 0, "unseen": 5, "mastered": 0})
    report.equal("--json: ten were planned", sum(listed["planned"].values()), 10)
    report.equal("--json: what there is", listed["there"], {"missed": 0, "unseen": 5, "mastered": 0})
    report.equal("--json: every question once", sorted(q["item"] for q in listed["questions"]), ALL)
    report.equal("--json: nothing recorded", listed["recorded"], False)
    report.check("--json: it does not tell the key", "right" not in listed["questions"][0], listed["questions"][0])
    printed = me.run("quiz", "--seed", "3")
    report.fine("without keys", printed)
    report.check("without keys: it says that nothing is recorded", "nothing was recorded" in printed.out, printed)
    report.check("without keys: no reasons", "refers to one snapshot" not in printed.out, printed)
    report.equal("listing leaves no event", me.events(), 0)
    for args in (["-n2"], ["-n=2"], ["-n", "2"], ["--count", "2"], ["--count=2"]):
        report.equal(f"{args}: two questions", len(me.asked(*args)), 2)
    options = {o["name"]: o.get("letter") for c in me.json("help") if c["name"] == "quiz" for o in c["options"]}
    report.equal("help knows the short name", options, {"exam": None, "topic": None, "count": "-n", "seed": None})
    report.check("and shows it", "-n, --count N" in me.run("quiz", "--help").out)
    report.equal("a bank", sorted(q["item"] for q in me.asked("--topic", "loose")), [LOOSE, WHO])
    report.equal("a topic", sorted(q["item"] for q in me.asked("--topic", "images")), sorted([STORED, REGION, COPY]))
    report.equal("a note", [q["item"] for q in me.asked("--topic", "sharing")], [WHO])
    report.equal("an exam", sorted(q["item"] for q in me.asked("--exam", "soa-c03")), [LOOSE, WHO])
    report.equal("an exam in capitals", len(me.asked("--exam", "SAA-C03")), 4)


def test_seed(me, tree):
    def order(seed):
        return [(q["item"], q["options"]) for q in me.asked(seed=seed)]

    report.equal("the same seed, the same quiz", order(11), order(11))
    report.check("other seeds, other quizzes", len({str(order(seed)) for seed in range(1, 9)}) > 4)
    seeds = {me.json("quiz")["seed"] for _ in range(4)}
    report.check("without --seed, a seed of its own", len(seeds) > 1, seeds)
    seed = me.json("quiz")["seed"]
    report.equal("which can be given again", me.json("quiz", "--seed", str(seed))["seed"], seed)
    other = Learner(me.folder / "other", me.program)
    report.equal("and means the same elsewhere", [(q["item"], q["options"]) for q in other.asked(seed=11)], order(11))
    places = {item: set() for item in ALL}
    for seed in range(1, 30):
        for q in me.asked(seed=seed):
            places[q["item"]].update(i for i, text in enumerate(q["options"]) if text in RIGHT[q["item"]][0])
    short = {item: found for item, found in places.items() if len(found) < 4}
    report.check("the right option stands everywhere", not short, short)


def bank_of(n):
    """A bank of n questions, the first option right."""
    text = "bank: many\ntitle: {en: Many, ko: 많음}\nquestions:\n"
    for i in range(n):
        text += f"""  - id: many-{i:02}
    exams: {{saa-c03: 1}}
    level: remember
    ask: {{en: "Question {i}?", ko: "질문 {i}?"}}
    options:
      - right: {{en: good, ko: 맞음}}
        why: {{en: Yes., ko: 그렇다.}}
"""
        for k in "abc":
            text += f"      - wrong: {{en: bad {k}, ko: 틀림 {k}}}\n        why: {{en: No., ko: 아니다.}}\n"
        text += "    sources: [{url: 'https://docs.aws.amazon.com/x', read: 2026-01-02}]\n"
    return text


def test_titles(me, tree):
    """--topic takes what home prints, too: titles in either language."""
    for title, id in (("Images", "images"), ("이미지", "images"), ("iMAGES", "images"), ("Loose ends", "loose"),
                      ("시작과 공유", "launching"), (unicodedata.normalize("NFD", "시작과 공유"), "launching"),
                      ("Launching  and SHARING", "launching")):
        by_title, by_id = me.run("quiz", "--topic", title, "--seed", "5"), me.run("quiz", "--topic", id, "--seed", "5")
        report.check(f"{title!r}", by_title.code == 0 and by_title.out == by_id.out, f"{by_title}\n{by_id}")
    report.equal("--json gives the id", me.json("quiz", "--topic", "이미지")["topic"], "images")
    near = me.run("quiz", "--topic", "시작과 공요")
    report.check("the nearest title", near.code == 2 and "did you mean '시작과 공유'?" in near.err, near)
    far = me.run("quiz", "--topic", "qqqqqqqq")
    report.check("else the banks are named", far.code == 2 and "the banks are basics, loose, " in far.err, far)
    report.check("nothing has no name", me.run("quiz", "--topic", "").code == 2)


def test_mix(me, tree):
    """9 missed, 4 unseen and 2 mastered of 15."""
    path = tree.folder / "quizzes/many.yaml"
    path.write_text(bank_of(40), encoding="utf-8")
    for i in range(40):
        RIGHT[f"many-{i:02}"] = ({"good"}, "1")
    try:
        first = [q["item"] for q in me.asked("--topic", "many", "-n30", seed=2)]
        missed, known = set(first[:12]), set(first[12:])
        report.fine("thirty answers", me.quiz("--topic", "many", "-n30", wrong=missed, seed=2))
        report.equal("twelve are missed", sorted(me.mistakes()), sorted(missed))
        quiz = me.json("quiz", "--topic", "many", "-n15", "--seed", "4")
        report.equal("the mix", quiz["mix"], {"missed": 9, "unseen": 4, "mastered": 2})
        report.equal("what there was", quiz["there"], {"missed": 12, "unseen": 10, "mastered": 18})
        items = {q["item"] for q in quiz["questions"]}
        report.equal("and so it is", (len(items & missed), len(items & known), len(items)), (9, 2, 15))
        shown = me.run("quiz", "--topic", "many", "-n15", "--seed", "4", keys="q").out
        table = [line.split() for line in shown.split("\n") if re.match(r"(missed|unseen|mastered) ", line)]
        report.equal("it is shown first", table,
                     [["missed", "9", "9", "12"], ["unseen", "4", "4", "10"], ["mastered", "2", "2", "18"]])
        drawn = {i: set() for i in ("missed", "known", "unseen")}
        first = set()
        for seed in range(1, 40):
            asked = me.asked("--topic", "many", "-n15", seed=seed)
            for q in asked:
                kind = "missed" if q["item"] in missed else "known" if q["item"] in known else "unseen"
                drawn[kind].add(q["item"])
                if q["item"] == asked[0]["item"]:
                    first.add(kind)
        report.equal("in time every one is asked", [len(drawn[k]) for k in ("missed", "known", "unseen")], [12, 18, 10])
        report.equal("the kinds are mixed: any may come first", first, {"missed", "known", "unseen"})
        big = me.json("quiz", "--topic", "many", "-n500", "--seed", "4")
        report.equal("more than there are: all of them", len(big["questions"]), 40)
    finally:
        path.unlink()


def test_errors(me, tree):
    for args, code, wanted in (
        (["--exam", "saa-c04"], 2, "did you mean 'saa-c03'?"),
        (["--exam", "xyz"], 2, "there is no exam 'xyz'; there are: saa-c03, soa-c03"),
        (["--topic", "loos"], 2, "did you mean 'loose'?"),
        (["--topic", "qqqqqqqq"], 2, "there is no bank, topic or note 'qqqqqqqq'"),
        (["--topic", "anatomy", "--exam", "soa-c03"], 1, "there are no questions on 'anatomy' for soa-c03"),
        (["-n", "0"], 2, "from 1 to 500, not '0'"),
        (["-n", "501"], 2, "from 1 to 500"),
        (["-n", "x"], 2, "not 'x'"),
        (["-n"], 2, "needs a value"),
        (["-x", "3"], 2, "no option '-x'"),
        (["--seed", "0"], 2, "--seed"),
        (["--seed", "-4"], 2, "--seed"),
        (["loose"], 2, "does not take 'loose'"),
    ):
        done = me.run("quiz", *args, keys="1")
        report.check("quiz " + " ".join(args), done.code == code and wanted in done.err and not done.out, done)
    korean = me.run("quiz", "--exam", "saa-c04", "--lang", "ko")
    report.check("in Korean, too", HANGUL.search(korean.err), korean)
    old = me.run("quiz", "--exam", "soa-c02", "-n1", keys="q")
    report.check("soa-c02 says that it ended", "2025-09-29" in old.out and "SOA-C03" in old.out, old)
    report.equal("and gives soa-c03", me.json("quiz", "--exam", "soa-c02")["exam"], "soa-c03")
    report.equal("nothing of this was recorded", me.events(), 0)


# ---- what an answer leads to ----


def test_answers(me, tree):
    me.on(0)
    before = me.json("home")
    done = me.quiz(wrong={REGION, COPY})
    report.fine("a whole quiz", done)
    rows = me.log()
    report.equal("one event for each answer", [kind for kind, *_ in rows], ["quiz"] * 5)
    report.equal("all five were asked", sorted(item for _, item, *_ in rows), ALL)
    for _, item, answer, correct in rows:
        report.equal(f"{item}: right or wrong", bool(correct), item not in (REGION, COPY))
        report.equal(f"{item}: the answer is kept by the bank's order", answer == RIGHT[item][1], bool(correct))
        report.equal(f"{item}: on the ladder", me.card(item)[1], 0)
    report.equal("the mistakes", sorted(me.mistakes()), sorted([REGION, COPY]))
    home = me.json("home")
    report.equal("nothing is due today", home["due"], 0)
    report.equal("new cards of the day are as they were", (home["new_left"], home["learned_today"]),
                 (before["new_left"], 0))
    report.equal("they come tomorrow", home["next_due"], date(1))
    report.equal("mistakes at home", home["mistakes"], 2)
    report.equal("a day of study", home["streak"], 1)
    stats = me.json("stats")
    report.equal("begun", stats["begun"], 5)
    report.equal("no orphans", stats["orphans"], 0)
    out = done.out
    report.check("reasons of every option", "Snapshots complete." in out and "It names the account's ID." in out, out)
    report.check("what happens next", "It enters the ladder: 03-03, 03-06, 03-09, 03-16." in out, out)
    report.check("and with a mistake", "03-16. It waits in the mistakes pool." in out, out)
    report.check("the summary counts", "5 of 5 questions answered: 3 right, 2 wrong." in out, out)
    report.check("by topic", "By topic" in out and "Images: 1 of 3 right" in out and "Loose ends: 1 of 1 right" in out, out)
    report.check("mistakes with their notes", "amidojo notes copies" in out and "amidojo mistakes" in out, out)
    report.equal("all cues are still new", sum(topic["new"] for topic in home["topics"]), 8)
    report.equal("the forecast has them", sum(day["reviews"] for day in stats["forecast"][:15]), 4 * 5)
    me.run("calendar", str(me.folder / "c.ics"))
    ics = (me.folder / "c.ics").read_text(encoding="utf-8")
    report.check("and the calendar", "DTSTART:20260303" in ics and re.search(r"SUMMARY.*5", ics), ics[:600])


def test_order(me, tree):
    """Due questions come as the course goes: behind the cues of their note, and at last what has no note."""
    me.on(0).run("learn", "--new", "3", keys=" " * 60)
    me.quiz()
    due = me.on(1).due()
    report.equal("the order of a review", due, ["anatomy/parts", "anatomy/stored", "anatomy/find", STORED, REGION, COPY, WHO, LOOSE])


def test_domains(me, tree):
    out = me.quiz("--exam", "saa-c03", wrong={WHO}).out
    report.check("by domain", "By domain" in out and "Security: 1 of 2 right" in out and "Resilience: 2 of 2 right" in out, out)


def test_days(me, tree):
    """A question goes up the ladder like any card, and comes back after a fail."""
    me.on(0).quiz("--topic", "loose", wrong={WHO})
    for day, wrong in ((1, []), (4, []), (7, [LOOSE]), (14, [])):
        me.on(day)
        due = me.due()
        report.check(f"day {day}: what is due", set(due) == {LOOSE, WHO}, due)
        report.equal(f"day {day}: at home", me.json("home")["due"], 2)
        report.fine(f"day {day}: reviewed", me.answer_due(wrong=wrong))
        report.equal(f"day {day}: done", me.due(), [])
        if day == 1:
            report.equal("right in the review leaves the mistakes", me.mistakes(), [])
        if day == 7:
            report.equal("wrong in the review joins them", me.mistakes(), [LOOSE])
            me.on(8)
            report.equal("and comes again the day after", me.due(), [LOOSE])
            report.fine("day 8: reviewed", me.answer_due())
            me.on(11)
            report.fine("day 11: reviewed", me.answer_due())
    report.equal("day 14: one is in long-term memory", me.json("stats")["long_term"], 1)
    kinds = {kind for kind, *_ in me.log()}
    report.equal("what is in the log", kinds, {"quiz", "review"})


def test_begun(me, tree):
    """A quiz on what is on the ladder: counts when it is due, else it is practice."""
    me.on(0).quiz("--topic", "sharing")
    card = me.card(WHO)
    out = me.quiz("--topic", "sharing", wrong={WHO}).out
    report.equal("early and wrong: the ladder stays", me.card(WHO)[:2] + me.card(WHO)[3:], card[:2] + card[3:])
    report.check("early and wrong: said", "the ladder stays as it was" in out, out)
    report.equal("early and wrong: a mistake", me.mistakes(), [WHO])
    me.quiz("--topic", "sharing")
    report.equal("early and right: none any more", (me.mistakes(), me.card(WHO)), ([], card))
    me.on(1).quiz("--topic", "sharing")
    report.equal("due and right: it counts", me.card(WHO)[1], 1)
    report.equal("due and right: not due any more", me.due(), [])
    out = me.on(4).quiz("--topic", "sharing", wrong={WHO}).out
    report.equal("due and wrong: begins anew", (me.card(WHO)[1], me.card(WHO)[3]), (0, 1))
    report.check("due and wrong: said", "Failed. A new ladder begins: 03-07" in out, out)


def test_drill(me, tree):
    me.on(0).quiz(wrong=set(ALL))
    before = [me.card(item)[:2] for item in ALL]
    report.equal("all are mistakes", sorted(me.mistakes()), ALL)
    report.fine("drilled", me.answer_due("mistakes", wrong={COPY}))
    report.equal("all but one leave the pool", me.mistakes(), [COPY])
    report.equal("the ladder stays", [me.card(item)[:2] for item in ALL], before)
    report.equal("of a note", [c["item"] for c in me.json("mistakes", "copies")], [COPY])
    report.equal("of another", me.json("mistakes", "sharing"), [])
    me.on(0)
    early = {c["item"] for c in me.json("review", "--early")}
    report.equal("review --early knows them", early, set(ALL))


def test_undo(me, tree):
    me.on(0)
    quiz = me.asked("-n2")
    one, two = quiz
    done = me.run("quiz", "-n2", "--seed", "5", keys=press(one, False) + "u" + press(one) + " " + press(two) + " ")
    report.fine("undo at once", done)
    report.equal("undo at once: the log", [(k, i, c) for k, i, _, c in me.log()],
                 [("quiz", one["item"], 0), ("undo", one["item"], None), ("quiz", one["item"], 1), ("quiz", two["item"], 1)])
    report.check("undo at once: shown again", done.out.count(one["ask"][:30]) == 2 or done.out.count("Quiz 1/2") == 2, done)
    report.equal("undo at once: no mistake", me.mistakes(), [])
    report.check("undo at once: the summary", "2 right, 0 wrong" in done.out, done)

    me = Learner(me.folder / "later", me.program)
    done = me.run("quiz", "-n2", "--seed", "5",
                  keys=press(one, False) + " " + "u" + press(one) + " " + press(two) + "uuRq")
    report.equal("undo later: the log", [k for k, *_ in me.log()], ["quiz", "undo", "quiz", "quiz", "undo", "undo", "redo"])
    report.check("undo later: the tally follows", "1 of 2 questions answered: 1 right, 0 wrong." in done.out, done)
    counted = re.findall(r": (\d+) of (\d+) right", done.out)
    report.equal("undo later: the topics follow", counted, [("1", "1")])
    report.equal("undo later: what stays", [me.card(one["item"])[1:3]], [(0, 0)])
    report.fine("amidojo undo", me.run("undo"))
    report.equal("amidojo undo: on no ladder", me.json("stats")["begun"], 0)
    report.fine("amidojo redo", me.run("redo"))
    report.equal("amidojo redo", me.json("stats")["begun"], 1)
    undone = me.run("undo")
    report.check("what was undone may be an exam's", re.match(r"Undone: quiz or exam of 2026-03-02, ", undone.out), undone)
    me.run("redo")
    report.check("nothing to undo", "Nothing was answered in this session yet" in me.run("quiz", "-n1", keys="uq").out)
    report.equal("the log holds", me.json("doctor")["differences"], 0)


def test_picks_stay(me, tree):
    """u goes back to the question before; what was picked of the present one is picked still."""
    seed = next(s for s in range(1, 60) if me.asked("--topic", "copies", seed=s)[-1]["item"] == COPY)
    quiz = me.asked("--topic", "copies", seed=seed)
    report.equal("two questions", len(quiz), 2)
    one, (first, second) = quiz[0], press(quiz[1]).strip()
    done = me.run("quiz", "--topic", "copies", "--seed", str(seed),
                  keys=press(one, False) + " " + first + "u" + press(one) + " " + second + " ")
    report.equal("the pick before u counts", [(k, i, a) for k, i, a, _ in me.log() if i == COPY], [("quiz", COPY, "1,3")])
    report.check("and is on the screen", f"> {first}. " in done.out.split("Quiz 2/2")[2], done)
    with Terminal(me, "quiz", "--topic", "copies", "--seed", str(seed), "--plain") as t:
        t.wait("[q]")
        t.send(press(one))
        at = t.wait("[q]", t.wait("Sources"))
        t.send("\r")
        at = t.wait("[q]", t.wait("2/2", at))
        t.send(first)
        at = t.wait("Picked: " + first, at)
        t.send("u")
        at = t.wait("[q]", t.wait("1/2", at))
        said = t.text[t.text.find("Undone: "):]
        t.send(press(one))
        at = t.wait("[q]", t.wait("Sources", at))
        t.send("\r")
        at = t.wait("2/2", at)
        t.wait("Picked: " + first, at)
        t.send("q")
        t.end()
    line = said.split("\n")[0]
    report.check("u says one line", len(line) <= 80 and said.split("\n")[1] == "", said[:400])


def test_keys(me, tree):
    for keys in "0", "5", "9", "a", "?", " ", "\t", "\x1b[A":
        me.run("quiz", "--topic", "sharing", keys=keys + "q")
    report.equal("keys that answer nothing", me.events(), 0)
    out = me.run("quiz", "--topic", "sharing", keys="?q")
    report.check("? explains them all", out.code == 0 and all(re.search(rf"^{key}  ", out.out, re.M) for key in (
        "1-8", "Enter", "u", "L", "n", "v", "o", "q")), out)
    report.check("? leaves the question on", out.out.count("Quiz 1/1") == 1 and "Nothing was answered" in out.out, out)
    card = me.on(0).run("learn", "--new", "1", keys=" " * 9 + "?").out + me.on(1).run("review", keys="?q").out
    report.check("? of a card", "you knew it" in card and "1-8" not in card, card)
    me.run("undo")
    me.on(0)
    out = me.run("quiz", "--topic", "sharing", keys="5q").out
    report.check("there is no such option", "There is no option 5: the options are 1 to 4." in out, out)
    out = me.run("quiz", "--topic", "sharing", keys=" q").out
    report.check("nothing is picked", "Press the digit of an option, 1 to 4." in out, out)
    [copy] = [q for q in me.asked("--topic", "copies") if q["item"] == COPY]
    seed = next(s for s in range(1, 50) if me.asked("--topic", "copies", seed=s)[0]["item"] == COPY)
    copy = me.asked("--topic", "copies", seed=seed)[0]

    def press_on(keys):
        return me.run("quiz", "--topic", "copies", "--seed", str(seed), keys=keys).out

    out = press_on(" q")
    report.check("none of two", "2 to choose, 0 picked" in out, out)
    out = press_on("123 q")
    report.check("three of two", "Picked: 1, 2, 3 (2 to choose)" in out and "2 to choose, 3 picked" in out, out)
    out = press_on("1216 q")
    report.check("taken off again", "Picked: 2 (2 to choose)" in out and "There is no option 6" in out, out)
    report.equal("still nothing", [k for k, *_ in me.log() if k == "quiz"], [])
    bad = [d for d in "12345" if d not in press(copy)][0]
    press_on(bad + press(copy).strip()[::-1] + bad + " q")
    report.equal("in any order", me.log()[-1], ("quiz", COPY, "1,3", 1))
    one = me.asked("--topic", "sharing")[0]
    me.run("quiz", "--topic", "sharing", "--seed", "5", keys=chr(0xff10 + int(press(one))) + "q")
    report.equal("a full-width digit", me.log()[-1], ("quiz", WHO, "2", 1))


def test_ends(me, tree):
    """What was answered is kept however it ends."""
    quiz = me.asked("-n3")
    done = me.run("quiz", "-n3", "--seed", "5", keys=press(quiz[0]) + " " + press(quiz[1]))
    report.check("the keys end", done.code == 1 and "everything you answered is saved" in done.err, done)
    report.equal("the keys end: two answers", me.events(), 2)
    report.check("the keys end: no promise to go on", "The next quiz is drawn anew." in done.err
                 and "Start again" not in done.err, done)
    korean = me.run("quiz", "-n3", "--lang", "ko", keys="1")
    report.check("in Korean, too", "새로 뽑는다" in korean.err and not re.search("다시 시작", korean.err), korean)
    done = me.run("quiz", "-n1", keys="q")
    report.check("q at once", done.code == 0 and "Nothing was answered" in done.out, done)
    with Terminal(me, "quiz", "--topic", "sharing", "--seed", "5") as t:
        t.wait("[q]")
        t.send("\r")
        t.wait("[n]")
        before = me.events()
        t.send("1")
        t.wait("Sources")
        t.child.kill()
        t.child.wait()
    report.equal("killed after an answer", me.events(), before + 1)


def test_two_at_once(me, tree):
    """The slower one is told, and records nothing."""
    with Terminal(me, "quiz", "--topic", "sharing", "--seed", "5", "--plain") as t:
        t.wait("[q]")
        me.quiz("--topic", "sharing")
        t.send("1")
        at = t.wait("answered in another window")
        report.equal("the slower ends well", t.end(), 0)
        report.check("and says what was not recorded", "Nothing was answered" in t.text[:at] + t.text[at:], t.text[-400:])
    report.equal("one answer is in the log", [k for k, *_ in me.log()], ["quiz"])
    me.on(1)
    with Terminal(me, "review", "--plain") as t:
        t.wait("[q]")
        me.answer_due()
        t.send("1")
        t.wait("answered in another window")
        t.end()
    report.equal("a review, too", [k for k, *_ in me.log()], ["quiz", "review"])


def test_undo_elsewhere(me, tree):
    """Another window has written since: nothing is taken back, and the reasons stay on the screen."""
    with Terminal(me, "quiz", "--topic", "sharing", "--seed", "5", "--plain") as t:
        t.wait("[q]")
        t.send("1")
        at = t.wait("[q]", t.wait("Sources"))
        report.fine("another window", me.run("quiz", "--topic", "anatomy", keys="1q"))
        t.send("u")
        at = t.wait("Another window has written since", at)
        at = t.wait("[q]", at)
        t.send("1")
        t.send("\r")
        t.wait("1 of 1 question answered", at)
        t.end()
    report.equal("two answers, none twice", [k for k, *_ in me.log()], ["quiz", "quiz"])


def test_changed(me, tree):
    me.on(0).quiz("--topic", "sharing")
    edit(tree, "loose.yaml", ("It names the account's ID.", "It names an account by its ID."))
    me.on(1)
    report.fine("a better reason changes nothing", me.answer_due())
    report.equal("a better reason: credited", me.card(WHO)[1], 1)
    swapped = ('right: {en: "A launch permission"', 'right: {en: "An access key"')
    edit(tree, "loose.yaml", (swapped[0], "wrong" + swapped[0][5:]), ("wrong" + swapped[1][5:], swapped[1]))
    out = me.on(4).run("review", keys="q").out
    report.check("a changed key is asked about", "Did its meaning change?" in out, out)
    edit(tree, "loose.yaml", ("wrong" + swapped[0][5:], swapped[0]), (swapped[1], "wrong" + swapped[1][5:]))
    out = me.run("review", keys="q").out
    report.check("taken back: not asked", "Did its meaning change?" not in out, out)
    edit(tree, "loose.yaml", ("A bucket policy", "A policy of a bucket"))
    out = me.run("review", keys="q").out
    report.check("a changed wrong option is asked about", "Did its meaning change?" in out, out)
    edit(tree, "loose.yaml", ("A policy of a bucket", "A bucket policy"))
    edit(tree, "loose.yaml", ("One other account has", "Exactly one other account has"))
    me.on(4)
    out = me.run("review", keys="q").out
    report.check("a changed text is asked about", "Did its meaning change?" in out, out)
    question = me.json("review")[0]
    out = me.run("review", keys="sn").out
    keys = press({**question, "options": last_options(out, question), "choose": 1})
    report.equal("same: told once", [k for k, *_ in me.log()].count("same"), 1)
    out = me.run("review", keys=keys + " ")
    report.check("same: then asked as ever", out.code == 0 and "Did its meaning" not in out.out, out)
    report.equal("same: it counts", me.card(WHO)[1], 2)
    edit(tree, "loose.yaml", ("Exactly one other account has", "No other account has"))
    me.on(7)
    out = me.run("review", keys="c").out
    report.check("changed: begins anew", "In the ladder: 03-10" in out, out)
    report.equal("changed: not due today", me.due(), [])
    edit(tree, "loose.yaml", ("No other account has", "One other account has"))
    one = me.asked("--topic", "sharing")[0]
    out = me.run("quiz", "--topic", "sharing", "--seed", "5", keys="c" + press(one) + " ")
    report.check("changed in a quiz: asked all the same", "1 right, 0 wrong" in out.out, out)
    report.equal("the log holds", me.json("doctor")["differences"], 0)


def test_gone(me, tree):
    """Questions that are not there now keep their history."""
    me.on(0).quiz(wrong={LOOSE})
    path = tree.folder / "quizzes/loose.yaml"
    hidden = tree.folder / "hidden"
    path.rename(hidden)
    try:
        report.equal("gone: orphans", me.json("stats")["orphans"], 2)
        report.equal("gone: no mistakes", me.mistakes(), [])
        report.equal("gone: not due", len(me.on(1).due()), 3)
        report.check("gone: home says it", "2 cards belong to content that is not there" in me.run().out)
        report.check("gone: doctor is content", me.run("doctor").code == 0)
    finally:
        hidden.rename(path)
    report.equal("back again", (me.mistakes(), len(me.due())), ([LOOSE], 5))


def test_languages(me, tree):
    english = me.run("quiz", "--topic", "sharing", "--seed", "5", "--lang", "en", keys="1q").out
    report.check("English alone", not HANGUL.search(english), english)
    korean = me.run("quiz", "--topic", "sharing", "--seed", "5", "--lang", "ko", keys="1q").out
    report.check("Korean texts", "시작 권한" in korean and "계정의 ID를 적는다." in korean and "A launch" not in korean, korean)
    both = me.run("quiz", "--topic", "sharing", "--seed", "5", "--lang", "both", keys="1q").out
    report.check("both", "시작 권한" in both and "A launch permission" in both and "It names" in both, both)
    toggled = me.run("quiz", "--topic", "sharing", "--seed", "5", "--lang", "en", keys="L1Lq").out
    report.check("L before the answer and after it", toggled.count("보안 그룹") == 2 and toggled.count("A security group") == 2,
                 toggled)
    cycle = me.run("quiz", "--topic", "sharing", "--seed", "5", "--lang", "both", keys="LLLLLLq").out.split("Quiz 1/1")[1:]
    report.equal("--lang both: L goes both, en, ko, both, ...", [("보안 그룹" in s, "A security group" in s) for s in cycle],
                 [(True, True), (False, True), (True, False), (True, True), (False, True), (True, False), (True, True)])
    cycle = me.run("quiz", "--topic", "sharing", "--seed", "5", "--lang", "ko", keys="LLq").out.split("퀴즈 1/1")[1:]
    report.equal("one language: L goes ko, en, ko", [("보안 그룹" in s, "A security group" in s) for s in cycle],
                 [(True, False), (False, True), (True, False)])
    report.equal("which records nothing", len({k for k, *_ in me.log()}), 1)


def test_words_whole(me, tree):
    """Reasons break at blanks alone, also right behind the words that say right and wrong."""
    for lang, said in (("en", "Wrong|Right"), ("ko", "오답|정답")):
        def quiz(columns):
            keys = "".join(press(q, False) + " " for q in me.asked())
            return me.run("quiz", "--seed", "5", "--lang", lang, keys=keys, env={"COLUMNS": str(columns)}).out

        reasons = re.findall(rf"^ +(?:{said})[^:]*: (.*)$", quiz(300), re.M)
        report.equal(f"{lang}: reasons", len(reasons), sum(len(q["options"]) for q in me.asked()))
        words = collections.Counter(" ".join(reasons).split())
        for columns in range(26, 60, 3):
            cut = words - collections.Counter(quiz(columns).split())
            report.check(f"{lang}, {columns} columns: no word is cut", not cut, cut)


def test_note_and_proof(me, tree):
    seed = next(s for s in range(1, 50) if me.asked("--topic", "anatomy", seed=s)[0]["item"] == STORED)
    one = me.asked("--topic", "anatomy", seed=seed)[0]
    out = me.run("quiz", "--topic", "anatomy", "--seed", str(seed), keys="nq" + press(one) + " ").out
    report.check("n shows the note", "What is inside" in out, out)
    report.check("and the question again", out.count(one["ask"][:40]) >= 2, out)
    out = me.run("quiz", "--topic", "anatomy", "--seed", str(seed), keys="v" + press(one) + "v" + " " * 9).out
    report.check("v plays the proof", "describe-snapshots" in out and "create-snapshot" in out, out)
    report.check("but not before the answer", out.find("create-snapshot") > out.find("Right."), out)


def test_plain(me, tree):
    """For a screen reader: no control codes, marks in words, nothing said twice."""
    one = me.asked("--topic", "sharing")[0]
    with Terminal(me, "quiz", "--topic", "sharing", "--seed", "5", "--plain") as t:
        t.wait("[q]")
        t.send(press(one, False))
        t.wait("Sources")
        t.wait("[q]", len(t.text) - 100)
        t.send("\r")
        t.end()
        text = t.text
    report.check("no control codes", not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text.replace("\r", "")), repr(text))
    report.check("marks are words", "Wrong, and yours:" in text and "Right: It names" in text and "> x" not in text, text)
    report.check("the text is read once", text.count("One other account has") == 2, text)  # and in the summary
    report.check("the mix in lines", "- missed: 0 (planned 6, there are 0)" in text, text)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for number, test in enumerate((
            test_list, test_seed, test_titles, test_mix, test_errors, test_answers, test_order, test_domains, test_days, test_begun, test_drill,
            test_undo, test_picks_stay, test_keys, test_ends, test_two_at_once, test_undo_elsewhere, test_changed, test_gone, test_languages,
            test_words_whole, test_note_and_proof, test_plain,
        )):
            tree = Tree(folder / f"tree-{number}")
            for path in (PACK.parent / "quizzes").iterdir():
                shutil.copy2(path, tree.folder / "quizzes")
            shutil.copy2(TESTS.parent / "content/exams/soa-c03.yaml", tree.content / "exams")
            try:
                test(Learner(folder / f"home-{number}", tree.program), tree)
            except (TimeoutError, RuntimeError, OSError, IndexError, KeyError, ValueError, TypeError, AssertionError,
                    StopIteration, sqlite3.Error) as error:
                report.check(f"{test.__name__}: {type(error).__name__}", False, error)
    report.finish()


if __name__ == "__main__":
    main()

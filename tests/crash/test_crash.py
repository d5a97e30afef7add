#!/usr/bin/env python3
"""kill -9 at random moments: no acknowledged answer is lost, and the doctor finds everything sound.

The program runs in script mode, keys from a pipe, and tells each answer by item as soon as it is
durable. After the kill, what it told must be the next part of the log, in order, followed by at
most one answer that it had no time to tell. `SEED=n` repeats the choices of a run (not its timing).
"""

import concurrent.futures
import datetime
import os
import pathlib
import random
import re
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import SCALE, Home, Report, Tree, moment  # noqa: E402

KILLS = max(10, 1000 // SCALE)
PER_STORE = 50  # kills of one store, before another one begins
DAY0 = datetime.date(2026, 1, 5)
NOTES, CUES = 10, 12  # as many cards as a session can hardly get through

report = Report()
lock = threading.Lock()

# What the program says -> what must be in the log: kind and correctness.
TOLD = (
    (r"^(\S+/\S+): In the ladder", ("learn", None)),
    (r"^(\S+/\S+): Passed", ("review", 1)),
    (r"^(\S+/\S+): Failed", ("review", 0)),
    (r"^(\S+/\S+): Practised: passed", ("practice", 1)),
    (r"^(\S+/\S+): Practised: failed", ("practice", 0)),
    (r"^Undone: (?:.* )?(\S+)$", ("undo", None)),  # of a card, or of a note that was read
    (r"^Done again: (?:.* )?(\S+)$", ("redo", None)),
)


def write_course(content):
    """Many small notes in place of the fixed course."""
    for old in content.glob("notes/*"):
        old.unlink()
    for n in range(NOTES):
        cues = "".join(
            f"  - {{id: c{c}, ask: {{en: Question {n}.{c}, ko: 물음 {n}.{c}}}, answer: {{en: Yes, ko: 예}}}}\n"
            for c in range(CUES)
        )
        (content / f"notes/n{n}.yaml").write_text(
            f"note: n{n}\ntitle: {{en: Note {n}, ko: 노트 {n}}}\ntopic: images\n"
            f"sources: [{{url: 'https://example.com', read: 2026-01-02}}]\ncues:\n{cues}"
            "body: {en: B, ko: 본문}\nsummary: {en: S, ko: 요약}\n",
            encoding="utf-8",
        )
    names = ", ".join(f"n{n}" for n in range(NOTES))
    (content / "topics.yaml").write_text(f"topics: [{{id: images, title: {{en: T, ko: 주제}}, notes: [{names}]}}]\n")


def read_told(text):
    """The answers told in the output, in order; a line cut by the kill is told too if it says all."""
    told = []
    for line in text.split("\n"):
        for pattern, (kind, correct) in TOLD:
            found = re.match(pattern, line)
            if found:
                told.append((kind, found[1], correct))
    return told


def events(home, after):
    """(kind, item, correct) of what the log has behind an event; notes read are not answers."""
    if not home.store.exists() or not home.query("SELECT 1 FROM sqlite_schema WHERE name = 'event'"):
        return [], 0
    rows = home.query("SELECT kind, item, correct FROM event WHERE id > ? ORDER BY id", after)
    [(last,)] = home.query("SELECT coalesce(max(id), 0) FROM event")
    known = [(k, i, c if k in ("review", "practice") else None) for k, i, c in rows if k != "read"]
    return known, last


def choose_work(random_):
    """A command line and its keys: mostly reviews, with all else that writes mixed in."""
    dice = random_.random()
    if dice < 0.15:
        return ["learn", "--new", str(random_.randint(1, 30))], " " * 80
    if dice < 0.20:
        return [random_.choice(["undo", "redo"])], None
    if dice < 0.24:
        return ["doctor", "--rebuild"], None
    answers = [random_.choice([" p", " f", " f", " f", " u", "u", "R"]) for _ in range(30)]
    return ["mistakes"] if dice < 0.30 else ["review"], "".join(answers) + "q"


def prepare(home, random_):
    """The first store of a series is new, so that its making is killed too; others have due cards."""
    if random_ is not None and random_.random() < 0.2:
        return
    home.now = moment(DAY0)
    home.run("learn", "--new", "60", keys=" " * 200)


def measure(home):
    """Seconds of a session that nobody kills."""
    home.now = moment(DAY0 + datetime.timedelta(days=1))
    start = time.monotonic()
    home.run("review", keys=" f" * 30 + "q")
    return time.monotonic() - start


def series(number, kills, seed, tree, folder, span):
    """Kills of one store, day after day. Answers how many were real, and answers told and untold."""
    random_ = random.Random(f"{seed}/{number}")
    home = Home(folder / f"home-{number}", tree.program)
    prepare(home, random_)
    last = events(home, 0)[1]
    killed = told_all = untold = 0
    for n in range(kills):
        home.now = moment(DAY0 + datetime.timedelta(days=n + 1))
        args, keys = choose_work(random_)
        code, text = home.run_and_kill(args, keys, random_, span, (20, read_told))
        told = read_told(text)
        logged, last = events(home, last)
        name = f"SEED={seed} series {number} kill {n} ({' '.join(args)}, exit {code})"
        sound = home.run("doctor")
        with lock:
            report.check(
                f"{name}: nothing told is lost", logged[: len(told)] == told and len(logged) <= len(told) + 1,
                f"told:   {told}\nlogged: {logged}\n{text[-600:]}",
            )
            report.check(f"{name}: doctor", sound.code == 0 and "sound" in sound.out and not sound.err, sound)
        killed += code == -9
        told_all += len(told)
        untold += len(logged) - len(told)
    return killed, told_all, untold


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SEED={seed}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        write_course(tree.content)
        first = Home(folder / "first", tree.program)
        prepare(first, None)
        span = measure(first)
        jobs = [(n, min(PER_STORE, KILLS - n * PER_STORE)) for n in range((KILLS + PER_STORE - 1) // PER_STORE)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda job: series(*job, seed, tree, folder, span), jobs))
    killed, told, untold = map(sum, zip(*results))
    print(f"{KILLS} runs, {killed} of them killed before their end, {told} answers told, {untold} more saved; "
          f"a session takes {span * 1000:.0f} ms; {time.monotonic() - start:.0f} s in all")
    report.check("most runs were killed in the middle", killed > KILLS / 3, killed)
    report.check("many answers were told", told > KILLS, told)
    report.finish()


if __name__ == "__main__":
    main()

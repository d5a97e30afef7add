#!/usr/bin/env python3
"""kill -9 at random moments of an exam: every acknowledged answer is there, and the time left is right.

The program runs in script mode, keys from a pipe, and tells each answer, flag and confidence as soon as
it is durable. After the kill, what it told must be the next part of what is kept, in order, followed by
at most one entry that it had no time to tell. The clocks are the real ones. `SEED=n` repeats the choices of
a run (not its timing).
"""

import concurrent.futures
import os
import pathlib
import random
import re
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import exam_course as course  # noqa: E402
from harness import SCALE, Home, Report, Tree  # noqa: E402

KILLS = max(10, 500 // SCALE)
PER_STORE = 50
REAL = {"AMIDOJO_NOW": None}
MINUTES = 130

report = Report()
lock = threading.Lock()

TOLD = (
    (r"^Question (\d+), picked: (nothing|[\d, ]+)\.(?: |$)", "answer"),
    (r"^Question (\d+), (flagged)\.$", "flag"),
    (r"^Question (\d+), (flag taken off)\.$", "flag"),
    (r"^Question (\d+), confidence: (.*)\.$", "sure"),
)
VALUES = {"flagged": "1", "flag taken off": "", "a guess": "guess", "unsure": "unsure", "sure": "sure", "not said": "",
          "nothing": ""}


def read_told(text):
    """(kind, number, value as shown) of what was told; a line that the kill cut is not told."""
    told = []
    for line in text.split("\n")[:-1]:
        for pattern, kind in TOLD:
            found = re.match(pattern, line)
            if found:
                told.append((kind, int(found[1]), found[2]))
    return told


def as_kept(told, orders):
    """Digits on the screen as numbers of the bank."""
    kept = []
    for kind, number, value in told:
        if kind == "answer" and value != "nothing":
            options = sorted(int(orders[number][int(digit) - 1]) for digit in value.split(","))
            kept.append((kind, number, ",".join(map(str, options))))
        else:
            kept.append((kind, number, VALUES[value]))
    return kept


class Sat:
    """What the store has of the latest exam, read beside the program."""

    def __init__(self, home):
        self.id, self.open = None, False
        if not home.store.exists() or not home.query("SELECT 1 FROM sqlite_schema WHERE name = 'exam_attempt'"):
            return
        rows = home.query("SELECT max(id) FROM exam_attempt")
        self.id = rows[0][0]
        if self.id is None:
            return
        self.orders = {n: order.split(",") for n, order in
                       home.query("SELECT number, options FROM exam_place WHERE attempt = ?", self.id)}
        self.entries = home.query(
            "SELECT id, kind, number, value FROM exam_entry WHERE attempt = ? AND kind IN ('answer', 'flag', 'sure') ORDER BY id",
            self.id)
        self.open = not home.query("SELECT 1 FROM exam_ending WHERE attempt = ?", self.id)


def choose_keys(random_):
    keys = "".join(random_.choice(["1", "2", "3", "4", "n1", "n2", "f", "c", "n", "p", "g12 3", "t"]) for _ in range(40))
    return keys + ("sy" if random_.random() < 0.15 else "q")


def check_kill(home, name, before, text):
    """What was told is kept. Answers how many answers were told, and how many more are kept."""
    after = Sat(home)
    if after.id is None:
        report.check(f"{name}: nothing told before it is begun", not read_told(text), text[-600:])
        return 0, 0
    known = before.entries[-1][0] if before.id == after.id and before.entries else 0
    kept = [entry[1:] for entry in after.entries if entry[0] > known]
    told = as_kept(read_told(text), after.orders)
    report.check(f"{name}: nothing told is lost", kept[:len(told)] == told and len(kept) <= len(told) + 1,
                 f"told: {told}\nkept: {kept}\n{text[-600:]}")
    report.equal(f"{name}: a whole paper", sorted(after.orders), list(range(1, 66)))
    return len(told), len(kept) - len(told)


def check_time(home, name, begun):
    """The time left, as the program tells it and as the clock has it."""
    earliest = time.time()
    state = home.run("exam", "resume", "--json", env=REAL)
    latest = time.time()
    if not report.check(f"{name}: it can be resumed", state.code == 0, state):
        return
    left = state.json()["left_ms"] / 1000
    wanted = MINUTES * 60 - (latest - begun), MINUTES * 60 - (earliest - begun)
    report.check(f"{name}: the time left", wanted[0] - 1 <= left <= wanted[1] + 1, f"{left} not in {wanted}")


def check_end(home, name, sat):
    """A submitted exam is whole. How many of the questions that were seen were missed, and how many events there are for all exams."""
    done = home.json("exam", "show", str(sat.id), env=REAL)
    seen = {number for number, in home.query("SELECT DISTINCT number FROM exam_entry WHERE attempt = ?", sat.id)}
    wrong = sum(not q["correct"] and q["number"] in seen for q in done["questions"])
    [(events,)] = home.query("SELECT count(*) FROM event WHERE kind = 'quiz'")
    report.equal(f"{name}: submitted", done["state"], "submitted")
    return wrong, events


def series(number, kills, seed, tree, folder, span):
    random_ = random.Random(f"{seed}/{number}")
    home = Home(folder / f"home-{number}", tree.program)
    begun, wrong_all = 0, 0
    killed = told_all = untold = 0
    for n in range(kills):
        before = Sat(home)
        new = before.id is None or not before.open
        keys = (" " if new else "") + choose_keys(random_)
        start = time.time()
        code, text = home.run_and_kill(["exam", "saa-c03"] if new else ["exam", "resume"], keys, random_, span, (25, read_told), REAL)
        name = f"SEED={seed} series {number} kill {n} ({'new' if new else 'resumed'}, exit {code})"
        end = time.time()
        with lock:
            told, more = check_kill(home, name, before, text)
            now = Sat(home)
            if now.id is not None and now.id != before.id:
                [(wall,)] = home.query("SELECT wall_ms FROM exam_attempt WHERE id = ?", now.id)
                report.check(f"{name}: begun now", start - 0.01 <= wall / 1000 <= end, (start, wall, end))
                begun = wall / 1000
            if now.id is not None and now.open:
                check_time(home, name, begun)
            elif now.id is not None and (before.open or now.id != before.id):  # ended in this run
                wrong, events = check_end(home, name, now)
                wrong_all += wrong
                report.equal(f"{name}: every mistake is an event", events, wrong_all)
        killed += code == -9
        told_all += told
        untold += more
    sound = home.run("doctor", env=REAL)
    with lock:
        report.check(f"SEED={seed} series {number}: doctor", sound.code == 0 and "sound" in sound.out and not sound.err, sound)
    return killed, told_all, untold


def measure(tree, folder):
    """Seconds of a session that nobody kills."""
    home = Home(folder / "first", tree.program)
    start = time.monotonic()
    done = home.run("exam", "saa-c03", keys=" " + "12nf" * 25 + "q", env=REAL)
    report.check("a session without a kill", done.code == 0, done)
    return time.monotonic() - start


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SEED={seed}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        course.write_exams(tree)
        span = measure(tree, folder)
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

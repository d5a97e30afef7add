#!/usr/bin/env python3
"""What the endpoint keeps first are calls: whoever opens the world next does them again, and gets the same world.

`SEED=n` repeats the choices of a run (not its timing).
"""

import contextlib
import os
import pathlib
import random
import sqlite3
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import mixed  # noqa: E402
from endpoint import Endpoint  # noqa: E402
from harness import PATIENCE, SCALE, Report  # noqa: E402

ROUNDS = max(2, 6 // SCALE)
SECONDS = 0.7  # of load: it is to end before the worlds themselves are kept
report = Report()


def file_of(server):
    return server.home.data / "worlds/default.db"


def ask_file(server, sql):
    with contextlib.closing(sqlite3.connect(file_of(server))) as db:
        answer = db.execute(sql).fetchall()
        db.commit()
        return answer


def calls_kept(server):
    return ask_file(server, "SELECT count(*) FROM call")[0][0]


def names(server, environment):
    done = server.home.run("aws", "ec2", "describe-key-pairs", "--query", "KeyPairs[].KeyName", "--output", "text",
                           env={"AMIDOJO_NOW": None, **environment})
    return set(done.out.split())


KEYS = {"AWS_ACCESS_KEY_ID": mixed.KEY, "AWS_SECRET_ACCESS_KEY": "x" * 20, "AWS_DEFAULT_REGION": "us-east-1"}


def make_key(server, name):
    reply = server.call("CreateKeyPair", key=mixed.KEY, KeyName=name)
    report.check(f"{name} is made", reply.status == 200, reply)


# ---- the same again ----

def test_same_again(folder, seed):
    """Load of every kind, kill -9, and the world that comes of its calls is the same to the byte."""
    replayed = 0
    for n in range(ROUNDS):
        pace = [[], ["--instant"], ["--speed", "50"]][n % 3]
        with Endpoint(folder / f"same-{n}", *pace) as server:
            scenario = folder / "scenario"
            scenario.write_text(mixed.prepare(server))
            child = mixed.start_load(server, scenario, seconds=SECONDS, connections=8, room=3, seed=seed + n)
            told, complaints = mixed.result(child)
            report.equal(f"SEED={seed} round {n}: no error", told["errors"], 0)
            before, kept = server.state(), calls_kept(server)
            replayed += kept
            server.kill()
        with Endpoint(server.home, "--realtime") as again:
            report.check(f"SEED={seed} round {n} {pace}: the same world", again.state() == before,
                         f"{kept} turns of calls; {complaints}")
    report.check("there were calls to do again", replayed > 10 * ROUNDS, replayed)


# ---- beside others ----

def test_beside(folder):
    """A shell at work in the same world sees each call at once, and the server sees what the shell does."""
    with Endpoint(folder / "beside") as server:
        for n in range(5):
            make_key(server, f"server-{n}")
            report.check(f"key {n} is kept as a call", calls_kept(server) > 0, "none")
            report.check(f"a shell sees key {n}", f"server-{n}" in names(server, KEYS), names(server, KEYS))
            report.equal(f"it has kept the world, {n}", calls_kept(server), 0)
            done = server.home.run("aws", "ec2", "create-key-pair", "--key-name", f"shell-{n}", env={"AMIDOJO_NOW": None, **KEYS})
            report.equal(f"the shell makes a key, {n}", done.code, 0)
            seen = {one["keyName"] for one in server.value("DescribeKeyPairs", key=mixed.KEY)["keySet"]}
            report.equal(f"the server sees them, {n}", seen, {f"{who}-{k}" for who in ("server", "shell") for k in range(n + 1)})
        make_key(server, "undone")
        done = server.home.run("sim", keys="undo\n", env={"AMIDOJO_NOW": None})
        report.check("a shell takes the server's call back", done.code == 0 and "undone" not in names(server, KEYS), done)
        reply = server.request("POST", "/_amidojo/redo", b"")
        report.check("and the server does it again", reply.status == 200 and "undone" in names(server, KEYS), reply)


def test_rest(folder):
    """When nobody calls, and at the end, the world itself is kept."""
    with Endpoint(folder / "rest") as server:
        make_key(server, "first")
        report.check("a call is kept first", calls_kept(server) > 0, "none")
        limit = time.monotonic() + PATIENCE
        while calls_kept(server) and time.monotonic() < limit:
            time.sleep(0.1)
        report.equal("then the world", calls_kept(server), 0)
        make_key(server, "last")
        report.equal("it ends as it should", server.end(), 0)
        report.equal("and has kept the world", calls_kept(server), 0)
        report.equal("with all that is in it", names(server, KEYS), {"first", "last"})


def test_burst(folder):
    """More steps than the endpoint remembers, some kept before and most not: what is left can still be undone."""
    with Endpoint(folder / "burst") as server:
        for n in range(20):
            make_key(server, f"early-{n}")
        server.end()
        server.start()
        for n in range(400):
            server.value("CreateKeyPair", key=mixed.KEY, KeyName=f"burst-{n}")
        report.equal("it ends as it should", server.end(), 0)
        steps = [row[0] for row in ask_file(server, "SELECT number FROM step ORDER BY number")]
        report.check("the steps in the file hang together", steps == list(range(steps[0], steps[-1] + 1)), steps[:5])
        done = server.home.run("sim", keys="undo\nundo\n", env={"AMIDOJO_NOW": None})
        report.check("the latest are taken back", done.code == 0 and not done.err, done)
        left = names(server, KEYS)
        report.equal("two keys are gone", len(left), 418)
        report.check("the latest two", not {"burst-398", "burst-399"} & left, sorted(left)[-5:])


# ---- files ----

def test_older(folder):
    """A world of the version that had no calls is used as it is."""
    with Endpoint(folder / "older") as server:
        make_key(server, "old")
        server.end()
        for table in ("call", "memo", "record"):
            ask_file(server, f"DROP TABLE {table}")
        ask_file(server, "PRAGMA user_version = 1")
        server.start()
        make_key(server, "new")
        report.equal("both are there", names(server, KEYS), {"old", "new"})
        report.equal("it is of the new version", ask_file(server, "PRAGMA user_version"), [(3,)])


def test_damaged(folder):
    """Calls that are not what was kept are not done again."""
    with Endpoint(folder / "damaged") as server:
        make_key(server, "one")
        server.kill()
        report.check("there are calls", calls_kept(server) > 0, "none")
        ask_file(server, "UPDATE call SET text = replace(text, 'one', 'two')")
        done = server.home.run("aws", "ec2", "describe-key-pairs", env={"AMIDOJO_NOW": None, **KEYS})
        report.check("it is refused in a line that names the file",
                     done.code == 1 and str(file_of(server)) in done.err and not done.out, done)
        report.check("and left as it is", calls_kept(server) > 0, "none")
        try:
            server.start()
            report.check("the endpoint refuses it too", False, "it is ready")
        except RuntimeError as refusal:
            report.check("the endpoint refuses it too", str(file_of(server)) in str(refusal), refusal)


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 24))
    print(f"SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        test_same_again(folder, seed)
        test_beside(folder)
        test_rest(folder)
        test_burst(folder)
        test_older(folder)
        test_damaged(folder)
    report.finish()


if __name__ == "__main__":
    main()

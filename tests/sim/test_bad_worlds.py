#!/usr/bin/env python3
"""World files that are damaged, foreign, from the future, on a full disk, or used by two at once.

What cannot be used is refused with one clear line that names the file, and left as it is; another
world works beside it. What was answered is there afterwards, whoever else was at work.
"""

import contextlib
import pathlib
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import casefile  # noqa: E402
from harness import SANITIZED, SCALE, Home, Report  # noqa: E402

TURNS = max(20, 200 // SCALE)  # changing commands of each of two processes
FLIPS = max(20, 120 // SCALE)
LOOK = ("aws", "ec2", "describe-key-pairs", "--query", "KeyPairs[].KeyName", "--output", "text")
report = Report()


class Place:
    """A home with a world in which there is something of everything."""

    def __init__(self, folder):
        self.home = Home(folder)
        self.file = self.home.data / "worlds/default.db"

    def run(self, *args, **more):
        more["env"] = {**casefile.SEED, **more.get("env", {})}
        return self.home.run(*args, **more)

    def aws(self, *args, **more):
        return self.run("aws", *args, **more)

    def fill(self):
        image = self.aws("ssm", "get-parameter", "--output", "text", "--query", "Parameter.Value", "--name",
                         "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64").out.strip()
        for words in (["ec2", "create-key-pair", "--key-name", "first"],
                      ["ec2", "run-instances", "--image-id", image, "--instance-type", "t3.micro", "--key-name", "first"],
                      ["ec2", "create-volume", "--availability-zone", "us-east-1a", "--size", "8"]):
            done = self.aws(*words)
            report.check(" ".join(words[:2]), done.code == 0, done)
        self.fold()
        return self

    def fold(self):
        """Everything into the one file, so that it can be damaged and compared."""
        with contextlib.closing(sqlite3.connect(self.file)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def change(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.file)) as db:
            db.execute(sql, values)
            db.commit()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(self, folder):
        shutil.copytree(self.home.folder, folder)
        return Place(folder)

    def begin_with(self, data):
        """The world's file holds these bytes and has nothing beside it."""
        for name in ("-wal", "-shm"):
            pathlib.Path(f"{self.file}{name}").unlink(missing_ok=True)
        self.file.write_bytes(data)


def check_refused(name, place, *args):
    """One line on stderr with the file's name, nothing on stdout, and the file as it was."""
    before = place.file.read_bytes()
    done = place.run(*(args or LOOK))
    clear = done.code in (1, 2) and not done.out and done.err.count("\n") == 1 and str(place.file) in done.err
    report.check(f"{name}: refused in one line that names it", clear, done)
    report.check(f"{name}: left as it was", place.file.read_bytes() == before)
    other = place.run(*LOOK, env={"AMIDOJO_WORLD": "other"})
    report.check(f"{name}: another world works", other.code == 0, other)


# ---- files ----

def bytes_of(place):
    good = place.file.read_bytes()
    broken = bytearray(good)
    broken[100:2000] = b"\xff" * 1900
    return {
        "half a file": good[: len(good) // 2],
        "a page and a bit": good[:5000],
        "its first 50 bytes": good[:50],
        "text": b"this is no world\n" * 200,
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        "a broken first page": bytes(broken),
    }


def test_bytes(full, folder):
    for name, data in bytes_of(full).items():
        place = full.copy(folder / name)
        place.begin_with(data)
        check_refused(name, place)


def test_foreign(full, folder):
    place = full.copy(folder / "foreign")
    place.file.unlink()
    with contextlib.closing(sqlite3.connect(place.file)) as db:
        db.execute("CREATE TABLE songs (title TEXT)")
        db.commit()
    check_refused("another program's database", place)
    place = full.copy(folder / "progress")
    place.home.run("home", "--json")
    if place.home.store.exists():
        shutil.copy(place.home.store, place.file)
        for name in ("-wal", "-shm"):
            pathlib.Path(f"{place.file}{name}").unlink(missing_ok=True)
        check_refused("the learner's progress", place)


SQL = {
    "a newer file": "PRAGMA user_version = 99",
    "no state": "UPDATE state SET text = ''",
    "a state that is no JSON": "UPDATE state SET text = '{'",
    "a state of another form": "UPDATE state SET text = '{\"format\":1}'",
    "a newer state": "UPDATE state SET text = replace(text, '\"format\":1', '\"format\":2')",
    "a resource that is no JSON": "UPDATE resource SET document = '{\"a\":' WHERE kind = 'key-pair'",
    "a resource that is a list": "UPDATE resource SET document = '[]' WHERE kind = 'key-pair'",
    "an order before the first": "UPDATE resource SET place = 0 WHERE kind = 'key-pair'",
    "an order after the last": "UPDATE resource SET place = 999999999 WHERE kind = 'key-pair'",
    "a resource of another kind": "UPDATE resource SET kind = 'key-bair' WHERE kind = 'key-pair'",
    "a letter of an id": "UPDATE resource SET id = replace(id, 'f', 'g') WHERE kind = 'key-pair'",
    "another account": "UPDATE resource SET account = '111122223333' WHERE kind = 'key-pair'",
    "a timer that was not set": "UPDATE resource SET timer = 1 WHERE kind = 'key-pair'",
    "no table of resources": "DROP TABLE resource",
}


def test_content(full, folder):
    for name, sql in SQL.items():
        place = full.copy(folder / name)
        place.change(sql)
        check_refused(name, place)


def test_steps(full, folder):
    """Steps matter where they can be undone: at the prompt."""
    for name, text in {"a step that is no JSON": "{", "a step of another form": "[]"}.items():
        place = full.copy(folder / name)
        place.change("UPDATE step SET text = ? WHERE number = (SELECT max(number) FROM step)", text)
        check_refused(name, place, "sim")


def test_flips(full, folder):
    """Bytes changed here and there: it works or is refused; it neither crashes nor hangs."""
    chance = random.Random(1)
    good = full.file.read_bytes()
    place = full.copy(folder / "flips")
    bad = []
    for _ in range(FLIPS):
        data = bytearray(good)
        for _ in range(chance.choice((1, 1, 4, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        place.begin_with(bytes(data))
        done = place.aws("ec2", "describe-instances")
        refused = done.code in (1, 2) and not done.out and done.err.count("\n") == 1 and str(place.file) in done.err
        if not (refused or done.code in (0, 254)) or done.seconds > (20 if SANITIZED else 1):
            bad.append(str(done))
    report.check(f"{FLIPS} times bytes changed", not bad, "\n".join(bad[:3]))


# ---- a disk that is full ----

def test_full(full, folder):
    """A command that cannot be kept has not happened; those answered before have."""
    place = full.copy(folder / "full")
    limit = place.file.stat().st_size + 60000

    def before():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    answered, refused = ["first"], None
    for turn in range(200):
        done = place.aws("ec2", "create-key-pair", "--key-name", f"k{turn}", "--query", "KeyName", before=before)
        if done.code:
            refused = done
            break
        answered.append(f"k{turn}")
    report.check("a full disk stops a command", refused is not None and len(answered) > 1, answered)
    report.check("with one line", refused and refused.err.count("\n") == 1 and not refused.out, refused)
    there = place.run(*LOOK)
    report.check("what was answered is there, and nothing else", sorted(there.out.split()) == sorted(answered), there)
    done = place.aws("ec2", "create-key-pair", "--key-name", "after")
    report.check("with room again it goes on", done.code == 0, done)


def test_no_output(full, folder):
    """An answer that cannot be printed is an error."""
    place = full.copy(folder / "no output")
    with open("/dev/full", "wb") as device:
        done = place.run(*LOOK, stdout=device.fileno())
    report.check("a full device as output", done.code not in (0, None) and done.code > 0 and done.err, done)


def test_folder(full, folder):
    place = full.copy(folder / "a folder")
    file = place.file
    before = file.read_bytes()
    file.unlink()
    file.mkdir()
    done = place.run(*LOOK)
    report.check("a folder in the world's place", done.code in (1, 2) and str(file) in done.err and not done.out, done)
    file.rmdir()
    file.write_bytes(before)
    report.check("and the world again", place.run(*LOOK).out.split() == ["first"])


def test_names(full, folder):
    place = full.copy(folder / "names")
    for name in ("../default", "a/b", ".hidden", "a" * 65, "a b", "\u00e9"):
        done = place.run(*LOOK, env={"AMIDOJO_WORLD": name})
        report.check(f"a world cannot be called {name!r}", done.code == 2 and not done.out, done)


# ---- two at once ----

def test_two(full, folder):
    """Two learners' shells on one world: every command of both has happened, once."""
    place = full.copy(folder / "two")
    failures = []

    def work(who):
        for turn in range(TURNS):
            done = place.aws("ec2", "create-key-pair", "--key-name", f"{who}{turn}", "--query", "KeyPairId")
            if done.code:
                failures.append(f"{who}{turn}: {done}")

    threads = [threading.Thread(target=work, args=(who,)) for who in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.check(f"{TURNS} commands of each of two all answer", not failures, "\n".join(failures[:3]))
    names = place.run(*LOOK).out.split()
    wanted = ["first", *(f"{who}{turn}" for who in "ab" for turn in range(TURNS))]
    report.check("none is lost, none is twice", sorted(names) == sorted(wanted), (len(names), len(wanted)))
    ids = place.aws("ec2", "describe-key-pairs", "--query", "KeyPairs[].KeyPairId", "--output", "text").out.split()
    report.check("ids are unique", len(set(ids)) == len(wanted), (len(ids), len(set(ids))))


def test_prompt_and_command(full, folder):
    """A prompt that is open sees what a command beside it does, and the other way round."""
    place = full.copy(folder / "beside")
    env = place.home.environment(casefile.SEED)
    prompt = subprocess.Popen([place.home.program, "sim"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, bufsize=1)

    def ask(line):
        prompt.stdin.write(line + "\n")
        prompt.stdin.flush()
        return prompt.stdout.readline().strip()

    query = " --query 'length(KeyPairs)'"
    report.equal("the prompt counts", ask("ec2 describe-key-pairs" + query), "1")
    place.aws("ec2", "create-key-pair", "--key-name", "beside")
    report.equal("the prompt sees the other's", ask("ec2 describe-key-pairs" + query), "2")
    ask("ec2 create-key-pair --key-name here --query KeyName")
    report.equal("the other sees the prompt's", sorted(place.run(*LOOK).out.split()), ["beside", "first", "here"])
    prompt.stdin.close()
    prompt.wait(30)
    prompt.stdout.close()


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        full = Place(folder / "full-world").fill()
        for test in (test_bytes, test_foreign, test_content, test_steps, test_flips, test_full, test_no_output,
                     test_folder, test_names, test_two, test_prompt_and_command):
            test(full, folder)
    report.finish()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""`amidojo world`: each word in both languages, worlds beside each other (save, load, use, worlds), errors, exit codes, and
the line for a shell's prompt.
"""

import json
import pathlib
import re
import resource
import sqlite3
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import HANGUL, SANITIZED, SCALE, Home, Report, width  # noqa: E402

WORLD = {"AMIDOJO_SEED": "1", "AMIDOJO_NOW": "2026-01-01T00:00:00Z", "TZ": "UTC"}
SHOWN = "changes graph cost events explain undo redo clock reset save load worlds use".split()
report = Report()


class Place:
    def __init__(self, folder, name, lang="en"):
        self.home = Home(pathlib.Path(folder) / name, lang=lang)
        self.worlds = self.home.data / "worlds"

    def world(self, *words, first=(), **env):
        return self.home.run(*first, "world", *words, env={**WORLD, **env})

    def aws(self, *words, **env):
        return self.home.run("aws", *words, env={**WORLD, **env})

    def volume(self, **env):
        return self.aws("ec2", "create-volume", "--availability-zone", "us-east-1a", "--size", "8", "--query", "VolumeId",
                        "--output", "text", **env).out.strip()

    def volumes(self, **env):
        return self.aws("ec2", "describe-volumes", "--query", "length(Volumes)", **env).out.strip()


def says_korean(name, lang, done):
    if lang == "ko":
        report.check(f"{name}: in Korean", HANGUL.search(done.out + done.err), done)


# ---- each word ----


def test_words(folder):
    for lang in ("en", "ko"):
        place = Place(folder, f"words-{lang}", lang)
        place.volume()
        done = place.world()
        report.fine(f"{lang}: world alone", done)
        report.equal(f"{lang}: it lists the words", re.findall(r"^  ([a-z]+)", done.out, re.M), SHOWN)
        report.check(f"{lang}: and says which world, and when", "'default'" in done.out and "2026-01-01 00:00:" in done.out, done)
        report.equal(f"{lang}: help is the same", place.world("help").out, done.out)
        help_ = place.world("--help").out
        report.equal(f"{lang}: --help has the words too", re.findall(r"^  ([a-z]+)", help_, re.M), SHOWN)
        says_korean("world", lang, done)
        for words in (["clock"], ["clock", "advance", "15m"], ["undo"], ["redo"], ["worlds"], ["reset", "--yes"]):
            done = place.world(*words)
            report.fine(f"{lang}: {' '.join(words)}", done)
            says_korean(" ".join(words), lang, done)
        place.volume()
        place.world("clock", "advance", "1h")
        for words in (["changes"], ["changes", "-v"], ["graph"], ["cost"], ["events"]):
            done = place.world(*words)
            report.fine(f"{lang}: {' '.join(words)}", done)
            report.check(f"{lang}: {' '.join(words)} says something of the volume", "vol-" in done.out or words == ["cost"], done)
        report.equal(f"{lang}: the first volume is gone with the reset", place.volumes(), "1")
        place.aws("ec2", "describe-images", "--image-ids", "ami-12345678901234567")
        done = place.world("explain")
        report.fine(f"{lang}: explain", done)
        says_korean("explain", lang, done)


def test_time(folder):
    place = Place(folder, "time")
    place.volume()
    done = place.world("clock", "advance", "1h")
    report.check("time passes, and is told of", re.search(r"^~ vol-\w+ .*creating -> available$", done.out, re.M), done)
    report.check("an hour", "2026-01-01 01:0" in done.out, done)
    report.equal("nothing is under way", place.world("clock", "next").out, "Nothing is under way.\n")
    report.equal("time is taken back by itself", place.world("undo").out, "Undone: clock advance 1h\n")
    report.check("and it is then", "2026-01-01 00:0" in place.world("clock").out)
    done = place.world("undo")
    report.check("undo across processes", done.out.startswith("Undone: aws ec2 create-volume") and place.volumes() == "0", done)
    done = place.world("redo")
    report.check("redo, with a command in between that changed nothing", done.out.startswith("Done again: ") and place.volumes() == "1", done)
    place.world("undo")
    place.aws("ec2", "create-key-pair", "--key-name", "k")
    report.equal("one that changed something leaves nothing to do again", place.world("redo").out, "There is nothing to do again.\n")


def test_failures(folder):
    """`explain` tells of the latest command that failed, whatever it was, and of none from before a new world."""
    place = Place(folder, "failures")

    def explained():
        return json.loads(place.world("explain", first=["--json"]).out)["command"]

    place.aws("ec2", "describe-images", "--image-ids", "ami-12345678901234567")
    report.equal("a call", explained(), "aws ec2 describe-images --image-ids ami-12345678901234567")
    place.aws("configure", "import")
    report.equal("what needs no world", explained(), "aws configure import")
    place.aws("ec2", "describe-imagess")
    report.equal("what the AWS CLI refuses", explained(), "aws ec2 describe-imagess")
    place.aws("configure", "get", "nothing")
    report.equal("what is not set is no failure", explained(), "aws ec2 describe-imagess")
    place.aws("ec2", "describe-regions", "--endpoint-url", "http://127.0.0.1:1", "--region", "us-east-1")
    report.check("a call elsewhere", "127.0.0.1:1" in explained())
    place.world("save", "copy")
    place.world("reset", "--yes")
    report.equal("a new world has none", explained(), None)
    place.aws("ec2", "describe-imagess")
    place.world("load", "copy", "--yes")
    report.equal("nor has one that is loaded", explained(), None)


def test_errors(folder):
    place = Place(folder, "errors")
    place.volume()
    for words, code, wanted in (
        (["undoo"], 2, "did you mean 'undo'?"), (["fly"], 2, "'amidojo world' lists"), (["clock", "back"], 2, "clock advance 15m"),
        (["undo", "2"], 2, "'undo' does not take '2'"), (["redo", "2"], 2, "'redo'"), (["worlds", "x"], 2, "'worlds'"),
        (["reset"], 2, "reset --yes"), (["save"], 2, "save NAME"), (["save", "a", "b"], 2, "save NAME"), (["save", "default"], 2, "itself"),
        (["save", "lab-x"], 2, "lab-"), (["save", "a/b"], 2, "name of a world"), (["save", "-x"], 2, "save NAME"), (["load"], 2, "load NAME"),
        (["load", "default"], 2, "itself"), (["load", "nowhere", "--yes"], 1, "'worlds' lists"), (["load", "nowhere"], 1, "load nowhere --yes"),
        (["use"], 2, "use NAME"), (["use", "a", "--yes"], 2, "use NAME"), (["use", "lab-x"], 2, "lab start x"), (["use", "../x"], 2, "name of a world"),
    ):
        report.refused(f"world {' '.join(words)}", place.world(*words), code, wanted)
    report.equal("none of it has changed anything", (place.volumes(), sorted(p.name for p in place.worlds.glob("*.db"))), ("1", ["default.db"]))
    ko = Place(folder, "errors", "ko")
    done = ko.world("save", "default")
    report.check("an error in Korean", done.code == 2 and HANGUL.search(done.err), done)


# ---- worlds beside each other ----


def test_save_and_load(folder):
    place = Place(folder, "keep")
    first = place.volume()
    report.fine("save", place.world("save", "before"))
    report.equal("the copy has the same clock", place.world("clock", AMIDOJO_WORLD="before").out, place.world("clock").out)
    second = place.volume()
    report.equal("the copy goes its own way", (place.volumes(), place.volumes(AMIDOJO_WORLD="before")), ("2", "1"))
    report.refused("not over one that is there", place.world("save", "before"), 1, "save before --yes")
    report.equal("it is left as it was", place.volumes(AMIDOJO_WORLD="before"), "1")
    report.refused("load wants to be meant", place.world("load", "before"), 1, "load before --yes")
    done = place.world("load", "before", "--yes")
    report.fine("load", done)
    report.check("it says what is gone", "cannot be undone" in done.out, done)
    ids = place.aws("ec2", "describe-volumes", "--query", "Volumes[].VolumeId", "--output", "text").out.split()
    report.check("the world is as it was saved", ids == [first] and second not in ids, ids)
    report.equal("and undoes nothing of before", place.world("undo").out, "There is nothing to undo.\n")
    place.volume()
    report.equal("--yes saves over it", (place.world("save", "--yes", "before").code, place.volumes(AMIDOJO_WORLD="before")), (0, "2"))
    report.fine("a world with nothing to forget loads at once", place.world("load", "default", AMIDOJO_WORLD="fresh"))
    report.equal("and is the same", place.volumes(AMIDOJO_WORLD="fresh"), "2")


def test_copy_is_whole(folder):
    """What was saved is byte for byte what is there, apart from what can be undone."""
    place = Place(folder, "whole")
    instance = place.aws("ec2", "run-instances", "--instance-type", "t3.micro", "--image-id", "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
                         "--query", "Instances[0].InstanceId", "--output", "text")
    report.fine("an instance", instance)
    place.aws("ec2", "create-image", "--instance-id", instance.out.strip(), "--name", "a")
    place.aws("ec2", "create-volume", "--availability-zone", "us-east-1a", "--size", "8", "--profile", "dev")
    place.world("save", "copy")

    def rows(name):
        with sqlite3.connect(place.worlds / f"{name}.db") as db:
            return sorted(db.execute("SELECT account, region, kind, id, place, timer, document FROM resource").fetchall())

    report.check("there is something", len(rows("default")) > 3, rows("default"))
    report.equal("the rows are the same", rows("copy"), rows("default"))
    for name in ("default", "copy"):
        place.world("clock", "advance", "1h", AMIDOJO_WORLD=name)
    report.equal("and go on the same", rows("copy"), rows("default"))


def test_use(folder):
    place = Place(folder, "use")
    place.volume()
    report.equal("use makes a new world", place.world("use", "other").out, "The world is now 'other', a new one.\n")
    report.equal("commands work in it", place.volumes(), "0")
    place.volume()
    place.volume()
    report.equal("use again", place.world("use", "default").out, "The world is now 'default'.\n")
    report.equal("and is back", place.volumes(), "1")
    done = place.world("use", "other", AMIDOJO_WORLD="default")
    report.check("$AMIDOJO_WORLD wins, and that is said", "unset AMIDOJO_WORLD" in done.out and "'default'" in done.out, done)
    report.equal("it wins", (place.volumes(AMIDOJO_WORLD="default"), place.volumes()), ("1", "2"))
    done = place.world()
    report.check("world says which one is open", "'other'" in done.out, done)
    done = place.home.run("sim", keys="use default\nec2 describe-volumes --query 'length(Volumes)'\nuse other\n"
                          "ec2 describe-volumes --query 'length(Volumes)'\n", env=WORLD)
    report.equal("at the prompt too", re.findall(r"^\d$", done.out, re.M), ["1", "2"])


def test_list(folder):
    place = Place(folder, "list")
    report.equal("none", place.world("worlds").out, "There is no world yet; the first command begins one.\n")
    place.volume()
    place.world("save", "another-one")
    done = place.world("worlds")
    report.fine("worlds", done)
    rows = [line.split() for line in done.out.splitlines()[1:]]
    report.equal("a row each", [(r[:-4], r[-4]) for r in rows], [(["another-one", "1"], "2026-01-01"), (["*", "default", "1"], "2026-01-01")])
    listed = place.world("worlds", first=["--json"]).json()
    report.equal("as JSON", [(w["world"], w["open"], w["resources"], w["clock"]) for w in listed],
                 [("another-one", False, 1, "2026-01-01 00:00:05"), ("default", True, 1, "2026-01-01 00:00:05")])
    report.check("last used", all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", w["used"]) for w in listed), listed)
    for lang in ("en", "ko"):
        done = Place(folder, "list", lang).world("worlds", COLUMNS="40")
        report.check(f"{lang}: fits 40 columns", done.out and max(width(line) for line in done.out.splitlines()) <= 40, done)
        done = Place(folder, "list", lang).world("worlds", first=["--plain"])
        report.check(f"{lang}: plain, a sentence each", len(done.out.splitlines()) == 2 and ";" in done.out, done)
    (place.worlds / "broken.db").write_bytes(b"no world at all, and longer than a header of SQLite would be" * 20)
    done = place.world("worlds")
    report.check("one that cannot be read is listed", re.search(r"^  broken +\? +\? +\d", done.out, re.M) and done.code == 0, done)
    report.refused("and not loaded", place.world("load", "broken", "--yes"), 1, "broken.db")
    report.equal("and nothing has happened to the world", place.volumes(), "1")


def test_labs(folder):
    """The world of a lab keeps its rules."""
    place = Place(folder, "labs")
    place.volume()
    for words in (["reset", "--yes"], ["load", "default", "--yes"]):
        report.refused(f"a lab's world refuses {words[0]}", place.world(*words, AMIDOJO_WORLD="lab-x"), 1, "lab reset")
    report.fine("save from it", place.world("save", "mine", AMIDOJO_WORLD="lab-x"))
    report.equal("a plain world", place.world("reset", "--yes", AMIDOJO_WORLD="mine").code, 0)
    report.equal("a lab begins", place.home.run("lab", "start", "share-an-ami", env=WORLD).code, 0)
    line = place.world("prompt").out
    report.check("the prompt names it", re.fullmatch(r"share-an-ami 0/\d \u00b7 default us-east-1 \d\d:\d\d\n", line), line)
    done = place.home.run("sim", keys="reset --yes\nlab stop\nclock\n", env=WORLD)
    report.check("at the prompt of sim too", "lab reset" in done.err and done.code == 0 and place.world("prompt").out.startswith("default "), done)


# ---- the prompt ----


def test_prompt(folder):
    place = Place(folder, "prompt")
    report.equal("before there is a world", place.world("prompt").out, "default us-east-1 00:00\n")
    report.equal("it begins none", list(place.worlds.glob("*.db")), [])
    place.volume()
    place.world("clock", "advance", "9h5m")
    report.equal("profile, Region, clock", place.world("prompt").out, "default us-east-1 09:05\n")
    report.equal("as the environment says", place.world("prompt", AWS_PROFILE="dev", AWS_REGION="ap-northeast-2").out,
                 "dev ap-northeast-2 09:05\n")
    report.equal("AWS_DEFAULT_REGION", place.world("prompt", AWS_DEFAULT_REGION="eu-west-1").out, "default eu-west-1 09:05\n")
    place.aws("configure", "set", "region", "ap-northeast-2", "--profile", "dev")
    report.equal("as the profile says", place.world("prompt", AWS_PROFILE="dev").out, "dev ap-northeast-2 09:05\n")
    for name, env in (("a profile that is not there", {"AWS_PROFILE": "nobody"}), ("a world of no name", {"AMIDOJO_WORLD": "a/b"}),
                      ("no home", {"HOME": None, "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None, "XDG_CACHE_HOME": None})):
        done = place.world("prompt", **env)
        report.check(f"{name}: a line all the same", done.code == 0 and not done.err and len(done.out.splitlines()) == 1, done)
    db = sqlite3.connect(place.worlds / "default.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    done = place.world("prompt")
    report.check("a world that is busy is not waited for", done.out == "default us-east-1 09:05\n" and time.monotonic() - begun < 2, done)
    db.execute("ROLLBACK")
    db.close()


def test_prompt_is_quick(folder):
    place = Place(folder, "quick")
    keys = "".join("ec2 create-volume --availability-zone us-east-1a --size 8 --query Size\n" for _ in range(1000))
    report.fine("a world of 1,000 volumes", place.home.run("sim", keys=keys, env=WORLD))
    best = min(cpu_seconds(lambda: place.world("prompt")) for _ in range(8))
    if not SANITIZED:
        report.check("its prompt takes at most 10 ms", best < 0.010 * SCALE, f"{best * 1000:.1f} ms")


def cpu_seconds(run):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    with tempfile.TemporaryDirectory() as folder:
        for test in (test_words, test_time, test_failures, test_errors, test_save_and_load, test_copy_is_whole, test_use, test_list, test_labs,
                     test_prompt, test_prompt_is_quick):
            test(folder)
    report.finish()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""`amidojo lab` word by word: what it says, keeps and refuses, in each language."""

import json
import pathlib
import sqlite3
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import PACK, Home, Report, Tree  # noqa: E402

LAB = "lend-image"
report = Report()


def state(home):
    return home.run("lab", "task", "--json").json()


def stages(home):
    return [task["state"] for task in state(home)["tasks"]]


def share(home):
    image = home.run("aws", "ec2", "describe-images", "--owners", "self", "--query", "Images[0].ImageId",
                     "--output", "text").out.strip()
    return home.run("aws", "ec2", "modify-image-attribute", "--image-id", image, "--launch-permission",
                    "Add=[{UserId=444455556666}]")


def tag(home, name="lent"):
    image = state(home)["names"]["AMI"]
    return home.run("aws", "ec2", "create-tags", "--resources", image, "--tags", f"Key=Name,Value={name}")


def entries(home):
    """What the progress keeps of labs: (what, task, number)."""
    with sqlite3.connect(home.store) as db:
        return db.execute("SELECT what, task, number FROM lab_entry ORDER BY id").fetchall()


def record(home):
    with sqlite3.connect(home.data / f"worlds/lab-{LAB}.db") as db:
        return [json.loads(row[0]) for row in db.execute("SELECT text FROM record ORDER BY number")]


def test_course(new):
    """From the beginning to the end, with a look at all that is kept."""
    home = new("course")
    report.refused("no lab is open yet", home.run("lab", "task"), 1, "lab start")
    report.refused("nor to be checked", home.run("lab", "check"), 1, "lab start")
    bare = home.run("lab")
    report.check("lab alone lists them then", bare.code == 0 and LAB in bare.out, bare)
    start = home.run("lab", "start", LAB)
    report.fine("it starts", start)
    report.check("and tells the open task, with its names", "1/2 lend" in start.out and "ami-0" in start.out
                 and "$AMI" not in start.out, start)
    report.equal("the first task is open", stages(home), ["open", "later"])
    check = home.run("lab", "check")
    report.check("a check says in a sentence what is missing", check.code == 0 and "[not yet] Account" in check.out
                 and "aws ec2" not in check.out, check)
    check = home.run("lab", "check", "-v")
    report.check("and with -v the command and what came", "aws ec2 describe-images" in check.out and "AuthFailure" in check.out, check)
    for n in (1, 2):
        hint = home.run("lab", "hint")
        report.check(f"hint {n}", hint.code == 0 and f"Hint {n} of 2" in hint.out, hint)
    again = home.run("lab", "hint")
    report.check("then all of them once more", "Hint 1 of 2" in again.out and "Hint 2 of 2" in again.out, again)
    report.fine("the first task's command", share(home))
    report.equal("it has passed", stages(home), ["passed", "open"])
    report.fine("undo", home.run("world", "undo"))
    report.equal("what has passed stays so", stages(home), ["passed", "open"])
    home.run("world", "redo")
    report.fine("the other one's", tag(home))
    report.equal("both have passed", stages(home), ["passed", "passed"])
    report.equal("two commands in force", state(home)["commands"], 2)
    home.run("lab")
    report.equal("the progress knows", entries(home), [
        ("begun", None, 0), ("hint", "lend", 1), ("hint", "lend", 2), ("passed", "lend", 0), ("passed", "name", 0),
        ("done", None, 2)])
    listed = home.run("lab", "list", "--json").json()
    report.equal("and the list", [(lab["lab"], lab["credited"], lab["best"]) for lab in listed], [(LAB, 1, 2)])
    report.check("doctor is content", home.run("doctor").code == 0)
    own = home.run("lab", "stop")
    report.check("stop says how to go on", f"lab start {LAB}" in own.out, own)
    images = home.run("aws", "ec2", "describe-images", "--owners", "self", "--query", "length(Images)")
    report.equal("and the learner's own world is there again", images.out.strip(), "0")


def test_solution(new):
    """A shown solution is a last resort, and earns no credit."""
    home = new("solution")
    home.run("lab", "start", LAB)
    early = home.run("lab", "solution")
    report.refused("not before it is meant", early, 2, "lab solution --yes", "2 hints")
    shown = home.run("lab", "solution", "--yes")
    report.check("then with the real ids", shown.code == 0 and "--image-id ami-0" in shown.out, shown)
    report.fine("and again without asking", home.run("lab", "solution"))
    report.fine("its command", home.run("aws", *shown_command(shown)))
    tag(home)
    listed = home.run("lab", "list", "--json").json()
    report.equal("done, but not credited", [(lab["done"], lab["credited"]) for lab in listed], [(1, 0)])
    report.fine("it begins anew when it is done", home.run("lab", "start", LAB))
    report.equal("from the first task", stages(home), ["open", "later"])
    report.check("and what was worked before is kept", len(list((home.data / "labs").glob(f"{LAB}-*.json"))) == 1)


def shown_command(shown):
    import shlex
    line = next(line for line in shown.out.splitlines() if line.startswith("aws "))
    return shlex.split(line)[1:]


def test_reset(new):
    home = new("reset")
    home.run("lab", "start", LAB)
    home.run("lab", "hint")
    share(home)
    report.refused("reset asks", home.run("lab", "reset"), 2, "lab reset --yes")
    report.equal("and does nothing then", stages(home), ["passed", "open"])
    report.refused("the world's reset is not the lab's", home.run("world", "reset", "--yes"), 1, "lab reset")
    report.fine("reset", home.run("lab", "reset", "--yes"))
    report.equal("all is open", stages(home), ["open", "later"])
    report.equal("a hint stays shown", state(home)["tasks"][0]["hints"], 1)
    report.equal("the record goes on", [e.get("lab") or e["line"].split()[0] for e in record(home)],
                 ["begun", "hint", "aws", "aws", "passed", "reset"])
    report.fine("the same ids as before", share(home))


def test_go_on(new):
    """start goes on with what is under way; a world of one's own stays as it is."""
    home = new("goon")
    home.run("aws", "ec2", "create-key-pair", "--key-name", "mine")
    home.run("lab", "start", LAB)
    share(home)
    home.run("lab", "stop")
    keys = home.run("aws", "ec2", "describe-key-pairs", "--query", "KeyPairs[].KeyName")
    report.equal("one's own world", json.loads(keys.out), ["mine"])
    again = home.run("lab", "start", LAB)
    report.equal("it goes on", stages(home), ["passed", "open"])
    report.check("and says so", again.code == 0 and "left off" in again.out, again)
    other = home.run("lab", "start", LAB, env={"AMIDOJO_WORLD": "mine"})
    report.refused("not while another world is named", other, 2, "AMIDOJO_WORLD")
    profiles = home.run("aws", "configure", "list-profiles")
    report.equal("the lab's own profiles", sorted(profiles.out.split()), ["default", "dev", "prod"])


def test_seeds(new):
    """The same student gets the same world everywhere, and each student another one."""
    first, second, third = new("kim"), new("kim-elsewhere"), new("lee")
    worlds = []
    for home, student in ((first, "kim"), (second, "kim"), (third, "lee")):
        done = home.run("lab", "start", LAB, "--seed", "spring", f"--student={student}")
        report.fine(f"{student} starts", done)
        worlds.append(state(home)["names"])
    report.equal("the same for the same student", worlds[0], worlds[1])
    report.check("another one for another", worlds[0]["AMI"] != worlds[2]["AMI"], worlds)
    names = set()
    for n in range(12):
        home = new(f"student-{n}")
        home.run("lab", "start", LAB, "--seed", "spring", "--student", str(n))
        names.add(state(home)["names"]["NAME"])
    report.equal("values vary", names, {"lent", "borrowed"})
    other = third.run("lab", "start", LAB, "--seed", "spring", "--student", "kim")
    report.refused("what another one has begun is not begun anew unasked", other, 1, "student lee", "--yes")
    again = third.run("lab", "start", LAB)
    report.check("without a name it goes on, and says whose it is", "student lee" in again.out, again)
    other = third.run("lab", "start", LAB, "--seed", "spring", "--student", "kim", "--yes")
    report.check("with --yes it is", other.code == 0 and state(third)["student"] == "kim", other)
    kept = [json.loads(file.read_text())["student"] for file in (third.data / "labs").glob("*.json")]
    report.equal("and the other one's is kept", kept, ["lee"])
    report.refused("a name that is too long", new("long").run("lab", "start", LAB, "--seed", "s", "--student", "x" * 201), 2, "200")
    report.refused("a student without a seed", new("noseed").run("lab", "start", LAB, "--student", "kim"), 2, "--seed")


def test_refusals(new):
    home = new("refusals")
    for words, said in ((["start"], "lab list"), (["start", "lend-imag"], LAB), (["start", "x" * 300], "lab list"),
                        (["strat", LAB], "start"), (["nonsense"], "lab help"), (["list", "more"], "lab list"),
                        (["start", LAB, "--seed"], "--seed"), (["start", LAB, "--sed=1"], "--sed"),
                        (["submit"], "lab submit FILE"), (["new"], "lab new ID")):
        report.refused(f"lab {' '.join(words)[:40]}", home.run("lab", *words), 2, said)
    home.run("lab", "start", LAB)
    home.lang = "ko"
    for words, code, said in ((["solution"], 2, "힌트가 2개"), (["reset"], 2, "lab reset --yes"),
                              (["strat"], 2, "start"), (["submit"], 2, "어느 파일")):
        report.refused(f"lab {words[0]} in Korean", home.run("lab", *words), code, said)
    korean = home.run("lab")
    report.check("the task in Korean", "빌려주기" in korean.out and "[지금] 1/2 lend" in korean.out, korean)
    helped, listed = home.run("lab", "help"), home.run("lab", "--help")
    report.check("help", helped.code == 0 and helped.out in listed.out and "lab submit FILE" in helped.out, listed)


def test_damage(new, tree):
    """What a lab's world says of itself may be wrong, or its lab may be gone."""
    home = new("damage")
    home.run("lab", "start", LAB)
    file = tree.content / f"labs/{LAB}.yaml"
    text = file.read_text(encoding="utf-8")
    file.unlink()
    report.refused("a lab that is not there any more", home.run("lab", "task"), 1, LAB)
    report.equal("its world can be used", home.run("aws", "ec2", "describe-images", "--owners", "self",
                                                   "--query", "length(Images)").out.strip(), "1")
    file.write_text(text, encoding="utf-8")
    with sqlite3.connect(home.data / f"worlds/lab-{LAB}.db") as db:
        db.execute("UPDATE memo SET text = text || ' ' WHERE name = 'lab'")
    broken = home.run("lab", "task")
    report.check("a changed memo is told", broken.code == 1 and "damaged" in broken.err, broken)
    (home.data / f"worlds/lab-{LAB}.db").write_bytes(b"no database")
    broken = home.run("lab", "task")
    report.check("no database is told", broken.code == 1 and f"lab-{LAB}.db" in broken.err, broken)
    anew = home.run("lab", "start", LAB)
    report.check("start keeps it, says where, and begins anew", anew.code == 0 and ".db.damaged-" in anew.out
                 and stages(home) == ["open", "later"] and len(list((home.data / "worlds").glob("*.damaged-*[0-9]"))) == 1, anew)
    report.fine("and one's own world is reached by name", home.run("aws", "sts", "get-caller-identity",
                                                                  env={"AMIDOJO_WORLD": "default"}))


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree", PACK)

        def new(name):
            return Home(folder / name, tree.program, "en")

        for test in (test_course, test_solution, test_reset, test_go_on, test_seeds, test_refusals):
            test(new)
        test_damage(new, tree)
    report.finish()


main()

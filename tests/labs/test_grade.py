#!/usr/bin/env python3
"""Instructors: what students hand in of labs, judged by doing it again; and labs of one's own."""

import csv
import io
import json
import os
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
import classroom  # noqa: E402
from classroom import COLLISION, SEED, SHARE, Student, call, changed, commands, did  # noqa: E402
from harness import HANGUL, PROGRAM, SANITIZED, TESTS, Home, Report, Tree, width  # noqa: E402

HEADER = ("student,lab,verdict,counts,tasks,passed,credited,score,commands,par,hints,solutions,minutes,results,seed,"
          "other_version,same_as,file,reason")
MANY, SOON = 200, 15  # submissions, and seconds in which they are graded on a busy machine
report = Report()


def grade(home, *args):
    return home.json("grade", *map(str, args))["submissions"]


def one(home, path, *args):
    return grade(home, path, *args)[0]


def results(found):
    return {task["id"]: task["result"] for task in found["tasks"]}


# ---- students ----


def check_values(folder):
    kim, lee = (Student(folder / name, name) for name in ("Kim", "Lee"))
    again = Student(folder / "kim-at-school", "Kim")
    alone = Student(folder / "nobody", None, seed=None)
    report.check("two students have other ids", kim.names["AMI"] != lee.names["AMI"], kim.names)
    report.equal("the same student has the same values in another HOME", again.names, kim.names)
    report.check("without a seed it is another world", alone.names["AMI"] not in (kim.names["AMI"], lee.names["AMI"]))
    found = {Student(folder / f"s{i}", f"Student {i}").names["STRANGER"] for i in range(8)}
    report.check("the values of `vary` differ in a class", len(found) > 1, found)
    refused = Home(folder / "x").run("lab", "start", SHARE, "--student", "Kim")
    report.refused("--student alone is refused", refused, 2, "--seed")


def check_submit(folder):
    kim = Student(folder / "kim", "Kim").work(2)
    path = kim.submit(folder / "kim.json")
    said = json.loads(path.read_text(encoding="utf-8"))
    report.equal("who, what, of which seed", [said[n] for n in ("amidojo", "version", "lab", "seed", "student")],
                 ["lab", 1, SHARE, SEED, "Kim"])
    report.equal("its sum", said["sum"], classroom.sum_of(said))
    report.check("it can be read by people", path.read_text().startswith('{\n "amidojo"'))
    report.equal("when it was begun and written", said["written"] - said["began"], 10 * 60 * 1000)
    report.equal("two commands", len(commands(said)), 2)
    kim.work(2)
    report.check("it may be written again", kim.home.run("lab", "submit", str(path)).code == 0)
    for name, text in (("essay.txt", "my essay"), ("data.json", '{"a": 1}'), ("empty", "")):
        other = folder / name
        other.write_text(text)
        report.refused(f"not over {name}", kim.home.run("lab", "submit", str(other)), 1, str(other))
        report.equal(f"{name} is as it was", other.read_text(), text)
    elsewhere = Student(folder / "kim2", "Kim", COLLISION)
    report.refused("not over that of another lab", elsewhere.home.run("lab", "submit", str(path)), 1, "another lab")
    report.refused("without a lab", Home(folder / "none").run("lab", "submit", "x.json"), 1, "no lab")


# ---- a class ----


def hand_in(folder):
    """Four students of one lab, one of them also of another; the folder."""
    place = folder / "class"
    place.mkdir()
    Student(folder / "kim", "Kim Minsu", minute=1).work().submit(place / "kim.json")
    Student(folder / "lee", "=1+1", minute=2).work(hints=["see"], minutes=25).submit(place / "lee.json")
    Student(folder / "park", "박지영", minute=3).work(3, ["share", "launch"], ["launch"]).submit(place / "park.json")
    Student(folder / "choi", "Choi, \"C\"", minute=4).submit(place / "choi.json")
    Student(folder / "kim2", "Kim Minsu", COLLISION, minute=5).work(1).submit(place / "kim2.json")
    (place / "readme.txt").write_text("hello")
    return place


def check_json(home, place):
    told = home.run("grade", str(place), "--json")
    data = told.json()
    found = {(g["student"], g["lab"]): g for g in data["submissions"]}
    report.equal("all are graded", [told.code, len(found)], [0, 5])
    report.equal("other files are named", data["passed_over"], [str(place / "readme.txt")])
    kim, lee = found["Kim Minsu", SHARE], found["=1+1", SHARE]
    park, choi = found["박지영", SHARE], found['Choi, "C"', SHARE]
    report.equal("the author's way earns all", [kim[n] for n in ("passed", "credited", "commands", "par")], [4, 4, 4, 4])
    report.equal("a hint costs nothing, and is told", [lee["credited"], lee["hints"], results(lee)["see"]],
                 [4, 1, "hints"])
    report.equal("minutes until the last pass", [kim["minutes"], lee["minutes"], choi["minutes"]], [10, 25, None])
    report.equal("a shown solution earns nothing", [park["passed"], park["credited"], park["solutions"]], [3, 2, 1])
    report.equal("task by task", results(park),
                 {"share": "hints", "see": "passed", "launch": "solution", "take-back": "not-passed"})
    report.equal("nothing done, nothing earned", [choi["verdict"], choi["passed"]], ["ok", 0])
    report.equal("another lab by itself", results(found["Kim Minsu", COLLISION])["build"], "passed")
    lab = next(lab for lab in data["labs"] if lab["lab"] == SHARE)
    report.equal("the lab", [lab[n] for n in ("students", "finished", "median_minutes", "median_commands", "par")],
                 [4, 2, 17.5, 4, 4])
    task = lab["tasks"][0]
    report.equal("its first task", [task[n] for n in ("passed", "hints", "solution", "not-passed", "hints_shown")],
                 [2, 1, 0, 1, 1])


def check_csv(home, place):
    told = home.run("grade", str(place), "--csv")
    report.equal("a header that stays, and CRLF", told.out.split("\n")[0], HEADER + "\r")
    rows = list(csv.DictReader(io.StringIO(told.out, newline="")))
    report.equal("a row a submission", len(rows), 5)
    report.check("every row has every cell", all(None not in row and None not in row.values() for row in rows), rows)
    names = {row["student"] for row in rows}
    report.equal("no cell is a formula", names, {"Kim Minsu", "'=1+1", "박지영", 'Choi, "C"'})
    report.equal("scores", sorted(row["score"] for row in rows), ["0.00", "0.25", "0.50", "1.00", "1.00"])
    report.refused("not with --json", home.run("grade", str(place), "--csv", "--json"), 2, "--csv")


def check_text(home, place):
    for columns, lang in ((80, "ko"), (40, "ko"), (72, "en"), (80, "en"), (40, "en")):
        told = home.run("--lang", lang, "grade", str(place), env={"COLUMNS": str(columns)})
        wide = [line for line in told.out.splitlines() if width(line) > columns]
        report.check(f"it fits into {columns} columns ({lang})", not wide, "\n".join(wide))
        names = ("Kim Minsu", "=1+1", "박지영", "Choi")
        report.check(f"every student in {columns} columns", all(name in told.out for name in names))
    told = home.run("grade", str(place))
    line = next(line for line in told.out.splitlines() if line.startswith("박지영"))
    report.equal("tasks, credit, commands and par, hints and solutions, minutes", line.split()[1:],
                 [SHARE, "3/4", "50%", "3/4", "2+1", "10"])
    report.check("what was passed over", "readme.txt" in told.err)
    told = home.run("--lang", "ko", "grade", str(place))
    report.check("in Korean", HANGUL.search(told.out.splitlines()[0]), told.out[:200])


def check_class(folder):
    place = hand_in(folder)
    home = Home(folder / "teacher")
    check_json(home, place)
    check_csv(home, place)
    check_text(home, place)
    both = grade(home, place / "kim.json", place / "lee.json")
    report.equal("files by their names", len(both), 2)
    report.refused("nothing there", home.run("grade", str(folder / "nowhere")), 1, "nowhere")
    (folder / "empty").mkdir()
    report.refused("an empty folder", home.run("grade", str(folder / "empty")), 1, "lab submit")
    check_seed(home, place)
    check_several(home, folder, place)


def check_seed(home, place):
    path = place / "kim.json"
    report.equal("the seed of the class", one(home, path, "--seed", SEED)["verdict"], "ok")
    other = one(home, path, "--seed", "autumn")
    report.equal("another seed earns no credit", [other[n] for n in ("verdict", "passed", "credited")],
                 ["other-seed", 4, 0])
    report.equal("and is a problem", home.run("grade", str(path), "--seed", "autumn").code, 1)


def check_several(home, folder, place):
    """Of one student's several for one lab, the best counts; the same record twice is told of both."""
    again = folder / "again"
    again.mkdir()
    Student(folder / "kim3", "Kim Minsu", minute=1).work(1).submit(again / "first.json")
    shutil.copy(place / "kim.json", again / "second.json")
    counts = {pathlib.Path(g["file"]).name: g["counts"] for g in grade(home, again)}
    report.equal("the better one counts", counts, {"first.json": False, "second.json": True})
    same = folder / "same"
    same.mkdir()
    mine = Student(folder / "anna", None, seed=None, minute=7).work().submit(same / "anna.json")
    shutil.copy(mine, same / "ben.json")
    Student(folder / "carl", None, seed=None, minute=8).work().submit(same / "carl.json")
    told = {g["student"]: g["same_as"] and pathlib.Path(g["same_as"]).name for g in grade(home, same)}
    report.equal("one record of two students", told, {"anna": "ben.json", "ben": "anna.json", "carl": None})
    report.check("it is told", "same as ben" in home.run("grade", str(same)).out)


# ---- other ways to work ----


def check_ways(folder):
    home, student = Home(folder / "teacher"), Student(folder / "lee", "Lee")
    share, see = (task["solution"][0] for task in student.lab["tasks"][:2])
    student.sh(f"{share}\nworld undo\nworld redo\nworld undo\n{share}\n{see}\nworld clock advance 1h\n")
    found = one(home, student.submit(folder / "undo.json"))
    report.equal("undone commands do not count", [found["verdict"], found["passed"], found["commands"]], ["ok", 2, 2])
    student.sh("world clock advance 7000d\nworld undo\n" * 6 + "world clock advance 7000d\n" * 6)
    student.sh("AWS_ACCESS_KEY_ID=$'A\\xff' AWS_SECRET_ACCESS_KEY=x "
               "aws ec2 create-tags --resources $AMI --tags Key=a,Value=b || true")
    report.equal("neither far times nor odd keys are edits", one(home, student.submit(folder / "odd.json"))["verdict"], "ok")
    student.sh("lab hint >/dev/null\nlab reset --yes >/dev/null\n")
    found = one(home, student.submit(folder / "reset.json"))
    report.equal("a reset begins anew", [found["verdict"], found["passed"], found["hints"]], ["ok", 0, 1])
    student.work()
    found = one(home, student.submit(folder / "done.json"))
    report.equal("and all of it is done", [found["verdict"], found["credited"], found["commands"]], ["ok", 4, 4])
    student.sh(f"lab start {SHARE} --seed other --student Lee >/dev/null")
    aside = list((student.home.data / "labs").glob("*.json"))
    report.equal("what is put aside can be graded", [one(home, path)["credited"] for path in aside], [4])


# ---- hands off ----


def edits(good):
    """Ways to cheat: a name, what is done to a copy, whether the sum is mended."""
    first, second = (good["record"].index(entry) for entry in commands(good)[:2])
    share, everybody = json.loads(commands(good)[0]["did"]), {"Add": [{"Group": "all"}]}

    def drop(at):
        return lambda s: s["record"].pop(at)

    def put(entry, at=None):
        return lambda s: s["record"].insert(len(s["record"]) if at is None else at, entry)

    def reply(path, value):
        return lambda s: s.update({path: value})

    def in_first(s):
        s["record"][first]["did"] = s["record"][first]["did"].replace("444455556666", "999988887777")

    passed = {"at": 1, "lab": "passed", "task": "take-back"}
    hint = [i for i, entry in enumerate(good["record"]) if entry.get("lab") == "hint"][0]
    return [
        ("its sum alone", reply("sum", "0" * 16), False),
        ("a hint taken out", drop(hint), False),
        ("a command taken out", drop(first), True),
        ("the second one taken out", drop(second), True),
        ("a command put in", put(call(good, request={**share["request"], "LaunchPermission": everybody})), True),
        ("a command changed", in_first, True),
        ("two in another order", lambda s: s["record"].insert(first, s["record"].pop(second)), True),
        ("time put in", put(did('{"pass":5000}\n')), True),
        ("an undo put in", put(did('{"undo":true}\n')), True),
        ("a pass claimed", put(passed), True),
        ("a pass claimed of no task", put({"at": 1, "lab": "passed", "task": "nothing"}), True),
        ("its state", reply("state", "0123456789abcdef"), True),
        ("its seed", reply("seed", "autumn"), True),
        ("its student", reply("student", "Somebody Else"), True),
        ("no seed any more", lambda s: s.pop("seed"), True),
        ("its lab", reply("lab", COLLISION), True),
        ("an unknown operation", put(call(good, operation="MakeRich")), True),
        ("an unknown service", put(call(good, service="iam")), True),
        ("no account", put(call(good, account="../../etc")), True),
        ("no request", put(call(good, request=[])), True),
        ("a request of other types", put(call(good, request={"ImageId": ["x"], "LaunchPermission": 7})), True),
        ("a Region of none", put(call(good, region="mars")), True),
        ("time without end", put(did('{"pass":9223372036854775807}\n')), True),
        ("time backwards", put(did('{"pass":-1}\n')), True),
        ("twenty years again and again", put(did('{"pass":600000000000}\n' * 300)), True),
        ("no JSON in it", put(did("hello\n")), True),
        ("very deep JSON in it", put(did("[" * 100000)), True),
        ("an entry that is none", put(7), True),
        ("an entry of something else", put({"at": 1, "lab": "credit", "task": "share"}), True),
        ("an entry before all times", put({"at": -1, "lab": "hint", "task": "share", "number": 1}), True),
    ]


def check_edits(folder):
    home = Home(folder / "teacher")
    path = Student(folder / "kim", "Kim").work(3, hints=["see"]).submit(folder / "kim.json")
    good = json.loads(path.read_text())
    report.equal("as it was handed in", one(home, path)["verdict"], "ok")
    cheats = folder / "cheats"
    cheats.mkdir()
    for number, (name, change, mend) in enumerate(edits(good)):
        file = cheats / f"{number}.json"
        file.write_text(json.dumps(changed(good, change, mend)))
        found = one(home, file)
        wanted = "outdated" if name == "its lab" else "edited"
        report.equal(f"edited: {name}", [found["verdict"], found["credited"], bool(found["reason"])], [wanted, 0, True])
    told = home.run("grade", str(cheats))
    report.check("all in one go", told.code == 1 and "Kim" in told.out and not told.err, told)
    rewritten = folder / "rewritten.json"
    rewritten.write_text(json.dumps(good, indent=7, sort_keys=True))
    report.equal("blanks and order mean nothing", one(home, rewritten)["verdict"], "ok")


def check_unreadable(folder):
    home = Home(folder / "teacher")
    good = json.loads(Student(folder / "kim", "Kim").work(1).submit(folder / "kim.json").read_text())
    text = json.dumps(good)
    endless = changed(good, lambda s: s["record"].extend([{"at": 1, "lab": "reset"}] * 19000))
    entries = changed(good, lambda s: s["record"].extend([{"at": 1, "lab": "begun"}] * 20001))
    files = {
        "truncated": text[:-20], "empty": "", "text": "hello", "deep": "[" * 100000 + "]" * 100000, "number": "1e999",
        "twice": text.replace('"version": 1', '"version": 1, "version": 1'), "other": '{"a": 1}', "array": "[]",
        "nul": '{"amidojo": "la\\u0000b"}', "newer": json.dumps({**good, "version": 9}),
        "old": json.dumps({**good, "version": 0}), "no-record": json.dumps({**good, "record": {}}),
        "huge-time": json.dumps({**good, "began": 10 ** 18}),
        "huge-number": text.replace('"version": 1', '"version": 1' + "0" * 400),
        "long-name": json.dumps({**good, "student": "x" * 1000}), "endless": json.dumps(endless),
        "entries": json.dumps(entries), "state": json.dumps({**good, "state": "xyz"}),
    }
    place = folder / "files"
    place.mkdir()
    for name, content in files.items():
        (place / f"{name}.json").write_text(content)
    (place / "bytes.json").write_bytes(bytes(range(256)))
    (place / "big.json").write_bytes(b" " * (17 << 20))
    (place / "link.json").symlink_to("nowhere")
    os.mkfifo(place / "pipe.json")
    (place / "folder.json").mkdir()
    (place / "unknown.json").write_text(json.dumps(changed(good, lambda s: s.update(lab="no-such-lab"))))
    shutil.copy(folder / "kim.json", place / "fine.json")
    told = home.run("grade", str(place), "--json")
    verdicts = {pathlib.Path(g["file"]).stem: g["verdict"] for g in told.json()["submissions"]}
    report.equal("one that is fine among them", verdicts.pop("fine"), "ok")
    report.equal("a lab that is not here", verdicts.pop("unknown"), "unknown-lab")
    report.equal("the rest cannot be read", set(verdicts.values()), {"unreadable"})
    report.equal("none is left out", len(verdicts), len(files) + 5)
    report.equal("the exit status tells", told.code, 1)
    report.check("each says why", all(g["reason"] for g in told.json()["submissions"] if g["verdict"] != "ok"))
    strange = folder / "strange.json"
    strange.write_text(json.dumps(changed(good, lambda s: s.update(student="a\x1b[2Jb\u202ec\nd"))))
    report.check("a name commands no terminal", "\x1b" not in home.run("grade", str(strange)).out)


# ---- another version of the lab ----


def check_versions(folder):
    path = Student(folder / "kim", "Kim").work().submit(folder / "kim.json")
    tree = Tree(folder / "tree", TESTS.parent / "content")
    shutil.rmtree(tree.folder / "quizzes")
    shutil.copytree(TESTS.parent / "quizzes", tree.folder / "quizzes")
    home = Home(folder / "teacher", tree.program)
    lab = tree.content / f"labs/{SHARE}.yaml"
    text = lab.read_text(encoding="utf-8")
    report.check("the same lab elsewhere", not one(home, path)["other_version"])
    lab.write_text(text.replace("minutes: 10", "minutes: 11"), encoding="utf-8")
    found = one(home, path)
    report.equal("another version, and it replays", [found["verdict"], found["other_version"], found["credited"]],
                 ["ok", True, 4])
    report.check("it is told", "other version" in home.run("grade", str(path)).out)
    lab.write_text(text.replace("Value=dev\n", "Value=dev Key=a,Value=b\n"), encoding="utf-8")
    found = one(home, path)
    report.equal("another version, and it does not", [found["verdict"], found["credited"]], ["outdated", 0])
    lab.unlink()
    report.equal("the lab is gone", one(home, path)["verdict"], "unknown-lab")


# ---- many ----


def check_many(folder):
    place = folder / "many"
    place.mkdir()
    student = Student(folder / "kim", "Kim")
    student.sh("".join(f"aws ec2 create-tags --resources $AMI --tags Key=k{i},Value=v\n" for i in range(36)))
    path = student.work().submit(place / "0.json")
    for i in range(1, MANY):
        shutil.copy(path, place / f"{i}.json")
    told = Home(folder / "teacher").run("grade", str(place), "--json")
    report.equal("every one of many", [g["verdict"] for g in told.json()["submissions"]], ["ok"] * MANY)
    report.check("in a few seconds", SANITIZED or told.seconds < SOON, told.seconds)


# ---- labs of one's own ----


def new_lab(home, folder, *args, lang=None):
    words = ["bash", "-c", 'cd "$1" && shift && exec "$@"', "x", str(folder), str(home.program)]
    return Home.run(Elsewhere(home, words), *(["--lang", lang] if lang else []), "lab", "new", *args)


class Elsewhere(Home):
    """A home whose program is started in another folder."""

    def __init__(self, home, words):
        super().__init__(home.folder, home.program)
        self.words = words

    def command(self, args):
        return [*self.words, *args]


def check_new(folder):
    home = Home(folder / "teacher")
    for lang in ("en", "ko"):
        place = folder / lang
        place.mkdir()
        report.fine(f"a new lab ({lang})", new_lab(home, place, "my-lab", lang=lang))
        file = place / "my-lab.yaml"
        text = file.read_text(encoding="utf-8")
        checked = home.run("check", "--prove", "--json", str(file))
        report.equal(f"it holds as it is ({lang})", [checked.code, checked.json()["problems"], checked.json()["proofs"]],
                     [0, [], {"held": 1, "failed": 0, "not_run": 0}])
        comments = "".join(line for line in text.splitlines() if line.strip().startswith("#"))
        report.equal(f"its comments are in the language ({lang})", bool(HANGUL.search(comments)), lang == "ko")
        report.check(f"it fits on a page ({lang})", all(width(line) <= 130 for line in text.splitlines()))
        keys = {line.strip().lstrip("- ").split(":")[0] for line in text.splitlines() if ":" in line and "#" not in line}
        schema = json.loads((TESTS.parent / "content/schema/lab.json").read_text())["properties"]
        wanted = set(schema) | set(schema["tasks"]["items"]["properties"]) | {"run", "set", "expect", "fault"}
        report.equal(f"every key of the format is in it ({lang})", wanted - keys, set())
    report.refused("never over a file", new_lab(home, folder / "en", "my-lab"), 1, "my-lab.yaml")
    report.refused("an id that is none", new_lab(home, folder / "en", "../x"), 2, "../x")
    report.refused("a lab that is there", new_lab(home, folder / "en", SHARE), 1, SHARE)
    packs = home.data / "content"
    packs.mkdir(parents=True)
    shutil.copy(folder / "en/my-lab.yaml", packs)
    report.check("it can be worked", home.run("lab", "start", "my-lab").code == 0)


LINT = [
    ("a name that nothing sets", "tag stage=$STAGE.\n      ko", "tag stage=$STAGES.\n      ko", 0, "$STAGES"),
    ("in a line", "Key=stage,Value=$STAGE", "Key=stage,Value=$PHASE", 1, "$PHASE"),
    ("in what is expected", "expect: [$STAGE]", "expect: [$STATE]", 0, "$STATE"),
    ("a check does not know what a solution keeps", "      - run: aws ec2 wait image-available --image-ids $COPY\n",
     "      - run: aws ec2 wait image-available --image-ids $OTHER\n", 1, "$OTHER"),
    ("a line of a solution that is no command", "- aws ec2 create-tags --resources $BACKUP",
     "- echo aws ec2 create-tags --resources $BACKUP", 1, "echo"),
    ("a pipe before", "COPY=$(aws ec2 copy", "COPY=$(sudo aws ec2 copy", 1, "COPY="),
    ("a value twice", "[test, beta, live]", "[test, beta, test]", 0, "'test'"),
    ("a name that cannot be one", "vary:\n  STAGE:", "vary:\n  MY-X: [a]\n  STAGE:", 1, "MY-X"),
    ("another name than the file's", "lab: my-lab", "lab: our-lab", 0, "our-lab"),
    ("an id that names no world", "lab: my-lab", "lab: 나의-실습", 1, "world"),
]


def check_lint(folder):
    home = Home(folder / "teacher")
    new_lab(home, folder, "my-lab")
    file = folder / "my-lab.yaml"
    text = file.read_text(encoding="utf-8")
    for name, before, after, errors, word in LINT:
        report.equal(f"lint can be tried: {name}", text.count(before), 1)
        file.write_text(text.replace(before, after), encoding="utf-8")
        told = home.json("check", str(file))
        report.check(f"lint: {name}", told["errors"] == errors and told["errors"] + told["warnings"] >= 1 and
                     any(word in p["message"] for p in told["problems"]), told)
    start, end = text.index("    # From a nudge"), text.index("    # Steps that all")
    file.write_text(text[:start] + text[end:], encoding="utf-8")
    told = home.json("check", str(file))
    report.check("lint: no hints", told["warnings"] == 1 and "hints" in told["problems"][0]["message"], told)
    file.write_text(text.replace("Key=stage,Value=$STAGE", "Key=stage,Value=x"), encoding="utf-8")
    proofs = home.json("check", "--prove", str(file))["proofs"]
    report.equal("a solution that does not reach its goal", proofs["failed"], 1)


def main():
    with tempfile.TemporaryDirectory() as folder:
        for part in (check_values, check_submit, check_class, check_ways, check_edits, check_unreadable, check_versions,
                     check_many, check_new, check_lint):
            place = pathlib.Path(folder) / part.__name__
            place.mkdir()
            part(place)
    report.finish()


if __name__ == "__main__":
    main()

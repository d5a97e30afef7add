#!/usr/bin/env python3
"""`amidojo check --prove`, and a proof played step by step: what holds, what does not, and where it says so."""

import collections
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))
from harness import Home, PROGRAM, Report, Terminal, Tmux, Tree, golden, width  # noqa: E402

DRIVER = pathlib.Path(os.environ.get("AMIDOJO_BUILD", ROOT / "build/release")) / "tests/sim/proof-view-driver"
LEAST = 60  # proofs that ship
report = Report()

QUESTION = """bank: {name}
title: {{en: Bank, ko: 은행}}
questions:
  - id: {name}
    exams: {{saa-c03: 1}}
    level: apply
    ask: {{en: Does it hold?, ko: 참인가?}}
    options:
      - {{right: {{en: A, ko: 가}}, why: {{en: A, ko: 가}}}}
      - {{wrong: {{en: B, ko: 나}}, why: {{en: B, ko: 나}}}}
      - {{wrong: {{en: C, ko: 다}}, why: {{en: C, ko: 다}}}}
      - {{wrong: {{en: D, ko: 라}}, why: {{en: D, ko: 라}}}}
    sources: [{{url: "https://example.com", read: 2026-11-21}}]
    proof:
      world: {world}
      steps:
{steps}"""

NOTE = """note: {name}
title: {{en: A note, ko: 노트}}
topic: basics
sources: [{{url: "https://example.com", read: 2026-11-21}}]
cues: [{{id: a, ask: {{en: Q, ko: 물음}}, answer: {{en: A, ko: 답}}, proof: it}}]
body: {{en: B, ko: 본문}}
summary: {{en: S, ko: 요약}}
proofs:
  - id: it
    world: {world}
    steps:
{steps}"""

WORLDS = {
    "two": "world: two\nprofiles: {dev: \"111122223333\", prod: \"444455556666\"}\nregion: eu-west-1\n",
    "named": "world: named\nprofiles: {dev: \"111122223333\", default: \"444455556666\"}\n",
    "volume": """world: volume
setup:
  - run: aws ec2 create-volume --availability-zone us-east-1a --size 8
    set: {VOLUME: VolumeId, SIZE: Size, ALL: "[Size, VolumeType]"}
  - run: aws ec2 wait volume-available --volume-ids $VOLUME
""",
}
# name: text of the world's file, where its set-up fails ("§" stands before it), and why
BROKEN_WORLDS = {
    "fails": ("""world: fails
setup:
  - run: aws ec2 create-volume --availability-zone us-east-1a --size 8
  - run: §aws ec2 describe-images --image-ids ami-0123456789abcdef0
""", "the command failed: An error occurred (InvalidAMIID.NotFound)"),
    "expects": ("""world: expects
setup:
  - run: aws ec2 describe-volumes --query Volumes
    expect: §[1]
""", "expected [1], but the command printed []"),
    "no-value": ("""world: no-value
setup:
  - run: §aws ec2 describe-volumes --volume-ids $VOLUME
""", "$VOLUME has no value"),
}

# name, world, steps: they hold
GOOD = [
    ("accounts", "two", """
- run: aws sts get-caller-identity --query Account
  expect: "111122223333"
- run: aws sts get-caller-identity --query Account --profile dev
  expect: "111122223333"
- run: aws sts get-caller-identity --query Account --profile prod
  expect: "444455556666"
- run: aws ec2 describe-availability-zones --query 'AvailabilityZones[0].RegionName'
  expect: eu-west-1
"""),
    ("default-is-named", "named", """
- run: aws sts get-caller-identity --query Account
  expect: "444455556666"
"""),
    ("profiles-of-none", "empty", """
- run: aws sts get-caller-identity --query Account
  expect: "123456789012"
- run: aws sts get-caller-identity --query Account --profile dev
  expect: "111122223333"
- run: aws sts get-caller-identity --query Account --profile prod
  expect: "444455556666"
"""),
    ("names", "volume", """
- run: aws ec2 describe-volumes --volume-ids $VOLUME --query 'Volumes[0].[Size, VolumeType, Encrypted]'
  expect: [8, gp2, false]
- run: aws ec2 create-tags --resources ${VOLUME} --tags "Key=size,Value=$SIZE" 'Key=literal,Value=$SIZE'
- run: aws ec2 describe-tags --filters "Name=resource-id,Values=$VOLUME" --query 'Tags[].[Key, length(Value)]'
  expect: [[size, 1], [literal, 5]]
- run: aws ec2 describe-tags --filters "Name=resource-id,Values=$VOLUME" Name=key,Values=size --query 'Tags[].Value'
  expect: ["$SIZE"]
- run: aws ec2 create-tags --resources $VOLUME --tags "Key=all,Value='$ALL'"
- run: aws ec2 describe-tags --filters Name=key,Values=all --query 'Tags[0].Value'
  expect: '[8, "gp2"]'
"""),
    ("set-anew", "volume", """
- run: aws ec2 create-volume --availability-zone us-east-1b --size 9
  set: {VOLUME: VolumeId}
- run: aws ec2 describe-volumes --volume-ids $VOLUME --query 'Volumes[0].Size'
  expect: 9.0
"""),
    ("fault", "empty", """
- run: aws ec2 describe-images --image-ids ami-0123456789abcdef0
  fault: InvalidAMIID.NotFound
- run: aws ec2 run-instances --image-id ami-0123456789abcdef0 --dry-run
  fault: InvalidAMIID.NotFound
"""),
    ("of-the-cli-itself", "empty", """
- run: aws ec2 describe-images --query 'Images['
  fault: ParamValidation
"""),
    ("time", "volume", """
- run: clock advance 1d2h
- run: aws ec2 describe-volumes --query 'Volumes[?starts_with(to_string(CreateTime), `"2026-11-21"`)] | length(@)'
  expect: 1
- run: aws ec2 create-volume --availability-zone us-east-1a --size 1
- run: aws ec2 describe-volumes --query 'Volumes[?starts_with(to_string(CreateTime), `"2026-11-22"`)].Size'
  expect: [1]
"""),
    ("nothing-is-null", "volume", """
- run: aws ec2 create-tags --resources $VOLUME --tags Key=a,Value=b
  expect: null
- run: aws ec2 describe-volumes --query NoSuchMember
  expect: null
"""),
    ("other-output", "volume", """
- run: aws ec2 describe-volumes --output table
- run: aws ec2 describe-volumes --query 'Volumes[0].Size'
  expect: 8
"""),
    ("many-lines", "volume", """
- run: |
    aws ec2 describe-volumes \\
      --volume-ids $VOLUME --query 'length(Volumes)'
  expect: 1
"""),
]

# name, world, steps ("§" stands before what is wrong), how the message begins, what else is in it
BAD = [
    ("wrong-expect", "volume", """
- run: aws ec2 describe-volumes
- run: aws ec2 describe-volumes --query 'length(Volumes)'
  expect: §2
""", "expected 2, but the command printed 1", ""),
    ("text-not-number", "volume", """
- run: aws ec2 describe-volumes --query 'length(Volumes)'
  expect: §"1"
""", 'expected "1", but the command printed 1', ""),
    ("wrong-fault", "empty", """
- run: aws ec2 describe-images --image-ids ami-0123456789abcdef0
  fault: §InvalidAMIID.Malformed
""", "the fault InvalidAMIID.Malformed was expected; it failed otherwise: ", "(InvalidAMIID.NotFound)"),
    ("half-a-fault", "empty", """
- run: aws ec2 describe-images --image-ids ami-0123456789abcdef0
  fault: §InvalidAMIID
""", "the fault InvalidAMIID was expected; it failed otherwise: ", "(InvalidAMIID.NotFound)"),
    ("no-fault", "empty", """
- run: aws ec2 describe-images
  fault: §InvalidAMIID.NotFound
""", "the fault InvalidAMIID.NotFound was expected, but the command succeeded", ""),
    ("fault-of-time", "empty", """
- run: clock advance 1m
  fault: §InvalidAMIID.NotFound
""", "the fault InvalidAMIID.NotFound was expected, but the command succeeded", ""),
    ("unexpected-fault", "empty", """
- run: §aws ec2 describe-images --image-ids ami-0123456789abcdef0
- run: aws sts get-caller-identity --query Account
  expect: "123456789012"
""", "the command failed: An error occurred (InvalidAMIID.NotFound) when calling", ""),
    ("unknown-option", "empty", """
- run: §aws ec2 describe-images --image-idz x
  expect: 1
""", "the command failed: ", "--image-idz"),
    ("unknown-name", "volume", """
- run: §aws ec2 describe-images --image-ids $VOLUMES
  expect: 1
""", "$VOLUMES has no value: no step before this one sets it", ""),
    ("name-set-later", "empty", """
- run: §aws ec2 describe-volumes --volume-ids $VOLUME
- run: aws ec2 create-volume --availability-zone us-east-1a --size 1
  set: {VOLUME: VolumeId}
- run: aws ec2 describe-volumes --query 'length(Volumes)'
  expect: 1
""", "$VOLUME has no value", ""),
    ("open-brace", "volume", """
- run: §aws ec2 describe-volumes --volume-ids ${VOLUME
  expect: 1
""", "'${' is followed by a name and '}' here", ""),
    ("unclosed-quote", "empty", """
- run: §aws ec2 describe-images --query 'length(Images)
  expect: 1
""", "a quote is not closed", ""),
    ("endpoint", "empty", """
- run: §aws ec2 describe-images --endpoint-url http://127.0.0.1:9
  expect: 1
""", "this command asks an endpoint", ""),
    ("endpoint-configured", "empty", """
- run: aws configure set endpoint_url http://127.0.0.1:9
- run: §aws ec2 describe-images
  expect: 1
""", "this command asks an endpoint", ""),
    ("file", "empty", """
- run: §aws ec2 describe-images --cli-input-json file:///nowhere/x.json
  expect: 1
""", "this command reads a file", ""),
    ("binary-file", "empty", """
- run: §aws ec2 import-key-pair --key-name x --public-key-material fileb://key.pub
  expect: 1
""", "this command reads a file", ""),
    ("no-profile", "two", """
- run: §aws sts get-caller-identity --profile nobody
  expect: 1
""", "the command failed: The config profile (nobody) could not be found", ""),
    ("empty-output", "volume", """
- run: aws ec2 create-tags --resources $VOLUME --tags Key=a,Value=b
  expect: §true
""", "expected true, but the command printed nothing", ""),
    ("empty-output-set", "volume", """
- run: aws ec2 create-tags --resources $VOLUME --tags Key=a,Value=b
  set: {X: §VolumeId}
- run: aws ec2 describe-volumes --query 'length(Volumes)'
  expect: 1
""", "'VolumeId' finds nothing: the command printed nothing", ""),
    ("set-finds-nothing", "volume", """
- run: aws ec2 describe-volumes --query 'Volumes[0]'
  set: {SIZE: Size, X: §NoSuch}
- run: aws ec2 describe-volumes --query 'length(Volumes)'
  expect: 1
""", "'NoSuch' finds nothing in what the command printed: {", "vol-"),
    ("set-bad-path", "volume", """
- run: aws ec2 describe-volumes
  set: {X: §"Volumes["}
- run: aws ec2 describe-volumes --query 'length(Volumes)'
  expect: 1
""", "An error occurred (ParamValidation): Bad value for --query Volumes[: ", ""),
    ("set-bad-name", "volume", """
- run: aws ec2 describe-volumes
  set: {§my-volumes: Volumes}
- run: aws ec2 describe-volumes --query 'length(Volumes)'
  expect: 1
""", "'my-volumes' cannot be a name for a value", ""),
    ("not-json", "volume", """
- run: §aws ec2 describe-volumes --query 'Volumes[].State' --output text
  expect: available
""", "what the command printed is not JSON", "available"),
    ("not-ours", "empty", """
- run: §ls
  expect: 1
""", "a step is a command that begins with 'aws', or 'clock advance 15m'", ""),
    ("bad-span", "empty", """
- run: §clock advance soon
- run: aws sts get-caller-identity --query Account
  expect: "123456789012"
""", "a step is a command that begins with 'aws', or 'clock advance 15m'", ""),
    ("clock-next", "empty", """
- run: §clock next
- run: aws sts get-caller-identity --query Account
  expect: "123456789012"
""", "a step is a command that begins with 'aws', or 'clock advance 15m'", ""),
    ("only-a-remark", "empty", """
- run: §"# aws ec2 describe-images"
  expect: 1
""", "a step is a command that begins with 'aws', or 'clock advance 15m'", ""),
    ("long-output", "empty", """
- run: aws ec2 describe-instance-types
  expect: §{}
""", "expected {}, but the command printed {\"InstanceTypes\":[", ".."),
]


def indented(steps, by):
    return "".join(" " * by + line + "\n" for line in steps.strip("\n").split("\n"))


def place(text):
    """The text without its mark; the line and column where that stood, or None."""
    for number, line in enumerate(text.split("\n"), 1):
        if "§" in line:
            return text.replace("§", ""), (number, line.index("§") + 1)
    return text, None


def write(folder, name, world, steps, form=QUESTION):
    """A file with one proof; answers where the mark stood."""
    by = 8 if form is QUESTION else 6
    text, at = place(form.format(name=name, world=world, steps=indented(steps, by)))
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return at


def worlds(folder):
    folder.mkdir(parents=True)
    for name, text in WORLDS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def check(home, *args, code=None):
    done = home.run("check", "--prove", "--json", *map(str, args))
    if code is not None:
        report.equal(f"exit code of check {args[-1:]}", done.code, code)
    return done.json()


def told(name, result, file, at, begins, contains=""):
    """One problem, an error, at this place."""
    problems = result["problems"]
    if not report.equal(f"{name}: one problem", len(problems), 1):
        print("   ", problems)
        return
    [problem] = problems
    report.equal(f"{name}: place", (problem["file"], problem["line"], problem["column"]), (str(file), *at))
    message = problem["message"]
    report.check(f"{name}: message", problem["severity"] == "error" and message.startswith(begins)
                 and contains in message and "\n" not in message and len(message) < 700, message)


def count_proofs():
    """How many proofs the files say there are."""
    n = collections.Counter()
    for file in [*ROOT.glob("quizzes/*.yaml"), *ROOT.glob("content/notes/*/*.yaml")]:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        n["notes"] += len(document.get("proofs", []))
        n["questions"] += sum("proof" in q for q in document.get("questions", []))
    n["labs"] = len(list(ROOT.glob("content/labs/*.yaml")))
    return n


def test_shipped(folder):
    """All of them hold, whatever the learner's own surroundings are, and nothing is written."""
    home = Home(folder / "home")
    wanted = count_proofs()
    result = check(home)
    report.equal("shipped proofs hold", result["problems"], [])
    report.equal("all were run", result.get("proofs"), {"held": sum(wanted.values()), "failed": 0, "not_run": 0})
    report.check(f"at least {LEAST} questions have a proof", wanted["questions"] >= LEAST, wanted)
    written = [path for path in home.folder.rglob("*") if path.is_file() and "cache" not in path.parts]
    report.equal("no file is written", written, [])
    other = {"AWS_PROFILE": "nobody", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
             "AWS_DEFAULT_OUTPUT": "text", "AWS_CONFIG_FILE": "/nowhere", "AWS_ACCESS_KEY_ID": "999999999999",
             "AMIDOJO_SEED": "7", "AMIDOJO_WORLD": "mine", "AMIDOJO_NOW": "2030-01-01T00:00:00Z"}
    report.equal("the environment does not matter", home.run("check", "--prove", "--json", env=other).json(), result)
    report.check("without --prove nothing is run", "proofs" not in home.json("check"))


def test_worlds(folder):
    """Every shipped world can be set up."""
    home, pack = Home(folder / "home"), folder / "pack"
    pack.mkdir()
    names = [file.stem for file in sorted((ROOT / "content/worlds").glob("*.yaml"))]
    steps = "- run: aws sts get-caller-identity --query UserId\n  fault: §None\n"
    for name in names:
        at = write(pack, f"q-{name}", name, steps)
        told(f"world {name}", check(home, pack / f"q-{name}.yaml"), pack / f"q-{name}.yaml", at,
             "the fault None was expected, but the command succeeded")
    report.check("there are worlds", len(names) >= 6, names)


def test_good(folder):
    home, pack = Home(folder / "home"), worlds(folder / "pack")
    for name, world, steps in GOOD:
        write(pack, name, world, steps)
        result = check(home, pack)
        report.equal(f"{name} holds", (result["problems"], result["proofs"]["failed"]), ([], 0))
    report.equal("all were run", result["proofs"], {"held": len(GOOD), "failed": 0, "not_run": 0})
    write(pack, "noted", "volume", GOOD[3][2], NOTE)
    report.equal("and that of a note", check(home, pack, code=0)["proofs"]["held"], len(GOOD) + 1)


def test_bad(folder):
    home, pack, context = Home(folder / "home"), folder / "pack", worlds(folder / "context")
    pack.mkdir()
    for name, world, steps, begins, contains in BAD:
        for form in (QUESTION, NOTE):
            at = write(pack, name, world, steps, form)
            done = home.run("check", "--prove", "--json", str(pack / f"{name}.yaml"), env={"AMIDOJO_PATH": str(context)})
            told(name, done.json(), pack / f"{name}.yaml", at, begins, contains)
            report.equal(f"{name}: exit code", done.code, 1)
            report.equal(f"{name}: counted", done.json()["proofs"], {"held": 0, "failed": 1, "not_run": 0})


def test_broken_worlds(folder):
    """A world that cannot be set up is told at each proof in it, with the place in the world's file."""
    home, pack = Home(folder / "home"), worlds(folder / "pack")
    steps = "- run: aws sts get-caller-identity --query Account\n  expect: \"123456789012\"\n"
    for name, (text, why) in BROKEN_WORLDS.items():
        text, (line, column) = place(text)
        file = pack / f"{name}.yaml"
        file.write_text(text, encoding="utf-8")
        write(pack, f"in-{name}", f"§{name}", steps)
        at = write(pack, f"in-{name}", f"§{name}", steps)
        told(name, check(home, pack / f"in-{name}.yaml", file, code=1), pack / f"in-{name}.yaml", at,
             f"world '{name}' cannot be set up: {file}:{line}:{column}: {why}")
        file.unlink()
        (pack / f"in-{name}.yaml").unlink()
    at = write(pack, "nowhere", "§nowhere", steps)
    result = check(home, pack / "nowhere.yaml", code=1)
    told("no such world", result, pack / "nowhere.yaml", at, "there is no world 'nowhere'")
    report.equal("no such world: counted", result["proofs"], {"held": 0, "failed": 0, "not_run": 1})
    (pack / "nowhere.yaml").unlink()
    (pack / "damaged.yaml").write_text("world: damaged\nregions: x\n", encoding="utf-8")
    at = write(pack, "in-damaged", "§damaged", steps)
    problems = {p["file"]: p for p in check(home, pack, code=1)["problems"]}
    report.check("a world with errors: itself", "regions" in problems[str(pack / "damaged.yaml")]["message"], problems)
    told("a world with errors: the proof", {"problems": [problems[str(pack / "in-damaged.yaml")]]},
         pack / "in-damaged.yaml", at, "there are errors in the file of world 'damaged'")


def test_broken_documents(folder):
    """What could not be read is told, and its proofs are counted as not run."""
    home, pack = Home(folder / "home"), worlds(folder / "pack")
    write(pack, "one", "volume", "- run: aws ec2 describe-volumes --query 'length(Volumes)'\n  expect: 1\n")
    file = pack / "one.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("title:", "titel: x\ntitle:"), encoding="utf-8")
    result = check(home, pack, code=1)
    told("a bank with errors", result, file, (2, 1), "unknown key 'titel'")
    report.equal("a bank with errors: counted", result["proofs"], {"held": 0, "failed": 0, "not_run": 1})
    missing = home.run("check", "--prove", str(folder / "nowhere.yaml"))
    report.check("a file that is not there", missing.code == 1 and "nowhere.yaml: error: No such file" in missing.err, missing)


def test_text(folder):
    """What --prove prints, word for word."""
    home, pack = Home(folder / "home", lang="en"), worlds(folder / "pack")
    for name, world, steps in GOOD[:3]:
        write(pack, name, world, steps)
    for name, world, steps, *_ in BAD:
        write(pack, name, world, steps)
    (pack / "fails.yaml").write_text(place(BROKEN_WORLDS["fails"][0])[0], encoding="utf-8")
    write(pack, "in-fails", "fails", GOOD[2][2])
    done = home.run("check", "--prove", str(pack))
    text = (done.err + done.out).replace(str(pack), "PACK")
    report.equal("exit code", done.code, 1)
    golden(report, HERE.parent / "golden/prove/check.txt", text)
    for name, _, steps, *_ in BAD:
        (pack / f"{name}.yaml").unlink()
    (pack / "in-fails.yaml").unlink()
    done = home.run("check", "--prove", str(pack))
    report.check("on standard output when all is well", done.code == 0 and not done.err
                 and done.out.endswith("\n3 proofs: 3 hold, 0 fail, 0 not run\n"), done)


# ---- step by step ----

PLAYED = """
- run: aws ec2 create-volume --availability-zone us-east-1a --size 4 --tag-specifications 'ResourceType=volume,Tags=[{Key=who,Value=me}]'
  set: {SECOND: VolumeId}
- run: aws ec2 describe-volumes --volume-ids $VOLUME $SECOND --query 'Volumes[].[Size, State]'
  expect: [[8, available], [4, available]]
- run: clock advance 15m
- run: aws ec2 delete-volume --volume-id $SECOND
- run: aws ec2 describe-volumes --volume-ids $SECOND
  fault: InvalidVolume.NotFound
"""


def stage(folder, steps, world="volume"):
    """A home whose program is the driver, in a tree that has its content; and the bank."""
    tree = Tree(folder / "tree", ROOT / "content")
    program = tree.program.parent / "driver"
    shutil.copy2(DRIVER, program)
    pack = worlds(folder / "pack")
    write(pack, "played", world, steps)
    return Home(folder / "home", program, lang="en"), pack


def test_linear(folder):
    """In a pipe and with --plain: everything once, in order, without control codes."""
    home, pack = stage(folder, PLAYED)
    done = home.run(str(pack), "played", keys=" " * 6)
    report.check("played to its end", done.code == 0 and "It holds" in done.out, done)
    golden(report, HERE.parent / "golden/prove/played.txt", done.out)
    report.equal("each step is printed once", len(re.findall(r"^\$ ", done.out, re.M)), 5)
    steps = re.findall(r"^Step (\d+) of (\d+)\n\$ ", done.out, re.M)
    report.equal("each says which it is", steps, [(str(i), "5") for i in range(1, 6)])
    again = home.run(str(pack), "played", keys=" " * 6)
    report.equal("the same again, ids too", again.out, done.out)
    report.equal("a newline is no key", home.run(str(pack), "played", keys="\n\n").code, 1)
    for keys, code, steps in (("", 1, 0), ("q", 0, 0), (" q", 0, 1), ("  ", 1, 2), (" x? q", 0, 2), (" " * 5, 1, 5)):
        part = home.run(str(pack), "played", keys=keys)
        report.equal(f"keys {keys!r}: exit code", part.code, code)
        report.equal(f"keys {keys!r}: steps", len(re.findall(r"^\$ ", part.out, re.M)), steps)
        report.equal(f"keys {keys!r}: the end is told", "It holds" in part.out, steps == 5)
    other = home.run(str(pack), "played", keys=" L q").out
    report.check("L: the other language, and all so far again", "Does it hold?" in other.split("참인가?")[0]
                 and len(re.findall(r"^\$ aws ec2 create-volume", other, re.M)) == 2, other)
    narrow = home.run("--plain", str(pack), "played", keys=" " * 6, env={"COLUMNS": "40"}).out
    report.equal("40 columns: no line is wider", [line for line in narrow.split("\n") if width(line) > 40], [])
    with Terminal(home, "--plain", str(pack), "played", columns=40) as terminal:
        at = 0
        for _ in range(5):
            at = terminal.wait("[q]", terminal.wait("run\u00a0it", at))
            terminal.send("\r")
        terminal.wait("[q]", terminal.wait("It holds", at))
        terminal.send("\r")
        report.equal("--plain on a terminal: exit code", terminal.end(), 0)
        codes = re.findall(r"[\x00-\x08\x0b-\x1f\x7f]", terminal.text.replace("\r", ""))
        report.equal("--plain on a terminal: no control codes", codes, [])
        wide = [line for line in terminal.text.replace("\r", "").split("\n") if width(line) > 40]
        report.equal("--plain on a terminal: no line is wider", wide, [])


def test_not_holding(folder):
    """Where it does not hold it ends, and says why."""
    home, pack = stage(folder, BAD[0][2].replace("§", ""))
    done = home.run(str(pack), "played", keys=" " * 9)
    report.check("a wrong expect", done.code == 0 and "It does not hold: expected 2, but" in done.out
                 and "It holds" not in done.out, done)
    write(pack, "played", "volume", "- run: aws ec2 describe-volumes --volume-ids $NO\n  expect: 1\n")
    done = home.run(str(pack), "played", keys=" " * 9)
    report.check("a step that cannot be run", "$ aws ec2 describe-volumes --volume-ids $NO\n" in done.out
                 and "It does not hold: $NO has no value" in done.out, done)
    (pack / "fails.yaml").write_text(place(BROKEN_WORLDS["fails"][0])[0], encoding="utf-8")
    write(pack, "played", "fails", PLAYED)
    done = home.run(str(pack), "played", keys=" " * 9)
    report.check("a world that cannot be set up", done.code == 0 and "\n$ " not in done.out
                 and "It does not hold: world 'fails' cannot be set up" in done.out, done)
    write(pack, "played", "empty", r"""
- run: aws ec2 create-volume --availability-zone us-east-1a --size 1 --cli-input-json '{"TagSpecifications":[{"ResourceType":"volume","Tags":[{"Key":"k","Value":"\u009b2J"}]}]}'
- run: aws ec2 describe-volumes --query 'Volumes[].Tags[].Value' --output text
- run: aws ec2 describe-volumes --query 'length(Volumes)'
  expect: 1
""")
    done = home.run(str(pack), "played", keys=" " * 9)
    report.check("an output commands no terminal", "It holds" in done.out and "\u009b" not in done.out
                 and "\n?2J\n" in done.out, done)


def test_screens(folder):
    """Full-screen, in two widths."""
    home, pack = stage(folder, PLAYED)
    with Tmux(folder) as tmux:
        for columns, rows in ((40, 30), (80, 24)):
            def snap(name, *wanted, gone=()):
                screen = tmux.wait(*wanted, gone=gone)
                golden(report, HERE.parent / f"screens/golden/prove-{name}.en.{columns}.txt", screen)
                wide = [line for line in tmux.lines() if width(line) > columns]
                report.equal(f"prove-{name}.{columns}: no line is wider", wide, [])

            tmux.start(home, str(pack), "played", columns=columns, rows=rows)
            snap("begin", "Does it hold?", "[Enter] run it")
            tmux.key("Enter")
            tmux.wait("aws ec2 create-volume", "[q]")
            screen = tmux.screen()
            report.check(f"{columns}: the step has its number", "Step 1 of 5\n$ aws" in screen, screen)
            for _ in range(3):  # a long output is paged through before the next step
                if "run it" in screen.replace("\u00a0", " "):
                    break
                tmux.key("Enter")
                screen = tmux.wait("[q]")
            tmux.key("Enter")
            snap("step", "as expected", "[Enter] run it")
            tmux.key("L")
            tmux.wait("as expected", "[Enter] run it")
            tmux.key("Home")
            tmux.wait("참인가?")
            tmux.key("L")
            tmux.wait("Does it hold?", gone=["참인가?"])
            tmux.key("End")
            tmux.key("Enter", "Enter", "Enter")
            snap("end", "It holds", "[Enter] back")
            tmux.key("Enter")
            report.equal(f"{columns}: Enter ends it", tmux.exit_code(), 0)
            for key in ("q", "Escape"):
                tmux.start(home, str(pack), "played", columns=columns, rows=rows)
                tmux.wait("Does it hold?", "run it")
                tmux.key(key)
                report.equal(f"{columns}: {key} leaves", tmux.exit_code(), 0)


def main():
    for test in (test_shipped, test_worlds, test_good, test_bad, test_broken_worlds, test_broken_documents, test_text,
                 test_linear, test_not_holding, test_screens):
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(pathlib.Path(folder))
            except (TimeoutError, RuntimeError, OSError, json.JSONDecodeError) as error:
                report.check(test.__name__, False, error)
    report.finish()


if __name__ == "__main__":
    main()

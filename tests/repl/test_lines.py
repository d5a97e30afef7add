#!/usr/bin/env python3
"""Lines of the simulator's prompt as a shell would take them: NAME=value and NAME=$(...), $NAME, pipes, files, ; && ||,
exit codes. What bash makes of the same lines without the simulator is compared with bash itself.
"""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import Home, Report  # noqa: E402

WORLD = {"AMIDOJO_SEED": "1", "AMIDOJO_NOW": "2026-01-01T00:00:00Z", "TZ": "UTC"}
VOLUME = "aws ec2 create-volume --availability-zone us-east-1a --size 8 --query VolumeId --output text"
report = Report()


def prompt(folder, lines, name="home", lang="en", **env):
    home = Home(pathlib.Path(folder) / name, lang=lang)
    return home.run("sim", keys="\n".join(lines) + "\n", env={**WORLD, **env})


def lines_of(done):
    return done.out.rstrip("\n").split("\n")


# ---- names ----


def test_names(folder):
    done = prompt(folder, [f"VOL=$({VOLUME})", 'echo "$VOL" ${VOL}x', "aws ec2 describe-volumes --volume-ids $VOL --query 'Volumes[].Size' "
                           "--output text", "ec2 describe-volumes --query \"Volumes[?VolumeId=='$VOL'].Size | [0]\"",
                           f'Q="$({VOLUME})"', "aws ec2 describe-volumes --volume-ids $VOL $Q --query 'length(Volumes)'"])
    report.fine("an output kept in a name", done)
    first, *rest = lines_of(done)
    report.check("without its last newline", first.split() == [first[:21], first[:21] + "x"] and first.startswith("vol-"), done)
    report.equal("and put in", rest, ["8", "8", "2"])
    done = prompt(folder, ["aws ec2 describe-volumes --volume-ids $NOPE", "echo still here"], "unknown")
    report.check("a name without a value is an error that names it", "$NOPE has no value yet" in done.err and "NOPE=$(aws" in done.err, done)
    report.equal("nothing was carried out but the next line", (done.out, done.code), ("still here\n", 0))
    report.equal("and its code is 2", prompt(folder, ["echo ${NOPE}"], "unknown").code, 2)
    done = prompt(folder, ["echo ${NOPE:-x}"], "unknown")
    report.refused("more than a name in braces", done, 1, "'${'")
    done = prompt(folder, [f"X=$({VOLUME})", "echo $X"], "ko", "ko")
    report.fine("in Korean", done)
    report.check("an unknown name, in Korean", "$NOPE" in prompt(folder, ["echo $NOPE"], "ko", "ko").err)


def test_settings(folder):
    done = prompt(folder, ["AWS_PROFILE=dev aws sts get-caller-identity --query Account --output text",
                           "aws sts get-caller-identity --query Account --output text", "AWS_PROFILE=dev",
                           "aws sts get-caller-identity --query Account --output text", "export AWS_PROFILE",
                           "aws sts get-caller-identity --query Account --output text", "unset AWS_PROFILE",
                           "aws sts get-caller-identity --query Account --output text"], "settings")
    report.equal("NAME=value before a command holds for it alone; export hands it on", lines_of(done),
                 ["111122223333", "123456789012", "123456789012", "111122223333", "123456789012"])
    done = prompt(folder, ["export NOPE"], "settings")
    report.refused("export of a name without a value", done, 2, "$NOPE has no value")
    done = prompt(folder, ["export 1=2"], "settings")
    report.refused("export of what is no name", done, 2, "export AWS_PROFILE=dev")


# ---- a shell's part ----


def test_pipes(folder):
    place = pathlib.Path(folder) / "out file"
    done = prompt(folder, [
        f"VOL=$({VOLUME}); echo made $VOL",
        "aws ec2 describe-volumes | grep -c VolumeId",
        "aws ec2 describe-volumes | jq -r '.Volumes[0].Size'",
        "N=$(aws ec2 describe-volumes | jq '.Volumes | length'); echo \"n=$N\"",
        "aws ec2 describe-volumes --query 'Volumes[].VolumeId' --output text | xargs -n1 aws ec2 describe-volumes "
        "--query 'Volumes[].Size' --output text --volume-ids",
        "aws ec2 describe-volumes --query 'Volumes[].VolumeId' --output text | while read id; do echo \"id $id\"; done",
        f"aws ec2 describe-volumes --query 'length(Volumes)' > '{place}'",
        f"aws ec2 describe-volumes --query 'length(Volumes)' >> '{place}'",
        "changes | head -1",
    ], "pipes")
    report.fine("pipes and files", done)
    got = lines_of(done)
    volume = got[0][5:]
    report.equal("what comes out", got[1:-1], ["1", "8", "n=1", "8", f"id {volume}"])
    report.check("own words too", "create-volume" in got[-1], done)
    report.equal("> and >>", place.read_text(), "1\n1\n")
    done = prompt(folder, ["aws ec2 describe-volumes --volume-ids vol-1 2>&1 | grep -c InvalidParameterValue",
                           "aws ec2 describe-volumes --volume-ids vol-1 2>/dev/null || echo failed"], "pipes")
    report.equal("what is said of failures can be sent on", (lines_of(done)[-1], done.err), ("failed", ""))
    done = prompt(folder, ["aws ec2 describe-nothing | cat"], "pipes")
    report.check("or is said all the same", "Found invalid choice" in done.err, done)
    for line in ("| less", "; echo", "&& echo", "> file"):
        report.refused(f"{line!r} without a command", prompt(folder, [line], "pipes"), 2, "no command before")


def test_codes(folder):
    wrong = "aws ec2 describe-nothing"
    for line, code in ((wrong, 252), (f"{wrong} | cat", 0), (f"{wrong} | (cat; exit 7)", 7), (f"{wrong} 2>/dev/null", 252),
                       (f"X=$({wrong})", 252), (f"X=$({wrong}); echo [$X]", 0), (f"{wrong} || echo", 0), (f"{wrong} && echo", 252),
                       ("echo a && echo b", 0), (f"echo | sh -c 'kill -9 $$'", 137), ("clock sideways", 2), ("echo 'a", 2),
                       ("X=$(echo", 2), ("exit", 0)):
        report.equal(f"code of {line!r}", prompt(folder, [line], "codes").code, code)
    for line, said in (("check", "lab check"), ("hint | cat", "lab hint"), ("submit file", "lab submit")):
        done = prompt(folder, [line], "codes")
        report.check(f"{line!r} is lab's", f"is a word of lab: {said}\n" in done.err and "usage:" not in done.err, done)
    for line in ("LAB", "FILE", "lists", "aws check"):
        report.check(f"{line!r} is not", "word of lab" not in prompt(folder, [line], "codes").err)
    for line, same in (("world clock", "clock"), ("world", "help"), ("world help", "help"), ("world worlds | cat", "worlds | cat")):
        report.equal(f"{line!r} is {same!r}", prompt(folder, [line], "codes").out, prompt(folder, [same], "codes").out)
    report.equal("a word that is none", prompt(folder, ["world nothing"], "codes").code, 252)
    done = prompt(folder, [wrong, "clock sideways || echo or && echo and"], "codes")
    report.equal("the code is the last line's", (done.code, done.out), (0, "or\nand\n"))


# ---- against bash ----

LINES = [
    "echo a   b", "echo 'a   b' \"c   d\"", "X=1; echo $X", "X='a   b'; echo $X; echo \"$X\"", "X=a; Y=$X-$X; echo $Y", "X='a b'; Y=$X; echo \"$Y\"",
    "X=$(echo hi); echo [$X]", "X=$(echo a; echo b); echo $X; echo \"$X\"", "echo $(echo a b) \"$(echo c   d)\"", "X=\"$(echo \"a  b\")\"; echo \"$X\"",
    "echo $(echo $(echo deep))", "echo a | cat", "echo a | tr a b | cat -n", "echo 'a|b' \"c|d\" e\\|f", "echo a ; echo b", "echo a && echo b || echo c",
    "X=; echo [$X]", "X=''; echo \"[$X]\"", "echo a # b", "echo a#b", "X='#'; echo $X", "X='\"'; echo $X\"$X\"", "X=\"it's\"; echo $X", "X='$Y'; echo $X",
    "X='a;b|c>d&e'; echo $X; echo \"$X\"", "X='a\\b'; echo \"$X\" $X", "echo \"a\\\"b\" 'a\\b' a\\ b", "echo '$X' \\$X", "X=1 Y=2; echo $X$Y",
    "X=$(echo 'a)b'); echo $X", "X='a  b'; echo $X | cat", "X='a  b'; echo x | sed \"s/x/$X/\"", "X=a; echo 1 | while read Y; do echo $X$Y; done",
    "echo a | (read z; echo \"z=$z\")", "echo one > \"$F\"; echo two >> \"$F\"; echo | cat \"$F\" -", "X=한글; echo $X | cat", "X='a\tb'; echo \"$X\"",
]


def test_like_bash(folder):
    """Every line in the prompt and in bash."""
    for i, line in enumerate(LINES):
        place = pathlib.Path(folder) / f"file-{i}"
        done = prompt(folder, [line], "bash", F=str(place))
        place.unlink(missing_ok=True)
        wanted = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "F": str(place)})
        report.equal(f"{line!r} as in bash", (done.out, done.code, done.err), (wanted.stdout, wanted.returncode, wanted.stderr))


def test_many(folder):
    """Long values, many names."""
    done = prompt(folder, [f"N{i}=$(echo {i})" for i in range(300)] + ["echo $N0 $N150 $N299"], "many")
    report.equal("300 names", done.out, "0 150 299\n")
    done = prompt(folder, ["X=$(echo | head -c 300000 /dev/zero | tr '\\0' x)", "echo $X | wc -c"], "many")
    report.equal("a value of 300 kB", done.out.strip(), "300001")
    done = prompt(folder, ["X=$(echo | head -c 2000000 /dev/zero | tr '\\0' x)"], "many")
    report.refused("2 MB are too much", done, 1, "1 MiB")
    done = prompt(folder, ["X=" + "$(echo " * 30 + ")" * 30], "many")
    report.refused("too deep", done, 2, "too deep")


def main():
    with tempfile.TemporaryDirectory() as folder:
        for test in (test_names, test_settings, test_pipes, test_codes, test_like_bash, test_many):
            test(folder)
    report.finish()


if __name__ == "__main__":
    main()

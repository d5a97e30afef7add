#!/usr/bin/env python3
"""The simulator's prompt as a learner meets it on a terminal: completion, history, errors, help, time and
undo, Korean, narrow windows, Ctrl-C and Ctrl-D.
"""

import pathlib
import re
import sys
import tempfile
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import Home, Report, Tmux, width  # noqa: E402

WORLD = {"AMIDOJO_SEED": "1", "AMIDOJO_NOW": "2026-01-01T00:00:00Z", "TZ": "UTC"}
PROMPT = re.compile(r"^default us-east-1 (\d\d:\d\d)> ?(.*)$")
report = Report()


class Shell:
    """The prompt in a tmux window."""

    def __init__(self, tmux, home, columns=80, rows=24):
        self.tmux, self.home, self.columns, self.rows = tmux, home, columns, rows
        self.begin()

    def begin(self):
        self.tmux.start(self.home, "sim", columns=self.columns, rows=self.rows, env=WORLD)
        self.tmux.wait("default us-east-1 00:")

    def text(self):
        """The screen as lines were written, without what tmux adds."""
        return "\n".join(self.tmux.lines()).rstrip("\n") + "\n"

    def at_prompt(self):
        """What stands behind the last prompt, None if the last line is none."""
        lines = self.text().rstrip("\n").split("\n")
        found = PROMPT.match(lines[-1])
        return found[2] if found else None

    def settle(self, wanted=""):
        """Waits for an empty prompt with `wanted` above it; the whole text."""
        self.tmux.poll(lambda _: self.at_prompt() == "" and wanted in self.text(), 15)
        return self.text()

    def run(self, line, wanted=""):
        """Types a line on a clean screen; what is on the screen when the prompt is back."""
        self.tmux.key("C-l")
        self.tmux.poll(lambda _: len(self.text().rstrip("\n").split("\n")) == 1, 5)
        self.tmux.type(line)
        self.tmux.key("Enter")
        return self.settle(wanted)

    def tab(self, line, wanted):
        """Types the beginning of a line and Tab; the text when `wanted` is there. Ctrl-C gives it up."""
        self.tmux.key("C-l")
        self.tmux.type(line)
        self.tmux.key("Tab")
        self.tmux.poll(lambda _: wanted in self.text(), 5)
        text = self.text()
        self.tmux.key("C-c")
        self.settle()
        return text

    def leave(self):
        self.tmux.key("C-d")
        return self.tmux.exit_code()


def home_in(folder, name, lang="en"):
    return Home(pathlib.Path(folder) / name, lang=lang)


def aws(home, *words):
    done = home.run("aws", *words, env=WORLD)
    if done.code:
        raise RuntimeError(f"{words}: {done}")
    return done.out.strip()


# ---- completion ----


def volume(home, name):
    return aws(home, "ec2", "create-volume", "--availability-zone", "us-east-1a", "--size", "8",
               "--tag-specifications", f"ResourceType=volume,Tags=[{{Key=Name,Value={name}}}]",
               "--query", "VolumeId", "--output", "text")


def check_completion(shell, typed, whole):
    """Tab makes `typed` into `whole` (the cursor's blank does not show)."""
    text = shell.tab(typed, "> " + whole)
    report.check(f"Tab behind {typed!r}", text.rstrip("\n").split("\n")[-1].endswith("> " + whole), text)


def test_completion(tmux, folder):
    home = home_in(folder, "completion")
    web, database = volume(home, "web"), volume(home, "database")
    data = pathlib.Path(folder) / "user-data-of-mine.sh"
    data.write_text("#!/bin/sh\n")
    shell = Shell(tmux, home)
    check_completion(shell, "ec2 deregister-im", "ec2 deregister-image")
    check_completion(shell, "aws ec2 deregister-im", "aws ec2 deregister-image")
    check_completion(shell, "ec2 deregister-image --im", "ec2 deregister-image --image-id")
    check_completion(shell, "ec2 create-volume --volume-type sc", "ec2 create-volume --volume-type sc1")
    check_completion(shell, f"ec2 delete-volume --volume-id {web[:-3]}", f"ec2 delete-volume --volume-id {web}")
    check_completion(shell, f"ec2 run-instances --user-data file://{folder}/user-d",
                     f"ec2 run-instances --user-data file://{data}")
    check_completion(shell, "und", "undo")
    for typed, wanted in (
        ("ec2 describe-image", ("describe-images", "describe-image-attribute")),
        ("ec2 create-volume --volume-type ", ("gp2", "gp3", "io2")),
        ("ec2 delete-volume --volume-id ", (web, database)),
        ("ec2 describe-images --output ", ("json", "table", "text", "yaml")),
        ("", ("ec2", "kms", "sts", "undo", "clock")),
    ):
        text = shell.tab(typed, wanted[-1])
        report.check(f"Tab behind {typed!r} lists", all(w in text for w in wanted), text)
    text = shell.tab("ec2 delete-volume --volume-id ", "database")
    named = re.search(rf"^{web} +web$", text, re.M) and re.search(rf"^{database} +database$", text, re.M)
    report.check("ids are listed with their names", named, text)
    report.equal("Ctrl-D leaves", shell.leave(), 0)


def test_completion_of_our_words(tmux, folder):
    """Words of the world, other worlds, labs, profiles behind =, names that were set, commands in $( )."""
    home = home_in(folder, "our-words")
    web = volume(home, "web")
    home.run("world", "save", "other-world", env=WORLD)
    shell = Shell(tmux, home, columns=100, rows=40)
    check_completion(shell, "clock adv", "clock advance")
    check_completion(shell, "use oth", "use other-world")
    check_completion(shell, f"graph {web[:-3]}", f"graph {web}")
    check_completion(shell, "graph --s", "graph --svg")
    check_completion(shell, "lab start share-an", "lab start share-an-ami")
    check_completion(shell, "sts get-caller-identity --profile=de", "sts get-caller-identity --profile=de")
    text = shell.tab("sts get-caller-identity --profile=", "prod")
    report.check("profiles behind =", all(w in text for w in ("default", "dev", "prod")), text)
    check_completion(shell, "sts get-caller-identity --profile=pr", "sts get-caller-identity --profile=prod")
    check_completion(shell, "ec2 describe-volumes --output=ta", "ec2 describe-volumes --output=table")
    shell.run("VOL=$(ec2 describe-volumes --query 'Volumes[0].VolumeId' --output text)")
    report.check("the name has its value", f"\n{web}\n" in shell.run("echo $VOL", web))
    check_completion(shell, "ec2 delete-volume --volume-id $VO", "ec2 delete-volume --volume-id $VOL")
    check_completion(shell, "ec2 delete-volume --volume-id ${VO", "ec2 delete-volume --volume-id ${VOL}")
    check_completion(shell, "X=$(ec2 deregister-im", "X=$(ec2 deregister-image")
    check_completion(shell, "X=$(aws ec2 create-volume --volume-type sc", "X=$(aws ec2 create-volume --volume-type sc1")
    check_completion(shell, "X=$(st", "X=$(sts")
    data = pathlib.Path(folder) / "a-file-of-mine"
    data.touch()
    check_completion(shell, f"changes > {folder}/a-fi", f"changes > {data}")
    report.equal("Ctrl-D leaves after completion", shell.leave(), 0)


def check_help(shell, typed, key, *wanted, left=None):
    """`key` behind `typed` explains it, and leaves the line as it was."""
    left = typed if left is None else left
    shell.tmux.key("C-l")
    shell.tmux.type(typed)
    shell.tmux.key(*key)
    shell.tmux.poll(lambda _: all(w in shell.text() for w in wanted), 5)
    text = shell.text()
    report.check(f"{key} behind {typed!r}", all(w in text for w in wanted) and shell.at_prompt().rstrip() == left.rstrip(), text)
    shell.tmux.key("C-c")
    shell.settle()


def test_help_at_the_cursor(tmux, folder):
    for lang in ("en", "ko"):
        shell = Shell(tmux, home_in(folder, f"cursor-{lang}", lang), columns=100, rows=30)
        check_help(shell, "ec2 deregister-image --image-id", ["F1"], "--image-id: ")
        check_help(shell, "ec2 deregister-image --image-id ami-1 --dry-run", ["M-h"], "--dry-run: ")
        check_help(shell, "ec2 deregister-image --image-id=ami-1", ["F1"], "--image-id: ")
        check_help(shell, "aws ec2 deregister-image ", ["?"], "deregister-image: ", "--image-id")
        check_help(shell, "ec2 deregister-image --image-id ", ["?"], "--image-id: ")
        check_help(shell, "clock ", ["?"], "clock [next | advance 15m]: ")
        check_help(shell, "X=$(ec2 create-image", ["F1"], "create-image: ", "--name")
        check_help(shell, "", ["?"], "'help'")
        tmux.key("C-l")
        tmux.type("echo 'a ? b' c? ")
        tmux.key("Enter")
        text = shell.settle("a ? b c?")
        report.check("a ? in quotes, or in a word, is a letter", "\na ? b c?\n" in text, text)
        tmux.type("ec2 create-image --no-reboot --name x")
        for _ in range(12):
            tmux.key("Left")
        check_help(shell, "", ["F1"], "--no-reboot: ", left="ec2 create-image --no-reboot --name x")
        shell.leave()


# ---- a shell's part ----


def test_pipes(tmux, folder):
    shell = Shell(tmux, home_in(folder, "pipes"), columns=100, rows=30)
    make = "ec2 create-volume --availability-zone us-east-1a --size 8 --query VolumeId --output text"
    text = shell.run(f"VOL=$({make})", "+ vol-")
    report.check("a change in $(...) is told too", re.search(r"^\+ vol-[0-9a-f]{17} .*creating$", text, re.M), text)
    text = shell.run(f"{make} | sed s/^/made:/", "+ vol-")
    report.check("and one before a pipe, behind its output", re.search(r"^made:vol-\w+\n\+ vol-", text, re.M), text)
    tmux.type("changes -v | cat - /dev/tty")
    tmux.key("Enter")
    tmux.poll(lambda _: "VolumeType" in shell.text(), 5)
    tmux.key("C-c")
    report.equal("Ctrl-C ends the program, not the prompt", (shell.settle("^C"), shell.at_prompt())[1], "")
    shell.run("export 'AWS_PAGER=sed s/^/paged:/'")
    text = shell.run("sts get-caller-identity --query Account | cat", "1234")
    report.check("no pager before a pipe", "paged:" not in text and '"123456789012"' in text, text)
    text = shell.run("ec2 create-key-pair --key-name \\\nk --query KeyName | cat".replace("\\n", "\n"), '"k"')
    report.check("a line that goes on", '\n"k"\n' in text, text)
    shell.leave()


# ---- history ----


def test_history(tmux, folder):
    shell = Shell(tmux, home_in(folder, "history"))
    shell.run("ec2 describe-key-pairs --query 'length(KeyPairs)'", "\n0\n")
    shell.run("clock")
    shell.run("clock")
    kept = shell.home.data / "aws/history"
    report.equal("lines are kept at once", kept.read_text().splitlines()[1:], ["clock"])
    report.equal("exit leaves", (shell.tmux.type("exit"), shell.tmux.key("Enter"), shell.tmux.exit_code())[2], 0)
    shell.begin()
    kept.write_text("ec2 describe-tags\n" + kept.read_text())  # of another prompt, meanwhile
    for name, wanted in (("the last line", "exit"), ("the line before it, once", "clock"),
                         ("the line before that", "ec2 describe-key-pairs --query 'length(KeyPairs)'")):
        tmux.key("Up")
        tmux.poll(lambda _, w=wanted: shell.at_prompt() == w, 5)
        report.equal(f"history gives {name}", shell.at_prompt(), wanted)
    tmux.key("C-c")
    shell.settle()
    tmux.key("Up")
    tmux.poll(lambda _: shell.at_prompt() == "exit", 5)
    report.equal("after Ctrl-C history begins at its end again", shell.at_prompt(), "exit")
    tmux.key("C-c")
    shell.settle()
    tmux.key("C-r")
    tmux.type("describe-key")
    screen = tmux.poll(lambda s: "length(KeyPairs)" in s, 5)
    report.check("Ctrl-R searches", "length(KeyPairs)" in screen, screen)
    tmux.key("C-g")
    tmux.key("C-c")
    shell.settle()
    report.equal("Ctrl-D leaves after a search", shell.leave(), 0)
    report.check("what another prompt has kept is still there", kept.read_text().startswith("ec2 describe-tags\n"), kept.read_text())


# ---- errors and help ----


def test_errors(tmux, folder):
    shell = Shell(tmux, home_in(folder, "errors"))
    text = shell.run("ec2 delete-image --image-id ami-1", "delete-fpga-image")
    report.check("an operation that does not exist", "Found invalid choice 'delete-image'" in text, text)
    text = shell.run("ec2 describe-images --image-ids ami-1234567890abcdef0", "does not exist")
    report.check("a service's error", "aws: [ERROR]: An error occurred (InvalidAMIID.NotFound)" in text, text)
    text = shell.run("s3 ls", "s3")
    report.check("a service that is not simulated", "not simulated" in text, text)
    text = shell.run("clock backwards", "clock")
    report.check("an own word misused", "clock advance 15m" in text, text)
    tmux.key("C-l")
    tmux.type("ec2 create-key-pair --key-name 'a")
    tmux.key("Enter")
    tmux.poll(lambda _: shell.text().rstrip("\n").endswith("\n>"), 5)
    tmux.type("b' --query KeyName")
    tmux.key("Enter")
    text = shell.settle('"a\\nb"')
    report.check("an open quote asks for more", '"a\\nb"' in text, text)
    text = shell.run("   # a remark")
    report.check("a remark does nothing", len(text.rstrip("\n").split("\n")) == 2, text)
    report.equal("Ctrl-D leaves after errors", shell.leave(), 0)


def test_help(tmux, folder):
    shell = Shell(tmux, home_in(folder, "help"), rows=40)
    text = shell.run("help", "exit")
    words = ("aws ec2", "undo", "redo", "changes", "clock", "reset", "export", "exit")
    report.check("help names every word", all(f"\n  {w}" in text for w in words), text)
    tmux.key("C-l")
    tmux.type("ec2 deregister-image help | cat")
    tmux.key("C-u")
    tmux.type("ec2 deregister-image help")
    tmux.key("Enter")
    screen = tmux.poll(lambda s: "SYNOPSIS" in s, 10)
    report.check("an operation's help", all(w in screen for w in ("NAME", "SYNOPSIS", "--image-id")), screen)
    tmux.key("q")
    shell.settle()
    shell.leave()


# ---- time, undo ----


def test_time(tmux, folder):
    shell = Shell(tmux, home_in(folder, "time"), columns=120, rows=40)
    text = shell.run("clock", "2026-01-01")
    report.check("the clock", "2026-01-01 00:00:" in text, text)
    text = shell.run("ec2 create-volume --availability-zone us-east-1a --size 8 --query State", "creating")
    found = re.search(r"^\+ (vol-[0-9a-f]{17}) .*creating$", text, re.M)
    if not report.check("a change is told", found, text):
        return
    volume_id = found[1]
    text = shell.run("clock", "next change")
    report.check("the clock knows what is to come", "; the next change comes at 2026-01-01 00:0" in text, text)
    text = shell.run("changes -v", "AvailabilityZone")
    report.check("changes with values", f"+ {volume_id}" in text and "    + Size: 8" in text, text)
    text = shell.run("clock next", "available")
    report.check("time passes to the next change", re.search(rf"^~ {volume_id} .*creating -> available$", text, re.M), text)
    text = shell.run("clock next", "under way")
    report.check("nothing is under way", "Nothing is under way." in text, text)
    text = shell.run("changes -v", "State:")
    report.check("what time has changed", f"~ {volume_id}" in text and "~ State: creating -> available" in text, text)
    text = shell.run("undo", "Undone")
    report.check("time is taken back by itself", "Undone: clock next" in text, text)
    text = shell.run("undo", "Undone")
    report.check("undo", "Undone: ec2 create-volume" in text, text)
    count = "ec2 describe-volumes --query 'length(Volumes)'"
    report.check("it is gone", "\n0\n" in shell.run(count, "\n0\n"))
    text = shell.run("redo", "again")
    report.check("redo", "Done again: ec2 create-volume" in text, text)
    report.check("it is back", "\n1\n" in shell.run(count, "\n1\n"))
    shell.run("undo", "Undone")
    text = shell.run("ec2 create-volume --availability-zone us-east-1a --size 9 --query State", "creating")
    report.check("a change in place of one undone is told too", re.search(r"^\+ vol-[0-9a-f]{17} .*creating$", text, re.M), text)
    text = shell.run("clock advance 1h30m", ":")
    report.check("the prompt has the time", re.search(r"^default us-east-1 01:3\d> ?$", text, re.M), text)
    text = shell.run("reset", "--yes")
    report.check("reset asks", "reset --yes" in text and "\n1\n" in shell.run(count, "\n1\n"), text)
    text = shell.run("reset --yes", "begun")
    report.check("reset begins anew", "A new world has begun." in text and "\n0\n" in shell.run(count, "\n0\n"), text)
    shell.leave()


def test_settings(tmux, folder):
    """export AWS_PROFILE and AWS_REGION show in the prompt and count."""
    shell = Shell(tmux, home_in(folder, "settings"))
    tmux.type("export AWS_PROFILE=dev")
    tmux.key("Enter")
    tmux.type("export AWS_REGION=ap-northeast-2")
    tmux.key("Enter")
    tmux.type("sts get-caller-identity --query Account")
    tmux.key("Enter")
    screen = tmux.poll(lambda s: '"111122223333"' in s and s.count("dev ap-northeast-2 00:") >= 2, 10)
    report.check("another profile and Region", '"111122223333"' in screen and "dev ap-northeast-2 00:" in screen, screen)
    tmux.type("unset AWS_PROFILE")
    tmux.key("Enter")
    screen = tmux.poll(lambda s: "default ap-northeast-2 00:" in s, 10)
    report.check("and back", "default ap-northeast-2 00:" in screen, screen)
    shell.leave()


# ---- Korean ----


def test_korean(tmux, folder):
    shell = Shell(tmux, home_in(folder, "korean", "ko"), rows=40)
    text = shell.run("help", "exit")
    report.check("help is Korean", len(re.findall("[가-힣]", text)) > 60 and "Tab completes" not in text, text)
    name = "웹서버"
    make = "ec2 create-volume --availability-zone us-east-1a --size 8 --query 'Tags[0].Value' --tag-specifications"
    tags = f"'ResourceType=volume,Tags=[{{Key=Name,Value={unicodedata.normalize('NFD', name)}}}]'"
    text = shell.run(f"{make} {tags}", f'"{name}"')
    report.check("decomposed letters are composed", f'\n"{name}"\n' in text, text)
    done = shell.home.run("aws", "ec2", "describe-volumes", "--query", "Volumes[].Tags[].Value", "--output", "text", env=WORLD)
    report.equal("and kept composed", done.out, name + "\n")
    text = shell.run("ec2\u3000describe-volumes\u3000--query\u3000'Volumes[0].Size'", "\n8\n")
    report.check("full-width spaces part words", "\n8\n" in text, text)
    text = shell.run("ec2 create-tags --resources x --tags 'Key=이\u3000름,Value=a' --dry-run")
    report.check("but not in quotes", "usage:" not in text, text)
    text = shell.run("undo", "create-volume")
    report.check("undo is told in Korean", re.search("^[가-힣].*create-volume|create-volume.*[가-힣]", text, re.M), text)
    text = shell.run("ec2 delete-image", "invalid choice")
    report.check("the AWS CLI's errors are not translated", "Found invalid choice 'delete-image'" in text, text)
    tmux.type("한글")
    tmux.key("BSpace")
    tmux.key("BSpace")
    tmux.type("clock")
    tmux.key("Enter")
    report.check("a letter goes with one Backspace", "2026-01-01" in shell.settle("2026-01-01"))
    report.equal("Ctrl-D leaves", shell.leave(), 0)


# ---- windows ----


def test_widths(tmux, folder):
    """Our own words fit the window; the AWS CLI's output is as wide as it is."""
    for lang in ("en", "ko"):
        for columns in (80, 40):
            name = f"{lang} {columns}"
            shell = Shell(tmux, home_in(folder, f"width-{lang}-{columns}", lang), columns=columns, rows=60)
            for line in ("help", "clock", "undo", "changes", "reset", "clock back"):
                text = shell.run(line)
                wide = [shown for shown in text.split("\n") if width(shown) > columns]
                report.check(f"{name}: {line!r} fits", not wide, "\n".join(wide))
            text = shell.run("ec2 create-key-pair --key-name a-rather-long-name-for-a-key --query KeyName", '"a-rather')
            report.check(f"{name}: a line longer than the window", '"a-rather-long-name-for-a-key"' in text, text)
            shell.leave()


def test_resize(tmux, folder):
    shell = Shell(tmux, home_in(folder, "resize"))
    tmux.type("ec2 describe-key-pairs --query 'length(KeyPairs)' --output json")
    tmux.resize(40, 20)
    tmux.key("Enter")
    screen = tmux.poll(lambda s: "\n0\n" in s, 10)
    report.check("a line survives a smaller window", "\n0\n" in screen, screen)
    shell.settle()  # Ctrl-D is a key at the prompt alone
    shell.leave()


# ---- keys ----


def test_pagers(tmux, folder):
    shell = Shell(tmux, home_in(folder, "pagers"))
    for pager in ("no-such-pager", "no-such-pager -x"):
        shell.run(f"export 'AWS_PAGER={pager}'")
        screen = shell.run("sts get-caller-identity --query Account", "123456789012")
        report.check(f"AWS_PAGER={pager}: printed without it", "123456789012" in screen and "not found" not in screen, screen)
    shell.run("export 'AWS_PAGER=sed s/^/paged:/'")
    screen = shell.run("sts get-caller-identity --query Account", "paged:")
    report.check("a pager that is there gets the answer", "paged:" in screen, screen)
    shell.leave()


def test_keys(tmux, folder):
    shell = Shell(tmux, home_in(folder, "keys"))
    tmux.type("ec2 create-key-pair --key-name never")
    tmux.key("C-c")
    text = shell.settle("^C")
    report.check("Ctrl-C gives up the line", "never^C" in text and shell.at_prompt() == "", text)
    text = shell.run("ec2 describe-key-pairs --query 'length(KeyPairs)'", "\n0\n")
    report.check("what was given up has not happened", "\n0\n" in text, text)
    tmux.type("clock")
    tmux.key("C-d")
    screen = tmux.poll(lambda s: "[exit" in s, 1)
    report.check("Ctrl-D in a line does not leave", "[exit" not in screen, screen)
    tmux.key("C-c")
    shell.settle()
    report.equal("Ctrl-D leaves", shell.leave(), 0)
    screen = tmux.screen()
    report.check("the line is ended", re.search(r"^default us-east-1 \d\d:\d\d>\s*\n+\[exit 0\]", screen, re.M), screen)


def main():
    with tempfile.TemporaryDirectory() as folder, Tmux(folder) as tmux:
        for test in (test_completion, test_completion_of_our_words, test_help_at_the_cursor, test_pipes, test_history, test_errors, test_help, test_time, test_settings, test_korean,
                     test_widths, test_resize, test_pagers, test_keys):
            try:
                test(tmux, folder)
            except (TimeoutError, RuntimeError) as error:
                report.check(test.__name__, False, error)
    report.finish()


if __name__ == "__main__":
    main()

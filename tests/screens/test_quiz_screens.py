#!/usr/bin/env python3
"""What a learner sees of a quiz, word for word, in each language and width, drawn by tmux."""

import datetime
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import PACK, Home, Report, Tmux, Tree, golden, moment, width  # noqa: E402

SIZES = ((40, 24), (80, 24))
DAY0 = datetime.date(2026, 3, 2)
QUIZ = ["quiz", "--topic", "images", "--seed", "2"]  # where-stored, copy-can, region-bound
report = Report()


def check_lines(name, tmux, columns):
    wide = [line for line in tmux.lines() if width(line) > columns]
    report.check(f"{name}: no line over {columns} columns", not wide, "\n".join(wide))


def digits(home):
    """Of each question: the digits of the right options, and of the others."""
    rights = {"In EBS snapshots", "Copy it to eu-west-1", "Encrypt the snapshots", "Give the image another name"}
    both = []
    for question in home.json(*QUIZ, "--lang", "en")["questions"]:
        good = [str(i + 1) for i, text in enumerate(question["options"]) if text in rights]
        both.append((good, [d for d in "12345"[: len(question["options"])] if d not in good]))
    return both


def tour(tmux, home, lang, columns, rows):
    """A quiz by keys alone: wrong, undone, right; two of five; wrong; the summary; the review of the day after."""
    home.lang = lang
    home.now = moment(DAY0)
    (stored, elsewhere), (can, cannot), (_, not_so) = digits(home)

    def snap(name, *wanted, gone=()):
        screen = tmux.wait(*wanted, gone=gone)
        golden(report, HERE / "golden" / f"quiz-{name}.{lang}.{columns}.txt", screen)
        check_lines(f"quiz-{name}.{lang}.{columns}", tmux, columns)

    tmux.start(home, *QUIZ, columns=columns, rows=rows)
    snap("mix", "2", "[Enter]", "[q]")
    tmux.key("Enter")
    snap("question", " 1/3", "[1-4]", "[q]")
    tmux.key("9")
    snap("no-such-option", " 9", "[1-4]", "[q]")
    tmux.key(elsewhere[0])
    snap("wrong", " 1/3", "[Enter]", "[q]", gone=["[1-4]"])
    tmux.key("u")
    snap("undone", " 1/3", "[1-4]", "[q]")
    lines = tmux.screen().split("\n")
    report.check(f"{lang} {columns}: u says one line", ": " in lines[0] and lines[0].endswith("..") and lines[1] == ""
                 and " 1/3" in lines[2], lines[:5])
    tmux.key("?")
    snap("keys", "1-8", "[q]", gone=["[1-4]"])
    tmux.key("q")
    tmux.wait(" 1/3", "[1-4]", "[q]", gone=["1-8"])
    tmux.key(stored[0])
    snap("right", " 1/3", "[Enter]", "[q]", gone=["[1-4]"])
    tmux.key("End")
    snap("right-end", "ComponentsAMIs", "[v]", "[q]")
    tmux.key("o")
    tmux.key("End")
    snap("addresses", "https://docs.aws.amazon.com/", "[q]")
    tmux.key("o")
    tmux.wait("ComponentsAMIs", "[q]", gone=["https://"])
    tmux.key("End")
    tmux.key("Enter")
    tmux.wait(" 2/3", "[1-5]", "[q]")
    tmux.key(can[0])
    tmux.wait(f"> {can[0]}.", "[1-5]", "[q]")
    tmux.key("Enter")
    snap("one-of-two", "골라야" if lang == "ko" else "1 picked", "[1-5]", "[q]")
    tmux.key(cannot[0])
    tmux.wait(f"> {cannot[0]}.", "[1-5]", "[q]")
    tmux.key("Enter")
    snap("half-right", " 2/3", "[Enter]", "[q]", gone=["[1-5]"])
    tmux.key("End")  # past the reasons, through which Enter pages
    tmux.key("Enter")
    tmux.wait(" 3/3", "[1-4]", "[q]")
    tmux.key(not_so[0])
    tmux.wait(" 3/3", "[Enter]", "[q]", gone=["[1-4]"])
    tmux.key("End")
    tmux.key("Enter")
    report.equal(f"{lang} {columns}: a quiz ends well", tmux.exit_code(), 0)
    snap("summary", "[exit 0]")
    kinds = [kind for kind, in home.query("SELECT kind FROM event ORDER BY id")]
    report.equal(f"{lang} {columns}: in the log", kinds, ["quiz", "undo", "quiz", "quiz", "quiz"])
    home.now = moment(DAY0 + datetime.timedelta(days=1))
    tmux.start(home, "review", columns=columns, rows=rows)
    snap("review", " 1/3", "[1-4]", "[q]")
    tmux.key("q")
    report.equal(f"{lang} {columns}: q ends it", tmux.exit_code(), 0)


def test_home(tmux, home):
    """From the home screen and back to it."""
    home.lang = "en"
    tmux.start(home)
    tmux.wait("[z]", "[q]")
    tmux.key("z")
    tmux.wait("planned", "[Enter]", "[q]", gone=["[z]"])
    tmux.key("Enter")
    tmux.wait("Quiz 1/", "[q]", gone=["[Enter] begin"])
    tmux.key("1")
    tmux.wait("Quiz 1/", "[q]")
    tmux.key("q")
    screen = tmux.wait("answered", "[q]", gone=["Quiz 1/"])
    report.check("z: the summary stays", "amidojo notes" in screen or "1 right" in screen or "Nothing" in screen, screen)
    tmux.key("q")
    tmux.wait("[z]", "[q]", gone=["answered"])
    tmux.key("q")
    report.equal("z: back home, and out", tmux.exit_code(), 0)


def test_home_exam(tmux, home):
    """The real course, and an exam begun and left and gone on with: always on 24 lines."""
    for lang in ("en", "ko", "both"):
        home.lang = lang
        tmux.start(home)
        fits(f"{lang}: fresh", tmux.wait("[z]", "[x]", "[q]"))
        tmux.key("x")
        fits(f"{lang}: no exam yet", tmux.wait("amidojo exam saa-c03", "[z]", "[q]"))
        tmux.key("q")
        tmux.exit_code()
    home.run("exam", "saa-c03", "--length", "5", "--seed", "3", keys=" q")
    for lang in ("en", "ko", "both"):
        home.lang = lang
        tmux.start(home)
        fits(f"{lang}: open", tmux.wait("saa-c03", "[z]", "[q]"))
        tmux.key("x")
        tmux.wait("[1-", "[s]", gone=["[z]"])
        tmux.key("q")
        fits(f"{lang}: left", tmux.wait("0:10:00", "[z]", "[q]", gone=["[1-"]))
        tmux.key("L")
        fits(f"{lang}: after", tmux.wait("saa-c03", "[z]", "[q]"))
        tmux.key("q")
        report.equal(f"{lang}: home ends well", tmux.exit_code(), 0)
    report.equal("x begins nothing", len(home.json("exam", "list")), 1)
    home.run("exam", "abandon", "--yes")
    tmux.start(home)
    tmux.wait("[x]", "[q]")
    tmux.key("x")
    tmux.wait("saa-c03", "[q]", gone=["[z]"])
    tmux.key("q")
    tmux.wait("amidojo exam saa-c03", "[z]", "[q]")
    tmux.key("q")
    report.equal("x with none open", tmux.exit_code(), 0)


def fits(name, screen):
    report.check(f"{name}: on one screen", not re.search(r"^-- \d+-\d+ / \d+ --", screen, re.M), screen)


def test_narrow(tmux, home):
    """Twenty columns: all there, in lines that fit."""
    for lang in ("ko", "en", "both"):
        home.lang = lang
        tmux.start(home, *QUIZ, columns=20, rows=24)
        tmux.wait("[Enter]", "[q]")
        check_lines(f"mix {lang} 20", tmux, 20)
        tmux.key("Enter")
        tmux.wait("1/3", "[q]")
        check_lines(f"question {lang} 20", tmux, 20)
        tmux.key("9")
        tmux.wait("9", "[q]")
        check_lines(f"no such option {lang} 20", tmux, 20)
        tmux.key("1")
        tmux.wait("[L]", "[q]", gone=["[1-4]"])
        for _ in range(4):
            check_lines(f"told {lang} 20", tmux, 20)
            tmux.key("PageDown")
            tmux.wait("[q]")
        tmux.key("u")
        tmux.wait("[1-4]", "[q]")
        tmux.key("q")
        tmux.exit_code()
        check_lines(f"summary {lang} 20", tmux, 20)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        for path in (PACK.parent / "quizzes").iterdir():
            shutil.copy2(path, tree.folder / "quizzes")
        with Tmux(folder) as tmux:
            try:
                for lang in ("ko", "en", "both"):
                    for columns, rows in SIZES:
                        tour(tmux, Home(folder / f"{lang}-{columns}", tree.program), lang, columns, rows)
                test_home(tmux, Home(folder / "home", tree.program))
                test_home_exam(tmux, Home(folder / "exam"))
                test_narrow(tmux, Home(folder / "narrow", tree.program))
            except (TimeoutError, RuntimeError, OSError, IndexError) as error:
                report.check("to the end", False, error)
    report.finish()


if __name__ == "__main__":
    main()

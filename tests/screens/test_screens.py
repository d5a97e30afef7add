#!/usr/bin/env python3
"""What a learner sees, word for word: every screen in each language and width, drawn by tmux."""

import datetime
import pathlib
import sys
import tempfile
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import Home, Report, Tmux, Tree, UPDATE_GOLDEN, golden, moment, width  # noqa: E402

LANGS = ("ko", "en", "both")
SIZES = ((40, 30), (80, 24), (120, 30))
DAY0 = datetime.date(2026, 3, 2)
TODAY = DAY0 + datetime.timedelta(days=4)
report = Report()

# Words to wait for. What stands on the screen besides them is the golden files' affair.
NOTE = {"ko": "AMI 공유", "en": "Sharing an AMI"}
CUE = {"ko": "누구를 적을", "en": "Whom can a launch"}


def prepared(folder, tree):
    """Four days of study: six cards learnt, one of them failed, all of them due today."""
    home = Home(folder, tree.program)
    home.now = moment(DAY0)
    home.run("learn", "--new", "4", keys=" " * 20)
    home.now = moment(DAY0 + datetime.timedelta(days=1))
    home.run("review", keys=" f p p p")
    home.run("learn", "--new", "2", keys=" " * 20)
    home.now = moment(TODAY)
    return home


def check_lines(name, tmux, columns):
    """Nothing runs over the edge, and nothing above the first line was pushed away."""
    wide = [line for line in tmux.lines() if width(line) > columns]
    report.check(f"{name}: no line over {columns} columns", not wide, "\n".join(wide))


def shot(tmux, name, lang, columns, *wanted, gone=()):
    screen = tmux.wait(*wanted, gone=gone)
    golden(report, HERE / "golden" / f"{name}.{lang}.{columns}.txt", screen)
    check_lines(f"{name}.{lang}.{columns}", tmux, columns)
    return screen


def tour(tmux, home, lang, columns, rows):
    """Home, a review, back home, a note and its card, the statistics: golden screens all the way."""
    first = "en" if lang == "both" else lang
    home.lang = lang
    tmux.start(home, columns=columns, rows=rows)

    def snap(name, *wanted, gone=()):
        return shot(tmux, name, lang, columns, *wanted, gone=gone)

    snap("home", "[r]", "[q]", "100%" if columns < 0 else "%")
    tmux.key("r")
    snap("review-question", " 1/6", "[n]", "[q]")
    tmux.key("Enter")
    snap("review-revealed", " 1/6", "[p]", "[f]")
    tmux.key("p")
    snap("review-passed", " 2/6", "[n]", gone=("[p]",))
    tmux.key("q")
    tmux.wait("[r]", "[s]")
    tmux.key("l")
    snap("learn-note", NOTE[first], "[L]", gone=("[r]",))
    tmux.key("Enter")
    tmux.wait(CUE[first], "[u]")
    tmux.key("Enter")
    snap("learn-revealed", "[u]", "OU")
    tmux.key("q")
    tmux.wait("[r]", "[s]")
    tmux.key("s")
    snap("stats", "[q]", "#" if columns < 0 else "%", gone=("[r]",))
    tmux.key("q")
    tmux.wait("[r]", "[s]")
    tmux.key("q")
    report.equal(f"{lang} {columns}: q ends it", tmux.exit_code(), 0)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        start = prepared(folder / "start", tree)
        with Tmux(folder) as tmux:
            for lang in LANGS:
                for columns, rows in SIZES:
                    tour(tmux, start.copy(folder / f"{lang}-{columns}"), lang, columns, rows)
    report.finish()


if __name__ == "__main__":
    main()

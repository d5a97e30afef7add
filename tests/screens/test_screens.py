#!/usr/bin/env python3
"""What a learner sees, word for word: every screen in each language and width, drawn by tmux."""

import datetime
import pathlib
import sys
import tempfile
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import Home, Report, Tmux, Tree, golden, moment, width  # noqa: E402

SIZES = ((40, 30), (80, 24), (120, 30))
DAY0 = datetime.date(2026, 3, 2)
report = Report()

# Words to wait for; what else stands on the screen is the golden files' affair.
WORDS = {
    "en": {"note": "What is inside", "sources": "ComponentsAMIs", "cue": "Which three parts", "answer": "snapshot."},
    "ko": {"note": "안에 든 것", "sources": "ComponentsAMIs", "cue": "세 부분은", "answer": "스냅샷이다."},
}


def days(n):
    return moment(DAY0 + datetime.timedelta(days=n))


def prepared(folder, tree):
    """Four cards learnt, one of them failed the day after; all are due on the fourth day."""
    home = Home(folder, tree.program)
    home.now = days(0)
    home.run("learn", "copies", keys=" " * 20)
    home.run("learn", "sharing", "--new", "1", keys=" " * 20)
    home.now = days(1)
    home.run("review", keys=" f p p p")
    home.now = days(4)
    return home


def check_lines(name, tmux, columns):
    """tmux breaks what runs over the edge and gives it back in one piece."""
    wide = [line for line in tmux.lines() if width(line) > columns]
    report.check(f"{name}: no line over {columns} columns", not wide, "\n".join(wide))


def tour(tmux, home, lang, columns, rows):
    """Home, a review, back home, a note and its card, the statistics: golden screens all the way."""
    words = WORDS["en" if lang == "both" else lang]
    home.lang = lang
    tmux.start(home, columns=columns, rows=rows)

    def snap(name, *wanted, gone=()):
        screen = tmux.wait(*wanted, gone=gone)
        golden(report, HERE / "golden" / f"{name}.{lang}.{columns}.txt", screen)
        check_lines(f"{name}.{lang}.{columns}", tmux, columns)

    snap("home", "[r]", "[s]", "[q]")
    tmux.key("r")
    snap("review-question", " 1/4", "[n]", "[q]")
    tmux.key("Enter")
    snap("review-revealed", " 1/4", "[p]", "[f]", "[q]")
    tmux.key("p")
    snap("review-passed", " 2/4", "[n]", "[q]", gone=["[p]"])
    tmux.key("q")
    tmux.wait("[r]", "[s]", "[q]")
    tmux.key("l")
    snap("learn-note", words["note"], "[L]", "[q]", gone=["[r]"])
    tmux.key("End")
    snap("learn-note-end", words["sources"], "[L]", "[q]")
    tmux.key("Enter")
    tmux.wait(words["cue"], "[u]", "[q]")
    tmux.key("Enter")
    snap("learn-revealed", words["answer"], "[u]", "[q]")
    tmux.key("q")
    tmux.wait("[r]", "[s]", "[q]")
    tmux.key("s")
    snap("stats", "3/6", "[q]", gone=["[r]"])
    tmux.key("End")
    snap("stats-end", "(80%)", "[q]")
    tmux.key("q")
    tmux.wait("[r]", "[s]", "[q]")
    tmux.key("q")
    report.equal(f"{lang} {columns}: q ends it", tmux.exit_code(), 0)


def test_golden(tmux, start, folder):
    for lang in ("ko", "en", "both"):
        for columns, rows in SIZES:
            tour(tmux, start.copy(folder / f"{lang}-{columns}"), lang, columns, rows)


def test_korean_keyboard(tmux, start, folder):
    """Keys do what is printed on them though the keyboard is in Korean mode."""
    home = start.copy(folder / "keyboard")
    tmux.start(home, "review")
    tmux.wait("Review 1/4", "[n]")
    tmux.key("Enter")
    tmux.wait("[p]")
    tmux.type("ㅔ")  # p
    screen = tmux.wait("Review 2/4", gone=["[p]"])
    report.check("ㅔ passes", "Passed." in screen, screen)
    tmux.type("ㅕ")  # u
    tmux.wait("Review 1/4", "Undone: ")
    tmux.type("ㄲ")  # R, with the shift key as on a Latin keyboard
    screen = tmux.wait("Review ", "[n]", gone=["Undone: "])
    report.check("ㄲ does it again", "Review 2/4" in screen and "Done again: " in screen, screen)
    tmux.type("ㅂ")  # q
    report.equal("ㅂ quits", tmux.exit_code(), 0)
    answers = home.query("SELECT kind, correct FROM event WHERE kind = 'review' ORDER BY id")
    report.equal("one answer more is in the log", len(answers), 4 + 1)


def test_full_width_keys(tmux, start, folder):
    tmux.start(start.copy(folder / "full-width"), "review")
    tmux.wait("Review 1/4", "[n]")
    tmux.type("　")
    tmux.wait("[p]")
    tmux.type("ｆ")
    tmux.wait("Review 2/4", "Failed.")
    tmux.type("ｑ")
    report.equal("full-width letters are keys", tmux.exit_code(), 0)


def test_ends(tmux, start, folder):
    """Ctrl-C and Ctrl-D leave the screen as it was and say that all is saved."""
    for name, args, key, code, message in (
        ("Ctrl-C on a card", ["review"], "C-c", 130, "interrupted; everything you answered is saved"),
        ("Ctrl-D on a card", ["review"], "C-d", 1, "the input ended; everything you answered is saved"),
        ("Ctrl-C at home", [], "C-c", 130, "interrupted; everything you answered is saved"),
        ("Ctrl-D at home", [], "C-d", 0, ""),
        ("Ctrl-C in a note", ["notes", "anatomy"], "C-c", 130, "interrupted; everything you answered is saved"),
        ("Escape at home", [], "Escape", 0, ""),
    ):
        home = start.copy(folder / name.replace(" ", "-"))
        tmux.start(home, *args)
        tmux.wait("[q]")
        if args == ["review"]:
            tmux.key("Enter")
            tmux.wait("[p]")
            tmux.key("p")
            tmux.wait("Review 2/4")
        tmux.key(key)
        report.equal(f"{name}: exit code", tmux.exit_code(), code)
        screen = tmux.wait("[exit")
        report.check(f"{name}: message", message in screen and "[q]" not in screen, screen)
        if args == ["review"]:
            [(kind, correct)] = home.query("SELECT kind, correct FROM event ORDER BY id DESC LIMIT 1")
            report.equal(f"{name}: the answer is saved", (kind, correct), ("review", 1))


def test_resize(tmux, start, folder):
    """A review is drawn anew for each size, as it would have been from the start."""
    home = start.copy(folder / "resize")
    home.lang = "en"
    tmux.start(home, "review", columns=80, rows=24)
    tmux.wait("Review 1/4", "[n]", "[q]")
    tmux.key("Enter")
    tmux.wait("[p]", "[q]")
    for columns, rows in ((120, 30), (40, 30), (20, 12), (80, 24)):
        tmux.resize(columns, rows)
        if columns == 20:
            tmux.wait("-- ", "[q]")
            check_lines("resized to 20", tmux, columns)
            continue
        wanted = (HERE / "golden" / f"review-revealed.en.{columns}.txt").read_text(encoding="utf-8")
        report.equal(f"resized to {columns}", tmux.poll(lambda screen: screen == wanted), wanted)
    tmux.key("p")
    report.check("the key after it counts", "Passed." in tmux.wait("Review 2/4"))
    tmux.key("q")
    tmux.exit_code()


def test_nfd(tmux, start, folder):
    """Decomposed Korean, as macOS and some input methods give it, finds composed Korean."""
    home = start.copy(folder / "nfd")
    for composed, note in (("스냅샷", "anatomy"), ("암호화", "copies"), ("냅", "anatomy")):
        found = home.run("search", unicodedata.normalize("NFD", composed))
        report.check(f"search {composed} as an argument", found.code == 0 and note in found.out, found)
        same = home.run("search", composed)
        report.equal(f"search {composed}: both forms find the same", found.out, same.out)
    tmux.start(home)
    tmux.wait("[/]", "[q]")
    tmux.type("/")
    tmux.wait("Search")
    tmux.type(unicodedata.normalize("NFD", "암호화"))
    tmux.key("Enter")
    screen = tmux.wait("copies", "[q]", gone=["[r]"])
    report.check("search typed at the prompt", "암호화된 AMI" in screen and "sharing" in screen, screen)
    tmux.key("q")
    tmux.wait("[r]", "[q]")
    tmux.type("/")
    tmux.wait("Search")
    tmux.type(unicodedata.normalize("NFD", "없는낱말"))
    tmux.key("Enter")
    screen = unicodedata.normalize("NFC", tmux.wait("Nothing found", "[q]"))
    report.check("nothing found is said at home", "'없는낱말'" in screen, screen)
    tmux.type("/")
    tmux.wait("Search")
    tmux.key("C-d")
    tmux.wait("[r]", "[q]")
    report.check("Ctrl-D at the prompt goes back home", True)
    tmux.type("/")
    tmux.wait("Search", "Esc")
    tmux.type("abc")
    tmux.key("Escape")
    tmux.wait("[r]", "[q]")
    report.check("Escape at the prompt goes back home", True)
    tmux.key("q")
    report.equal("and q ends it", tmux.exit_code(), 0)


def test_twenty_columns(tmux, start, folder):
    """The narrowest terminal: all there, in lines that fit."""
    for lang in ("ko", "en", "both"):
        words = WORDS["en" if lang == "both" else lang]
        home = start.copy(folder / f"narrow-{lang}")
        home.lang = lang
        tmux.start(home, columns=20, rows=24)

        def held(name, *wanted, gone=(), first=None):
            screen = tmux.wait(*wanted, gone=gone)
            check_lines(f"{name}.{lang}.20", tmux, 20)
            top = screen.splitlines()[0].strip()
            if first is not None:
                report.check(f"{name}.{lang}.20: the top is on the screen", top and first in top, screen)
            after = ""
            while after != screen:
                after, screen = screen, ""
                tmux.key("PageDown")
                screen = tmux.wait("[q]")
                check_lines(f"{name}.{lang}.20, further down", tmux, 20)

        held("home", "[r]", "[q]", first="amidojo")
        tmux.key("r")
        held("question", "1/4", "[q]", "[n]", first="1/4")
        tmux.key("Enter")
        held("revealed", "[p]", "[q]")
        tmux.key("p")
        held("passed", "2/4", "[q]", gone=["[p]"], first="")
        tmux.key("q")
        tmux.wait("[r]", "[q]")
        tmux.key("l")
        held("note", "[L]", "[q]", gone=["[r]"], first="AMI" if lang == "ko" else "What is")
        tmux.key("Enter")
        held("cue", "1/3", "[u]", "[q]", first="1/3")
        tmux.key("q")
        tmux.wait("[r]", "[q]")
        tmux.key("s")
        held("stats", "[q]", gone=["[r]"], first="")
        tmux.key("q")
        tmux.wait("[r]", "[q]")
        tmux.key("n")
        held("notes", "anatomy", "[q]", gone=["[r]"], first="")
        tmux.key("q")
        tmux.wait("[r]", "[q]")
        tmux.key("q")
        report.equal(f"{lang} 20: q ends it", tmux.exit_code(), 0)
    for args in (["help"], ["learn", "--help"], ["notes"], ["search", "AMI"], ["plan", "--exam-date", "2026-04-01"],
                 ["config"], ["stats"], ["notes", "anatomy"]):
        tmux.start(home, "--plain", *args, columns=20, rows=200)
        tmux.exit_code()
        check_lines("--plain " + " ".join(args), tmux, 20)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        start = prepared(folder / "start", tree)
        with Tmux(folder) as tmux:
            for test in (test_golden, test_korean_keyboard, test_full_width_keys, test_ends, test_resize, test_nfd,
                         test_twenty_columns):
                try:
                    test(tmux, start, folder)
                except (TimeoutError, RuntimeError, OSError) as error:
                    report.check(test.__name__, False, error)
    report.finish()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""A whole exam of ten questions by keys alone, word for word: every screen in both languages, drawn by tmux."""

import pathlib
import re
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import exam_course as course  # noqa: E402
from harness import Home, Report, Tmux, Tree, golden, width  # noqa: E402

TEN = ("exam", "saa-c03", "--seed", "7", "--length", "10")
report = Report()

# Words to wait for; what else stands on the screen is the golden files' affair.
WORDS = {
    "en": {"begin": "begin", "question": "Question {} of 10", "left": "Time left", "grid": "of 10 answered", "typed": "Go to question: 10",
           "submit": "Submit the exam?", "result": "Estimate ", "next": "Next steps", "mistake": "next mistake", "wrong": ": wrong",
           "flagged": "! flagged", "sure": "(sure)", "keys": "s y", "exam": "Exam"},
    "ko": {"begin": "시작", "question": "문제 {}/10", "left": "남은 시간: ", "grid": "답함", "typed": "갈 문제: 10",
           "submit": "시험을 제출하겠는가?", "result": "추정 점수 ", "next": "다음에 할 일", "mistake": "다음 오답", "wrong": ": 오답",
           "flagged": "! 표시함", "sure": "(확신)", "keys": "s y", "exam": "시험"},
}


def check_lines(name, tmux, columns):
    wide = [line for line in tmux.lines() if width(line) > columns]
    report.check(f"{name}: no line over {columns} columns", not wide, "\n".join(wide))


def whole_exam(tmux, home, paper, lang, columns, rows):
    """Ten answers, two of them wrong and one question left out; a look at every screen on the way."""
    words = WORDS[lang]
    home.lang = lang

    def snap(name, *wanted, gone=()):
        screen = tmux.wait(*wanted, gone=gone)
        golden(report, HERE / "golden" / f"exam-{name}.{lang}.{columns}.txt", screen)
        check_lines(f"exam-{name}.{lang}.{columns}", tmux, columns)

    def question(number):
        return words["question"].format(number)

    tmux.start(home, *TEN, columns=columns, rows=rows)
    snap("start", words["begin"], "[q]")
    tmux.key("Enter")
    snap("question", question(1), words["left"], "[q]")
    for place in paper:
        number = place["number"]
        if number != 9:
            tmux.type(course.wrong_keys(place) if number in (2, 5) else course.right_keys(place))
            tmux.wait(question(number), "> ", "[q]")
        if number == 5:
            tmux.type("fccc")
            snap("picked", words["flagged"], words["sure"], "[q]")
        if number < 10:
            tmux.type("n")
            tmux.wait(question(number + 1), "[q]")
    tmux.type("t")
    snap("time", words["left"], question(10), "[q]")
    tmux.type("g")
    snap("grid", words["grid"], "[g]", gone=["[f]"])
    tmux.type("10")
    tmux.wait(words["typed"])
    tmux.key("Enter")
    tmux.wait(question(10), "[f]")
    tmux.type("?")
    snap("keys", words["keys"], gone=["[f]"])
    tmux.type("q")
    tmux.wait(question(10), "[f]")
    tmux.type("s")
    snap("submit", words["submit"], "[y]")
    time.sleep(0.4)  # who submits reads first
    tmux.type("y")
    snap("result", words["result"], "[m]", "[q]")
    tmux.key("End")
    snap("result-end", words["next"], "[q]")
    tmux.key("Enter")
    snap("review", question(1), words["mistake"], "[q]")
    tmux.type("m")
    snap("review-mistake", question(2) + words["wrong"], "[q]")
    tmux.type("q")
    report.equal(f"{lang} {columns}: q ends it", tmux.exit_code(), 0)
    report.equal(f"{lang} {columns}: what was kept",
                 [q["correct"] for q in home.json("exam", "show", "1")["questions"]], [n not in (2, 5, 9) for n in range(1, 11)])


def test_korean_keyboard(tmux, home):
    """Keys do what is printed on them though the keyboard is in Korean mode."""
    home.lang = "en"
    tmux.start(home, *TEN)
    tmux.wait("begin", "[q]")
    tmux.key("Enter")
    tmux.wait("Question 1 of 10", "[q]")
    for letter, wanted in (("ㅜ", "Question 2 of 10"), ("ㄹ", "! flagged"), ("ㅊ", "(a guess)"), ("ㅔ", "Question 1 of 10"),
                           ("ㅅ", "Time left"), ("ㅎ", "0 of 10 answered"), ("ㅎ", "[f]"), ("ㄴ", "Submit the exam?")):
        tmux.type(letter)
        report.check(f"{letter}", wanted in tmux.wait(wanted), wanted)
    time.sleep(0.4)
    tmux.type("ㅛ")
    report.check("ㅛ submits", "Estimate" in tmux.wait("Estimate", "[q]"))
    tmux.type("ㅂ")
    report.equal("ㅂ quits", tmux.exit_code(), 0)


def page_through(name, tmux, this_one, next_one):
    """Enter turns the pages of one screen to its end, and only then goes on."""
    screen = tmux.wait(this_one, "-- 1-", "[Enter] more")
    ends = []
    for _ in range(20):
        first, last, total = map(int, re.search(r"-- (\d+)-(\d+) / (\d+) --", screen).groups())
        ends.append((last, total))
        tmux.key("Enter")
        screen = tmux.wait("[q]", gone=[f"-- {first}-"])
        if next_one in screen:
            break
    report.check(f"{name}: page by page to its end, then the next", next_one in screen and len(ends) > 1 and
                 [last == total for last, total in ends] == [False] * (len(ends) - 1) + [True], (ends, screen))


def test_pages(tmux, home):
    """A question that is longer than the screen is read to its end before Enter goes on, and so is its review."""
    home.lang = "en"
    tmux.start(home, *TEN, columns=40, rows=16)
    tmux.wait("[Enter] more", "[q]")
    tmux.key("End")
    tmux.wait("[Enter] begin")
    tmux.key("Enter")
    page_through("question", tmux, "Question 1 of 10", "Question 2 of 10")
    report.equal("nothing was picked", home.json("exam", "resume")["answered"], 0)
    tmux.type("n")
    tmux.wait("Question 3 of 10")
    tmux.type("q")
    report.equal("left", tmux.exit_code(), 0)
    home.run("exam", "resume", keys="sy")
    tmux.start(home, "exam", "show", "1", columns=40, rows=16)
    tmux.wait("Exam 1", "[m]")
    tmux.type("m")
    page_through("review", tmux, "Question 1 of 10", "Question 2 of 10")
    tmux.type("q")
    report.equal("q ends it", tmux.exit_code(), 0)


def test_resize(tmux, home):
    """The same question at any size; the narrowest terminal has all of it."""
    home.lang = "en"
    tmux.start(home, *TEN, columns=80, rows=24)
    tmux.wait("begin", "[q]")
    tmux.key("Enter")
    tmux.wait("Question 1 of 10", "[q]")
    for columns, rows in ((20, 24), (120, 30), (40, 12), (80, 24)):
        tmux.resize(columns, rows)
        tmux.wait("Question 1 of 10" if columns >= 40 else "1 of 10", "[q]")
        for key in ("", "g"):
            if key:
                tmux.type(key)
                tmux.wait("[g]", gone=["[f]"])
            check_lines(f"resized to {columns} {key}", tmux, columns)
        tmux.type("g")
        tmux.wait("[f]")
    tmux.type("2")
    tmux.wait("> 2.")
    tmux.type("q")
    report.equal("it can be left", tmux.exit_code(), 0)
    screen = tmux.wait("[exit")
    report.check("and says how to return", "amidojo exam resume" in screen.replace("\n", " "), screen)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        course.write_exams(tree)
        paper = Home(folder / "paper", tree.program).json(*TEN)["questions"]
        with Tmux(folder) as tmux:
            for lang in ("en", "ko"):
                for columns, rows in ((80, 24), (40, 24)):
                    try:
                        whole_exam(tmux, Home(folder / f"{lang}-{columns}", tree.program), paper, lang, columns, rows)
                    except (TimeoutError, RuntimeError, OSError) as error:
                        report.check(f"{lang} {columns}", False, error)
            for test in (test_korean_keyboard, test_pages, test_resize):
                try:
                    test(tmux, Home(folder / test.__name__, tree.program))
                except (TimeoutError, RuntimeError, OSError) as error:
                    report.check(test.__name__, False, error)
    report.finish()


if __name__ == "__main__":
    main()

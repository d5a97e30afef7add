"""exam_course - a bank of questions that tests can know by heart, made by rule.

Question `qNNN` has its right option wherever NNN says; every seventh is multiple response (2 of 5).
"""

import datetime
import pathlib
import re
import shutil
import sqlite3
import tempfile

from harness import TESTS, Home, Tree

NOTES = ("anatomy", "copies", "sharing")
CONTENT = TESTS.parent / "content"


def text(en, ko):
    return f"{{en: \"{en}\", ko: \"{ko}\"}}"


def rights(n):
    """The right options of question n, from 1, in the order of the bank."""
    return [1 + n % 5, 1 + (n + 2) % 5] if n % 7 == 0 else [1 + n % 4]


def key(n):
    return ",".join(map(str, sorted(rights(n))))


def question(n, exams, proof=False):
    several = n % 7 == 0
    lines = [
        f"  - id: q{n:03d}",
        f"    exams: {{{exams}}}",
        "    level: apply",
        f"    ask: {text(f'Scenario {n}. A company wants to start instances from one image in two Regions. What should it do?', f'상황 {n}. 한 회사가 이미지 하나로 두 리전에서 인스턴스를 시작하려 한다. 무엇을 해야 하는가?')}",
        "    options:",
    ]
    for i in range(1, 6 if several else 5):
        word = "right" if i in rights(n) else "wrong"
        lines.append(f"      - {word}: {text(f'Way {i} of scenario {n}, with as many words as the others have', f'상황 {n}의 방법 {i}, 다른 것과 같은 길이로 쓴 글')}")
        lines.append(f"        why: {text(f'Way {i} is {word} here.', f'방법 {i}에 관한 설명.')}")
    lines.append("    sources: [{url: \"https://docs.aws.amazon.com/page.html\", read: 2026-01-02}]")
    lines.append(f"    note: {NOTES[n % 3]}")
    if proof:
        lines.append("    proof: {world: one-ami, steps: [{run: aws ec2 describe-images --owners self --query 'length(Images)', expect: 1}]}")
    return "\n".join(lines) + "\n"


def write_bank(tree, exams=None, n=160, only=None):
    """n questions for saa-c03: three of five in domain 1, the others in domain 2, some in both.
    `only`: which numbers there are."""
    shutil.rmtree(tree.folder / "quizzes", ignore_errors=True)
    (tree.folder / "quizzes").mkdir()
    bank = f"bank: ways\ntitle: {text('Ways', '방법')}\nquestions:\n"
    for i in only or range(1, n + 1):
        domains = "[1, 2]" if i % 10 == 9 else "1" if i % 5 < 3 else "2"
        bank += question(i, exams or f"saa-c03: {domains}", proof=i == 1)
    (tree.folder / "quizzes/ways.yaml").write_text(bank, encoding="utf-8")


def write_exams(tree):
    """The bank, the shipped definition with an alias, and a world for proofs."""
    write_bank(tree)
    shutil.copy2(CONTENT / "exams/soa-c03.yaml", tree.content / "exams")
    (tree.content / "worlds").mkdir(exist_ok=True)
    shutil.copy2(CONTENT / "worlds/one-ami.yaml", tree.content / "worlds")


def number_of(item):
    return int(re.fullmatch(r"q(\d+)", item)[1])


def digits(place, options):
    """The keys that pick these options (numbers of the bank) in a place of a paper."""
    order = [int(x) for x in place["order"].split(",")]
    return "".join(str(order.index(option) + 1) for option in options)


def right_keys(place):
    return digits(place, rights(number_of(place["item"])))


def wrong_keys(place):
    """One option that is wrong, or one of two that are right."""
    wanted = rights(number_of(place["item"]))
    return digits(place, wanted[:1] if len(wanted) > 1 else [1 + wanted[0] % 4])


# ---- who sits them ----

START = datetime.datetime(2026, 3, 2, 9, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=9)))
TEN = ("saa-c03", "--seed", "7", "--length", "10")

class Candidate(Home):
    """Someone who sits exams; `after` seconds of the first begin."""

    def at(self, seconds):
        self.now = (START + datetime.timedelta(seconds=seconds)).isoformat()
        return self

    def exam(self, *args, **how):
        return self.run("exam", *args, **how)

    def paper(self, *args):
        return self.json("exam", *(args or TEN))["questions"]

    def state(self, **how):
        return self.json("exam", "resume", **how)

    def shown(self, number=1):
        return self.json("exam", "show", str(number))

    def listed(self):
        return self.json("exam", "list")

    def sit(self, keys, *args, **how):
        """Begins and presses keys; the first blank is for the start screen."""
        return self.exam(*(args or TEN), keys=" " + keys, **how)

    def copy(self, folder):
        super().copy(folder)
        return type(self)(folder, self.program, self.lang).at(0)

    def answers(self, paper, wrong=(), skip=()):
        """The keys that go through a paper, right but for these numbers."""
        keys = ""
        for place in paper:
            if place["number"] not in skip:
                keys += (wrong_keys if place["number"] in wrong else right_keys)(place)
            keys += "n" if place is not paper[-1] else ""
        return keys


def run_all(report, tests):
    """Each test with a candidate of its own, and with the tree if it takes one; then the sum is told."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree")
        write_exams(tree)
        for test in tests:
            me = Candidate(folder / test.__name__, tree.program)
            try:
                test(me, tree) if test.__code__.co_argcount == 2 else test(me)
            except (TimeoutError, OSError, ValueError, KeyError, IndexError, StopIteration, sqlite3.Error) as error:
                report.check(test.__name__, False, repr(error))
    report.finish()

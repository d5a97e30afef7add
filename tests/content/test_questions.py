#!/usr/bin/env python3
"""The shipped questions: counted by somebody else, drawn into papers with hundreds of seeds, and guessed at."""

import collections
import json
import os
import pathlib
import sys
import tempfile
import unicodedata

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]
from harness import Home, Report  # noqa: E402

ROOT = HERE.parent.parent
SCALE = int(os.environ.get("AMIDOJO_TEST_SCALE", "1"))
SEEDS = max(200 // SCALE, 20)
report = Report()


def banks():
    for path in sorted((ROOT / "quizzes").glob("*.yaml")):
        yield yaml.safe_load(path.read_text(encoding="utf-8"))


QUESTIONS = [(bank["bank"], q) for bank in banks() for q in bank["questions"]]
EXAMS = {e["exam"]: e for e in (yaml.safe_load(p.read_text(encoding="utf-8"))
                                for p in sorted((ROOT / "content/exams").glob("*.yaml")))}


def rights(question):
    return [n for n, option in enumerate(question["options"]) if "right" in option]


def text(option, lang):
    return (option.get("right") or option.get("wrong"))[lang]


def width(words):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def domains(question, exam):
    value = question["exams"].get(exam, [])
    return value if isinstance(value, list) else [value]


# ---- the numbers of the report ----

def test_report(home):
    reply = home.run("check", "--report", "--json", str(ROOT / "content"), str(ROOT / "quizzes"))
    report.equal("the banks are clean", (reply.code, reply.json()["problems"]), (0, []))
    told = reply.json()["report"]
    counted = {
        "questions": len(QUESTIONS),
        "proofs": sum("proof" in q for _, q in QUESTIONS),
        "notes": sum("note" in q for _, q in QUESTIONS),
        "labs": sum("lab" in q for _, q in QUESTIONS),
    }
    for name, number in counted.items():
        report.equal(f"report: {name}", told[name], number)

    def tally(names):
        return dict(collections.Counter(names))

    def questions_of(part):
        return {name: value["questions"] for name, value in told[part].items() if value["questions"]}

    report.equal("by bank", questions_of("banks"), tally(bank for bank, _ in QUESTIONS))
    report.equal("by level", questions_of("levels"), tally(q["level"] for _, q in QUESTIONS))
    report.equal("by domain", questions_of("domains"),
                 tally(f"{exam}/{d}" for _, q in QUESTIONS for exam in q["exams"] for d in domains(q, exam)))
    report.equal("by type", questions_of("types"),
                 tally("multiple-response" if len(rights(q)) > 1 else "multiple-choice" for _, q in QUESTIONS))
    report.equal("by language", questions_of("languages"), {"both": len(QUESTIONS)})
    read = [str(s["read"]) for _, q in QUESTIONS for s in q["sources"]]
    report.equal("sources", (told["oldest_source"], told["newest_source"]), (min(read), max(read)))
    return told


def test_what_was_promised(told):
    """What README and the issue's readers rely on."""
    report.check("160 questions", told["questions"] >= 160, told["questions"])
    report.check("60 proofs", told["proofs"] >= 60, told["proofs"])
    share = told["types"]["multiple-response"]["questions"] / told["questions"]
    report.check("about 15% multiple response", 0.12 <= share <= 0.2, share)
    for exam in EXAMS:
        report.check(f"two papers of {exam}", told["papers"][exam] >= 2, told["papers"])


def test_guessers(told):
    choice = [q for _, q in QUESTIONS if len(q["options"]) == 4 and len(rights(q)) == 1]
    report.equal("measured", told["guessing"]["of"], len(choice))
    for lang in ("en", "ko"):
        for name, better in (("longest", max), ("shortest", min)):
            hits = 0.0
            for q in choice:
                widths = [width(text(o, lang)) for o in q["options"]]
                best = [n for n, w in enumerate(widths) if w == better(widths)]
                hits += (rights(q)[0] in best) / len(best)
            report.check(f"{name}, {lang}", abs(told["guessing"][name][lang] - hits) < 1e-3,
                         (told["guessing"][name][lang], hits))
        longest = told["guessing"]["longest"][lang] / len(choice)
        report.check(f"the longest option gives nothing away, {lang}", longest <= 0.30, longest)
    positions = collections.Counter(rights(q)[0] for q in choice)
    report.equal("position", told["guessing"]["position"], [positions[n] for n in range(4)])


# ---- papers ----

def share(total, weights):
    """Largest remainder, told otherwise: hand out one by one to whoever is owed most."""
    given = [total * w // sum(weights) for w in weights]
    while sum(given) < total:
        owed = [total * w / sum(weights) - g for w, g in zip(weights, given)]
        given[owed.index(max(owed))] += 1
    return given


def counts(paper, exam, scored):
    found = collections.Counter(p["domain"] for p in paper["questions"] if p["scored"] == scored)
    return [found[d["id"]] for d in exam["domains"]]


def draw(home, exam, seed, *more):
    reply = home.run("exam", exam, "--seed", str(seed), "--json", *more)
    report.equal(f"{exam} {seed}: exit", (reply.code, reply.err), (0, ""))
    return reply


def check_paper(name, paper, exam):
    weights = [d["weight"] for d in exam["domains"]]
    report.equal(f"{name}: scored", counts(paper, exam, True), share(exam["scored"], weights))
    report.equal(f"{name}: unscored", counts(paper, exam, False), share(exam["unscored"], weights))
    items = [p["item"] for p in paper["questions"]]
    report.equal(f"{name}: each once", len(set(items)), exam["scored"] + exam["unscored"])
    known = {q["id"]: q for _, q in QUESTIONS}
    misplaced = [p["item"] for p in paper["questions"] if p["domain"] not in domains(known[p["item"]], exam["exam"])]
    report.equal(f"{name}: in a domain of theirs", misplaced, [])
    orders = [sorted(p["order"].split(",")) == [str(n + 1) for n in range(len(known[p["item"]]["options"]))]
              for p in paper["questions"]]
    report.check(f"{name}: every option shown once", all(orders), orders)
    return set(items)


def test_papers(home, other):
    for exam in EXAMS.values():
        drawn = set()
        for seed in range(1, SEEDS + 1):
            first = draw(home, exam["exam"], seed)
            paper = first.json()
            items = check_paper(f"{exam['exam']} {seed}", paper, exam)
            drawn |= items
            if seed % 2:
                before = items
            else:
                report.equal(f"{exam['exam']} {seed}: nothing of its pair", before & items, set())
            if seed % 10 == 1:
                again = draw(other, exam["exam"], seed)
                report.check(f"{exam['exam']} {seed}: the same bytes in another home", first.out == again.out)
        available = {q["id"] for _, q in QUESTIONS if exam["exam"] in q["exams"]}
        report.check(f"{exam['exam']}: every question is drawn some time", len(available - drawn) <= len(available) // 20,
                     sorted(available - drawn))


def test_first_place(home):
    """The key stands in every place of the screen about equally often, over many papers."""
    known = {q["id"]: q for _, q in QUESTIONS}
    places = collections.Counter()
    for seed in range(1, 21):
        for p in draw(home, "saa-c03", seed).json()["questions"]:
            key = rights(known[p["item"]])
            if len(key) == 1:
                places[p["order"].split(",").index(str(key[0] + 1))] += 1
    total = sum(places.values())
    for n in range(4):
        report.check(f"the key stands in place {n + 1}", 0.2 < places[n] / total < 0.3, places)


# ---- what gives answers away is told ----

def bank_of(folder, make, n=48):
    """A pack of one bank with n questions by make(number): options, the index of the right one."""
    questions = []
    for number in range(n):
        options, right = make(number)
        questions.append({
            "id": f"q-{number}", "exams": {"saa-c03": [1]}, "level": "apply",
            "ask": {"en": f"Question {number} about orchards?", "ko": f"과수원 문제 {number}번은?"},
            "options": [{("right" if k == right else "wrong"): {"en": o, "ko": o},
                         "why": {"en": "so", "ko": "그래서"}} for k, o in enumerate(options)],
            "sources": [{"url": "https://docs.aws.amazon.com/x/", "read": "2026-11-21"}],
        })
    folder.mkdir()
    path = folder / "bank.yaml"
    body = json.dumps({"bank": "guess", "title": {"en": "g", "ko": "g"}, "questions": questions}, ensure_ascii=False)
    path.write_text(body.replace('"2026-11-21"', "2026-11-21"), encoding="utf-8")
    return path


def even(number, right_text, wrong_text):
    right = number % 4
    return [right_text if k == right else f"{wrong_text} {k}" for k in range(4)], right


def test_warnings(home, folder):
    rows = {
        "longest": (lambda n: even(n, "a very long and careful text indeed", "short one"), "longest option"),
        "shortest": (lambda n: even(n, "x", "a longer text"), "shortest option"),
        "echo": (lambda n: even(n, "the orchards", "some fruit"), "most words of the question"),
        "position": (lambda n: ([f"text {k}" for k in range(4)], 2), "option 3 is the right one in 100%"),
        "above": (lambda n: (["a1", "b2", "c3", "All of the above"], n % 4), "speaks of the other options"),
        "twice": (lambda n: (["a1", "b2", "a1", "d4"], n % 4), "the same as another"),
    }
    for name, (make, said) in rows.items():
        reply = home.run("check", str(ROOT / "content/exams"), str(bank_of(folder / name, make)))
        report.check(f"{name}: is warned of", said in reply.out and reply.code == 0, reply)
    fine = bank_of(folder / "fine", lambda n: ([f"text {(k * 7 + n) % 10}" for k in range(4)], n % 4))
    reply = home.run("check", str(ROOT / "content/exams"), str(fine))
    report.check("an even bank is clean", "0 errors, 0 warnings" in reply.out, reply)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        home, other = Home(folder / "home", lang="en"), Home(folder / "other", lang="en")
        other.run("exam", "soa-c03", "--length", "20", keys=" 1 s")  # a history of its own
        told = test_report(home)
        test_what_was_promised(told)
        test_guessers(told)
        test_papers(home, other)
        test_first_place(home)
        test_warnings(home, folder)
    report.finish()


main()

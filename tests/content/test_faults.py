#!/usr/bin/env python3
"""content/faults.yaml: every code that the simulator can answer with is explained, in both languages; what an entry is
recognised by stands in the simulator's own texts; none hides behind another."""
import pathlib
import re
import sys

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import HANGUL, Report  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FAULT = re.compile(r'^FAULT\((\w+), "([^"]+)", \d+, "((?:[^"\\]|\\.)*)"\)$', re.M)
PLACE = re.compile(r"%(?:\d\$)?(?:s|lld)")
LONGEST = 420  # characters of a why or a fix: more is not read when something has just gone wrong

report = Report()


def simulator_texts():
    """Texts of the operations, as they are when the compiler has joined their parts."""
    parts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "simulator/ops").glob("*.[ch]"))]
    parts.append((ROOT / "simulator/ops/faults.def").read_text(encoding="utf-8"))
    return re.sub(r'"\s*\n\s*"', "", "\n".join(parts)).replace('\\"', '"')


def is_told(when, texts, operations):
    """As it is, with a value in quotes, or as what the AWS CLI says before the text: which operation it was."""
    operation = re.fullmatch(r"calling the (\w+) operation", when)
    return operation[1] in operations if operation else when in texts or re.sub("'[^']*'", "'%s'", when) in texts


def first_fit(entries, text):
    return next((e for e in entries if "when" not in e or e["when"] in text), None)


def test_codes(faults, entries):
    codes = {code for _, code, _ in faults}
    report.check("the list of faults was read", len(codes) > 150, len(codes))
    report.equal("every code is explained", sorted(codes - entries.keys()), [])
    reasons = set(re.findall(r'"(Client\.\w+)"', simulator_texts()))  # of what was accepted and ended badly
    strange = [c for c in entries if c not in codes and c not in reasons and not c.startswith("Cli.")]
    report.equal("no code is explained that nothing answers with", strange, [])
    for name, code, text in faults:
        found = first_fit(entries.get(code, ()), PLACE.sub("x", text.replace('\\"', '"')))
        report.check(f"{name} has an explanation", found is not None, text)


def test_order(entries, texts, operations):
    for code, own in entries.items():
        service = not code.startswith("Cli.")
        last = [e for e in own if "when" not in e]
        report.check(f"{code}: what fits any text is last, and once", len(last) <= 1 and (not last or own[-1] is last[0]))
        report.check(f"{code}: there is an entry for any text", not service or len(last) == 1)
        for i, entry in enumerate(own):
            when = entry.get("when")
            if when is None or not service:
                continue
            report.check(f"{code}: '{when}' stands in the simulator's texts", is_told(when, texts, operations))
            hidden = [e["when"] for e in own[:i] if e["when"] in when]
            report.equal(f"{code}: '{when}' hides behind no other", hidden, [])


def test_texts(listed):
    seen = {}
    for entry in listed:
        name = f"{entry['code']} '{entry.get('when', '')}'"
        for key in ("why", "fix"):
            en, ko = entry[key].get("en", ""), entry[key].get("ko", "")
            report.check(f"{name}: {key} in English", en and not HANGUL.search(en) and len(en) <= LONGEST, en)
            report.check(f"{name}: {key} in Korean", HANGUL.search(ko) and len(ko) <= LONGEST, ko)
            report.check(f"{name}: {key} is made of whole sentences", en[-1:] in ".:?" and ko[-1:] in ".?", (en, ko))
            report.check(f"{name}: marks of code are in pairs", en.count("`") % 2 == 0 and ko.count("`") % 2 == 0)
            # a command that a learner copies must be the same in both languages
            commands = [sorted(c for c in re.findall("`([^`]*)`", t) if c.startswith("aws ")) for t in (en, ko)]
            report.equal(f"{name}: {key} has the same commands in both languages", commands[0], commands[1])
        again = (entry["code"], entry.get("when"))
        report.check(f"{name} is there once", again not in seen)
        seen[again] = entry


def main():
    listed = yaml.safe_load((ROOT / "content/faults.yaml").read_text(encoding="utf-8"))["faults"]
    entries = {}
    for entry in listed:
        entries.setdefault(entry["code"], []).append(entry)
    faults = FAULT.findall((ROOT / "simulator/ops/faults.def").read_text(encoding="utf-8"))
    test_codes(faults, entries)
    handled = re.findall(r'^\s*\{"([A-Z]\w+)", ', simulator_texts(), re.M)
    test_order(entries, simulator_texts(), handled)
    test_texts(listed)
    report.finish()


main()

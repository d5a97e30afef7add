#!/usr/bin/env python3
"""diff_jmespath - our JMESPath against python jmespath 1.0.1, which is what the AWS CLI runs.

    diff_jmespath.py [--driver PATH] [--seed N] [--count N] [--show N]

Generates expressions over every rule of the grammar, well typed and not, whole and broken, and
evaluates each on a generated document with both. Results have to be the same text as json.dumps
gives (so 1 is not 1.0, and keys keep their order), errors the same words and carets. One test is a
batch of 1,000 expressions. AMIDOJO_TEST_SCALE divides the 100,000; SEED repeats a run.

Runs only where this Python can import jmespath (Debian: python3-jmespath); says so otherwise.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys

from jmespath_expressions import Generator, documents

try:
    import jmespath
    import jmespath.functions
except ImportError:
    jmespath = None

BATCH = 1000
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# --- Known differences: all of them are here, each with its reason ---------------------------------

ADDRESS = re.compile(r"_Expression object at 0x[0-9a-f]+")
OLD_WORDS = [  # Python 3.14, the CLI's, says these differently; this Python may be older
    (r"^cannot convert dictionary update sequence element #\d+ to a sequence$", "object is not iterable"),
    (r"^unhashable type: '(\w+)'$", r"cannot use '\1' as a dict key (unhashable type: '\1')"),
    (r"^(int\(\) argument must be a .* or a real number, not) .*", r"\1 '_Expression'"),
]


def compensated_sum(values):
    """sum() as it is since Python 3.12: rounding errors of reals are collected and added last."""
    values = list(values)
    if not any(isinstance(v, float) for v in values):
        return sum(values)
    first = next(i for i, v in enumerate(values) if isinstance(v, float))
    total, low = sum(values[:first]) + values[first], 0.0
    for x in values[first + 1:]:
        x = float(x)
        new = total + x
        low += (total - new) + x if abs(total) >= abs(x) else (x - new) + total
        total = new
    return total + low if low and abs(low) != float("inf") and low == low else total


def has_odd_key(value):
    if isinstance(value, dict):
        return any(not isinstance(k, str) for k in value) or any(map(has_odd_key, value.values()))
    return isinstance(value, list) and any(map(has_odd_key, value))


def has_big_integer(value):
    if isinstance(value, dict):
        return any(map(has_big_integer, value.values()))
    if isinstance(value, list):
        return any(map(has_big_integer, value))
    return isinstance(value, int) and not -2**63 <= value < 2**63


def excuse(expression, value, error, wanted):
    """Why the two may differ here, or None."""
    if isinstance(error, RecursionError):
        return "depth: Python's limit is its stack, ours is 500 levels"
    if has_big_integer(value) or re.search(r"\d{19}", expression + wanted):
        return "integers beyond 64 bits are reals here"
    if re.search(r"\b(ceil|floor)\(", expression) and "'int'" in wanted:
        return "integers beyond 64 bits are reals here"
    if re.search(r"nan", expression, re.I) and re.search(r"\bsort(_by)?\(", expression):
        return "an order of NaN depends on the algorithm of sorting"
    if re.search(r"'[+-]?nan", expression, re.I) and re.search(r"==|!=|contains", expression):
        return "every NaN is the same object here, in Python only those of literals"
    if has_odd_key(value) or ("merge(" in expression and isinstance(error, TypeError)):
        return "merge() of pairs: keys that are not strings become strings here"
    return None


# --- Both sides ------------------------------------------------------------------------------------


def in_new_words(text):
    for pattern, new in OLD_WORDS:
        text = re.sub(pattern, new, text)
    return text


def reference(expression, document):
    """(line as the driver prints it, excuse)"""
    value = error = None
    try:
        value = jmespath.compile(expression).search(document)
        line = json.dumps({"result": value}, separators=(",", ":"), default=str)
    except Exception as e:  # the CLI, too, takes whatever comes
        error = e
        line = json.dumps({"error": in_new_words(str(e))}, separators=(",", ":"))
    return ADDRESS.sub("", line), excuse(expression, value, error, line)


class Driver:
    def __init__(self, path, docs):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for doc in docs:
            self.process.stdin.write(json.dumps({"doc": doc}).encode() + b"\n")

    def answers(self, jobs):
        """The driver's lines for (expression, document number) pairs; fewer if it died."""
        pieces = [json.dumps({"expr": e, "doc": d}).encode() + b"\n" for e, d in jobs]
        lines = []
        for i in range(0, len(pieces), 50):  # less than a pipe holds, so that neither side blocks
            self.process.stdin.write(b"".join(pieces[i:i + 50]))
            self.process.stdin.flush()
            for _ in pieces[i:i + 50]:
                line = self.process.stdout.readline()
                if not line:
                    return lines
                lines.append(ADDRESS.sub("", line.decode().rstrip("\n")))
        return lines


def show(expression, document, got, wanted):
    print(f"  expression: {expression!r}\n    document: {document}")
    print(f"    got:    {got[:600]}\n    wanted: {wanted[:600]}")


def kind_of(line):
    if line.startswith('{"error'):
        return "errors"
    return "nulls" if line == '{"result":null}' else "values"


def read_options():
    build = os.environ.get("AMIDOJO_BUILD", str(ROOT / "build/release"))
    scale = max(1, int(os.environ.get("AMIDOJO_TEST_SCALE") or 1))
    seed = int(os.environ.get("SEED") or random.SystemRandom().getrandbits(32))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", default=build + "/tests/differential/jmes-driver")
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--count", type=int, default=max(BATCH, 100000 // scale))
    parser.add_argument("--show", type=int, default=10)
    return parser.parse_args()


def main():
    options = read_options()
    if jmespath is None or jmespath.__version__ != "1.0.1":
        print("skipped: this Python has no jmespath 1.0.1 (Debian: python3-jmespath)\n0 passed, 0 failed")
        return 0

    print(f"seed {options.seed}")
    jmespath.functions.sum = compensated_sum
    rng = random.Random(options.seed)
    docs = documents(rng)
    weights = [6] * 5 + [1] * (len(docs) - 5)  # the first ones have the names that expressions use
    generator = Generator(rng)
    driver = Driver(options.driver, docs)
    passed = failed = shown = 0
    kinds = collections.Counter()
    for _ in range(max(1, options.count // BATCH)):
        jobs = [(generator.expression(), rng.choices(range(len(docs)), weights)[0]) for _ in range(BATCH)]
        lines = driver.answers(jobs)
        bad = BATCH - len(lines)
        for (expression, number), got in zip(jobs, lines):
            wanted, why = reference(expression, docs[number])
            kinds[kind_of(wanted)] += 1
            if got != wanted and why:
                kinds["excused: " + why] += 1
            elif got != wanted:
                bad += 1
                if shown < options.show:
                    show(expression, number, got, wanted)
                    shown += 1
        passed, failed = passed + (bad == 0), failed + (bad != 0)
        if len(lines) < BATCH:
            print(f"the driver died of {jobs[len(lines)]!r}")
            break
    for name, count in kinds.most_common():
        print(f"  {count:7} {name}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

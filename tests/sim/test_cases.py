#!/usr/bin/env python3
"""Every session of tests/sim/cases as a learner would type it: each command's output, word for word.

A command that has no expectation yet gets what it printed written behind it and fails this once, so
that somebody reads it. AMIDOJO_UPDATE_GOLDEN=1 writes all of them anew. NAME... runs some files.
"""

import difflib
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import casefile  # noqa: E402
from harness import UPDATE_GOLDEN, Report  # noqa: E402


def difference(step):
    text = difflib.unified_diff(step.expect, step.got, "expected", "got", lineterm="", n=2)
    return "\n".join([*step.raw, *text])


def judge(step, problem):
    """None, or why the step fails."""
    if problem or step.got is None:
        return problem
    if UPDATE_GOLDEN or step.expect == step.got:
        return None
    if step.expect is None:
        return "had no expectation; what it printed has been recorded: read it\n" + "\n".join(step.raw + step.got)
    return difference(step)


def run_file(path):
    """[(name, problem or None)] of one file, in a world of its own."""
    try:
        steps = casefile.parse(path)
    except ValueError as error:
        return [(path.name, str(error))]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for step, problem in casefile.play(steps, casefile.Program(folder)):
            results.append((f"{path.name}:{step.number}", judge(step, problem)))
    if UPDATE_GOLDEN:
        casefile.write(path, steps)
    elif any(not step.recorded() for step in steps):
        for step in steps:
            step.got = step.got if step.expect is None else step.expect
        casefile.write(path, steps)
    return results


def main():
    report = Report()
    paths = [p for p in casefile.files() if not sys.argv[1:] or p.stem in sys.argv[1:]]
    for path, results in zip(paths, casefile.each(run_file, paths)):
        report.check(f"{path.name} has commands", results)
        for name, problem in results:
            report.check(name, not problem, problem)
    report.finish()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Nothing of the model is left out: every simulated operation has a handler and a session in which it
succeeds, and no answer has a member that the model does not know.

The sessions are those of test_cases.py, run again on a world in memory (shape-driver), which must
print the same as the program that keeps its world in a file.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import casefile  # noqa: E402
from harness import PROGRAM, Home, Report  # noqa: E402

BUILD = pathlib.Path(os.environ.get("AMIDOJO_BUILD", PROGRAM.parent))
DRIVER = BUILD / "tests/sim/shape-driver"
DRY = "An error occurred (DryRunOperation)"
# Operations that AWS lets nobody complete in a world without the customer's own hardware or
# contract; for them a dry run is all that can succeed.
DRY_ONLY = frozenset()
UNITS = {"s": 1000, "m": 60000, "h": 3600000, "d": 86400000}


class Driver:
    """A world in memory, with the interface of casefile.Program."""

    def __init__(self, folder):
        self.child = subprocess.Popen([DRIVER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      env={**os.environ, **casefile.SEED})
        self.misfits = []

    def ask(self, request):
        self.child.stdin.write(json.dumps(request).encode() + b"\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise EOFError(f"the driver ended on {request}")
        return json.loads(line)

    def aws(self, words, settings):
        answer = self.ask({"words": words, "env": settings})
        self.misfits += answer["misfits"]
        return answer["code"], answer["out"], answer["err"]

    def prompt(self, line):
        words = line.split()
        if words[:2] == ["clock", "advance"]:
            spans = re.findall(r"(\d+)([smhd])", words[2])
            self.ask({"advance": sum(int(n) * UNITS[unit] for n, unit in spans)})
        else:
            self.ask({"word": words[-1]})
        return 0, "", ""

    def end(self):
        """The exit code; under the sanitizers a leak is one."""
        self.child.stdin.close()
        self.child.stdout.close()
        return self.child.wait()


def run_file(path):
    """(path, steps with what they printed, misfits, why it ended early or None)"""
    steps, problem = casefile.parse(path), None
    with tempfile.TemporaryDirectory() as folder:
        driver = Driver(folder)
        try:
            for step, trouble in casefile.play(steps, driver):
                problem = problem or trouble and f"{path.name}:{step.number}: {trouble}"
        except (EOFError, BrokenPipeError) as error:
            problem = str(error)
        code = driver.end()
        if code and not problem:
            problem = f"the driver ended with {code}"
    return path, steps, sorted(set(driver.misfits)), problem


def succeeds(step, operation):
    got = step.got or []
    code = next((int(line[2:]) for line in got if line.startswith("! ")), 0)
    return code == 0 or operation in DRY_ONLY and any(DRY in line for line in got)


def note_successes(steps, done):
    for step in steps:
        if step.command is None:
            continue
        try:
            operation = casefile.operation(step.words({})[1][1:])
        except ValueError:
            continue
        if operation and (step.name is not None or succeeds(step, operation)):
            done.add(operation)


def operations():
    """{(service, operation)} of the model, as the program tells them."""
    with tempfile.TemporaryDirectory() as folder:
        services = Home(folder).run("aws", "coverage", "--json").json()
    return {(service, name) for service, what in services.items()
            for family in what["Families"].values() for name in family["Simulated"]}


def check_sessions(report, done):
    for path, steps, misfits, problem in casefile.each(run_file, casefile.files()):
        report.check(f"{path.name} runs in memory", not problem, problem)
        report.check(f"{path.name}: answers fit the model", not misfits, "\n".join(misfits))
        differing = [f"{path.name}:{step.number}: {step.raw[0]}" for step in steps
                     if step.got is not None and step.expect is not None and step.got != step.expect]
        report.check(f"{path.name}: the same as with a kept world", not differing, "\n".join(differing))
        note_successes(steps, done)


def main():
    report, done = Report(), set()
    if not report.check("the shape driver is built", DRIVER.exists(), f"{DRIVER} is missing"):
        report.finish()
    unhandled = subprocess.run([DRIVER, "--handlers"], capture_output=True, text=True, check=True).stdout
    report.check("every operation has a handler", not unhandled, unhandled)
    check_sessions(report, done)
    everything = operations()
    report.check("the model has operations", len(everything) > 150, len(everything))
    for service, name in sorted(everything):
        report.check(f"{service} {name} succeeds somewhere in tests/sim/cases", (service, name) in done)
    report.finish()


if __name__ == "__main__":
    main()

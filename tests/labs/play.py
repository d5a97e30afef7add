"""play - labs worked as a learner works them: in bash, with `aws` and `lab` on PATH."""

import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import PATIENCE, TESTS  # noqa: E402

LABS = TESTS.parent / "content/labs"
ROUTES = HERE / "routes"
MARK = "@@ "  # before a line of the script's own in what it prints


def links(home):
    """A folder with the names under which the program is called in a shell, as the head of PATH."""
    folder = home.folder / "bin"
    folder.mkdir(exist_ok=True)
    for name in ("aws", "lab", "world"):
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(home.program.resolve())
    clock = folder / "clock"
    clock.write_text('#!/bin/sh\nexec world clock "$@"\n')
    clock.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def route(lab):
    """Task to the lines of another way through it; {} if there is none."""
    path = ROUTES / f"{lab}.txt"
    sections = {}
    if path.exists():
        for part in re.split(r"^== +", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            name, _, body = part.partition("\n")
            sections[name.strip()] = body
    return sections


def script(tasks, ways):
    """Bash that works the tasks one after the other and tells how the lab stands before, between and after.
    A way of its own runs in a shell of its own, a solution's lines in the one they share."""
    lines = ["stand() { echo; echo '%s'$(lab task --json | tr -d '\\n'); }" % MARK, "set -e", "stand"]
    for task in tasks:
        if task["id"] in ways:
            lines += ["(", "set -e", ways[task["id"]], ")"]
        else:
            lines += task["solution"]
        lines += ["stand"]
    return "\n".join(lines) + "\n"


def bash(home, text, env=None):
    return subprocess.run(["bash", "-c", text], env=home.environment({"PATH": links(home), **(env or {})}),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10 * PATIENCE)


def standings(done):
    """How the lab stood each time: lists of states of its tasks."""
    told = [json.loads(line[len(MARK):]) for line in done.stdout.splitlines() if line.startswith(MARK)]
    return [[task["state"] for task in stand["tasks"]] for stand in told]


def expected(n):
    """One task after the other passes, and none before its turn."""
    return [["passed"] * k + ["open"] * (k < n) + ["later"] * (n - k - 1) for k in range(n + 1)]

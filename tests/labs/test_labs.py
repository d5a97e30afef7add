#!/usr/bin/env python3
"""Every shipped lab, worked in a shell: task by task by the author's solution, and by another route."""

import concurrent.futures
import pathlib
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
import play  # noqa: E402
from harness import Home, Report  # noqa: E402

LABS_AT_LEAST, ROUTES_AT_LEAST = 14, 7
report = Report()


def work(folder, lab, ways, seed):
    """Starts the lab in a home of its own and works it; what bash did."""
    home = Home(folder)
    start = home.run("lab", "start", lab["lab"], *(["--seed", seed] if seed else []))
    if start.code:
        return start, None
    names = home.run("lab", "task", "--json").json()["names"]
    return start, play.bash(home, play.script(lab["tasks"], ways), names)


def judge(name, lab, start, done):
    if not report.check(f"{name} starts", start.code == 0, start):
        return
    report.check(f"{name}: its commands succeed", done.returncode == 0, done.stderr[-2000:])
    report.equal(f"{name}: each task passes when it is done, and not before", play.standings(done),
                 play.expected(len(lab["tasks"])))


def main():
    labs = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(play.LABS.glob("*.yaml"))]
    report.check("there are enough labs", len(labs) >= LABS_AT_LEAST, len(labs))
    ways = {lab["lab"]: play.route(lab["lab"]) for lab in labs}
    report.check("there are enough other routes", sum(1 for w in ways.values() if w) >= ROUTES_AT_LEAST)
    for path in play.ROUTES.glob("*.txt"):
        lab = next((lab for lab in labs if lab["lab"] == path.stem), None)
        report.check(f"{path.name} is of a lab, and its sections of its tasks", lab and
                     set(ways[path.stem]) <= {task["id"] for task in lab["tasks"]})
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = []
        for lab in labs:
            runs = [("its solution", {}, None), ("another seed", {}, "spring")]
            runs += [("another route", ways[lab["lab"]], None)] if ways[lab["lab"]] else []
            for what, way, seed in runs:
                name = f"{lab['lab']}, {what}"
                place = pathlib.Path(folder) / name.replace(" ", "-")
                jobs.append((name, lab, pool.submit(work, place, lab, way, seed)))
        for name, lab, job in jobs:
            judge(name, lab, *job.result())
    report.finish()


main()

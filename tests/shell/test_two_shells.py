#!/usr/bin/env python3
"""Two shells at once change one world, 500 commands each: no change is lost, no command is refused for a lock, no id
is given twice. They begin together, so that the world is made by whoever comes first.
"""

import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import PATIENCE, SCALE, Home, Report  # noqa: E402

COMMANDS = max(40, 500 // SCALE)  # of each shell: half make something, half mark it
# In the shell's own words; $1: who, $2: how many times.
LOOP = """
for ((i = 0; i < $2; i++)); do
	id=$(aws ec2 create-volume --availability-zone us-east-1a --size 1 --query VolumeId --output text) || exit
	aws ec2 create-tags --resources "$id" --tags Key="$1-$i",Value="$id" || exit
	echo "$id"
done
"""
ROUNDS = 8
report = Report()


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = Home(folder)
        home.now = None
        env = home.environment({"SHELL": "/bin/bash", "AMIDOJO_SEED": "7"})
        started = time.monotonic()
        shells = [subprocess.Popen(home.command(["shell", "-c", LOOP, "loop", who, str(COMMANDS // 2)]), env=env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                  for who in ("left", "right")]
        answers = [shell.communicate(timeout=PATIENCE * 8) for shell in shells]
        print(f"2 x {COMMANDS} commands in {time.monotonic() - started:.1f} s")
        for shell, (out, err) in zip(shells, answers):
            report.equal("a shell ends well and says nothing of a lock", (shell.returncode, err), (0, ""))
            report.equal("all its commands answered", len(out.split()), COMMANDS // 2)
        told = [out.split() for out, _ in answers]
        ids = told[0] + told[1]
        report.equal("every id is given once", len(set(ids)), len(ids))
        kept = json.loads(home.run("aws", "ec2", "describe-volumes", "--output", "json").out)["Volumes"]
        report.equal("all volumes are there", {v["VolumeId"] for v in kept}, set(ids))
        wanted = {id_: [{"Key": f"{who}-{i}", "Value": id_}]
                  for who, made in zip(("left", "right"), told) for i, id_ in enumerate(made)}
        report.equal("each with its tag", {v["VolumeId"]: v["Tags"] for v in kept}, wanted)
        steps(home)
        report.fine("doctor finds nothing", home.run("doctor"))
        beginnings(folder)
    report.finish()


def beginnings(folder):
    """Several that meet where no world is yet: one makes it, and the others wait."""
    for n in range(ROUNDS):
        home = Home(pathlib.Path(folder) / f"new-{n}")
        many = [subprocess.Popen(home.command(["aws", "ec2", "create-key-pair", "--key-name", str(i)]), stdin=subprocess.DEVNULL,
                                 env=home.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                for i in range(6)]
        ended = [(one.communicate()[1], one.returncode) for one in many]
        report.equal(f"round {n}: all have begun", ended, [("", 0)] * len(many))
        keys = home.run("aws", "ec2", "describe-key-pairs", "--query", "length(KeyPairs)").out.strip()
        report.equal(f"round {n}: in one world", keys, str(len(many)))


def steps(home):
    """Each command is a step that can be undone, as far back as a world remembers; the file is sound."""
    world = sqlite3.connect(home.data / "worlds/default.db")
    numbers = [n for (n,) in world.execute("SELECT number FROM step ORDER BY number")]
    gaps = [n for n, after in zip(numbers, numbers[1:]) if after != n + 1]
    report.check("each command is a step, and so is what time did", len(numbers) >= 2 * COMMANDS and not gaps,
                 f"{len(numbers)} steps, gaps after {gaps}")
    report.equal("the file is sound", world.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
    world.close()


if __name__ == "__main__":
    main()

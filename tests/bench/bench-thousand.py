#!/usr/bin/env python3
"""bench-thousand.py - one `aws` command, the whole process, in a world of 1,000 resources of one's own: what a loop of a
learner's script pays each time. Budget: 10 ms."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("AMIDOJO", str(ROOT / "build/release/amidojo"))
IMAGES, RUNS = 1000, 40


def environment(folder):
    return {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8", "AMIDOJO_SEED": "1",
            "AMIDOJO_NOW": "2026-11-21T09:00:00+00:00"}


def fill(env):
    """1,000 images of one snapshot; the id of one of them."""
    mapping = "DeviceName=/dev/xvda,Ebs={SnapshotId=$SNAP}"
    lines = ["VOL=$(ec2 create-volume --size 8 --availability-zone us-east-1a --query VolumeId --output text)",
             "ec2 wait volume-available --volume-ids $VOL",
             "SNAP=$(ec2 create-snapshot --volume-id $VOL --query SnapshotId --output text)",
             "ec2 wait snapshot-completed --snapshot-ids $SNAP"]
    lines += [f"ec2 register-image --name n-{n} --root-device-name /dev/xvda --block-device-mappings {mapping}"
              " --query ImageId --output text" for n in range(IMAGES)]
    done = subprocess.run([PROGRAM, "sim"], env=env, input="\n".join(lines) + "\n", capture_output=True, text=True)
    ids = [line for line in done.stdout.splitlines() if line.startswith("ami-")]
    if len(ids) != IMAGES:
        sys.exit(f"bench-thousand: {len(ids)} images: {done.stderr[-500:]}")
    return ids[IMAGES // 2]


def measure(command, env):
    """(median, least) milliseconds."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        done = subprocess.run([PROGRAM, "aws", *command], env=env, stdin=subprocess.DEVNULL, capture_output=True)
        taken.append((time.perf_counter() - start) * 1000)
        if done.returncode:
            sys.exit(f"bench-thousand: {command}: {done.stderr.decode()}")
    taken.sort()
    return taken[RUNS // 2], taken[0]


def main():
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder)
        image = fill(env)
        print(f"{'a command among 1,000 images, whole process':64} {'median':>9} {'least':>9}")
        for words in (["sts", "get-caller-identity"],
                      ["ec2", "describe-images", "--image-ids", image],
                      ["ec2", "create-tags", "--resources", image, "--tags", "Key=a,Value=b"],
                      ["ec2", "describe-images", "--owners", "self", "--filters", "Name=name,Values=n-77"],
                      ["ec2", "describe-images", "--owners", "self", "--query", "length(Images)"],
                      ["ec2", "describe-images", "--owners", "self"]):
            median, least = measure(words, env)
            print(f"{' '.join(words)[:64]:64} {median:6.1f} ms {least:6.1f} ms")


main()

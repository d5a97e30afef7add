#!/usr/bin/env python3
"""bench-query.py - our JMESPath beside python jmespath and jp, over 10,000 images.

Against python jmespath: one search in a running process, nothing else. Against jp, which offers only
that: the whole process, which reads 11 MB of JSON, searches and prints. Budgets: 20 times as fast as
python jmespath, and no slower than jp. What is not installed is left out (Debian: python3-jmespath, jp).
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = os.environ.get("AMIDOJO_BUILD", str(ROOT / "build/release"))
BENCH = os.environ.get("BENCH_QUERY", BUILD + "/tests/bench/bench-query")
SYSTEM_PYTHON = "/usr/bin/python3"

try:
    import jmespath
except ImportError:
    jmespath = None
    if os.access(SYSTEM_PYTHON, os.X_OK) and "BENCH_QUERY_AGAIN" not in os.environ:
        os.environ["BENCH_QUERY_AGAIN"] = "1"
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON, "-B", *sys.argv])


def best(work, rounds):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def whole_process(command):
    return lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def ratio(theirs, ours):
    return f"{theirs / ours:9.1f}x" if theirs else f"{'-':>10}"


def main():
    lines = subprocess.run([BENCH, "--tsv"], stdout=subprocess.PIPE, check=True,
        text=True).stdout.splitlines()
    queries = [(query, float(ms)) for query, ms in (line.split("\t") for line in lines)]
    jp = shutil.which("jp")
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/images.json"
        subprocess.run([BENCH, "--write", path], check=True)
        with open(path, encoding="utf-8") as f:
            document = json.load(f)
        print(f"{'':84} {'in a process, ms':>33} {'whole process, ms':>31}")
        heads = f"{'ours':>10} {'python':>11} {'ratio':>10} {'ours':>9} {'jp':>10} {'ratio':>10}"
        print(f"{'query over 10,000 images':84} {heads}")
        for query, ours in queries:
            python = jmespath and best(lambda: jmespath.compile(query).search(document), 5)
            whole = best(whole_process([BENCH, "--search", path, query]), 7)
            theirs = jp and best(whole_process([jp, "-f", path, query]), 5)
            inside = f"{ours:10.3f} {python or 0:11.2f} {ratio(python, ours)}"
            print(f"{query:84} {inside} {whole:9.1f} {theirs or 0:10.1f} {ratio(theirs, whole)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

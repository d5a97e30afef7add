#!/usr/bin/env python3
"""64 connections of mixed calls for a minute, then kill -9 in the middle: no error, no growth, nothing lost.

    soak.py [SECONDS [OPTION OF SERVE...]]      60 unless said; AMIDOJO names the program

Memory is VmRSS, read four times a second. The first third of the time warms up (caches fill, the steps that can be
undone reach their number); the mean of the last third may then be 5 % and 2 MiB above that of the second.
bench-load, which it drives, is built by `make test`.
"""

import collections
import json
import os
import pathlib
import random
import statistics
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import mixed  # noqa: E402
from endpoint import Endpoint  # noqa: E402
from harness import Report  # noqa: E402

CONNECTIONS, ROOM = 64, 2
KILLS = 3
# Kinds of documents that nobody deletes, and how many of them a world keeps in a place (forget_oldest in simulator/ops).
FORGOTTEN = {"token": 1000, "image-gone": 1000, "snapshot-line": 1000, "access-key": 4000, "instance": 2000}
report = Report()


class Memory(threading.Thread):
    """VmRSS of a server in MiB, as it goes."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.seen, self.over = server, [], threading.Event()

    def run(self):
        while not self.over.wait(0.25):
            self.seen.append(self.server.memory())

    def thirds(self):
        n = len(self.seen) // 3
        return [statistics.fmean(self.seen[i * n:(i + 1) * n]) for i in range(3)]


def check_load(name, told, complaints):
    report.check(f"{name}: no error", told["errors"] == 0, complaints)
    idle = [track for track, done in told["tracks"].items() if not done]
    report.check(f"{name}: calls of all kinds", not idle, idle)


def check_kinds(state):
    """What only grows has reached its number, and nothing else has grown beyond what the load leaves alive."""
    found = collections.Counter(kind for _, _, kind, *_ in json.loads(state)["resources"])
    print("documents: " + ", ".join(f"{n} {kind}" for kind, n in found.most_common()))
    for kind, n in found.items():
        report.check(f"soak: {kind} does not grow for ever", n <= FORGOTTEN.get(kind, 1000), n)


def soak(folder, seconds, options, seed):
    with Endpoint(folder / "soak", *options) as server:
        file = folder / "scenario"
        file.write_text(mixed.prepare(server))
        started = server.memory()
        memory = Memory(server)
        memory.start()
        child = mixed.start_load(server, file, seconds=seconds, connections=CONNECTIONS, room=ROOM, seed=seed)
        told, complaints = mixed.result(child, seconds + 120)
        memory.over.set()
        memory.join()
        check_load("soak", told, complaints)
        first, second, third = memory.thirds()
        print(f"{told['requests']} requests in {told['seconds']:.0f} s on {CONNECTIONS} connections: {told['per_second']:.0f}/s, "
              f"p50 {told['p50_us'] / 1000:.1f} ms, p90 {told['p90_us'] / 1000:.1f}, p99 {told['p99_us'] / 1000:.1f}, "
              f"longest {told['max_us'] / 1000:.1f}; {told['errors']} errors, {told['refused']} refused by the state of things")
        print(f"memory: {started:.1f} MiB at first; means of the thirds {first:.1f}, {second:.1f}, {third:.1f}; "
              f"{server.memory('VmHWM'):.1f} at most")
        report.check("soak: memory does not grow", third < second * 1.05 + 2, memory.seen)
        world = mixed.World(server)
        print("in the world: " + ", ".join(f"{len(found)} {kind}s" for kind, found in world.of.items()))
        mixed.check_invariants(report, "soak", world)
        state = server.state()
        check_kinds(state)
        report.equal("soak: it ends as it should", server.end(), 0)
    with Endpoint(folder / "soak", *options) as server:
        report.check("soak: what was saved is what there was", server.state() == state, "")
        server.end()


def kill_in_the_middle(folder, seconds, options, seed):
    """The same load, and the server is killed; then started again on the same world, and so on."""
    acknowledged = mixed.Acknowledged()
    choices = random.Random(seed)
    server = Endpoint(folder / "kill", *options).start()
    file, log = folder / "scenario", folder / "log"
    for n in range(KILLS):
        file.write_text(mixed.prepare(server))
        child = mixed.start_load(server, file, seconds=seconds * 2, connections=CONNECTIONS, room=ROOM, seed=seed + n + 1, log=log,
                                 ending=1)
        time.sleep(seconds / KILLS * (0.5 + choices.random()))
        server.kill()
        told, complaints = mixed.result(child)
        name = f"kill {n + 1}"
        report.check(f"{name}: no error before", told["errors"] == 0 and told["broken"], complaints)
        acknowledged.read(log)
        server = Endpoint(folder / "kill", *options).start()
        world = mixed.World(server)
        mixed.check_acknowledged(report, name, acknowledged, world)
        mixed.check_invariants(report, name, world)
        mixed.terminate_all(server, acknowledged, world)
        print(f"{name}: after {told['requests']} answers, {acknowledged.changes} changes acknowledged in all; "
              f"started again in {server.started * 1000:.0f} ms")
    report.equal("kill: it ends as it should", server.end(), 0)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 24))
    print(f"SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        soak(folder, seconds, sys.argv[2:], seed)
        kill_in_the_middle(folder, max(3, seconds / 3), sys.argv[2:], seed)
    report.finish()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""kill -9 of the endpoint while connections make mixed calls, again and again on one world: what was acknowledged is
there when it is started again, what refers to something refers to what is there, and no answer was wrong before.

A small soak.py. `SEED=n` repeats the choices of a run (not its timing).
"""

import os
import pathlib
import random
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import mixed  # noqa: E402
from endpoint import Endpoint  # noqa: E402
from harness import SANITIZED, SCALE, Report  # noqa: E402

KILLS = max(4, 20 // SCALE)
CONNECTIONS, ROOM = 16, 3
LONGEST = 0.5 if not SANITIZED else 2  # seconds of load before a kill
PACES = ([], ["--instant"], ["--realtime"], ["--speed", "1000"])
report = Report()


def load_and_kill(server, folder, choices, n):
    """What bench-load was told until the server died."""
    scenario, log = folder / "scenario", folder / "log"
    scenario.write_text(mixed.prepare(server))
    child = mixed.start_load(server, scenario, seconds=LONGEST * 10, connections=CONNECTIONS, room=ROOM, seed=n + 1, log=log, ending=1)
    time.sleep(choices.uniform(0.02, LONGEST))
    server.kill()
    return mixed.result(child), log


def one_kill(server, folder, choices, n, acknowledged, seed):
    name = f"SEED={seed} kill {n} ({' '.join(server.options) or 'calls'})"
    (told, complaints), log = load_and_kill(server, folder, choices, n)
    report.check(f"{name}: no wrong answer before", told["errors"] == 0 and told["broken"], complaints)
    acknowledged.read(log)
    after = Endpoint(folder / "home", *PACES[(n + 1) % len(PACES)]).start()
    world = mixed.World(after)
    mixed.check_acknowledged(report, name, acknowledged, world)
    mixed.check_invariants(report, name, world)
    mixed.terminate_all(after, acknowledged, world)
    return after, told["requests"]


def check_command_line(server, world):
    """The command line, on the world that the server has left, lists what the server did."""
    report.equal("it ends as it should", server.end(), 0)
    for action, member, kind in (("describe-images", "Images[].ImageId", "image"),
                                 ("describe-snapshots", "Snapshots[].SnapshotId", "snapshot"),
                                 ("describe-volumes", "Volumes[].VolumeId", "volume")):
        own = {"image": ["--owners", "self", "--include-disabled", "--include-deprecated"], "snapshot": ["--owner-ids", "self"]}
        env = {"AWS_ACCESS_KEY_ID": mixed.KEY, "AWS_SECRET_ACCESS_KEY": "x" * 20, "AWS_DEFAULT_REGION": "us-east-1", "AMIDOJO_NOW": None}
        done = server.home.run("aws", "ec2", action, *own.get(kind, []), "--query", member, "--output", "text", env=env)
        found = set(done.out.split()) - {"None"}
        report.check(f"the command line lists the same {kind}s", found == world.ids[kind] and done.code == 0,
                     f"{sorted(found ^ world.ids[kind])}\n{done.err}")


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 24))
    print(f"SEED={seed}", flush=True)
    if not mixed.LOAD.exists():
        sys.exit(f"{mixed.LOAD} is not built: make test does that")
    choices = random.Random(seed)
    acknowledged = mixed.Acknowledged()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server, requests = Endpoint(folder / "home").start(), 0
        for n in range(KILLS):
            server, answered = one_kill(server, folder, choices, n, acknowledged, seed)
            requests += answered
        check_command_line(server, mixed.World(server))
    print(f"{KILLS} kills, {requests} answers and {acknowledged.changes} changes acknowledged; {time.monotonic() - begun:.0f} s")
    report.check("many changes were acknowledged", acknowledged.changes > 10 * KILLS, acknowledged.changes)
    report.finish()


if __name__ == "__main__":
    main()

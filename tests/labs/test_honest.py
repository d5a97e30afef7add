#!/usr/bin/env python3
"""Whatever a learner does in a lab, what they hand in is never taken for edited: random sessions, replayed by `grade`."""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import play  # noqa: E402
from harness import PATIENCE, SCALE, Home, Report  # noqa: E402

SESSIONS = max(2, 8 // SCALE)
COMMANDS = 50
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-2", "ap-east-1", "mars-1")
report = Report()


class Learner:
    """One shell in a lab; `found` are the ids that commands have printed, shared by the shells of one home."""

    def __init__(self, home, chance, found):
        self.home, self.chance, self.found = home, chance, found
        self.path = play.links(home)

    def run(self, *words, text=None, env=None):
        program = self.home.folder / "bin" / words[0]
        words = [str(program), *words[1:]] if program.exists() else self.home.command(list(words))
        done = subprocess.run(words, env=self.home.environment({"PATH": self.path, **(env or {})}), input=text,
                              stdin=None if text is not None else subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", timeout=PATIENCE)
        for kind, rest in re.findall(r"\b(ami|i|snap|vol)-([0-9a-f]{17})\b", done.stdout):
            self.found.setdefault(kind, {})[f"{kind}-{rest}"] = None
        return done

    def id(self, kind):
        known = list(self.found.get(kind, ()))
        return self.chance.choice(known) if known and self.chance.random() < 0.95 else f"{kind}-0123456789abcdef0"

    def aws(self):
        pick, of = self.chance.choice, self.id
        name = pick(["web", "a b", "이미지", "x" * 130, "quo'te\"$", "\x01\x1b[31m", "한" * 30])
        words = pick([
            ["describe-images", "--owners", "self"], ["describe-instances"], ["describe-volumes"], ["no-such-operation"],
            ["describe-snapshots", "--owner-ids", "self"], ["describe-images", "--owners", "amazon", "--max-items", "2"],
            ["run-instances", "--image-id", of("ami"), "--instance-type", pick(["t3.micro", "t4g.micro", "none"]),
             "--user-data", pick([name, "Z" * 17000, f"file://{self.home.folder}/bytes", f"fileb://{self.home.folder}/bytes"])],
            ["create-image", "--instance-id", of("i"), "--name", name], ["terminate-instances", "--instance-ids", of("i")],
            ["copy-image", "--source-region", pick(REGIONS), "--source-image-id", of("ami"), "--name", name],
            ["deregister-image", "--image-id", of("ami")], ["create-snapshot", "--volume-id", of("vol")],
            ["delete-snapshot", "--snapshot-id", of("snap")], ["stop-instances", "--instance-ids", of("i")],
            ["start-instances", "--instance-ids", of("i")], ["create-replace-root-volume-task", "--instance-id", of("i")],
            ["create-volume", "--availability-zone", pick(["us-east-1a", "none"]), "--size", str(pick([0, 1, 8]))],
            ["create-tags", "--resources", of(pick(["ami", "i", "snap", "vol"])), "--tags", f"Key=k,Value={name}"],
            ["wait", "image-available", "--image-ids", of("ami")], ["wait", "instance-running", "--instance-ids", of("i")],
            ["modify-image-attribute", "--image-id", of("ami"), "--launch-permission", "Add=[{UserId=444455556666}]"],
            ["enable-image-deprecation", "--image-id", of("ami"), "--deprecate-at", "2027-01-01T00:00:00+09:00"],
        ])
        words += pick([[]] * 6 + [["--dry-run"], ["--region", pick(REGIONS)], ["--profile", pick(["prod", "none"])]])
        words = pick([["ec2", *words]] * 9 + [["kms", "create-key"], ["sts", "get-caller-identity"], ["s3", "ls"],
                                              ["configure", "set", "region", pick(REGIONS)]])
        return words, pick([{}] * 12 + [{"TZ": "America/New_York"}, {"LC_ALL": "C"}, {"AWS_DEFAULT_REGION": "eu-west-1"},
                                        {"AWS_ACCESS_KEY_ID": "999988887777", "AWS_SECRET_ACCESS_KEY": "x"},
                                        {"AWS_ACCESS_KEY_ID": "A\udcff", "AWS_SECRET_ACCESS_KEY": "x"}])

    def word(self):
        return self.chance.choice([
            "undo", "undo", "redo", "clock next", "clock", "graph", "events", "cost", "changes -v", "explain", "worlds",
            "clock advance 15m", "clock advance 40d", "clock advance 7000d", "clock advance -1s", "reset --yes", "load x"])

    def step(self):
        kind = self.chance.random()
        if kind < 0.25:
            self.run("world", *self.word().split())
        elif kind < 0.35:
            self.run("lab", *self.chance.choice(["check", "hint", "solution --yes", "task", "reset --yes"]).split())
        elif kind < 0.45:
            lines = [f"{self.word()}\n" if self.chance.random() < 0.5 else f"aws {' '.join(self.aws()[0][:4])}\n"
                     for _ in range(4)]
            self.run("sim", text="".join(lines))
        else:
            words, env = self.aws()
            self.run("aws", *words, env=env)


def session(folder, seed, shells):
    chance = random.Random(seed)
    home, found, lab = Home(folder, lang="en"), {}, chance.choice(sorted(p.stem for p in play.LABS.glob("*.yaml")))
    (home.folder / "bytes").write_bytes(bytes(range(256)))
    learners = [Learner(home, random.Random(chance.random()), found) for _ in range(shells)]
    report.check(f"{lab} begins", learners[0].run("lab", "start", lab, "--seed", "S", "--student", "김 민수").returncode == 0)
    for words in ("describe-images --owners self", "describe-instances", "describe-volumes",
                  "describe-snapshots --owner-ids self"):
        learners[0].run("aws", "ec2", *words.split())

    def work(learner):
        for _ in range(COMMANDS // shells):
            learner.step()

    threads = [threading.Thread(target=work, args=(learner,)) for learner in learners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file = home.folder / "handed-in.json"
    handed = learners[0].run("lab", "submit", str(file))
    report.check(f"{lab} is handed in", handed.returncode == 0, handed.stderr)
    graded = json.loads(learners[0].run("grade", "--json", str(file)).stdout)["submissions"][0]
    report.check(f"{lab}, {shells} shells, seed {seed}: not edited", graded["verdict"] == "ok", graded["reason"])
    report.check("with all that was done", len(json.loads(file.read_text())["record"]) > COMMANDS // 2)
    report.equal("the progress is sound", learners[0].run("doctor").returncode, 0)


def main():
    seed = int(os.environ.get("SEED") or random.randrange(10**9))
    print(f"SEED={seed}")
    with tempfile.TemporaryDirectory() as name:
        for n in range(SESSIONS):
            session(pathlib.Path(name) / str(n), seed + n, 1 + n % 2)
    report.finish()


if __name__ == "__main__":
    main()

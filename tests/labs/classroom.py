"""classroom - students who work labs and hand them in, and ways to tamper with what they hand in."""

import copy
import ctypes
import ctypes.util
import json
import pathlib
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
import play  # noqa: E402
from harness import Home  # noqa: E402

SHARE, COLLISION = "share-an-ami", "name-collision"
SEED = "spring"


def read_lab(name):
    return yaml.safe_load((play.LABS / f"{name}.yaml").read_text(encoding="utf-8"))


class Student:
    """One learner with a HOME of their own, who begins a lab at once."""

    def __init__(self, folder, name, lab=SHARE, seed=SEED, minute=0, program=None):
        self.home = Home(folder, program) if program else Home(folder)
        self.lab, self.minute = read_lab(lab), minute
        self.at(0)
        who = ["--seed", seed, "--student", name] if seed else []
        self.started = self.home.run("lab", "start", lab, *who)
        if self.started.code:
            raise RuntimeError(str(self.started))
        self.names = self.home.json("lab", "task")["names"]

    def at(self, minutes):
        """So long after they began, by the clock on the wall."""
        minutes += self.minute
        self.home.now = f"2026-03-02T{9 + minutes // 60:02}:{minutes % 60:02}:00+09:00"

    def sh(self, text):
        done = play.bash(self.home, "set -e\n" + text, self.names)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def work(self, tasks=99, hints=(), solutions=(), minutes=10):
        """The first so many tasks by the author's way, with a hint or the solution for these."""
        self.at(minutes)
        lines = []
        for task in self.lab["tasks"][:tasks]:
            lines += ["lab hint >hint.txt"] if task["id"] in hints else []
            lines += ["lab solution --yes >solution.txt"] if task["id"] in solutions else []
            lines += task["solution"]
        self.sh(f"cd '{self.home.folder}'\n" + "\n".join(lines))
        return self

    def submit(self, path):
        done = self.home.run("lab", "submit", str(path))
        if done.code:
            raise RuntimeError(str(done))
        return pathlib.Path(path)


def xxh3(text):
    """As the program reckons it: by the library that it is linked with."""
    library = ctypes.CDLL(ctypes.util.find_library("xxhash") or "libxxhash.so.0")
    library.XXH3_64bits.restype = ctypes.c_uint64
    return f"{library.XXH3_64bits(text, ctypes.c_size_t(len(text))):016x}"


def sum_of(submission):
    rest = {name: value for name, value in submission.items() if name != "sum"}
    return xxh3(json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def changed(submission, change, mend=True):
    """A copy that change() was let at; `mend`: and the sum reckoned anew, as a clever student would."""
    other = copy.deepcopy(submission)
    change(other)
    if mend:
        other["sum"] = sum_of(other)
    return other


def commands(submission):
    """Entries of the record that changed something."""
    return [entry for entry in submission["record"] if '"operation"' in entry.get("did", "")]


def call(submission, **members):
    """An entry with a call made up after the first real one."""
    line = {**json.loads(commands(submission)[0]["did"].splitlines()[0]), **members}
    return did(json.dumps(line) + "\n")


def did(text):
    return {"at": 1, "line": "", "code": 0, "did": text}

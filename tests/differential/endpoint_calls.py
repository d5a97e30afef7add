"""endpoint_calls - what the differential tests of the endpoint share: a served world, the same world in
memory that tells what has to be answered (endpoint-driver.c), the sessions of tests/sim/cases played on
both, and every difference that is no defect.

    Endpoint   `amidojo serve` on a fresh world, in a home of its own
    Driver     the AWS CLI on a world in memory; each command line with the calls that it makes
    play       a session: its words of time and its command lines, one after the other
    Held       counts what was compared and what was passed over, and why
"""

import base64
import collections
import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("AMIDOJO_BUILD", ROOT / "build/release")).resolve()
os.environ.setdefault("AMIDOJO", str(BUILD / "amidojo"))
sys.path[:0] = [str(ROOT / "tests/sim"), str(ROOT / "tests")]
import casefile  # noqa: E402
from harness import Home  # noqa: E402

MORE = sorted(pathlib.Path(__file__).resolve().parent.glob("endpoint-*.txt"))  # sessions without expectations
DRIVER = pathlib.Path(os.environ.get("AMIDOJO_ENDPOINT_DRIVER", BUILD / "tests/differential/endpoint-driver"))
PATIENCE = 60  # seconds until a server is called hung
UNITS = {"s": 1000, "m": 60000, "h": 3600000, "d": 86400000}

# --- Differences that are no defects: all of them are here, each with its reason ----------------------

# A client makes the token of a call that has none by chance, whatever the world's seed.
MADE_TOKEN = "ClientToken"
# 2.36.7 begins a sentence so, and ends one with members of a modelled fault; 2.9.19 does neither.
PREFIX = re.compile(r"^aws: \[ERROR\]: ", re.M)
DETAILS = re.compile(r"\n\nAdditional error details:\n.*", re.S)
# The CLI says how often it has tried; the clients here try once, so that the clock ticks once a call.
TRIED = re.compile(r" \(reached max retries: \d+\)")


def fault_text(err):
    """What the CLI says of a fault, in the words that all versions share."""
    return TRIED.sub("", DETAILS.sub("", PREFIX.sub("", err))).strip()


def without_tokens(value, request):
    """The value without the token that its client made."""
    if MADE_TOKEN in request:
        return value
    if isinstance(value, dict):
        return {k: without_tokens(v, request) for k, v in value.items() if k != MADE_TOKEN}
    if isinstance(value, list):
        return [without_tokens(v, request) for v in value]
    return value


# --- The two worlds -----------------------------------------------------------------------------------


class Endpoint:
    """A fresh world behind HTTP. Use it in a `with`; `problem` says why it ended badly."""

    def __init__(self, folder, *options):
        self.home, self.problem = Home(folder), None
        self.log = tempfile.TemporaryFile()
        self.child = subprocess.Popen(
            self.home.command(["serve", "--listen", "127.0.0.1:0", *options]), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.log, env=self.home.environment(casefile.SEED))
        timer = threading.Timer(PATIENCE, self.child.kill)
        timer.start()
        line = self.child.stdout.readline().decode()
        timer.cancel()
        found = re.search(r"http://[\d.]+:\d+", line)
        if not found:
            self.child.kill()
            raise RuntimeError(f"the server did not start: {line!r} {self.errors()}")
        self.url = found[0]

    def errors(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def advance(self, milliseconds):
        """Lets the world's time pass."""
        path = f"{self.url}/_amidojo/clock?advance={int(milliseconds)}ms"
        with urllib.request.urlopen(urllib.request.Request(path, data=b"", method="POST"), timeout=PATIENCE):
            pass

    def our_cli(self, words, settings=()):
        """A command line of ours that goes through the endpoint."""
        env = {**casefile.SEED, **dict(settings), "AWS_ENDPOINT_URL": self.url}
        return self.home.run("aws", *words, env=env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.send_signal(signal.SIGTERM)
        try:
            code = self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            code = self.child.wait()
        if code:
            self.problem = f"the server ended with {code}\n{self.errors()}"
        self.child.stdout.close()
        self.log.close()


class Driver:
    """A world in memory. Its profiles are in `config` and `credentials`."""

    def __init__(self, folder):
        self.config, self.credentials = pathlib.Path(folder) / "config", pathlib.Path(folder) / "credentials"
        self.child = subprocess.Popen([DRIVER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      env={**os.environ, **casefile.SEED})

    def ask(self, **request):
        self.child.stdin.write(json.dumps(request).encode() + b"\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError(f"the driver ended on {request}")
        return json.loads(line)

    def prompt(self, word):
        """A word of the simulator's prompt; how many milliseconds passed."""
        line = casefile.prompt_line(word).split()
        if line[:2] == ["clock", "advance"]:
            spans = re.findall(r"(\d+)([smhd])", line[2])
            return self.ask(advance=sum(int(n) * UNITS[unit] for n, unit in spans))["passed"]
        if line != ["clock", "next"]:
            raise ValueError(f"`> {word}` cannot be carried over to an endpoint")
        return self.ask(word="next")["passed"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait()


# --- Playing a session ----------------------------------------------------------------------------------


def play(path, prompt, command):
    """Each step of a file: prompt(word), or command(step, words, settings) -> stdout."""
    variables = {}
    for step in casefile.parse(path):
        if step.word is not None:
            prompt(step.word)
        elif step.command is not None:
            settings, words = step.words(variables)
            out = command(step, words[1:], settings)
            if step.name is not None:
                variables[step.name] = out.rstrip("\n")


def fallback_words(call):
    """The call as a command line of ours, for what another client does not know."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", call["operation"]).lower()
    return [call["service"], name, "--region", call["region"], "--no-paginate", "--cli-input-json",
            json.dumps(untyped(call["request"]))]


class Held:
    """What became of a session's lines. It travels between processes."""

    def __init__(self, name):
        self.name, self.same, self.failures, self.passed_over = name, 0, [], collections.Counter()

    def hold(self, where, problem):
        if problem:
            self.failures.append((where, problem))
        else:
            self.same += 1


def sessions():
    """All of them, or those named on the command line."""
    return [p for p in [*casefile.files(), *MORE] if not sys.argv[1:] or p.stem in sys.argv[1:]]


def each_session(work):
    """work(path) -> Held of every session, two at a time."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda path: guarded(work, path), sessions()))


def guarded(work, path):
    try:
        return work(path)
    except Exception as error:  # a session that breaks down is one failure, not the end of the others
        held = Held(path.name)
        held.hold(path.name, f"it broke down: {type(error).__name__}: {error}")
        return held


def finish(what, results, least):
    """Prints the tally; `least`: as many comparisons there have to be, when all sessions ran."""
    same = sum(held.same for held in results)
    passed_over = sum((held.passed_over for held in results), collections.Counter())
    failures = [failure for held in results for failure in held.failures]
    if not sys.argv[1:] and same + len(failures) < least:
        failures.append((what, f"only {same + len(failures)} compared, there have to be {least}"))
    for where, problem in failures:
        print(f"FAIL {where}")
        for line in str(problem).splitlines()[:25]:
            print(f"    {line[:400]}")
    print(f"{what}: {same} equal of {same + len(failures)} compared, in {len(results)} sessions")
    for reason, count in sorted(passed_over.items()):
        print(f"  passed over, {reason}: {count}")
    print(f"{same} passed, {len(failures)} failed")
    sys.exit(1 if failures or not same else 0)


# --- Replaying a session's calls with a client --------------------------------------------------------------


def replay(path, client):
    """Makes each call of a session with client.call(call, endpoint) and compares.

    It answers {"answer": typed document}, {"fault": {"code", "text", "status"}} or {"skip": reason};
    client.known(call, answer) is the part of an answer that the client's model has.
    """
    held = Held(path.name)
    with tempfile.TemporaryDirectory() as served, tempfile.TemporaryDirectory() as folder, \
            Driver(folder) as driver:
        with Endpoint(served) as endpoint:

            def make(where, call):
                if "sleep" in call:
                    endpoint.advance(call["sleep"])
                    return
                if "answer" not in call and "fault" not in call:
                    held.passed_over["calls to a Region that does not exist"] += 1
                    return
                got = client.call(call, endpoint.url)
                if "skip" in got:
                    held.passed_over[got["skip"]] += 1
                    done = endpoint.our_cli(fallback_words(call), {"AWS_ACCESS_KEY_ID": call["key"],
                                                                   "AWS_SECRET_ACCESS_KEY": call["secret"]})
                    if done.code not in (0, 254):
                        held.hold(where, f"our own command line in its place: {done}")
                else:
                    held.hold(where, answer_problem(call, got, client))

            def command(step, words, settings):
                ours = driver.ask(words=words, env=settings)
                for call in ours["calls"]:
                    make(f"{path.name}:{step.number}: {call.get('operation')}: {quoted(words)}", call)
                return ours["out"]

            play(path, lambda word: endpoint.advance(driver.prompt(word)), command)
        held.hold(f"{path.name}: the end", endpoint.problem)
    return held


def answer_problem(call, got, client):
    """None, or how the answer to a call differs from what is wanted."""
    if "fault" in call:
        want = call["fault"]
        return "\n".join(differences(want, {k: v for k, v in got.get("fault", {"answered": got}).items() if k in want}))
    if "answer" not in got:
        return f"it failed: {got}"
    want = without_tokens(client.known(call, call["answer"]), call["request"])
    return "\n".join(differences(want, without_tokens(got["answer"], call["request"])))


# --- Typed values -----------------------------------------------------------------------------------------


def is_marked(value):
    """Whether it is a timestamp, a blob or a number beyond 64 bits of a typed document."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("$time", "$blob", "$whole")


def untyped(value):
    """A document of the driver as plain JSON."""
    if isinstance(value, dict):
        if is_marked(value):
            return int(value["$whole"]) if "$whole" in value else next(iter(value.values()))
        return {k: untyped(v) for k, v in value.items()}
    return [untyped(v) for v in value] if isinstance(value, list) else value


def instant(text):
    """Milliseconds since the epoch of the model's timestamps."""
    then = datetime.datetime.fromisoformat(re.sub("Z$", "+00:00", text))
    then = then if then.tzinfo else then.replace(tzinfo=datetime.timezone.utc)
    return round(then.timestamp() * 1000)


def differences(want, got, where=""):
    """Lines that say where two typed documents differ. Both mark timestamps ($time) and blobs ($blob)."""
    if isinstance(want, dict) and "$time" in want:
        if not isinstance(got, dict) or "$time" not in got:
            return [f"{where}: {got!r} is no timestamp, {want['$time']} is wanted"]
        return [] if instant(want["$time"]) == instant(got["$time"]) else [f"{where}: {got}, not {want}"]
    if isinstance(want, dict) and "$blob" in want:
        same = isinstance(got, dict) and base64.b64decode(want["$blob"]) == base64.b64decode(got.get("$blob", ""))
        return [] if same else [f"{where}: {got!r}, not {want}"]
    if isinstance(want, dict) and isinstance(got, dict):
        lines = [f"{where}.{name}: missing, {want[name]!r} is wanted" for name in want if name not in got]
        lines += [f"{where}.{name}: {got[name]!r}, which nobody wants" for name in got if name not in want]
        return lines + [line for name in want if name in got
                        for line in differences(want[name], got[name], f"{where}.{name}")]
    if isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            return [f"{where}: {len(got)} elements, not {len(want)}"]
        return [line for i, pair in enumerate(zip(want, got)) for line in differences(*pair, f"{where}[{i}]")]
    kinds = {type(want), type(got)}
    same = want == got and (len(kinds) == 1 or kinds == {int, float})
    return [] if same else [f"{where}: {got!r}, not {want!r}"]


# --- Models of other clients (botocore's shapes) ----------------------------------------------------------


def unknown_member(shape, value, where=""):
    """The first member of a request that the model of a client does not have, or None."""
    if is_marked(value):
        return None
    if isinstance(value, list):
        found = (unknown_member(shape.member, v, where) for v in value)
    elif shape.type_name == "map":
        found = (unknown_member(shape.value, v, where) for v in value.values())
    elif shape.type_name == "structure":
        for name in value:
            if name not in shape.members:
                return f"{where}{name}"
        found = (unknown_member(shape.members[k], v, f"{where}{k}.") for k, v in value.items())
    else:
        return None
    return next(filter(None, found), None)


def known_part(shape, value):
    """The value without the members that the model of a client does not have."""
    if shape is None:
        return {}
    if is_marked(value):
        return value
    if isinstance(value, list):
        return [known_part(shape.member, v) for v in value]
    if shape.type_name == "map":
        return {k: known_part(shape.value, v) for k, v in value.items()}
    if shape.type_name == "structure" and isinstance(value, dict):
        return {k: known_part(shape.members[k], v) for k, v in value.items() if k in shape.members}
    return value


def quoted(words):
    return "aws " + " ".join(map(shlex.quote, words))

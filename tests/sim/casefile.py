"""casefile - the format of tests/sim/cases/*.txt: commands in one world, and what they answer.

    # a comment
    $ aws ec2 create-key-pair --key-name k --query KeyName      what follows is its stdout ...
    "k"
    $ aws ec2 create-key-pair --key-name k
    ! 254                                                       ... then its exit code, if not 0, ...
                                                                ... then its stderr
    aws: [ERROR]: An error occurred (InvalidKeyPair.Duplicate) when calling ...
    $ aws ec2 delete-tags --resources $ID --tags Key=a
    ! 0                                                         nothing was printed
    ID=$(aws ec2 describe-images --query 'Images[0].ImageId' --output text)
    > clock 2m                                                  or `> clock next`: time passes
    > undo                                                      any word of the simulator's prompt

A command may begin with NAME=VALUE settings and go on behind a last backslash. A line of output
that would be taken for one of these has a backslash before it; `\\` alone is an empty line at the
end, `\\c` says that the last newline is missing. A command without expectation has none yet.
"""

import concurrent.futures
import pathlib
import re
import shlex
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import Home  # noqa: E402

CASES = HERE / "cases"
EXIT_CODES = (0, 1, 252, 253, 254, 255)  # of the AWS CLI; another is never written into a file
SEED = {"AMIDOJO_SEED": "1", "AMIDOJO_NOW": "2026-01-01T00:00:00Z", "TZ": "UTC"}
ASSIGNMENT = re.compile(r"([A-Z][A-Z0-9_]*)=\$\((aws .*)\)\s*$", re.S)
SETTING = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)", re.S)
VARIABLE = re.compile(r"\$(?:\{([A-Z][A-Z0-9_]*)\}|([A-Z][A-Z0-9_]*)(?![A-Za-z0-9_]))")
SPECIAL = re.compile(r"[$>!] |#|\\|[A-Z][A-Z0-9_]*=\$\(")
SPAN = re.compile(r"clock (\d+[smhd](?:\d+[smhd])*)$")


class Step:
    """One directive of a file. `expect`: rendered lines, None: not recorded yet."""

    def __init__(self, number, raw):
        self.number, self.raw = number, raw
        self.expect, self.blanks = None, 0
        self.got = None
        text = "\n".join(raw)
        found = ASSIGNMENT.match(text)
        self.name = found[1] if found else None
        self.command = found[2] if found else text[2:] if text.startswith("$ ") else None
        self.word = text[2:].strip() if text.startswith("> ") else None

    def words(self, variables):
        """(settings, words after `aws`) of the command."""
        text = self.command.replace("\\\n", " ")
        text = VARIABLE.sub(lambda m: variables.get(m[1] or m[2], m[0]), text)
        words, settings = shlex.split(text), {}
        while words and SETTING.fullmatch(words[0]):
            name, value = SETTING.fullmatch(words.pop(0)).groups()
            settings[name] = value
        return settings, words

    def recorded(self):
        """Whether it says what comes; only commands on their own do."""
        return self.command is None or self.name is not None or self.expect is not None

    def code(self):
        """The exit code that is expected."""
        for line in self.expect or ():
            if line.startswith("! "):
                return int(line[2:])
        return 0

    def stderr(self):
        lines = self.expect or []
        marks = [i for i, line in enumerate(lines) if line.startswith("! ")]
        return "\n".join(lines[marks[0] + 1 :]) if marks else ""


def is_directive(line):
    return re.match(r"[$>] |#|[A-Z][A-Z0-9_]*=\$\(aws ", line)


def finish(path, step, body):
    """Gives the step the lines that stood behind it."""
    while body and body[-1] == "":
        body.pop()
        step.blanks += 1
    if body and (step.command is None or step.name is not None):
        raise ValueError(f"{path.name}:{step.number}: text that belongs to no command: {body[0]!r}")
    step.expect = body or None


def parse(path):
    """The steps of a file."""
    steps, body = [], []
    with path.open(encoding="utf-8", newline="") as file:  # a console ends its lines with \r\n
        lines = file.read().removesuffix("\n").split("\n")
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        if not is_directive(line):
            body.append(line)
            continue
        if steps:
            finish(path, steps[-1], body)
        elif any(body):
            raise ValueError(f"{path.name}:1: text before the first command")
        raw, body = [line], []
        while raw[-1].endswith("\\") and not line.startswith("#") and number < len(lines):
            number, more = next(numbered)
            raw.append(more)
        steps.append(Step(number - len(raw) + 1, raw))
    if steps:
        finish(path, steps[-1], body)
    return steps


def render(code, out, err):
    """What a command did, as lines of a case file."""

    def lines_of(text):
        if not text:
            return []
        lines = [("\\" if SPECIAL.match(line) else "") + line for line in text.split("\n")]
        if lines[-1] == "":
            lines.pop()
        else:
            lines.append("\\c")
        return lines

    lines = lines_of(out)
    if code or err or not lines:
        lines += [f"! {code}", *lines_of(err)]
    if lines[-1] == "":
        lines[-1] = "\\"
    return lines


def write(path, steps):
    """The file anew, with what was got where something was."""
    lines = []
    for step in steps:
        body = step.got if step.got is not None else step.expect or []
        lines += [*step.raw, *body, *[""] * step.blanks]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class Program:
    """A world kept by the program: one process a command."""

    def __init__(self, folder):
        self.home = Home(folder)

    def aws(self, words, settings):
        done = self.home.run("aws", *words, env={**SEED, **settings})
        return done.code, done.out, done.err

    def prompt(self, line):
        done = self.home.run("sim", keys=line + "\n", env=SEED)
        return done.code, done.out, done.err


def prompt_line(word):
    """`clock 2m` is short for what the prompt calls `clock advance 2m`."""
    return SPAN.sub(r"clock advance \1", word)


def play(steps, world):
    """Runs the steps; yields (step, problem or None) for each that could go wrong."""
    variables = {}
    for step in steps:
        if step.word is not None:
            code, out, err = world.prompt(prompt_line(step.word))
            yield step, f"exit {code}\n{out}{err}" if code or err else None
        elif step.command is not None:
            try:
                settings, words = step.words(variables)
            except ValueError as error:
                yield step, f"cannot be split into words: {error}"
                continue
            if not words or words[0] != "aws":
                yield step, "only `aws` can be run here"
                continue
            code, out, err = world.aws(words[1:], settings)
            if code not in EXIT_CODES:
                yield step, f"it broke down: exit {code}\n{out}{err}"
            elif step.name is None:
                step.got = render(code, out, err)
                yield step, None
            elif code or out.strip() in ("", "None"):
                yield step, f"{step.name} gets no value; what follows is left out\nexit {code}\n{out}{err}"
                return
            else:
                variables[step.name] = out.rstrip("\n")
                yield step, None


def operation(words):
    """(service, operation) named by the words after `aws`, global options skipped."""
    plain, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("--"):
            flags = ("--no-", "--debug", "--cli-auto-prompt")
            skip = "=" not in word and not word.startswith(flags)
        else:
            plain.append(word)
        if len(plain) == 2:
            return tuple(plain)
    return None


def files():
    return sorted(CASES.glob("*.txt"))


def each(work, items):
    """work(item) for each, two at a time, in order."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, items))

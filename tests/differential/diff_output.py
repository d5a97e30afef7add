#!/usr/bin/env python3
"""diff_output - our output formatters against Debian's AWS CLI (2.9.19), on generated documents.

    diff_output.py [DRIVER]     the built output-driver.c; else $AMIDOJO_BUILD/tests/differential/output-driver

Every document is printed by both in every format: bytes and error texts must be equal, also what
stands in the output before an error. What lies below is compared for every code point (width,
repr, upper case) and for doubles. $SEED repeats a run; $AMIDOJO_TEST_SCALE divides the counts.
Without that CLI on the machine nothing is compared.
"""

import io
import json
import os
import pathlib
import random
import re
import struct
import subprocess
import sys
import threading
import types
import unicodedata

try:
    import colorama.initialise
    from awscli import text as cli_text
    from awscli.formatter import StreamedYAMLFormatter, TableFormatter, YAMLDumper
    from awscli.formatter import JSONFormatter, YAMLFormatter
    from awscli.table import get_text_length
except ImportError:
    print("skipped: python3 here has no awscli\n0 passed, 0 failed")
    sys.exit(0)

SCALE = max(1, int(os.environ.get("AMIDOJO_TEST_SCALE") or 1))
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
DOCUMENTS = 10000 // SCALE
DOUBLES = 20000 // SCALE
BATCH = 200  # documents that are on their way at once
SHOWN = 5

# --- What 2.9.19 under Python 3.11 (Unicode 14) says otherwise than 2.36.7 under 3.14 (Unicode 16) --

# East Asian width became W.
WIDENED = [(0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D376)]
# Got a capital letter.
RAISED = "\u019b\u0264"


def same_in_both(c):
    """Whether both Unicode versions say the same about a code point."""
    return not (
        0xD800 <= c <= 0xDFFF
        or unicodedata.category(chr(c)) == "Cn"
        or any(first <= c <= last for first, last in WIDENED)
        or chr(c) in RAISED
    )


def same_error(message):
    """Which operands a failing sort() names, and in which order, depends on Python's random hashes."""
    if not message:
        return message
    return re.sub("instances of '(int|bool|str)' and '(int|bool|str)'", "instances of some keys", message)


# --- The reference ----------------------------------------------------------------------------------


def arguments(color="off"):
    return types.SimpleNamespace(query=None, color=color)


def reference_table(request, value, stream):
    colour, title = request.get("colour"), request.get("title", "")
    saved = sys.stdout, sys.stderr  # colorama wraps them for good
    formatter = TableFormatter(arguments("on" if colour else "off"))
    sys.stdout, sys.stderr = saved
    formatter.table._terminal_width = request.get("columns") or 80
    if colour and not request.get("pager"):
        stream = colorama.initialise.wrap_stream(stream, False, False, True, True)
    formatter._format_response(title, value, stream)


def reference_stream(request, value, stream):
    if value == {} and not request.get("paged"):
        StreamedYAMLFormatter(arguments())("", value, stream)
    else:
        YAMLDumper().dump([value], stream)


REFERENCES = {
    "json": lambda _, v, out: JSONFormatter(arguments())._format_response("", v, out),
    "text": lambda _, v, out: cli_text.format_text(v, out),
    "table": reference_table,
    "yaml": lambda _, v, out: YAMLFormatter(arguments())._format_response("", v, out),
    "yaml-stream": reference_stream,
    "repr": lambda _, v, out: out.write(repr(v)),
    "upper": lambda _, v, out: out.write(v.upper()),
    "width": lambda _, v, out: out.write(str(get_text_length(v))),
}


def reference(request):
    """[output, error or None] of the CLI."""
    value = request["value"]
    if "pick" in request:
        value = [value[i] for i in request["pick"]]
    out = io.StringIO()
    try:
        REFERENCES[request["format"]](request, value, out)
    except Exception as problem:  # as the CLI does
        return [out.getvalue(), str(problem)]
    return [out.getvalue(), None]


# --- Generated documents ----------------------------------------------------------------------------

KEYS = """Images ImageId Name State Tags Key Value Ebs VolumeSize Encrypted CreationDate a b B aa Z z
_x 0 1 10 true null yes =""".split() + [
    "", " ", "이름", "이미지 상태", "ß", "ŉame", "ﬁx", "ǆ", "é", "한글키", "😀", "a: b", "- a", "a\nb",
    "a\tb", "'q'", '"', "#", "k" * 130, "긴" * 50,
]
WORDS = """ami-0aaaaaaaaaaaaaaa1 available x86_64 /dev/xvda 2024-03-02T10:20:30.000Z web prod 10.0.0.5
123456789012 0x1F 0b1 0o17 017 08 1_000 +_ -_ _1 1. .5 ._ .5e3 .5e+3 1e3 1e 1.5e-7 -.inf +.INF .nan
.NaN +.nan true True tRUE yes off null Null ~ = << - -- --- ... ? ?x : a: :a a:b # a#b * *a & &a ! !t
| > %d @x ` [ ] { } , [a {b} x] 2024-01-01 2024-1-1 2024-1-1T1:02:03 2024-01-01t01:02:03.5Z
2024-01-01T01:02:03+9 2024-01-01T01:02:03-09:30 2024-01-01T1:02 12:30 1:2 =a a=b <a> None""".split() + [
    "", " ", " a", "a ", "a b", "a: b", "a #b", "a :b", "- x", "? x", "it's", 'say "hi"', "'\"", "\\", "\\n",
    "a\nb", "\n", "a\n", "\na", "a\n\nb", "a\n b", "a \nb", "x\n\n\ny ", "\t", "a\tb", "\r", "a\rb", "\r\n",
    "\0", "a\0b", "\x07", "\x1b[31m", "\x7f", "\x80", "\x85", "\xa0", "\xad", "\u200b", "\u2028a", "\u2029",
    "\ue000", "\ufeff", "a\ufeff", "\ufffd", "\U0001f600", "🇰🇷", "👩‍💻", "日本語 éü 😀", "웹 서버",
    "\u1112\u1161\u11ab\u1100\u1173\u11af", "e\u0301", "…", "─│", "½", "±5°", "ｱﾜﾄ", "ＡＢ", "Ω", "Я", "α", "\U000e0100",
    "2024-01-01 01:02:03", "2024-01-01 \t 01:02:03 +09:00", "0" * 90, "글" * 45, "a b " * 40, "한국어 " * 30,
    "word " * 15 + "end", "x" * 78 + " y", "x" * 79 + "  y  z", "a\n" * 30, "long " * 20 + "\n" + "long " * 20,
]
ALPHABETS = [
    "ab ", "abc é한", " \n\ta", "ab:#-?'\"[]{},&*!|>%@`=~", "0123456789.-+_eExob:TZ ", "가나다 라마\n😀x",
    "a\u0301\u200d\u0085\u2028\x1b'\"\\",
]
ASSIGNED = [c for c in range(sys.maxunicode + 1) if same_in_both(c)]
NUMBERS = [0, 1, -1, 8, 443, -123456, 2**31, 2**53, 2**63 - 1, -(2**63), 0.0, -0.0, 1.0, 1.5, 0.1, 1e16, 1e15,
           123456789012345680.0, 1e-4, 1e-5, 1e22, 1e23, 5e-324, 1.7976931348623157e308, 2.0**-44, -2.5]


def double(rand):
    kind = rand.randrange(4)
    if kind == 0:
        value = struct.unpack("d", struct.pack("Q", rand.getrandbits(64)))[0]
        return value if value - value == 0 else 0.5  # neither NaN nor infinite
    if kind == 1:
        return rand.choice([1, -1]) * 2.0 ** rand.randint(-1074, 1023)
    if kind == 2:
        return rand.randint(-(10**17), 10**17) / 10.0 ** rand.randint(0, 22)
    return round(rand.uniform(-1000, 1000), rand.randint(0, 6))


class Documents:
    def __init__(self, rand):
        self.rand = rand

    def text(self):
        kind = self.rand.randrange(8)
        if kind < 4:
            return self.rand.choice(WORDS)
        if kind < 5:
            return " ".join(self.rand.choice(WORDS) for _ in range(self.rand.randint(2, 25)))
        if kind < 6:
            return "".join(chr(c) for c in self.rand.choices(ASSIGNED, k=self.rand.randint(1, 12)))
        letters = self.rand.choice(ALPHABETS)
        return "".join(self.rand.choices(letters, k=int(self.rand.expovariate(1 / 20))))

    def key(self):
        if self.rand.random() < 0.85:
            return self.rand.choice(KEYS)
        return self.text().replace("\0", "") or "k"  # jansson's parser takes no NUL in a key

    def scalar(self):
        kind = self.rand.randrange(10)
        if kind < 6:
            return self.text()
        if kind < 7:
            return self.rand.choice([None, True, False])
        return double(self.rand) if kind < 8 else self.rand.choice(NUMBERS)

    def any(self, depth):
        """No shape at all: most of these are too mixed for a table."""
        if depth <= 0 or self.rand.random() < 0.4:
            return self.scalar()
        n = min(int(self.rand.expovariate(1 / 2.5)), 8)
        if self.rand.random() < 0.5:
            return [self.any(depth - 1) for _ in range(n)]
        return {self.key(): self.any(depth - 1) for _ in range(n)}

    def shape(self, depth):
        """What all objects of a list have in common: key -> "scalar", a shape, or a list of it."""
        kinds = ["scalar", "scalar", "scalar", "list", "object"] if depth > 0 else ["scalar"]
        members = {}
        for _ in range(self.rand.randint(1, 6)):
            kind = self.rand.choice(kinds)
            members[self.key()] = (kind, self.shape(depth - 1) if kind != "scalar" else None)
        return members

    def filled(self, shape, gaps):
        value = {}
        for key, (kind, below) in shape.items():
            if self.rand.random() < gaps:
                if self.rand.random() < 0.2:
                    value[key] = self.rand.choice([None, [], {}, "", self.scalar()])
            elif kind == "scalar":
                value[key] = self.scalar()
            elif kind == "object":
                value[key] = self.filled(below, gaps)
            else:
                value[key] = [self.filled(below, gaps) for _ in range(self.rand.randint(0, 3))]
        return value

    def answer(self):
        """As EC2 answers, with members missing here and there."""
        shape, gaps = self.shape(2), self.rand.choice([0, 0, 0.2, 0.4])
        value = [self.filled(shape, gaps) for _ in range(self.rand.randint(1, 4))]
        return self.rand.choice([value, {self.key(): value}, {self.key(): value, self.key(): self.scalar()}, value[0]])

    def rows(self):
        """As --query "Images[].[a, b]" answers, mostly of equal length."""
        n = self.rand.randint(0, 5)
        ragged = self.rand.random() < 0.1
        width = lambda: n if not ragged else self.rand.randint(0, 5)
        return [[self.scalar() for _ in range(width())] for _ in range(self.rand.randint(1, 6))]

    def mixed(self):
        """Lists in which objects, lists and scalars stand side by side, objects first in half of them."""
        some = [lambda: self.filled(self.shape(1), 0.2), lambda: self.any(2), self.scalar, list, dict, str,
                lambda: [self.rand.randint(-1, 1)], lambda: [True], lambda: [self.filled(self.shape(0), 0)]]
        value = [self.rand.choice(some)() for _ in range(self.rand.randint(1, 4))]
        if self.rand.random() < 0.5:
            value.insert(0, self.rand.choice(some[:1] * 3 + [dict, lambda: {"a": [1]}])())
        return self.rand.choice([value, [value], {self.key(): value}])

    def document(self):
        makers = [self.answer, self.answer, self.rows, self.mixed, lambda: self.any(4), self.scalar]
        return self.rand.choice(makers)()

    def requests(self):
        value, rand = self.document(), self.rand
        title = rand.choice(["DescribeImages", "DescribeImages", "", "이미지 목록", "T"])
        yield {"format": "json", "value": value}
        yield {"format": "text", "value": value}
        yield {"format": "table", "value": value, "title": title}
        yield {"format": "table", "value": value, "title": title, "columns": rand.choice([1, 20, 40, 79, 132, 9999]),
               "colour": rand.random() < 0.7, "pager": rand.random() < 0.3}
        yield {"format": "yaml", "value": value}
        yield {"format": "yaml-stream", "value": value, "paged": rand.random() < 0.5}
        if isinstance(value, list) and value:
            yield {"format": "yaml", "value": value, "pick": rand.choices(range(len(value)), k=4)}


# --- The comparison ---------------------------------------------------------------------------------


class Driver:
    def __init__(self, program):
        self.child = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, requests):
        """The answers; the pipe is filled from a thread, so that neither side waits for ever."""
        lines = "".join(json.dumps(r) + "\n" for r in requests).encode()
        writer = threading.Thread(target=lambda: (self.child.stdin.write(lines), self.child.stdin.flush()))
        writer.start()
        answers = [json.loads(self.child.stdout.readline() or "null") for _ in requests]
        writer.join()
        return answers

    def close(self):
        self.child.stdin.close()
        return self.child.wait()


class Comparison:
    def __init__(self, driver):
        self.driver = driver
        self.passed = self.failed = self.errors = 0

    def compare(self, requests):
        requests = list(requests)
        for request, got in zip(requests, self.driver.ask(requests)):
            wanted = reference(request)
            self.errors += wanted[1] is not None
            if got and got[0] == wanted[0] and same_error(got[1]) == same_error(wanted[1]):
                self.passed += 1
                continue
            self.failed += 1
            if self.failed <= SHOWN:
                self.show(request, wanted, got or ["", "no answer"])

    def show(self, request, wanted, got):
        at = len(os.path.commonprefix([wanted[0], got[0]]))
        around = slice(max(0, at - 100), at + 100)
        print(f"FAIL {json.dumps(request)[:2000]}")
        for name, answer in ("wanted", wanted), ("got", got):
            print(f"    {name:6} at {at}: ...{answer[0][around]!r} {answer[1] or ''}")

    def compare_documents(self, rand):
        documents = Documents(rand)
        for start in range(0, DOCUMENTS, BATCH):
            batch = range(start, min(start + BATCH, DOCUMENTS))
            self.compare(request for _ in batch for request in documents.requests())

    def compare_characters(self):
        """Every code point of which both know the same, a few hundred in one text."""
        for start in range(0, len(ASSIGNED), 256 * SCALE):
            some = "".join(map(chr, ASSIGNED[start : start + 256]))
            self.compare({"format": f, "value": some} for f in ("repr", "upper", "width", "json"))
            self.compare({"format": "yaml", "value": [c]} for c in (some[:32], some[-1]))

    def compare_doubles(self, rand):
        self.compare({"format": "repr", "value": [double(rand) for _ in range(100)]} for _ in range(DOUBLES // 100))


def main():
    built = pathlib.Path(os.environ.get("AMIDOJO_BUILD", "build/release")) / "tests/differential/output-driver"
    driver = Driver(sys.argv[1] if len(sys.argv) > 1 else built)
    comparison = Comparison(driver)
    rand = random.Random(SEED)
    print(f"SEED={SEED}, {DOCUMENTS} documents")
    comparison.compare_documents(rand)
    comparison.compare_characters()
    comparison.compare_doubles(rand)
    if driver.close() != 0:
        print("FAIL the driver ended badly")
        comparison.failed += 1
    print(f"{comparison.errors} of them were errors of the CLI")
    print(f"{comparison.passed} passed, {comparison.failed} failed")
    sys.exit(1 if comparison.failed or not comparison.passed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""test_generate - the program that makes the model's tables: what it makes, and all that it refuses.

Each case damages a small sound model in one place and names the complaint, with line and column.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("AMIDOJO_BUILD", ROOT / "build/release"))
GENERATE = os.environ.get("MODEL_GENERATE", str(BUILD / "model/generate"))

SERVICE = """\
service: toy
api_version: "1"
protocol: ec2
operations:
  DescribeToys: {in: DescribeToysRequest, out: DescribeToysResult, page: {token_in: NextToken, token_out: NextToken, limit: MaxResults, result: Toys}}
  BreakToy: {in: BreakToyRequest, errors: [Broken]}
filters:
  DescribeToys: [colour, "tag:<key>"]
waiters:
  ToyReady: {operation: DescribeToys, delay: 5, attempts: 40, accept: [{matcher: "pathAll", argument: "Toys[].State", expected: "ready", state: "success"}, {matcher: "path", argument: "length(Toys[]) > `0`", expected: true, state: "retry"}]}
shapes:
  BreakToyRequest:
    ToyId: string! 1..10
  DescribeToysRequest:
    Filters: Filter[] @Filter
    MaxResults: integer 5..
    NextToken: string
  DescribeToysResult:
    Toys: Toy[] @toySet
    NextToken: string
  Filter:
    Name: string
    Values: string[] @Value
  Toy:
    ToyId: string
    State: ToyState @toyState
    Sizes: map<long[]>
enums:
  ToyState: [new, ready]
other_operations: [PaintToy]
"""

COMMANDS = """\
services: [help, toy]
toy: [break-toy, describe-toys, paint-toy, wait]
own_commands: {toy: [wait]}
global_options:
  output: {type: string, choices: ["json", "text"]}
"""

DOCS = """\
describes: toy
operations:
  BreakToy: {en: "Breaks a toy.", ko: "장난감을 부숩니다."}
members:
  "*.NextToken": {en: "Goes on.", ko: "이어서."}
  BreakToyRequest.ToyId: {en: "The toy.", ko: "장난감."}
"""

# File, what is replaced, by what, and the complaint; it is about the place marked with §, and where
# nothing is marked it begins with line and column.
REFUSED = [
    ("s", "    NextToken: string\n  DescribeToysR", "    NextToken: strin\n  DescribeToysR", "17:16: error: there is no shape or enum 'strin'"),
    ("s", "Toy[] @toySet", "Toi[] @toySet", "19:11: error: there is no shape or enum 'Toi'"),
    ("s", "map<long[]>", "map<lon[]>", "27:16: error: there is no shape or enum 'lon'"),
    ("s", "ToyState @toyState", "ToyStat @toyState", "26:12: error: there is no shape or enum 'ToyStat'"),
    ("s", "ToyState @toyState", "string @toyState", "29:3: error: no operation has any use for 'ToyState'"),
    ("s", "Sizes: map<long[]>", "State: string", "27:5: error: 'State' is given twice, first in line 26"),
    ("s", "  Filter:\n", "  Toy: {}\n  Filter:\n", "25:3: error: there is a type 'Toy' already"),
    ("s", "  ToyState: [", "  Toy: [", "29:3: error: there is a type 'Toy' already"),
    ("s", "  ToyState: [", "  string: [", "29:3: error: there is a type 'string' already"),
    ("s", "[new, ready]", "[new, ready, new]", "29:26: error: 'new' is given twice"),
    ("s", "[new, ready]", "[]", "29:3: error: an enum without values"),
    ("s", "Sizes: map", "state: map", "27:5: error: the CLI's name 'state' is that of 'State' too"),
    ("s", "Sizes: map<long[]>", "Sizes: long @toyId", "27:5: error: the wire name 'toyId' is that of 'ToyId' too"),
    ("s", "MaxResults: integer 5..", "MaxResults: integer 5.. @Filter", "16:5: error: the request's name 'Filter' is that of 'Filters' too"),
    ("s", "string! 1..10", "string! 10..1", "13:20: error: '10..1' is not a range"),
    ("s", "string! 1..10", "string! ..", "13:20: error: '..' is not a range"),
    ("s", "string! 1..10", "string! 1..x", "13:20: error: '1..x' is not a range"),
    ("s", "string! 1..10", "boolean! 1..10", "13:21: error: a value of this type has no range"),
    ("s", "string! 1..10", "string! 1..10 2..3", "13:26: error: '2..3' means nothing here"),
    ("s", "string! 1..10", "string! often", "13:20: error: 'often' means nothing here"),
    ("s", "string! 1..10", "string!  1..10", "13:20: error: an empty word"),
    ("s", "string! 1..10", "string! place:x", "13:20: error: 'place:x' means nothing here"),
    ("s", "string! 1..10", "string @", "13:19: error: a name is missing"),
    ("s", "string! 1..10", "string @a @b", "13:22: error: a second wire name"),
    ("s", "string! 1..10", "string @a uri:b", "13:22: error: a second wire name"),
    ("s", "string! 1..10", "string! item:toy", "13:20: error: only a list has elements"),
    ("s", "Toy[] @toySet", "Toy[] item:a item:b", "19:24: error: a second wire name"),
    ("s", "string[] @Value", "string[] @Value item:toy", "23:5: error: no answer in XML has this list"),
    ("s", "string! 1..10", "[string]", "13:12: error: expected a text"),
    ("s", "{in: BreakToyRequest,", "{in: BreakToy,", "6:18: error: there is no shape 'BreakToy'"),
    ("s", "{in: BreakToyRequest,", "{", "6:3: error: 'in' is missing"),
    ("s", "in: BreakToyRequest,", "in: ToyState,", "6:18: error: there is no shape 'ToyState'"),
    ("s", "errors: [Broken]", "error: [Broken]", "6:35: error: 'error' means nothing here"),
    ("s", "result: Toys}", "result: §Toy}", "error: the shape 'DescribeToysResult' has no member 'Toy'"),
    ("s", "result: Toys}", "result: §NextToken}", "error: 'NextToken' is not a list"),
    ("s", "limit: MaxResults", "limit: §NextToken", "error: 'NextToken' is not a number"),
    ("s", "token_in: NextToken, ", "", "5:74: error: 'token_in' is missing"),
    ("s", "  BreakToy: {", "  DescribeToys: {", "6:3: error: 'DescribeToys' is given twice, first in line 5"),
    ("s", "[colour, ", "[colour, colour, ", "8:26: error: 'colour' is given twice"),
    ("s", '"tag:<key>"', '"flag:<key>"', "8:26: error: the only filter with a part to fill in is tag:<key>"),
    ("s", "  DescribeToys: [", "  BreakToy: [", "8:3: error: the operation 'BreakToy' takes no filters"),
    ("s", "  DescribeToys: [", "  PaintToy: [", "8:3: error: there is no operation 'PaintToy'"),
    ("s", "Toys[].State", "Toys[].§Stat", "error: an unknown member in the path 'Toys[].Stat'"),
    ("s", "Toys[].State", "Toys.§State", "error: a name behind a value without members in the path 'Toys.State'"),
    ("s", "Toys[].State", "Toys[].§", "error: no name in the path 'Toys[].'"),
    ("s", "Toys[].State", "Toys[]§", "error: no value at the end in the path 'Toys[]'"),
    ("s", "Toys[].State", "Toys[].State§[]", "error: [] behind what is no list in the path 'Toys[].State[]'"),
    ("s", "Toys[].State", "Toys[].State§ | x", "error: something more in the path 'Toys[].State | x'"),
    ("s", '.State", expected: "ready"', '.State§", expected: "broken"', "error: a value never equal to what is expected in the path 'Toys[].State'"),
    ("s", '"pathAll", argument: "Toys[].State', '"path", argument: "Toys[].State§', "error: more than one value in the path 'Toys[].State'"),
    ("s", '"pathAll"', '§"all"', "error: 'all' is no matcher"),
    ("s", '"success"', '§"fine"', "error: 'fine' is no state"),
    ("s", "length(Toys[]) >", "length(Toys[]§) <", "error: length() without a comparison in the path 'length(Toys[]) < `0`'"),
    ("s", "`0`", "`§x`", "error: length() without a number to compare with in the path 'length(Toys[]) > `x`'"),
    ("s", "delay: 5", "delay: §0", "error: 'delay' is at least 1"),
    ("s", "delay: 5", "delay: §soon", "error: expected a number from 0 to 3600, not 'soon'"),
    ("s", "operation: DescribeToys", "operation: PaintToy", "10:25: error: there is no operation 'PaintToy'"),
    ("s", "[PaintToy]", "[PaintToy, BreakToy]", "30:30: error: the operation 'BreakToy' is given twice"),
    ("s", "[PaintToy]", "[PaintToy, Painttoy, paint-toy]", "30:40: error: two operations are called 'paint-toy'"),
    ("s", "protocol: ec2", "protocol: soap", "3:11: error: there is no protocol 'soap'"),
    ("s", "protocol: ec2\n", "", "1:1: error: 'protocol' is missing"),
    ("s", "enums:\n", "enum:\n", "28:1: error: 'enum' means nothing here"),
    ("s", "enums:\n", "enums: [\n", "30:1: error: did not find expected ',' or ']'"),
    ("s", "service: toy", "toys: toy", "1:1: error: expected one of the keys service, services and describes"),
    ("s", "other_operations: [PaintToy]", "--- {}", " error: one document is allowed in a file"),
    ("c", "[help, toy]", "[help]", "1:11: error: the service 'toy' is missing here"),
    ("c", "[help, toy]", "[help, toy, help]", "1:23: error: 'help' is given twice"),
    ("c", "paint-toy, ", "", "2:6: error: the command 'paint-toy' is missing here"),
    ("c", "paint-toy, ", "paint-toy, play, ", "2:44: error: no operation is called 'play'"),
    ("c", "paint-toy, ", "paint-toy, paint-toy, ", "2:44: error: 'paint-toy' is given twice"),
    ("c", "own_commands: {toy: [wait]}", "own_commands: {toi: [wait]}", "3:16: error: 'toi' means nothing here"),
    ("c", "[wait]", "[wait, break-toy]", "3:28: error: 'break-toy' is a command already"),
    ("c", "global_o", "no_commands: {toy: [§BreakToy]}\nglobal_o", "error: 'BreakToy' is simulated, so it needs its command"),
    ("c", "global_o", "negatives: {toy: {break-toy.toy-id: keep}}\nglobal_o", "4:19: error: there is no such flag"),
    ("c", "type: string", "type: text", "5:18: error: there is no type 'text' of options"),
    ("d", "describes: toy", "describes: toi", "1:12: error: there is no service 'toi'"),
    ("d", "  BreakToy:", "  Break:", "3:3: error: there is no operation 'Break'"),
    ("d", "BreakToyRequest.ToyId", "BreakToyRequest.Toy", "6:3: error: there is no member 'BreakToyRequest.Toy'"),
    ("d", '"*.NextToken"', '"*.Toy"', "5:3: error: there is no member '*.Toy'"),
    ("d", '"*.NextToken"', '"*.Sizes"', "5:3: error: there is no member '*.Sizes'"),
    ("d", '"*.NextToken"', '"*.ToyId"', "5:3: error: no member is left for '*.ToyId'"),
    ("d", '"The toy."', '""', "6:26: error: expected one line in each language"),
    ("d", ', ko: "장난감."', "", "6:26: error: 'ko' is missing"),
]

# A second file about the same service, and the complaint about what one of the two says.
MORE = """\
describes: toy
operations:
  DescribeToys: {en: "Lists toys.", ko: "장난감을 나열한다."}
members:
  "*.MaxResults": {en: "So many.", ko: "개수."}
  BreakToyRequest.NextToken: {en: "Unused.", ko: "쓰지 않는다."}
"""

REFUSED_MORE = [
    ("  DescribeToys:", "  BreakToy:", "more.yaml:3:3: error: 'BreakToy' has its line already"),
    ("NextToken", "ToyId", "more.yaml:6:3: error: 'BreakToyRequest.ToyId' has its line already"),
    ("MaxResults", "Colour", "more.yaml:5:3: error: there is no member '*.Colour'"),
    ("MaxResults", "ToyId", "more.yaml:5:3: error: no member is left for '*.ToyId'"),
    ("MaxResults", "NextToken", "more.yaml:5:3: error: no member is left for '*.NextToken'"),
    ('"*.MaxResults"', "DescribeToysRequest.NextToken", "docs.yaml:5:3: error: no member is left for '*.NextToken'"),
]

FILES = {"s": ("toy.yaml", SERVICE), "c": ("commands.yaml", COMMANDS), "d": ("docs.yaml", DOCS)}


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def hold(self, what, good, detail=""):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        if not good:
            print(f"FAILED {what}\n{detail}")


def generate(folder, paths):
    done = subprocess.run(
        [GENERATE, *map(str, paths)], cwd=folder, capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def write(folder, texts):
    for kind, (name, _) in FILES.items():
        (folder / name).write_text(texts[kind], encoding="utf-8")
    return [name for name, _ in FILES.values()]


def test_sound(report, folder):
    names = write(folder, {kind: text for kind, (_, text) in FILES.items()})
    status, out, err = generate(folder, names)
    report.hold("a sound model is taken", (status, err) == (0, ""), err)
    for wanted in ('"describe-toys\\0"', ".services = 1, .operations = 2", '"Breaks a toy.\\0"'):
        report.hold(f"its tables have {wanted}", wanted in out)
    report.hold("any order of files will do", generate(folder, names[::-1])[0] == 0)
    report.hold("the same files, the same tables", generate(folder, names)[1] == out)

    status, out, err = generate(folder, names[:1])
    report.hold("the CLI's names are needed", status == 1 and "the key services" in err and not out, err)
    status, out, err = generate(folder, names + ["toy.yaml"])
    report.hold("a service is there once", "the service 'toy' is in toy.yaml already" in err, err)
    status, out, err = generate(folder, names + ["none.yaml"])
    wanted = "none.yaml: error: cannot open it: No such file or directory\n"
    report.hold("a missing file is named", (status, out, err) == (1, "", wanted), err)
    report.hold("no arguments, no tables", generate(folder, [])[:2] == (1, ""))


def test_refused(report, folder):
    for kind, old, new, complaint in REFUSED:
        texts = {each: text for each, (_, text) in FILES.items()}
        what = f"{old!r} -> {new!r}"
        report.hold(f"{what}: there is such a place", old in texts[kind])
        texts[kind] = texts[kind].replace(old, new, 1)
        before, mark, after = texts[kind].partition("§")
        if mark:
            place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
            complaint, texts[kind] = f"{place}: {complaint}", before + after
        status, out, err = generate(folder, write(folder, texts))
        wanted = f"{FILES[kind][0]}:{complaint}"
        good = status == 1 and not out and wanted in err.splitlines()
        report.hold(what, good, f"  wanted {wanted}\n  status {status}\n  {err}")


def test_several_docs(report, folder):
    """A line of `*` in one file yields to the shapes' own lines in every file."""
    texts = {kind: text for kind, (_, text) in FILES.items()}
    texts["s"] = SERVICE.replace("string! 1..10", "string! 1..10\n    NextToken: string")
    names = write(folder, texts) + ["more.yaml"]
    (folder / "more.yaml").write_text(MORE, encoding="utf-8")
    status, out, err = generate(folder, names)
    report.hold("two files describe one service", (status, err) == (0, ""), err)
    for wanted in ("Breaks a toy.", "Lists toys.", "Goes on.", "So many.", "Unused."):
        report.hold(f"both are in the tables: {wanted}", f'"{wanted}\\0"' in out)
    report.hold("in any order", generate(folder, names[::-1])[0] == 0)

    for old, new, complaint in REFUSED_MORE:
        (folder / "more.yaml").write_text(MORE.replace(old, new), encoding="utf-8")
        status, out, err = generate(folder, names)
        good = status == 1 and not out and complaint in err.splitlines()
        report.hold(f"{old!r} -> {new!r} in a second file", good, err)


def test_all_at_once(report, folder):
    texts = {kind: text for kind, (_, text) in FILES.items()}
    texts["s"] = texts["s"].replace("string", "strin").replace("delay: 5", "delay: x")
    status, out, err = generate(folder, write(folder, texts))
    report.hold("every problem in one run", status == 1 and err.count(" error: ") == 7, err)


def test_shipped(report, folder):
    files = sorted((ROOT / "simulator/model").glob("*.yaml"))
    status, out, err = generate(folder, files)
    report.hold("the project's own files are sound", (status, err) == (0, ""), err)
    report.hold("and make tables", len(out) > 100000)


def main():
    report = Report()
    with tempfile.TemporaryDirectory(prefix="amidojo-model-") as name:
        for test in (test_sound, test_refused, test_several_docs, test_all_at_once, test_shipped):
            test(report, pathlib.Path(name))
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())

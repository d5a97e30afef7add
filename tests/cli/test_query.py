#!/usr/bin/env python3
"""`amidojo query`: the AWS CLI's --query and --output on any JSON, with its words and exit codes."""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import Home, PROGRAM, Report  # noqa: E402

DOCUMENT = """{"Images": [
  {"ImageId": "ami-1", "Name": "web", "Size": 8, "Tags": [{"Key": "env", "Value": "prod"}]},
  {"ImageId": "ami-2", "Name": "배치 이미지", "Size": 30}]}"""
SYNTAX = "\naws: [ERROR]: An error occurred (ParamValidation): Bad value for --query "

# arguments, exit code, standard output, standard error
CASES = [
    (["Images[].ImageId"], 0, '[\n    "ami-1",\n    "ami-2"\n]\n', ""),
    (["Images[?Size>`8`].Name | [0]"], 0, '"배치 이미지"\n', ""),
    (["length(Images)"], 0, "2\n", ""),
    (["Nothing"], 0, "null\n", ""),
    (["Images[].[ImageId,Size]", "--output", "text"], 0, "ami-1\t8\nami-2\t30\n", ""),
    (["Images[0].Tags", "--output", "yaml"], 0, "- Key: env\n  Value: prod\n", ""),
    (["Images[]. {Id: ImageId, N: Name}", "--output", "table"], 0,
     "--------------------------\n|          query         |\n+--------+---------------+\n"
     "|   Id   |       N       |\n+--------+---------------+\n|  ami-1 |  web          |\n"
     "|  ami-2 |  배치 이미지  |\n+--------+---------------+\n", ""),
    (["Images["], 252, "", SYNTAX + 'Images[: Invalid jmespath expression: Incomplete expression:\n"Images["\n        ^\n'),
    (["nofunc(@)"], 255, "", "\naws: [ERROR]: Unknown function: nofunc()\n"),
    (["length(`1`)"], 255, "",
     "\naws: [ERROR]: In function length(), invalid type for value: 1, expected one of: "
     "['string', 'array', 'object'], received: \"number\"\n"),
    (["Images", "--output", "xml"], 252, "",
     "amidojo: error: 'xml' is not an output format; it takes: json, text, table, yaml, yaml-stream, off\n"),
]


def query(home, args, document, file=None):
    words = [args[0], *([file] if file else []), *args[1:]]
    return subprocess.run([PROGRAM, "--lang", "en", "query", *words], env=home.environment(),
                          input=document.encode(), capture_output=True)


report = Report()
with tempfile.TemporaryDirectory() as folder:
    home = Home(pathlib.Path(folder) / "home")
    path = pathlib.Path(folder) / "images.json"
    path.write_text(DOCUMENT, encoding="utf-8")
    for args, code, out, err in CASES:
        for file in (None, str(path)):
            done = query(home, args, DOCUMENT, file)
            got = (done.returncode, done.stdout.decode(), done.stderr.decode())
            report.equal(f"query {args} from {file and 'a file' or 'a pipe'}", got, (code, out, err))
    for name, document in (("nothing", ""), ("half a string", '{"a'), ("no JSON", "Images"), ("bad UTF-8", '"\udcff"')):
        done = subprocess.run([PROGRAM, "--lang", "en", "query", "@"], env=home.environment(),
                              input=document.encode("utf-8", "surrogateescape"), capture_output=True)
        report.check(name, done.returncode == 1 and done.stderr.startswith(b"amidojo: error: -:1:") and not done.stdout,
                     done.stderr)
    done = query(home, ["@"], "", str(path.parent / "nowhere.json"))
    report.check("a file that is not there", done.returncode == 1 and b"nowhere.json" in done.stderr, done.stderr)
report.finish()

#!/usr/bin/env python3
"""What may be typed that nobody thinks of: remarks and lines that go on in a script at the prompt, very long
input, time without end, NUL, Korean between wildcards, a world that another shell begins anew meanwhile.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import casefile  # noqa: E402
from harness import SANITIZED, Home, Report  # noqa: E402

COUNT = "ec2 describe-key-pairs --query 'length(KeyPairs)'"
LINES = 20000
report = Report()


def run(home, text, *args):
    return home.run("sim", *args, keys=text, env=casefile.SEED)


def test_remarks(home):
    done = run(home, f"# don't take this for a quote\n{COUNT} # nor this: it's one too\n  # \"\n{COUNT}\n")
    report.equal("a remark holds no quotes", (done.code, done.out, done.err), (0, "0\n0\n", ""))
    done = run(home, "ec2 create-key-pair --query KeyName --key-name a#b\n")
    report.equal("within a word # is a letter", (done.out, done.err), ('"a#b"\n', ""))


def test_lines(home):
    done = run(home, "ec2 create-key-pair \\\n  --key-name \\\n'c\nd' --query KeyName\n")
    report.equal("lines go on", (done.out, done.err), ('"c\\nd"\n', ""))
    done = run(home, "ec2 create-key-pair --key-name 'never closed\nclock\n")
    report.check("a quote that is never closed", done.code == 2 and done.err.count("\n") == 1 and not done.out, done)
    done = run(home, b"ec2 create-key-pair --key-name \xff\xfe\n" + COUNT.encode() + b"\n")
    report.check("bytes that are no text", done.code is not None and done.code >= 0 and done.out.endswith("2\n"), done)


def test_long(home):
    """A quote forgotten at the top of a long script costs no more than reading it."""
    begun = time.monotonic()
    done = run(home, "echo don't\n" + "ec2 describe-images --query 'Images[0]'\n" * LINES)
    seconds = time.monotonic() - begun
    report.check(f"a quote open over {LINES} lines", done.code == 2 and seconds < (60 if SANITIZED else 5), (seconds, done.code))


def test_time(home):
    done = run(home, "clock advance " + "100000d" * 1500000 + "\n")
    report.check("a span beyond all numbers", done.code == 2 and "clock advance 15m" in done.err, (done.code, done.err[:200]))
    done = run(home, "clock advance 7300d\n" * 450 + "ec2 create-volume --availability-zone us-east-1a --size 1 --query State\nclock\n")
    report.check("time ends with the year 9999", done.code == 0 and "9999-12-31 23:59:59" in done.out.splitlines()[-1], done.out[-300:])
    report.check("and the world still answers", '"creating"' in done.out, done.out[-300:])


def test_reset(folder):
    """A prompt that is open while another begins the world anew sees the new world, also after as many commands as
    the old one had had."""
    home = Home(folder / "reset", lang="en")
    prompt = subprocess.Popen([home.program, "sim"], env=home.environment(casefile.SEED), stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)

    def ask(line):
        prompt.stdin.write(line + "\n")
        prompt.stdin.flush()
        return prompt.stdout.readline().strip()

    for n in range(5):
        ask(f"ec2 create-key-pair --query KeyName --key-name old{n}")
    report.equal("the prompt has its keys", ask(COUNT), "5")
    run(home, "reset --yes\n")
    for n in range(12):
        report.equal(f"the old world is gone, {n} commands later", ask(COUNT), "0")
        run(home, "reset --yes\n" + f"{COUNT}\n" * n)
    prompt.stdin.close()
    prompt.wait(30)
    prompt.stdout.close()


def test_nul(home):
    r"""A \u0000 in a document is refused, and nothing is lost by it."""
    for words in ((r'kms create-key --cli-input-json {"Description":"a\u0000b"}'),
                  (r'ec2 create-key-pair --cli-input-json {"KeyName":"abc\u0000d"}'),
                  (r'ssm put-parameter --cli-input-json {"Name":"/nul","Type":"String","Value":"a\u0000b"}')):
        done = home.run("aws", *words.split(" "), env=casefile.SEED)
        report.check(f"{words.split(' ')[1]}: a NUL is refused", done.code == 254 and "not allowed" in done.err, done)
    done = home.run("aws", "ssm", "get-parameter", "--name", "/nul", env=casefile.SEED)
    report.check("nothing was kept of it", done.code == 254 and "ParameterNotFound" in done.err, done)


def test_wildcards(home):
    """? is one character, however many bytes it has."""
    home.run("aws", "ec2", "create-key-pair", "--key-name", "ko", "--tag-specifications",
             "ResourceType=key-pair,Tags=[{Key=Name,Value=웹서버}]", env=casefile.SEED)
    for pattern, found in (("웹서?", "1"), ("웹?", "0"), ("???", "1"), ("*??", "1"), ("*????", "0"), ("?*버", "1")):
        done = home.run("aws", "ec2", "describe-key-pairs", "--filters", f"Name=tag:Name,Values={pattern}", "--query",
                        "length(KeyPairs)", env=casefile.SEED)
        report.equal(f"{pattern!r} finds", done.out.strip(), found)


def test_many_tags(home):
    """The limit is told at once, however many tags there are."""
    tags = ",".join(f'{{"Key":"k{n}","Value":"v"}}' for n in range(50000))
    file = home.folder / "tags.json"
    file.write_text(f"[{tags}]")
    begun = time.monotonic()
    done = home.run("aws", "ec2", "create-tags", "--resources", "vol-12345678", "--tags", f"file://{file}", env=casefile.SEED)
    seconds = time.monotonic() - begun
    report.check("50,000 tags", done.code == 254 and seconds < (20 if SANITIZED else 2), (seconds, done.code, done.err[:300]))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        home = Home(folder / "home", lang="en")
        for test in (test_remarks, test_lines, test_long, test_nul, test_wildcards, test_many_tags, test_time):
            test(home)
        test_reset(folder)
    report.finish()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""`explain`: why the last command of a world failed, or what an error code means, in the language of the screen.

Whatever the AWS CLI refuses by itself is brought about by a real command line here: each entry whose code begins with
"Cli." must be found again by the error that it is for.
"""
import collections
import json
import pathlib
import re
import shlex
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import casefile  # noqa: E402
from harness import HANGUL, Home, Report, bare, width  # noqa: E402

ROOT = HERE.parent.parent
GONE = "ami-0123456789abcdef0"  # an image that is not there
NO_FILES = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
RULE = ("ec2", "authorize-security-group-ingress", "--group-id", "sg-1", "--cidr", "0.0.0.0/0")
SHARE = ("ec2", "modify-image-attribute", "--image-id", GONE, "--launch-permission")

# code of the entry, words after `aws`, settings of the environment
REFUSED = [
    ("Cli.MissingCommand", (), {}),
    ("Cli.MissingCommand", ("ec2",), {}),
    ("Cli.MissingCommand", ("ec2", "wait"), {}),
    ("Cli.MissingOption", ("ec2", "create-image"), {}),
    ("Cli.UnknownCommand", ("ec3", "describe-images"), {}),
    ("Cli.UnknownCommand", ("ec2", "delete-image"), {}),
    ("Cli.UnknownCommand", ("ec2", "wait", "image-ready"), {}),
    ("Cli.InvalidChoice", ("ec2", "describe-images", "--output", "xml"), {}),
    ("Cli.UnknownOption", ("ec2", "describe-images", "--imageid", GONE), {}),
    ("Cli.AmbiguousOption", ("ec2", "describe-images", "--i", GONE), {}),
    ("Cli.MissingValue", ("ec2", "describe-images", "--region"), {}),
    ("Cli.FlagWithValue", ("ec2", "describe-images", "--debug=1"), {}),
    ("Cli.NotANumber", ("ec2", "describe-images", "--max-items", "many"), {}),
    ("Cli.NotANumber", ("ec2", "create-volume", "--availability-zone", "us-east-1a", "--size", "20GiB"), {}),
    ("Cli.NotANumber", ("ec2", "import-snapshot", "--client-data", "UploadSize=x"), {}),
    ("Cli.NotANumber", ("ec2", "run-instances", "--image-id", GONE, "--count", "two"), {}),
    ("Cli.File", ("ec2", "run-instances", "--image-id", GONE, "--user-data", "file://nowhere.sh"), {}),
    ("Cli.Json", (*SHARE, '{"Add": ['), {}),
    ("Cli.Shorthand", (*SHARE, "Add=x,Add=y"), {}),
    ("Cli.Shorthand", (*SHARE, "Add=[{UserId=111122223333}"), {}),
    ("Cli.UnknownMember", (*SHARE, "Add=[{UserIds=111122223333}]"), {}),
    ("Cli.MissingMember", ("kms", "create-key", "--tags", "TagKey=app"), {}),
    ("Cli.WrongType", ("ec2", "create-tags", "--resources", GONE, "--tags", "Key=a,Value"), {}),
    ("Cli.OutOfRange", ("ec2", "create-image", "--instance-id", "i-1", "--name", "x"), {}),
    ("Cli.OutOfRange", ("kms", "list-keys", "--limit", "0"), {}),
    ("Cli.Query", ("ec2", "describe-images", "--query", "Images["), {}),
    ("Cli.Query", ("ec2", "describe-images", "--query", "newest(Images)"), {}),
    ("Cli.Query", ("ec2", "describe-images", "--query", "sum(Images)"), {}),
    ("Cli.NoRegion", ("ec2", "describe-images"), NO_FILES),
    ("Cli.NoCredentials", ("ec2", "describe-images", "--region", "us-east-1"), NO_FILES),
    ("Cli.NoCredentials", ("ec2", "describe-images", "--region", "us-east-1"), {"AWS_ACCESS_KEY_ID": "x"}),
    ("Cli.NoProfile", ("ec2", "describe-images", "--profile", "nobody"), {}),
    ("Cli.BadConfiguration", ("ec2", "describe-images"), {"AWS_CONFIG_FILE": "broken"}),
    ("Cli.BadConfiguration", ("ec2", "describe-images"), {"AWS_CONFIG_FILE": "output"}),
    ("Cli.Connect", ("ec2", "describe-images", "--region", "us-east-9"), {}),
    ("Cli.Endpoint", ("ec2", "describe-images", "--endpoint-url", "localhost"), {}),
    ("Cli.WaiterTimeout", ("ec2", "wait", "image-exists", "--image-ids", GONE), {}),
    ("Cli.WaiterFailed", ("ec2", "wait", "instance-running", "--instance-ids", "$INSTANCE"), {}),
    ("Cli.OnlyOneInput", ("ec2", "create-image", "--cli-input-json", "{}", "--cli-input-yaml", "{}"), {}),
    ("Cli.Paging", ("ec2", "describe-images", "--no-paginate", "--max-items", "1"), {}),
    ("Cli.BadRule", (*RULE, "--protocol", "tcp", "--port", "ssh"), {}),
    ("Cli.BadRule", (*RULE, "--protocol", "ssh", "--port", "22"), {}),
    ("Cli.NotSimulated", ("s3", "ls"), {}),
    ("Cli.Refused", ("ec2", "describe-images", "--cli-auto-prompt", "--no-cli-auto-prompt"), {}),
]

report = Report()


def aws(home, *words, **env):
    return home.run("aws", *words, env={"AMIDOJO_SHELL": "1", **casefile.SEED, **env})


def explain(home, *words, lang="en", options=(), **env):
    return home.run("--lang", lang, *options, "world", "explain", *words, env={**casefile.SEED, **env})


def explained(home, *words):
    done = explain(home, *words, options=("--json",))
    report.fine(f"explain {words} as JSON", done)
    return json.loads(done.out or "{}")


def test_nothing(home):
    for lang, words in (("en", "No command has failed in this world yet."), ("ko", "explain CODE")):
        done = explain(home, lang=lang)
        report.check(f"nothing has failed, {lang}", done.code == 0 and words in done.out and not done.err, done)
    report.equal("nothing has failed, as JSON", explained(home)["explanations"], [])


def test_failure(home, entries):
    """The acceptance of it: a real failure, in both languages."""
    report.check("the launch fails", aws(home, "ec2", "run-instances", "--image-id", GONE).code == 254)
    entry = entries["InvalidAMIID.NotFound"][-1]
    for lang, other in (("en", "ko"), ("ko", "en")):
        done = explain(home, lang=lang, COLUMNS="2000")
        text = " ".join(bare(done.out).split())
        report.fine(f"explain, {lang}", done)
        for part in (f"$ aws ec2 run-instances --image-id {GONE}", "InvalidAMIID.NotFound",
                     f"The image id '[{GONE}]' does not exist", entry["why"][lang], entry["fix"][lang],
                     f"amidojo notes {entry['note']}", entry["facts"][0], "https://docs.aws.amazon.com/"):
            report.check(f"explain, {lang}, says {part[:30]}", part in text, done.out)
        report.check(f"explain, {lang}, is in one language", entry["why"][other] not in text, done.out)


def test_kept(home):
    """What succeeds afterwards changes nothing; what fails afterwards does. Reading does not count."""
    aws(home, "ec2", "describe-vpcs")
    report.equal("the failure stays the last", explained(home)["code"], "InvalidAMIID.NotFound")
    aws(home, "ec2", "describe-images", "--image-ids", "ami-1")
    report.equal("a new failure is the last", explained(home)["code"], "InvalidAMIID.Malformed")
    for shape in ("json", "yaml", "text", "table", "legacy"):
        aws(home, "ec2", "describe-vpcs", "--vpc-ids", "vpc-1", "--cli-error-format", shape)
        report.equal(f"told as {shape}", explained(home)["code"], "InvalidVpcID.Malformed")
        aws(home, "ec2", "describe-images", "--image-ids", "ami-1")
    aws(home, "ec2", "wait", "image-available", "--image-ids", GONE)
    report.equal("a waiter fails by the code within", explained(home)["code"], "InvalidAMIID.NotFound")
    aws(home, "ec2", "describe-images", "--dry-run")
    report.equal("a dry run", explained(home)["code"], "DryRunOperation")


def test_causes(home):
    """One code, several causes: told apart by the text."""
    aws(home, "ec2", "describe-images", "--filters", "Name=nothing,Values=x")
    report.equal("an unknown filter", explained(home)["explanations"][0]["when"], "The filter '")
    aws(home, "ec2", "describe-images", "--filters", "Name=state")
    report.equal("a filter without values", explained(home)["explanations"][0]["when"], "requires at least one value")
    aws(home, "ec2", "restore-image-from-recycle-bin", "--image-id", GONE)
    report.equal("not in the Recycle Bin", explained(home)["explanations"][0]["note"], "recycle-bin")
    aws(home, "ec2", "run-instances", "--image-id", "resolve:ssm:/none", "--instance-type", "t3.micro")
    report.equal("a parameter that is not there", explained(home)["explanations"][0]["note"], "ssm-parameters")


def test_code(home, entries):
    for code, own in entries.items():
        found = explained(home, code)["explanations"]
        report.equal(f"explain {code}", [(f["code"], f["when"]) for f in found], [(code, e.get("when")) for e in own])
    done = explain(home, "authfailure", lang="ko")
    report.check("in small letters, all causes", done.code == 0 and "AuthFailure" in done.out
                 and "Not authorized for images" in done.out and HANGUL.search(done.out), done)
    report.refused("a slip of the pen", explain(home, "InvalidAMIID.NotFond"), 2, "InvalidAMIID.NotFound")
    report.refused("no code at all", explain(home, "Zork"), 2, "Zork")
    report.refused("too much", explain(home, "a", "b"), 2, "explain")


def test_width(home):
    """Everything fits, whatever the language and the terminal; nothing is asked of a terminal by an error's text."""
    aws(home, "ec2", "run-instances", "--image-id", GONE, "--instance-type", "t3.micro", "--count", "1")
    for columns in (40, 80):
        for lang in ("en", "ko", "both"):
            for words in ((), *((code,) for code in ("AuthFailure", "InvalidSnapshot.InUse", "Cli.Query"))):
                done = explain(home, *words, lang=lang, COLUMNS=str(columns))
                wide = [line for line in bare(done.out).splitlines() if width(line) > columns]
                report.check(f"{columns} columns, {lang}, {words}", done.code == 0 and done.out and not wide, wide)
    aws(home, "ec2", "describe-images", "--query", "\x1b]0;title\x07[")
    done = explain(home)
    report.check("no control characters", done.code == 0 and "title" in done.out and "\x1b" not in done.out, done)
    plain = explain(home, options=("--plain",))
    report.check("linear", "## Why\n" in plain.out and "## What to do\n" in plain.out, plain)


def test_commands(home, entries):
    """A command that a text gives can be typed: service, operation and options are those of the AWS CLI. What the
    dots stand for may be missing."""
    commands = {c for own in entries.values() for e in own for key in ("why", "fix")
                for c in re.findall("`(aws [^`]*)`", e[key]["en"])}
    report.check("commands were found", len(commands) > 150, len(commands))
    for command in sorted(commands):
        words = shlex.split(re.sub(r"\$\([^)]*\)", "x", command.replace(" ... ", " ").split(" > ")[0]))[1:]
        done = aws(home, *words)
        strange = [w for w in ("Unknown options", "Found invalid choice", "not simulated", "Bad value for --query",
                               "Error parsing parameter '--filters'", "The filter '") if w in done.err]
        report.equal(f"{command} is a command", strange, [])


def test_refused(home, entries):
    files = {"broken": "default\nregion\n", "output": "[default]\nregion = us-east-1\noutput = xml\n"}
    for name, text in files.items():
        (home.folder / name).write_text(text)
    image = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    instance = aws(home, "ec2", "run-instances", "--image-id", image, "--instance-type", "t3.micro",
                   "--query", "Instances[0].InstanceId", "--output", "text").out.strip()
    aws(home, "ec2", "wait", "instance-running", "--instance-ids", instance)
    aws(home, "ec2", "terminate-instances", "--instance-ids", instance)
    seen = collections.Counter()
    for code, words, env in REFUSED:
        words = [w.replace("$INSTANCE", instance) for w in words]
        env = {k: str(home.folder / v) if v in files else v for k, v in env.items()}
        done = aws(home, *words, **env)
        report.check(f"aws {words} is refused", done.code in (252, 253, 255), done)
        found = explained(home)
        entry = found["explanations"][0] if found["explanations"] else {}
        report.equal(f"aws {words}", (found["code"], entry.get("code")), (code, code))
        seen[entry.get("code"), entry.get("when")] += 1
    every = {(c, e.get("when")) for c, own in entries.items() if c.startswith("Cli.") for e in own}
    report.equal("every entry of the AWS CLI's own was met", sorted(every - seen.keys(), key=str), [])


def test_ended(home):
    """What was accepted and ended badly is explained too, though no command has failed."""
    key = aws(home, "kms", "create-key", "--query", "KeyMetadata.KeyId", "--output", "text").out.strip()
    aws(home, "kms", "disable-key", "--key-id", key)
    launched = aws(home, "ec2", "run-instances", "--instance-type", "t3.micro", "--image-id",
                   "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
                   "--block-device-mappings", f"DeviceName=/dev/xvda,Ebs={{Encrypted=true,KmsKeyId={key}}}",
                   "--query", "Instances[0].InstanceId", "--output", "text")
    report.check("a launch with a disabled key is accepted", launched.code == 0, launched)
    home.run("world", "clock", "advance", "2m")
    for lang, said in (("en", "key of an\nencrypted volume"), ("ko", "암호화된 볼륨의 키")):
        done = home.run("--lang", lang, "world", "explain")
        report.check(f"its end is explained ({lang})", done.code == 0 and launched.out.strip() in done.out
                     and "Client.InternalError" in done.out and " ".join(said.split()) in " ".join(done.out.split()), done)


def main():
    entries = {}
    for entry in yaml.safe_load((ROOT / "content/faults.yaml").read_text(encoding="utf-8"))["faults"]:
        entries.setdefault(entry["code"], []).append(entry)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(pathlib.Path(folder) / "home")
        test_nothing(home)
        test_failure(home, entries)
        test_kept(home)
        test_causes(home)
        test_code(home, entries)
        test_width(home)
        test_commands(home, entries)
        test_refused(home, entries)
        test_ended(Home(pathlib.Path(folder) / "ended"))
    report.finish()


main()

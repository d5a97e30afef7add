#!/usr/bin/env python3
"""`graph` and `changes` as a learner types them: words, pipes, files, narrow windows, colour."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import SGR, Home, Report, Terminal, width  # noqa: E402

WORLD = {"AMIDOJO_SEED": "1", "AMIDOJO_NOW": "2026-01-01T00:00:00Z", "TZ": "UTC"}
LATEST = "al2023-ami-2023.9.20251208.0-kernel-6.1-x86_64"
SVG = "{http://www.w3.org/2000/svg}"
report = Report()


def run(home, *words, **env):
    return home.run(*words, env={**WORLD, **env})


def aws(home, *words):
    done = run(home, "aws", *words)
    if done.code:
        raise RuntimeError(f"{words}: {done}")
    return done.out.strip()


def world(home, *words, **env):
    return run(home, "world", *words, **env)


def check_nothing(home):
    for form in ((), ("--dot",), ("--svg",)):
        done = world(home, "graph", *form)
        report.check(f"an empty world, {form}", done.code == 0 and done.out.startswith("There is nothing to draw yet"), done)
    report.check("nothing has been changed", world(home, "changes").out == "Nothing has been changed yet.\n")


def check_words(home):
    for words in (("--png",), ("--dot", "--svg"), ("a", "b"), ("",), ("-v",)):
        done = world(home, "graph", *words)
        report.check(f"graph {words}", done.code == 2 and not done.out and "graph --svg > graph.svg" in done.err, done)
    for words in (("-x",), ("-v", "more"), ("more",)):
        done = world(home, "changes", *words)
        report.check(f"changes {words}", done.code == 2 and not done.out and "changes -v" in done.err, done)
    for name in ("ami-0123456789abcdef0", "web\x1b[31m", "가게"):
        done = world(home, "graph", name)
        report.check(f"graph of {name!r}", done.code == 1 and not done.out and "'graph' without an id" in done.err
                     and "\x1b" not in done.err, done)


def below(tree, parent, child):
    """Whether `child` stands below `parent` in the tree, one step to the right."""
    lines = tree.splitlines()
    at = [next((i for i, line in enumerate(lines) if re.search(rf"(^|[ ]){one}\b", line)), None) for one in (parent, child)]
    return None not in at and at[1] > at[0] and lines[at[1]].index(child) == lines[at[0]].index(parent) + 3


def check_tree(home, chain):
    tree = world(home, "graph").out
    for parent, child in zip(chain, chain[1:]):
        report.check(f"{child} below {parent}", below(tree, parent, child), tree)
    report.check("drawn with boxes", "└─ " in tree and "(public) [us-east-1]" in tree, tree)
    plain = run(home, "--plain", "world", "graph").out
    report.check("plain has no boxes", not set("─│└├") & set(plain) and "`- " in plain, plain)
    for columns in (20, 40, 60, 80):
        lines = world(home, "graph", COLUMNS=str(columns)).out.splitlines()
        report.check(f"in {columns} columns", lines and all(width(line) <= columns for line in lines), "\n".join(lines))
    one = world(home, "graph", chain[-1]).out
    report.check("what was asked for is marked", [line for line in one.splitlines() if line.endswith("<--")] ==
                 [line for line in one.splitlines() if chain[-1] in line and "^" not in line] != [], one)


def check_pictures(home, chain):
    dot = world(home, "graph", "--dot").out
    for parent, child in zip(chain, chain[1:]):
        report.check(f"DOT {parent} -> {child}", f'"{parent}" -> "{child}";' in dot, dot)
    if shutil.which("dot"):
        done = subprocess.run(["dot", "-Tsvg"], input=dot.encode(), capture_output=True)
        report.check("graphviz takes it", done.returncode == 0 and not done.stderr, done.stderr)
    picture = xml.fromstring(world(home, "graph", "--svg").out)
    texts = [text.text for text in picture.iter(SVG + "text")]
    report.check("SVG has every id", set(chain) <= set(texts), texts)
    report.check("SVG needs nothing from elsewhere",
                 {node.tag for node in picture.iter()} == {SVG + tag for tag in ("svg", "title", "style", "g", "rect", "text", "path")})


def check_changes(home, instance):
    aws(home, "ec2", "create-tags", "--resources", instance, "--tags", "Key=Name,Value=shop")
    done = world(home, "changes", "-v").out
    report.check("changes -v", done.endswith(f"~ {instance} shop running\n    ~ Tags[Name]: 웹 <&\"> -> shop\n"), done)
    aws(home, "ec2", "reboot-instances", "--instance-ids", instance)
    report.check("a reboot", world(home, "changes").out == f"aws ec2 reboot-instances --instance-ids {instance}\n~ {instance} shop rebooted\n",
                 world(home, "changes"))
    volume = aws(home, "ec2", "create-volume", "--size", "8", "--availability-zone", "us-east-1a", "--query", "VolumeId", "--output", "text")
    report.check("a volume's size", f"+ {volume} 8 GiB creating\n" in world(home, "changes").out)
    plain = world(home, "changes", "-v", COLUMNS="40").out.split("\n", 1)[1]
    report.check("changes -v in 40 columns", all(width(line) <= 40 for line in plain.splitlines()) and
                 f"    + VolumeId: {volume}\n" in plain and "    + Size: 8\n" in plain, plain)
    with Terminal(home, "world", "changes", "-v", env={**WORLD, "TERM": "xterm-256color"}) as terminal:
        terminal.end()
        coloured = terminal.text
    report.check("colour is only beside the marks", SGR.search(coloured) and "    + Size: 8\n" in SGR.sub("", coloured), coloured)


with tempfile.TemporaryDirectory() as folder:
    home = Home(pathlib.Path(folder) / "home", lang="en")
    check_nothing(home)
    public = aws(home, "ec2", "describe-images", "--filters", f"Name=name,Values={LATEST}", "--query", "Images[0].ImageId", "--output", "text")
    instance = aws(home, "ec2", "run-instances", "--image-id", public, "--instance-type", "t3.micro", "--tag-specifications",
                   "ResourceType=instance,Tags=[{Key=Name,Value='웹 <&\">'}]", "--query", "Instances[0].InstanceId", "--output", "text")
    aws(home, "ec2", "wait", "instance-running", "--instance-ids", instance)
    image = aws(home, "ec2", "create-image", "--instance-id", instance, "--name", "web-v1", "--query", "ImageId", "--output", "text")
    told = world(home, "changes").out
    report.check("an image, its snapshot and the reboot", f"+ {image} web-v1 pending\n" in told and " rebooted\n" in told
                 and re.search(r"^\+ snap-\w+ 8 GiB pending$", told, re.M), told)
    aws(home, "ec2", "wait", "image-available", "--image-ids", image)
    copy = aws(home, "ec2", "copy-image", "--region", "ap-northeast-2", "--name", "web-seoul", "--source-image-id", image,
               "--source-region", "us-east-1", "--query", "ImageId", "--output", "text")
    volume, snapshot = (aws(home, "ec2", *query, "--output", "text") for query in (
        ("describe-volumes", "--query", "Volumes[0].VolumeId"),
        ("describe-images", "--image-ids", image, "--query", "Images[0].BlockDeviceMappings[0].Ebs.SnapshotId")))
    chain = (public, instance, volume, snapshot, image, copy)
    check_words(home)
    check_tree(home, chain)
    check_pictures(home, chain)
    check_changes(home, instance)
report.finish()

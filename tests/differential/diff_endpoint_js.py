#!/usr/bin/env python3
"""diff_endpoint_js - npm's AWS SDK for JavaScript through the endpoint: each call of the sessions, typed.

    diff_endpoint_js.py [NAME...]     the sessions of these names; else all

As diff_endpoint_boto3.py, with the SDK whose models are the newest: nothing of an answer may be missing
or unknown. It is installed into build/sdk-js, by npm, in the versions below.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import threading

from endpoint_calls import ROOT, each_session, finish, replay

PACKAGES = {
    "@aws-sdk/client-ec2": "3.1169.0",
    "@aws-sdk/client-sts": "3.1169.0",
    "@aws-sdk/client-kms": "3.1162.0",
    "@aws-sdk/client-ssm": "3.1169.0",
    "@aws-sdk/client-rbin": "3.523.0",
}
# What npm's newest client of a service does not know, being older than the service.
UNKNOWN = {"rbin": ("ExcludeResourceTags",)}
FOLDER = ROOT / "build/sdk-js"
PROGRAM = pathlib.Path(__file__).resolve().parent / "endpoint-sdk.mjs"


def install():
    """The packages in FOLDER; whatever is there is whole."""
    wanted = json.dumps({"private": True, "dependencies": PACKAGES}, indent=1)
    if (FOLDER / "package.json").exists() and (FOLDER / "package.json").read_text() == wanted:
        return
    new = FOLDER.with_suffix(".new")
    for folder in (new, FOLDER):
        shutil.rmtree(folder, ignore_errors=True)
    new.mkdir(parents=True)
    (new / "package.json").write_text(wanted)
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"],
                          cwd=new, capture_output=True, text=True)
    if done.returncode:
        print(f"FAIL npm install\n{done.stderr}\n0 passed, 1 failed")
        sys.exit(1)
    new.rename(FOLDER)


class Sdk:
    """A Node.js that makes calls; one for each thread."""

    own = threading.local()

    def __init__(self):
        if not hasattr(self.own, "child"):
            self.own.child = subprocess.Popen(["node", "--no-warnings", PROGRAM, FOLDER],
                                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.child = self.own.child

    def known(self, call, answer):
        return {k: v for k, v in answer.items() if k not in UNKNOWN.get(call["service"], ())}

    def call(self, call, url):
        if any(name in call["request"] for name in UNKNOWN.get(call["service"], ())):
            return {"skip": "parameters that its client does not have"}
        sent = {k: call[k] for k in ("service", "operation", "key", "secret", "region", "request")}
        self.child.stdin.write(json.dumps({**sent, "url": url}).encode() + b"\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError(f"node ended on {call['operation']}")
        return json.loads(line)


def run_file(path):
    return replay(path, Sdk())


if __name__ == "__main__":
    if not shutil.which("npm") or not shutil.which("node"):
        print("skipped: there is no npm on this machine\n0 passed, 0 failed")
        sys.exit(0)
    install()
    finish("JavaScript SDK", each_session(run_file), 2000)

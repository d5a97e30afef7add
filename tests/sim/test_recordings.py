#!/usr/bin/env python3
"""Command lines recorded with AWS CLI 2.36.7, whose result hangs on the command line alone: same bytes here.

recordings.jsonl, a line a recording: argv (after `aws`), env (null: not set), files (below the home
folder, where it runs), stdin; then code, stdout, stderr, and files_after of those in `keep`. Each
runs in an empty world. NAME... runs some suites.
"""

import collections
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import casefile  # noqa: E402
from harness import PATIENCE, Home, Report  # noqa: E402

# What the recording ran with; the keys are those of the AWS documentation.
RECORDED_WITH = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": "",
}


def run(case, folder):
    """What this program makes of it, in the form of a recording."""
    home = Home(folder)
    env = {
        **casefile.SEED,
        **RECORDED_WITH,
        "AMIDOJO_SHELL": "1",  # outside of it those files would be a real account's
        "AWS_CONFIG_FILE": f"{folder}/.aws/config",
        "AWS_SHARED_CREDENTIALS_FILE": f"{folder}/.aws/credentials",
        **case.get("env", {}),
    }
    for name, text in case.get("files", {}).items():
        path = home.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [home.program, "aws", *case["argv"]],
        cwd=folder,
        env=home.environment(env),
        input=case.get("stdin", "").encode(),
        capture_output=True,
        timeout=PATIENCE,
    )
    got = {"code": done.returncode, "stdout": done.stdout.decode(errors="replace"),
           "stderr": done.stderr.decode(errors="replace")}
    if "keep" in case:
        kept = [name for name in case["keep"] if (home.folder / name).exists()]
        got["files_after"] = {name: (home.folder / name).read_text() for name in kept}
    return got


def difference(case):
    with tempfile.TemporaryDirectory() as folder:
        got = run(case, folder)
    lines = [f"{key}: wanted {case.get(key)!r}\n{' ' * len(key)}  got    {value!r}"
             for key, value in got.items() if value != case.get(key, {})]
    return "\n".join(["aws " + shlex.join(case["argv"]), *lines]) if lines else ""


def main():
    report = Report()
    lines = (HERE / "recordings.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
    cases = [case for case in map(json.loads, lines) if not sys.argv[1:] or case["suite"] in sys.argv[1:]]
    sums = collections.Counter()
    for case, problem in zip(cases, casefile.each(difference, cases)):
        report.check(f"{case['suite']} {case['id']}", not problem, problem)
        sums[case["suite"], not problem] += 1
    for suite in sorted({suite for suite, _ in sums}):
        print(f"{suite}: {sums[suite, True]} of {sums[suite, True] + sums[suite, False]}")
    report.finish()


if __name__ == "__main__":
    main()

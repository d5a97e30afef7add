#!/usr/bin/env python3
"""diff_shell - a script of the AWS CLI (tests/shell/script60.sh), unchanged: in `amidojo shell`, and with Debian's
AWS CLI against `amidojo serve` on an equal world. The same bytes come out of both, and the same exit code.

The other CLI is the real one, a process a command; only where it would sleep, the world's time passes. Its PATH has
an `aws` that names the endpoint, which 2.9.19 cannot be told by a variable.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from endpoint_calls import Endpoint, Home, casefile

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "shell/script60.sh"
PATIENCE = 600  # seconds for the script: the real CLI takes most of one for each command

AWS = """#!{python}
import sys, time, urllib.request
import awscli.clidriver

def sleep(seconds):
    path = "{url}/_amidojo/clock?advance=%dms" % (seconds * 1000)
    urllib.request.urlopen(urllib.request.Request(path, data=b"", method="POST")).close()

time.sleep = sleep
sys.argv[1:] = [*sys.argv[1:], "--endpoint-url", "{url}"]
sys.exit(awscli.clidriver.main())
"""


def run(words, env):
    """(exit code, stdout, stderr)"""
    done = subprocess.run(words, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def in_our_shell(folder):
    home = Home(folder)
    return run(home.command(["shell", str(SCRIPT)]), home.environment({**casefile.SEED, "SHELL": "/bin/bash"}))


def with_the_real_one(folder):
    with Endpoint(folder / "served") as endpoint:
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "aws").write_text(AWS.format(python=sys.executable, url=endpoint.url))
        (bin_folder / "aws").chmod(0o755)
        # the keys of profile default, as the simulator's own CLI has them
        endpoint.our_cli(["configure", "list"])
        kept = endpoint.home.data / "aws"
        env = endpoint.home.environment({
            **casefile.SEED, "PATH": f"{bin_folder}:{os.environ['PATH']}", "AWS_CONFIG_FILE": str(kept / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(kept / "credentials"), "AWS_MAX_ATTEMPTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true"})
        answer = run(["/bin/bash", str(SCRIPT)], env)
    return answer, endpoint.problem


def main():
    try:
        import awscli  # noqa: F401
    except ImportError:
        print("skipped: python3 here has no awscli\n0 passed, 0 failed")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        ours = in_our_shell(folder / "ours")
        theirs, problem = with_the_real_one(folder)
    passed, wrong = 0, []
    for name, got, want in (("exit code", ours[0], theirs[0]), ("output", ours[1], theirs[1]),
                            ("errors", ours[2], theirs[2]), ("no error", ours[0], 0), ("server", problem, None),
                            ("a report of some length", len(ours[1].splitlines()) > 20, True)):
        if got == want:
            passed += 1
        else:
            wrong.append(f"FAIL {name}\n--- in amidojo shell\n{got}\n--- with the real CLI\n{want}")
    print("\n".join([*wrong, f"{passed} passed, {len(wrong)} failed"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""bench-aws.py - the whole process: `amidojo aws` beside the AWS CLI, printing the same answer.

Both describe the same ten images: ours from a kept world, Debian's `aws` from a tiny server on
loopback that answers at once. Budgets: 100 times less wall time, 10 times less memory. Without `aws`
on the machine only our column is measured (Debian: awscli).
"""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import xml.sax.saxutils

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = os.environ.get("AMIDOJO", str(ROOT / "build/release/amidojo"))
PEAK = os.environ.get("AMIDOJO_BUILD", str(ROOT / "build/release")) + "/tests/bench/bench-world"
IMAGES = 10
QUERIES = (
    ["ec2", "describe-images", "--owners", "self"],
    ["ec2", "describe-images", "--owners", "self", "--query", "Images[].[ImageId,Name]", "--output", "table"],
)
# Names on the wire that do not follow from the member's.
WIRE = {"Images": "imagesSet", "Tags": "tagSet", "State": "imageState", "OwnerId": "imageOwnerId",
        "Public": "isPublic", "BlockDeviceMappings": "blockDeviceMapping"}


def xml_of(value):
    if isinstance(value, dict):
        return "".join(f"<{wire}>{xml_of(v)}</{wire}>" for k, v in value.items()
                       for wire in [WIRE.get(k, k[0].lower() + k[1:])])
    if isinstance(value, list):
        return "".join(f"<item>{xml_of(v)}</item>" for v in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return xml.sax.saxutils.escape(str(value))


def serve(answer):
    """A server that gives this answer to whatever is asked; its URL."""
    namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"
    body = f'<DescribeImagesResponse xmlns="{namespace}"><requestId>r</requestId>{xml_of(answer)}</DescribeImagesResponse>'
    body = body.encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml;charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def run(command, env):
    """(seconds, stdout) of one process."""
    start = time.perf_counter()
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"bench-aws: {command} ended with {done.returncode}")
    return seconds, done.stdout.decode()


def peak(command, env):
    """MiB that the process held at most."""
    file = env["HOME"] + "/peak"
    run([PEAK, "--peak", file, *command], env)
    return int(pathlib.Path(file).read_text()) / 1024


def best(command, env, rounds):
    """(milliseconds, MiB)"""
    return min(run(command, env)[0] for _ in range(rounds)) * 1000, peak(command, env)


def make_images(env):
    """Ten images of one snapshot, in the world that env names."""

    def aws(*words):
        return run([PROGRAM, "aws", *words, "--output", "text"], env)[1].strip()

    volume = aws("ec2", "create-volume", "--availability-zone", "us-east-1a", "--size", "8", "--query", "VolumeId")
    aws("ec2", "wait", "volume-available", "--volume-ids", volume)
    snapshot = aws("ec2", "create-snapshot", "--volume-id", volume, "--query", "SnapshotId")
    aws("ec2", "wait", "snapshot-completed", "--snapshot-ids", snapshot)
    for i in range(IMAGES):
        aws("ec2", "register-image", "--name", f"web-{i}", "--architecture", "x86_64", "--root-device-name", "/dev/xvda",
            "--virtualization-type", "hvm", "--block-device-mappings", f"DeviceName=/dev/xvda,Ebs={{SnapshotId={snapshot}}}",
            "--tag-specifications", "ResourceType=image,Tags=[{Key=Name,Value=web}]")


def environment(folder):
    return {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "XDG_DATA_HOME": folder + "/data",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "AWS_PAGER": "",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AMIDOJO_SEED": "1",
    }


def values(answer):
    """What both say, whatever the order: Debian's CLI is older and lacks some members."""
    return sorted((i["ImageId"], i["Name"], i["State"]) for i in json.loads(answer)["Images"])


def main():
    aws = shutil.which("aws")
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder)
        make_images(env)
        ours = run([PROGRAM, "aws", *QUERIES[0]], env)[1]
        theirs_env = {**env, "AWS_MAX_ATTEMPTS": "1"}
        endpoint = ["--endpoint-url", serve(json.loads(ours))]
        if aws and values(ours) != values(run([aws, *endpoint, *QUERIES[0]], theirs_env)[1]):
            sys.exit("bench-aws: the AWS CLI says something else")
        print(f"{'whole process, ' + str(IMAGES) + ' images':70} {'ms':>9} {'aws':>9} {'ratio':>8} {'MiB':>7} {'aws':>7} {'ratio':>7}")
        for words in QUERIES:
            ms, mib = best([PROGRAM, "aws", *words], env, 30)
            line = f"aws {' '.join(words)}"[:70]
            if not aws:
                print(f"{line:70} {ms:9.2f} {'-':>9} {'-':>8} {mib:7.1f} {'-':>7} {'-':>7}")
                continue
            their_ms, their_mib = best([aws, *endpoint, *words], theirs_env, 3)
            print(f"{line:70} {ms:9.2f} {their_ms:9.0f} {their_ms / ms:7.0f}x {mib:7.1f} {their_mib:7.1f} {their_mib / mib:6.1f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""bench-endpoint.py - our endpoint beside moto's server, in one run, on the same requests.

MOTO_SERVER is a URL (http://127.0.0.1:5055), or the command that starts one (moto_server): then its start and memory
are measured too. Without it, or for what a URL cannot tell, moto's numbers are recorded ones, with their date; a
ratio to those is marked with *, for the machines may differ.

Ours runs with --instant, as moto does all at once, and keeps what it does in a file, which moto does not. Both answer
connections that are kept and a connection a request (moto closes after each answer in either case).
"""

import os
import pathlib
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/endpoint"))
sys.path.insert(0, str(ROOT / "tests"))
import mixed  # noqa: E402
from endpoint import FORM, Endpoint, Reply, authorization, form  # noqa: E402

RECORDED = {
    "date": "2026-11-21",
    "about": "moto 5.2.1, werkzeug 3.1.8, Python 3.11.7, Linux x86-64 with 2 cores",
    "numbers": {
        "start to first answer": 1665.6,
        "DescribeImages, 10 own, kept": 84.4, "DescribeImages, 10 own, a connection each": 81.6,
        "DescribeImages, 1000 own, kept": 1.5, "DescribeImages, 1000 own, a connection each": 1.3,
        "create+describe+deregister, kept": 70.3, "create+describe+deregister, a connection each": 55.8,
        "memory at first": 162.0, "memory with 1000 images, after 300 cycles": 171.3,
    },
}
SECONDS = float(os.environ.get("BENCH_SECONDS") or 4)
RESETS = 1000
CONNECTIONS = 8
IMAGES = (10, 1000)
MEMORY = f"memory with {IMAGES[-1]} images, after 300 cycles"
# measure -> (budget, whether less is better)
BUDGETS = {
    "DescribeImages, 10 own, kept": (100, False), "DescribeImages, 10 own, a connection each": (100, False),
    "DescribeImages, 1000 own, kept": (200, False), "DescribeImages, 1000 own, a connection each": (200, False),
    "create+describe+deregister, kept": (50, False), "create+describe+deregister, a connection each": (50, False),
    "start to first answer": (100, True), MEMORY: (10, True),
}
UNITS = {"start to first answer": "ms", MEMORY: "MiB", "memory at first": "MiB",
         f"memory after {RESETS // 10} resets": "MiB",
         f"memory after {RESETS} resets": "MiB"}
DESCRIBE = "track 0 describe\n" + mixed.call("DescribeImages", "<imagesSet><item>", Owner_1="self") + "\n"
CYCLE = "\n".join([
    "track 1 run", mixed.call("RunInstances", "<instancesSet>", "instance=<instanceId>", ImageId="{base}", InstanceType="t2.micro",
                              MinCount=1, MaxCount=1),
    "track 1 cycle", mixed.call("CreateImage", "<imageId>", "image=<imageId>", InstanceId="{instance}", Name="cycle-{#}",
                                NoReboot="true"),
    mixed.call("DescribeImages", "<imagesSet><item>", ImageId_1="{image}"),
    mixed.call("DeregisterImage", "DeregisterImageResponse", ImageId="{-image}"), ""])


class Server:
    """What both have in common; `pid` None: it is not ours to look into."""

    pid = None

    def post(self, path, body=b""):
        request = urllib.request.Request(self.url + path, body.encode() if isinstance(body, str) else body, method="POST",
                                         headers={"Content-Type": FORM, "Authorization": authorization(mixed.KEY)})
        with urllib.request.urlopen(request, timeout=60) as got:
            return Reply(got.status, got.getheaders(), got.read())

    def call(self, action, **members):
        return self.post("/", form(action, **members))

    def memory(self):
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(text.split("VmRSS:")[1].split()[0]) / 1024

    def load(self, scenario, folder, close, **more):
        file = folder / "scenario"
        file.write_text(scenario)
        child = mixed.start_load(self, file, seconds=SECONDS, connections=CONNECTIONS, close=int(close), room=1, patience=120,
                                 seed=time.monotonic_ns() % 1000000, **more)
        told, complaints = mixed.result(child, SECONDS + 300)
        if told["errors"] or not told["requests"]:
            sys.exit(f"bench-endpoint: {self.name}: {told['errors']} errors\n{complaints}")
        return told


class Ours(Server):
    name, reset_path = "ours", "/_amidojo/reset"

    def __init__(self, folder):
        self.endpoint = Endpoint(folder / "ours", "--instant")

    def begin(self, port):
        self.endpoint.port = port
        self.endpoint.start()
        self.pid, self.address, self.url = self.endpoint.child.pid, self.endpoint.address, self.endpoint.url

    def end(self):
        self.endpoint.end()


class Moto(Server):
    name, reset_path = "moto", "/moto-api/reset"

    def __init__(self, where):
        self.command, self.child = None, None
        if where.startswith("http"):
            self.url, self.address = where.rstrip("/"), where.rstrip("/").partition("//")[2]
        else:
            self.command = shlex.split(where)

    def begin(self, port):
        if not self.command:
            return
        self.address, self.url = f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"
        self.child = subprocess.Popen([*self.command, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
        self.pid = self.child.pid

    def end(self):
        if self.child:
            self.child.kill()
            self.child.wait()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def first_answer(server):
    """Milliseconds from the start to the first answer to a call."""
    port, begun = free_port(), time.perf_counter()
    server.begin(port)
    body = form("DescribeRegions")
    request = (f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {FORM}\r\nAuthorization: {authorization(mixed.KEY)}\r\n"
               f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()
    while time.perf_counter() - begun < 60:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as s:
                s.sendall(request)
                if s.recv(100).startswith(b"HTTP/1.1 200"):
                    return (time.perf_counter() - begun) * 1000
        except ConnectionError:
            time.sleep(0.0005)
    sys.exit(f"bench-endpoint: {server.name} does not answer")


def make_images(server, first, last):
    """Own images with one EBS volume each."""
    volume = server.call("CreateVolume", AvailabilityZone="us-east-1a", Size=8).value()["volumeId"]
    snapshot = server.call("CreateSnapshot", VolumeId=volume).value()["snapshotId"]
    for n in range(first, last):
        server.call("RegisterImage", Name=f"web-{n}", Architecture="x86_64", RootDeviceName="/dev/xvda", VirtualizationType="hvm",
                    BlockDeviceMapping=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}])
    found = server.call("DescribeImages", Owner=["self"]).value()["imagesSet"]
    if len(found) != last:
        sys.exit(f"bench-endpoint: {server.name} has {len(found)} images, not {last}")


def base_image(server):
    found = server.call("DescribeImages", Owner=["amazon"], Filter=[{"Name": "architecture", "Value": ["x86_64"]},
                                                                    {"Name": "root-device-type", "Value": ["ebs"]},
                                                                    {"Name": "virtualization-type",
                                                                     "Value": ["hvm"]}]).value()["imagesSet"]
    linux = [one["imageId"] for one in found if one.get("platform", "") != "windows" and "al2023-ami-2" in one["name"]]
    return (linux or [one["imageId"] for one in found if one.get("platform", "") != "windows"])[0]


def reset_often(server, numbers):
    """Something is made, then all of it goes."""
    for n in range(RESETS if isinstance(server, Ours) else RESETS // 10):  # a reset of moto's takes long
        server.call("CreateVolume", AvailabilityZone="us-east-1a", Size=8)
        server.call("CreateKeyPair", KeyName="k")
        server.post(server.reset_path)
        if server.pid and n + 1 in (RESETS // 10, RESETS):
            numbers[f"memory after {n + 1} resets"] = server.memory()


def measure_memory(server, folder, numbers):
    """By calls and not by time: who answers faster has made more."""
    server.post(server.reset_path)
    make_images(server, 0, IMAGES[-1])
    server.load(CYCLE.replace("{base}", base_image(server)), folder, False, count=900 + CONNECTIONS)
    if server.pid:
        numbers[MEMORY] = server.memory()
    server.post(server.reset_path)


def measure(server, folder):
    numbers = {}
    if isinstance(server, Ours) or server.command:
        numbers["start to first answer"] = min(restarted(server) for _ in range(5 if isinstance(server, Ours) else 2))
    if server.pid:
        numbers["memory at first"] = server.memory()
    measure_memory(server, folder, numbers)
    made = 0
    for images in IMAGES:
        make_images(server, made, images)
        made = images
        for close in (False, True):
            numbers[f"DescribeImages, {images} own, {way(close)}"] = server.load(DESCRIBE, folder, close)["per_second"]
    server.post(server.reset_path)
    for close in (False, True):
        told = server.load(CYCLE.replace("{base}", base_image(server)), folder, close)
        numbers[f"create+describe+deregister, {way(close)}"] = told["tracks"]["cycle"] / told["seconds"]
    reset_often(server, numbers)
    server.end()
    return numbers


def way(close):
    return "a connection each" if close else "kept"


def restarted(server):
    if server.pid:
        server.end()
    return first_answer(server)


def print_table(ours, moto):
    told = {**RECORDED["numbers"], **moto}
    missed = 0
    print(f"{'':46} {'ours':>10} {'moto':>9} {'ratio':>9} {'budget':>7}")
    for name, mine in ours.items():
        theirs = told.get(name)
        budget, less = BUDGETS.get(name, (None, name in UNITS))
        ratio = (theirs / mine if less else mine / theirs) if theirs else None
        bad = bool(budget and ratio and ratio < budget)
        missed += bad
        print(f"{name:46} {mine:10.1f} {f'{theirs:.1f}' if theirs else '-':>9} {f'{ratio:.0f}x' if ratio else '-':>8}{'*' if ratio and name not in moto else ' '} "
              f"{f'{budget}x' if budget else '-':>7}{'  MISSED' if bad else ''} {UNITS.get(name, '/s')}")
    early, late = ours[f"memory after {RESETS // 10} resets"], ours[f"memory after {RESETS} resets"]
    flat = late < early * 1.02 + 0.5
    print(f"{RESETS} resets: {early:.1f} MiB after the first tenth, {late:.1f} after all: {'flat' if flat else 'MISSED: it grows'}")
    if len(moto) < len(ours):
        print(f"* recorded {RECORDED['date']}: {RECORDED['about']}")
    return missed + (not flat)


def main():
    where = os.environ.get("MOTO_SERVER")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        ours = measure(Ours(folder), folder)
        moto = measure(Moto(where), folder) if where else {}
    missed = print_table(ours, moto)
    if moto and "--numbers" in sys.argv:
        print({name: round(value, 1) for name, value in moto.items()})
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What is no right request gets one of AWS's errors, whatever is wrong with it, and changes nothing.

1,000 requests of the kinds in malformed.py, each on a connection of its own: a well-formed error of the protocol
asked for, with code and message, in the right class of status, never HTML. Afterwards the server lives, its world is
the same but for the clock, and it holds no more memory than before. `SEED=n` repeats a run.
"""

import os
import pathlib
import random
import re
import select
import socket
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import malformed  # noqa: E402
from endpoint import Endpoint, Reply  # noqa: E402
from harness import PATIENCE, SANITIZED, SCALE, Report  # noqa: E402

REQUESTS = max(200, 1000 // SCALE)
UNSIGNED = 100
GROWTH = 16  # MiB that the process may hold more than before (what malloc keeps)
KEY = "AKIAIOSFODNN7EXAMPLE"
ACCOUNTS = f"""accounts:
  - {{account: "123456789012", name: kim, access_key_id: {KEY}, secret_access_key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}}
"""
TYPES = {"ec2": "text/xml", "query": "text/xml", "json": "application/x-amz-json-1.1", "rest": "application/json"}
ROOTS = {"ec2": b"<Response>", "query": b"<ErrorResponse"}
WITHOUT_MESSAGE = ("ParameterNotFound",)  # as SSM itself answers
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
report = Report()


def length_of(head):
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return int(found[1]) if found else None


def is_whole(data):
    """An answer with its body; what a 100 Continue says is none."""
    while data.startswith(b"HTTP/1.1 100"):
        data = data.partition(b"\r\n\r\n")[2]
    head, end, body = data.partition(b"\r\n\r\n")
    return bool(end) and length_of(head) is not None and len(body) >= length_of(head)


def exchange(port, case):
    """Sends the bytes and takes the answer meanwhile: all bytes that came, and whether it took too long."""
    s = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    s.setblocking(False)
    rest, got = memoryview(case.raw), b""
    deadline = time.monotonic() + PATIENCE
    try:
        while not is_whole(got):
            if time.monotonic() > deadline:
                return got, True
            reads, writes, _ = select.select([s], [s] if rest else [], [], 1)
            if reads:
                more = s.recv(1 << 20)
                if not more:
                    break
                got += more
            if writes and rest:
                try:
                    rest = rest[s.send(rest[: 1 << 20]):]
                except (BrokenPipeError, ConnectionResetError):
                    rest = None  # it does not listen any more; it may have answered
                if case.half and not rest:
                    s.shutdown(socket.SHUT_WR)
    except (ConnectionResetError, OSError):
        pass
    finally:
        s.close()
    return got, False


def parse(data):
    while data.startswith(b"HTTP/1.1 100"):
        data = data.partition(b"\r\n\r\n")[2]
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1])
    headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
    return Reply(status, headers, body[: length_of(head)])


def problem(case, data, late):
    """What is wrong with the answer; None: nothing."""
    if late:
        return "there is no whole answer in time"
    if not data:
        return "the connection was closed without an answer"
    try:
        reply = parse(data)
        code, message = reply.fault()
    except Exception as error:  # whatever a wrong answer makes of the parsers
        return f"that is no error of AWS: {error!r}"
    kind = reply.header("content-type").partition(";")[0]
    if reply.status not in case.statuses:
        return f"the status is {reply.status}, not one of {case.statuses}"
    if case.protocol and (kind != TYPES[case.protocol] or ROOTS.get(case.protocol, b"") not in reply.body):
        return f"that is not as the protocol {case.protocol} tells errors"
    if case.codes and code not in case.codes:
        return f"the code is {code}, not one of {case.codes}"
    told = message.strip() or code in WITHOUT_MESSAGE
    if not re.fullmatch(r"[A-Za-z0-9.]{3,80}", code) or not told or CONTROL.search(message):
        return f"code {code!r}, message {message[:200]!r}"
    return None


def try_one(name, port, case):
    data, late = exchange(port, case)
    what = problem(case, data, late)
    return report.check(f"{name} {case.kind}: {case.what}", not what, f"{what}\nsent: {case.raw[:700]!r}\ngot: {data[:700]!r}")


def without_time(state):
    """The world's bytes but for its clock."""
    return re.sub(rb'"counters":\[-?\d+', b'"counters":[', state)


def prepare(server):
    """Something that a wrong request could spoil."""
    image = server.value("DescribeImages", Owner=["amazon"], Filter=[{"Name": "architecture", "Value": ["x86_64"]}])["imagesSet"][0]
    made = server.value("RunInstances", ImageId=image["imageId"], InstanceType="t3.micro", MinCount=2, MaxCount=2)
    for one in made["instancesSet"]:
        server.value("CreateTags", ResourceId=[one["instanceId"]], Tag=[{"Key": "Name", "Value": "서버"}])
    server.value("CreateVolume", AvailabilityZone="us-east-1a", Size=8)
    server.target("kms", "CreateKey", {})
    server.request("POST", "/_amidojo/clock?advance=1d", b"")  # so that no transition is under way


def test_open(folder, seed):
    choices = random.Random(seed)
    with Endpoint(folder / "open") as server:
        prepare(server)
        before = without_time(server.state())
        held = server.memory()
        kinds = set()
        cases = malformed.cases(choices, server.address)
        for n in range(REQUESTS):
            case = next(cases)
            kinds.add(case.kind)
            try_one(f"SEED={seed} {n}", server.port, case)
            if not report.check("the server lives", server.alive(), case):
                return
        report.check("20 kinds and more", len(kinds) >= 20, kinds)
        server.hang_up()
        after = without_time(server.state())
        report.check("the world is as it was", before == after, first_difference(before, after))
        grown = server.memory() - held
        report.check(f"it holds no more than {GROWTH} MiB more", grown < GROWTH or SANITIZED, f"{held:.1f} MiB before, {grown:.1f} more")
        report.equal("it ends as it should", server.end(), 0)
        print(f"{REQUESTS} requests of {len(kinds)} kinds; memory {held:.1f} MiB, then {held + grown:.1f}")


def test_checked(folder, seed):
    """With accounts, what is not signed by one of them is refused, and what is malformed too."""
    choices = random.Random(f"{seed}/accounts")
    file = folder / "accounts.yaml"
    file.write_text(ACCOUNTS)
    file.chmod(0o600)
    with Endpoint(folder / "checked", "--accounts", str(file)) as server:
        before = server.state()
        for n in range(UNSIGNED):
            try_one(f"SEED={seed} accounts {n}", server.port, malformed.unsigned(choices, server.address, KEY))
        cases = malformed.cases(choices, server.address)
        for n in range(UNSIGNED):
            case = next(cases)
            # whether it is the signature that is wrong or the rest is for the server to say
            statuses = (400, 401, 403, 404, 405, 408, 413, 414, 421, 431, 501, 505)
            try_one(f"SEED={seed} accounts {n}", server.port, case._replace(statuses=statuses, codes=None, protocol=None))
        report.check("accounts: the world is as it was", server.state() == before, "")
        report.equal("accounts: it ends as it should", server.end(), 0)
        told = server.errors.read_text()
        report.check("accounts: no secret is told", "wJalr" not in told, told)


def first_difference(a, b):
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"{a[max(0, at - 100):at + 200]!r}\n{b[max(0, at - 100):at + 200]!r}"


def main():
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SEED={seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        test_open(folder, seed)
        test_checked(folder, seed)
    report.finish()


if __name__ == "__main__":
    main()

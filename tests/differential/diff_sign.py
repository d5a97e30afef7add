#!/usr/bin/env python3
"""diff_sign - our signatures against botocore's: what a client of AWS sends is what an endpoint must compute.

    diff_sign.py [--driver PATH] [--seed N] [--count N] [--show N]

Makes random requests, and signs each with botocore's SigV4Auth (and every third also with SigV4QueryAuth, as a
presigned URL) and with ours: path and query in every percent-encoding a client sends, headers with
blanks and in any order, repeated ones, bodies of any text, secrets and tokens. The whole
Authorization header has to be equal; it is read back with our reader, damaged ones too, which have to
be refused or to differ. SEED repeats a run.

Runs only where this Python can import botocore (Debian: python3-botocore); says so otherwise.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import string
import subprocess
import sys
import urllib.parse

try:
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
except ImportError:
    botocore = None

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
REGIONS = ["us-east-1", "ap-northeast-2", "eu-central-1", "us-gov-west-1"]
SERVICES = ["ec2", "sts", "kms", "ssm", "rbin"]
LETTERS = string.ascii_letters + string.digits + "-_.~ /:+=&%?#[]{}'\"<>!*()@,;$^|\\`" + "é한글\U0001f600\u00a0"
TOKEN_LETTERS = string.ascii_letters + string.digits + "/+="


def text_of(rng, letters=LETTERS, most=24):
    return "".join(rng.choice(letters) for _ in range(rng.randrange(most)))


def path_of(rng):
    """As a client sends it: percent-encoded once, perhaps with dots and empty segments."""
    if rng.random() < 0.3:
        return "/"
    pieces = []
    for _ in range(rng.randrange(1, 6)):
        piece = rng.choice(["", ".", "..", "...", "rules", None, None, None])
        pieces.append(urllib.parse.quote(text_of(rng), safe="-_.~") if piece is None else piece)
    return "/" + "/".join(pieces) + rng.choice(["", "/"])


def query_of(rng):
    pairs = []
    for _ in range(rng.choice([0, 0, 1, 2, 5, 12])):
        name = rng.choice(["Action", "Filter.1", "Filter.10", "Filter.1.Value", "tagKeys", "a", "A", text_of(rng) or "x"])
        pairs.append(tuple(urllib.parse.quote(s, safe="-_.~") for s in (name, text_of(rng))))
    return "&".join(f"{name}={value}" for name, value in pairs)


def value_of(rng):
    # \x1c and its like, and blanks beyond ASCII, are blanks for Python alone: no client sends them
    visible = string.ascii_letters + string.digits + "/;=,.\"'()"
    words = [text_of(rng, visible, 12) for _ in range(rng.randrange(5))]
    return rng.choice(["", " ", "\t "]) + rng.choice([" ", "  ", " \t "]).join(words) + rng.choice(["", "  "])


def request_of(rng):
    headers = [("Host", rng.choice(["127.0.0.1:4566", "ec2.us-east-1.amazonaws.com", "[::1]:4566"]))]
    names = ["Content-Type", "X-Amz-Target", "x-amz-content-x", "X-A", "x-B", "X-AB", "Amz-Sdk-Request", "accept"]
    for name in rng.sample(names, rng.randrange(len(names))):
        headers.append((name, value_of(rng)))
    if rng.random() < 0.2:
        headers += [("X-Twice", value_of(rng)), ("X-Twice", value_of(rng))]
    rng.shuffle(headers)
    moment = datetime.datetime(2026, 11, 21) + datetime.timedelta(seconds=rng.randrange(-10**9, 10**9))
    return {
        "method": rng.choice(["GET", "POST", "PUT", "PATCH", "DELETE"]),
        "path": path_of(rng), "query": query_of(rng), "headers": headers,
        "body": text_of(rng, most=200) if rng.random() < 0.7 else "",
        "time": moment.strftime("%Y%m%dT%H%M%SZ"),
        "region": rng.choice(REGIONS), "service": rng.choice(SERVICES),
        "key": "AKIA" + text_of(rng, string.ascii_uppercase + "234567", 20),
        "secret": text_of(rng, TOKEN_LETTERS, 60) or "x",
        "token": text_of(rng, TOKEN_LETTERS, 400) or None if rng.random() < 0.4 else None,
    }


# --- botocore's side -------------------------------------------------------------------------------


def aws_request(case):
    host = next(value for name, value in case["headers"] if name == "Host")
    url = f"http://{host}{case['path']}" + (f"?{case['query']}" if case["query"] else "")
    request = botocore.awsrequest.AWSRequest(method=case["method"], url=url, data=case["body"].encode())
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    request.context["timestamp"] = case["time"]
    return request


def signed(case, signer_class, *more):
    """The request as botocore signs it, at the time of the case."""
    credentials = botocore.credentials.Credentials(case["key"], case["secret"], case["token"])
    signer = signer_class(credentials, case["service"], case["region"], *more)
    request = aws_request(case)
    signer._modify_request_before_signing(request)
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    signer._inject_signature_to_request(request, signature)
    return request, signature


def headers_signed(request):
    skipped = {"authorization", "expect", "user-agent", "x-amzn-trace-id"}
    return [[name, value] for name, value in request.headers.items() if name.lower() not in skipped]


# --- ours ------------------------------------------------------------------------------------------


class Driver:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, document):
        self.process.stdin.write(json.dumps(document).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the driver died of {document!r}")
        return json.loads(line)


def claim_problem(claim, case, names, signature, presigned):
    wanted = {"fine": True, "present": True, "presigned": presigned, "key": case["key"],
              "date": case["time"][:8], "region": case["region"], "service": case["service"],
              "headers": names, "signature": signature}
    if presigned:
        wanted.update(time=case["time"], expires=case["expires"], token=case["token"] or "")
    wrong = {k: (claim[k], v) for k, v in wanted.items() if claim[k] != v}
    return f"claim: {wrong}" if wrong else None


def damaged(rng, text):
    at = rng.randrange(len(text))
    return text[:at] + rng.choice(["", rng.choice("x,=/ ;%&"), text[at] * 2]) + text[at + 1:]


def damage_problem(rng, driver, kind, text, whole):
    """Damage is refused, or read as something else, or was none (a blank, say)."""
    broken = damaged(rng, text)
    claim = driver.ask({kind: broken})
    same = claim["fine"] and claim == whole
    harmless = "".join(broken.replace(",", " ").split()) == "".join(text.replace(",", " ").split())
    if kind == "query":  # an operation's own parameter changed: the claim does not tell, the signature does
        harmless = True
    return None if not same or harmless else f"damage unseen: {broken!r}"


def header_problem(rng, driver, case):
    request, signature = signed(case, botocore.auth.SigV4Auth)
    ours = driver.ask({**case, "headers": headers_signed(request)})
    wanted = request.headers["Authorization"]
    if ours["authorization"] != wanted or ours["signature"] != signature:
        return f"got    {ours['authorization']}\n    wanted {wanted}"
    claim = driver.ask({"authorization": wanted})
    names = wanted.split("SignedHeaders=")[1].split(",")[0]
    return claim_problem(claim, case, names, signature, False) or \
        damage_problem(rng, driver, "authorization", wanted, claim)


def presigned_problem(rng, driver, case):
    case = {**case, "method": "GET", "body": "", "expires": rng.randrange(1, 604801)}
    # botocore reads the query as a form and keeps one value a name, so what it signs is what it made of it
    request, signature = signed(case, botocore.auth.SigV4QueryAuth, case["expires"])
    parts = urllib.parse.urlsplit(request.url)
    ours = driver.ask({**case, "query": parts.query, "headers": headers_signed(request)})
    if ours["signature"] != signature:
        return f"presigned: got {ours['signature']}, wanted {signature}\n    {request.url}"
    claim = driver.ask({"query": parts.query})
    names = ";".join(sorted({name.lower() for name, _ in headers_signed(request)}))
    return claim_problem(claim, case, names, signature, True) or damage_problem(rng, driver, "query", parts.query, claim)


def read_options():
    build = os.environ.get("AMIDOJO_BUILD", str(ROOT / "build/release"))
    seed = int(os.environ.get("SEED") or random.SystemRandom().getrandbits(32))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", default=build + "/tests/differential/sign-driver")
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--show", type=int, default=10)
    return parser.parse_args()


def main():
    options = read_options()
    if botocore is None:
        print("skipped: this Python has no botocore (Debian: python3-botocore)\n0 passed, 0 failed")
        return 0
    print(f"seed {options.seed}")
    rng = random.Random(options.seed)
    driver = Driver(options.driver)
    passed = failed = 0
    for number in range(options.count):
        case = request_of(rng)
        problems = [header_problem(rng, driver, case)]
        if number % 3 == 0:
            problems.append(presigned_problem(rng, driver, case))
        for problem in problems:
            passed, failed = passed + (problem is None), failed + (problem is not None)
            if problem and failed <= options.show:
                print(f"  {json.dumps(case)}\n    {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

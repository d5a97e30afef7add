#!/usr/bin/env python3
"""The files of `amidojo serve`: schemas for editors and the program agree on them, secrets are told to
nobody, and who is not in the file of accounts is turned away."""
import copy
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import PATIENCE, PROGRAM, Report  # noqa: E402

SCHEMAS = HERE.parent.parent / "content/schema"
SECRET = "kims-secret-that-nobody-may-see"
KIM = {"account": "123456789012", "name": "kim", "access_key_id": "AKIAKIM0000000000001", "secret_access_key": SECRET}
IMAGE = {"id": "ami-12c6146b", "name": "an-image"}
report = Report()


def serve(folder, *words):
    env = {"HOME": folder, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.Popen([PROGRAM, "serve", "--listen", "127.0.0.1:0", *words], env=env, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def outcome(process):
    """(it began to listen, its address or "", what it said on standard error); it has ended then."""
    line = process.stdout.readline()
    address = re.search(r"http://[0-9.:]+", line)
    if address:
        process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    return bool(address), err


def tried(option, text, mode=0o600):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "given.yaml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)
        return outcome(serve(folder, option, path))


def validator(name):
    store = {p.name: json.loads(p.read_text(encoding="utf-8")) for p in SCHEMAS.glob("*.json")}
    schema = store[name + ".json"]
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver("", schema, store=store))


def with_keys(thing, **keys):
    return {**copy.deepcopy(thing), **keys}


def without(thing, key):
    return {k: v for k, v in thing.items() if k != key}


def account_files():
    yield "one account", {"accounts": [KIM]}
    yield "an instructor", {"accounts": [with_keys(KIM, instructor=True)]}
    yield "no accounts", {"accounts": []}
    yield "another key at the top", {"accounts": [KIM], "users": []}
    yield "a list at the top", [KIM]
    for key in KIM:
        yield f"without {key}", {"accounts": [without(KIM, key)]}
    yield "short account", {"accounts": [with_keys(KIM, account="12345678901")]}
    yield "account with a dash", {"accounts": [with_keys(KIM, account="1234-5678-9012")]}
    yield "name with a blank", {"accounts": [with_keys(KIM, name="k im")]}
    yield "small key id", {"accounts": [with_keys(KIM, access_key_id="akiakim0000000000001")]}
    yield "short key id", {"accounts": [with_keys(KIM, access_key_id="AKIA")]}
    yield "short secret", {"accounts": [with_keys(KIM, secret_access_key="x" * 15)]}
    yield "secret with a blank", {"accounts": [with_keys(KIM, secret_access_key=SECRET + " x")]}
    yield "instructor perhaps", {"accounts": [with_keys(KIM, instructor="perhaps")]}
    yield "unknown key", {"accounts": [with_keys(KIM, colour="red")]}


def image_files():
    yield "least", {"images": [IMAGE]}
    yield "most", {"images": [with_keys(
        IMAGE, owner="amazon", alias="amazon", regions=["us-east-1", "eu-west-1"], description="d", platform="rhel",
        creation_date="2017-10-13", architecture="arm64", root_device="/dev/sda1", root_device_type="ebs",
        virtualization="hvm", boot_mode="uefi", ena=True, imds_support="v2.0", public=True,
        mappings=[{"device": "/dev/sda1", "snapshot": "snap-0123abcd", "size": 9, "type": "gp3", "encrypted": False,
                   "delete_on_termination": True}, {"device": "/dev/sdb", "virtual": "ephemeral0"}])]}
    yield "one Region", {"images": [with_keys(IMAGE, regions="all")]}
    yield "no images", {"images": []}
    for key in IMAGE:
        yield f"without {key}", {"images": [without(IMAGE, key)]}
    for key, value in (("id", "ami-123"), ("id", "i-12c6146b"), ("id", "ami-12C6146B"), ("name", "ab"),
                       ("name", "a*b*c"), ("owner", "me"), ("regions", []), ("creation_date", "soon"),
                       ("architecture", "vax"), ("platform", "beos"), ("root_device_type", "tape"), ("mappings", []),
                       ("virtualization", "none"), ("boot_mode", "slow"), ("ena", "maybe"), ("imds_support", "v1"),
                       ("public", "no one"), ("colour", "red")):
        yield f"{key} {value}", {"images": [with_keys(IMAGE, **{key: value})]}
    for key, value in (("snapshot", "snap-1"), ("size", 0), ("type", "fast"), ("encrypted", "yes"), ("colour", "red")):
        yield f"mapping {key} {value}", {"images": [with_keys(IMAGE, mappings=[{"device": "/dev/xvda", key: value}])]}
    yield "mapping of nothing", {"images": [with_keys(IMAGE, mappings=[{"size": 1}])]}


def test_same_verdict(kind, files):
    schema = validator(kind)
    for name, document in files:
        wanted = schema.is_valid(document)
        began, err = tried(f"--{kind}", yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
        report.check(f"{kind}: {name}", began == wanted, f"schema {wanted}, program {began}: {err}")
        report.check(f"{kind}: {name}: place of the problem", began or "given.yaml:" in err, err)
        report.check(f"{kind}: {name}: no secret is told", SECRET not in err, err)


def test_example():
    path = HERE / "catalogue.yaml"
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # dates stay text
    problem = next(validator("catalogue").iter_errors(
        {"images": [{k: v for k, v in image.items() if k != "mappings"} for image in document["images"]]}), None)
    report.check("the example fits its schema", problem is None, problem)


def test_modes():
    text = yaml.safe_dump({"accounts": [KIM]})
    for mode in (0o640, 0o604, 0o660):
        began, err = tried("--accounts", text, mode)
        report.check(f"mode {mode:o} is refused", not began and "chmod 600" in err, err)
    began, err = tried("--accounts", text, 0o400)
    report.check("mode 400 is fine", began, err)


def status(address, path, **headers):
    request = urllib.request.Request(address + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def test_turned_away():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "accounts.yaml")
        with open(path, "w", encoding="utf-8") as f:
            yaml.safe_dump({"accounts": [KIM]}, f)
        os.chmod(path, 0o600)
        process = serve(folder, "--accounts", path, "--log")
        address = re.search(r"http://[0-9.:]+", process.stdout.readline()).group()
        code, body = status(address, "/?Action=DescribeRegions&Version=2016-11-15")
        report.equal("unsigned", (code, "<Code>MissingParameter</Code>" in body), (400, True))
        scope = time.strftime("%Y%m%d", time.gmtime()) + "/us-east-1/ec2/aws4_request"
        code, body = status(address, "/?Action=DescribeRegions&Version=2016-11-15", Authorization=(
            f"AWS4-HMAC-SHA256 Credential={KIM['access_key_id']}/{scope}, SignedHeaders=host;x-amz-date, "
            f"Signature={'0' * 64}"), **{"X-Amz-Date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())})
        report.equal("wrongly signed", (code, "<Code>AuthFailure</Code>" in body), (401, True))
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
        report.equal("the end", process.returncode, 0)
        report.check("the log tells of both", err.count("DescribeRegions") == 2, err)
        report.check("and of no secret", SECRET not in out + err and "0" * 64 not in err, err)


test_same_verdict("accounts", account_files())
test_same_verdict("catalogue", image_files())
test_example()
test_modes()
test_turned_away()
report.finish()

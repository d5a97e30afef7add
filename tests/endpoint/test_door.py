#!/usr/bin/env python3
"""Who may knock at the endpoint, and what is said to those who may not; one client cannot take it from the others."""

import os
import pathlib
import re
import resource
import sqlite3
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
from endpoint import FORM, Endpoint, authorization, form  # noqa: E402
from harness import Home, Report  # noqa: E402

KIM, LEE = "AKIAKIMKIMKIMKIMKIM1", "AKIALEELEELEELEELEE1"
report = Report()


def key_names(server, **more):
    found = server.value("DescribeKeyPairs", **more).get("keySet") or []
    return {one["keyName"] for one in found}


# ---- pages of other sites ----

def test_sites(folder):
    """A page elsewhere may make a browser send requests here: the browser says so."""
    create = "/?" + form("CreateKeyPair", KeyName="x")
    with Endpoint(folder / "sites") as server:
        own = f"http://{server.address}"
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Referer": "http://evil.example/page"},
                        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Referer": f"{own}.evil.example/"},
                        {"Host": "evil.example"}, {"Host": "evil.example:4566"}):
            reply = server.request("GET", create, headers=headers)
            report.check(f"{headers} is refused", reply.status == 403 and reply.fault()[0] == "AccessDenied", reply)
            reply = server.request("POST", "/_amidojo/reset", b"", headers)
            report.check(f"{headers} does not reset", reply.status == 403, reply)
        report.equal("nothing was made", key_names(server), set())
        for headers in ({}, {"Sec-Fetch-Site": "same-origin", "Referer": own + "/", "Origin": own}, {"Sec-Fetch-Site": "none"}):
            reply = server.request("GET", "/_amidojo/overview", headers=headers)
            report.check(f"{headers} is let in", reply.status == 200, reply)
        reply = server.request("GET", "/", headers={"Sec-Fetch-Site": "cross-site", "Referer": "http://evil.example/"})
        report.check("a link leads to the page", reply.status == 200 and b"<!DOCTYPE html>" in reply.body, reply)


# ---- places that are not here ----

def test_elsewhere(folder):
    with Endpoint(folder / "elsewhere") as server:
        reply = server.call("DescribeImages", key="123456789012", region="us-est-1")
        report.check("a Region that is none", reply.status == 401 and reply.fault()[0] == "AuthFailure", reply)
        headers = {"Content-Type": FORM, "Authorization": authorization("123456789012", service="iam")}
        reply = server.request("POST", "/", form("ListUsers", "2010-05-08"), headers)
        report.check("a service that is not here is named", reply.fault()[0] == "UnsupportedOperation" and "iam" in reply.fault()[1], reply)


# ---- instructors ----

def accounts(folder, instructor):
    file = folder / f"accounts-{instructor}.yaml"
    people = [("kim", KIM, False), ("lee", LEE, instructor)]
    lines = [f'  - {{account: "123456789012", name: {name}, access_key_id: {key}, secret_access_key: {"s" * 40}'
             + (", instructor: true}" if teaches else "}") for name, key, teaches in people]
    file.write_text("accounts:\n" + "\n".join(lines) + "\n")
    os.chmod(file, 0o600)
    return str(file)


def test_instructor(folder):
    import base64
    login = {"Authorization": "Basic " + base64.b64encode(f"{LEE}:{'s' * 40}".encode()).decode()}
    wrong = {"Authorization": "Basic " + base64.b64encode(f"{KIM}:{'s' * 40}".encode()).decode()}
    for instructor in (False, True):
        with Endpoint(folder / f"class-{instructor}", "--accounts", accounts(folder, instructor)) as server:
            reply = server.request("POST", "/_amidojo/reset", b"")
            report.equal(f"this machine alone, instructor {instructor}", reply.status, 401 if instructor else 200)
            reply = server.request("POST", "/_amidojo/reset", b"", login)
            report.equal(f"with a login, instructor {instructor}", reply.status, 200)
            if instructor:
                report.equal("a student's login", server.request("POST", "/_amidojo/reset", b"", wrong).status, 401)
            report.equal("health is for all", server.request("GET", "/_amidojo/health").status, 200)
            reply = server.call("DescribeImages")
            report.check("who does not sign is refused", reply.status >= 400 and reply.fault()[0], reply)


# ---- one against the others ----

def test_faults_are_short(folder):
    """What a fault quotes may be a megabyte: neither the page nor the memory has to carry 200 of them."""
    # AddressSanitizer keeps 256 MiB of what was freed; here that would be counted as held.
    freed = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=4"}
    with Endpoint(folder / "faults", env=freed) as server:
        before = server.memory()
        for _ in range(150):
            reply = server.call("DescribeInstances", InstanceId=["i-" + "0" * 900_000])
            report.check("a long id is refused", reply.status == 400 and len(reply.body) < 20_000, len(reply.body))
        report.check("the memory stays", server.memory() < before + 40, f"{before} MiB, then {server.memory()}")


def test_many_worlds(folder):
    """More keys than worlds stay open: each finds its own, and its calls do not pile up."""
    with Endpoint(folder / "many", "--worlds-per-key") as server:
        for turn in range(3):
            for n in range(80):
                server.value("CreateKeyPair", key=f"STUDENT{n:05}AAAAAAAA", KeyName=f"key-{turn}")
        for n in (0, 40, 79):
            report.equal(f"the world of {n}", key_names(server, key=f"STUDENT{n:05}AAAAAAAA"), {"key-0", "key-1", "key-2"})
        server.end()
    worlds = sorted((server.home.data / "worlds").glob("default.STUDENT*.db"))
    report.equal("a file each", len(worlds), 80)
    left = [sqlite3.connect(one).execute("SELECT count(*) FROM call").fetchone()[0] for one in worlds]
    report.check("no calls are left over", max(left) == 0, left)


def test_names(folder):
    name = "class-of-autumn-2026-software-engineering-one"
    with Endpoint(folder / "names", "--world", name) as server:
        server.value("CreateKeyPair", KeyName="k")
        server.end()
    report.check("the world has its whole name", (server.home.data / f"worlds/{name}.db").exists(), "not there")
    try:
        with Endpoint(folder / "names-2", "--world", name, "--worlds-per-key"):
            report.check("too long with keys", False, "it started")
    except RuntimeError as refusal:
        report.check("too long with keys", "31" in str(refusal), refusal)



def test_no_room(folder):
    """When nothing can be kept any more no change is acknowledged, and what was acknowledged is there."""
    with Endpoint(folder / "room", "--worlds-per-key") as server:
        resource.prlimit(server.child.pid, resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
        made, refused = {}, 0
        for n in range(4000):
            key = f"ROOM{n % 3}AAAAAAAAAAAAA"
            reply = server.call("CreateKeyPair", key=key, KeyName=f"key-{n}-{'x' * 200}")
            if reply.status == 200:
                made.setdefault(key, set()).add(f"key-{n}-{'x' * 200}")
            else:
                refused += 1
                if refused > 20:
                    break
        report.check("some are refused", refused > 0, f"{sum(map(len, made.values()))} were made")
        report.check("whoever runs it is told", re.search(r"amidojo: .", server.errors.read_text()), server.errors.read_text())
        resource.prlimit(server.child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        for key, names in made.items():
            report.check(f"{key}: what was acknowledged is there", names <= key_names(server, key=key), len(names))


# ---- labs ----

LAB = "share-an-ami"


def test_lab(folder):
    """What an endpoint did in a lab's world would be missing in its record."""
    home = Home(folder / "lab", lang="en")
    with Endpoint(home, "--world", f"lab-{LAB}") as server:
        report.check("no lab yet", server.call("CreateKeyPair", KeyName="early").status == 200)
        report.fine("the lab begins", home.run("lab", "start", LAB))
        late = server.call("CreateKeyPair", KeyName="late")
        report.check("the endpoint is out of it then", late.status >= 500, late)
        report.check("whoever runs it is told", "a lab's world" in server.errors.read_text(), server.errors.read_text())
        report.equal("it ends as always", server.end(), 0)
    report.refused("nor does one begin there", home.run("serve", "--world", f"lab-{LAB}", "--listen", "127.0.0.1:0"), 1,
                   "a lab's world", "amidojo shell", "--world NAME")
    report.fine("the lab can be handed in", home.run("lab", "submit", "lab.json"))
    report.fine("and graded", home.run("grade", "lab.json"))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for test in (test_sites, test_elsewhere, test_instructor, test_faults_are_short, test_many_worlds, test_names, test_no_room,
                     test_lab):
            test(folder)
    report.finish()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""diff_model - the tables of the model against an AWS CLI that is installed here.

    diff_model.py [--driver PATH] [--show N]

First every CLI name is held against the rule as the CLI's own regular expressions say it. Then, where
Debian's awscli can be imported, each operation that both know is walked through its request and its
answer: CLI name, option names (of the argument table that the CLI builds, so with its renames), wire
names, kinds, what is required, enum values, paging and waiters. That CLI is of 2022: what it does not
know is passed over, and where the API has changed since stands in CHANGED below.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

try:
    import awscli
    from awscli.clidriver import create_clidriver
except ImportError:
    awscli = None

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

KINDS = "string integer long boolean double float blob timestamp structure list map".split()
MATCHERS = "path pathAll pathAny error status".split()
STATES = "success failure retry".split()
EC2, QUERY = 0, 1
STRUCTURE, LIST, MAP = 8, 9, 10

# --- What the API has changed since 2022: all of it is here -----------------------------------------

ANSWERS = "answered nothing then"
OPTIONAL = "is not required now"
GONE = "is not there now"

CHANGED = {
    "ec2 DeregisterImage has output": ANSWERS,
    "ec2 DeleteKeyPair has output": ANSWERS,
    "ec2 DeleteSecurityGroup has output": ANSWERS,
    "ec2 CreateVolumeRequest.AvailabilityZone required": OPTIONAL,
    "ec2 CreateDefaultSubnetRequest.AvailabilityZone required": OPTIONAL,
    "ec2 EnableFastSnapshotRestoresRequest.AvailabilityZones required": OPTIONAL,
    "ec2 DisableFastSnapshotRestoresRequest.AvailabilityZones required": OPTIONAL,
    "kms CreateGrantRequest.GranteePrincipal required": OPTIONAL,
    "kms GetKeyPolicyRequest.PolicyName required": OPTIONAL,
    "kms PutKeyPolicyRequest.PolicyName required": OPTIONAL,
    "ec2 InstanceSpecification.InstanceId required": "is required now",
    "ec2 CreateLaunchTemplateRequest.LaunchTemplateName min": "has no such limit now",
    "ec2 CreateLaunchTemplateRequest.LaunchTemplateName max": "has no such limit now",
    "sts AssumeRoleRequest.Policy max": "has no such limit now",
    "ssm StartAutomationExecutionRequest.Targets max": "is 1 now",
    "ec2 DescribeFastLaunchImages filter launch-template": GONE,
    "ec2 DescribeInstances filter group-id": GONE,
    "ec2 DescribeInstances filter group-name": GONE,
    "ec2 DescribeNetworkInterfaces filter group-name": GONE,
    "ec2 DescribeAddresses filter domain": GONE,
    "ec2 DescribeAvailabilityZones filter parent-zoneID": "is spelt parent-zone-id",
    "ec2 DescribeAvailabilityZones filter parent-zoneName": "is spelt parent-zone-name",
    "kms CreateKeyRequest.CustomerMasterKeySpec exists": GONE,
    "kms KeyMetadata.CustomerMasterKeySpec exists": GONE,
}

# Options that the CLI itself takes away from, or adds to, what the model gives.
TAKEN = {"ec2 run-instances --min-count", "ec2 run-instances --max-count"}  # for --count
ADDED = {"no-associate-public-ip-address"}


class Report:
    """Counts what was held; shows the first differences, and forgives those of CHANGED."""

    def __init__(self, show):
        self.passed, self.failed, self.show = 0, 0, show
        self.seen = set()

    def hold(self, what, ours, theirs):
        if ours == theirs:
            self.passed += 1
        elif what in CHANGED:
            self.seen.add(what)
        else:
            self.failed += 1
            if self.failed <= self.show:
                print(f"{what}: {ours!r}, but the AWS CLI here has {theirs!r}")


# --- Our tables -------------------------------------------------------------------------------------


class Service:
    def __init__(self):
        self.operations, self.pages, self.shapes, self.enums = {}, {}, {}, {}
        self.members = collections.defaultdict(dict)
        self.waiters, self.known, self.filters = {}, {}, {}
        self.protocol = None


def read_tables(driver):
    services = collections.defaultdict(Service)
    out = subprocess.run([driver], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    for line in out.splitlines():
        kind, service, name, *rest = line.split("\t")
        s = services[service]
        if kind == "service":
            s.protocol = int(rest[1])
        elif kind == "operation":
            s.operations[name] = dict(zip(("cli", "in", "out", "wrapper"), rest))
        elif kind == "page":
            s.pages[name] = rest
        elif kind == "filters":
            s.filters[name] = rest
        elif kind == "shape":
            s.shapes[name] = int(rest[0])
        elif kind == "member":
            keys = ("cli", "cli_no", "wire", "query", "type", "required", "min", "max", "location", "item")
            s.members[name][rest[0]] = dict(zip(keys, rest[1:]))
        elif kind == "enum":
            s.enums[name] = rest
        elif kind == "waiter":
            s.waiters[name] = [rest[0], rest[1], int(rest[2]), int(rest[3]), []]
        elif kind == "accept":
            matcher, state, expect = MATCHERS[int(rest[0])], STATES[int(rest[1])], int(rest[2])
            expected = (rest[4], True, False, int(rest[5]))[expect]
            s.waiters[name][4].append((matcher, state, rest[3], expected))
        elif kind == "known":
            s.known[name] = (rest[0], rest[1] == "1")
    return services


# --- The rule, without any CLI ----------------------------------------------------------------------


def xform(name):
    plural = re.search("[A-Z]{2,}s$", name)
    if plural:
        name = name[: plural.start()] + "-" + plural.group().lower()
    name = re.sub("(.)([A-Z][a-z]+)", r"\1-\2", name)
    return re.sub("([a-z0-9])([A-Z])", r"\1-\2", name).lower()


def check_rule(report, services):
    for service, s in services.items():
        for name, (cli, simulated) in s.known.items():
            if name and (cli or simulated):
                report.hold(f"{service} {name}", cli, xform(name))
        for shape, members in s.members.items():
            for name, member in members.items():
                report.hold(f"{service} {shape}.{name}", member["cli"], xform(name))
        for name, waiter in s.waiters.items():
            report.hold(f"{service} wait {name}", waiter[0], xform(name))


# --- Against the CLI that is installed --------------------------------------------------------------


def load(service, what):
    """The newest version's file of a service in the CLI's data; None where there is none."""
    folder = pathlib.Path(awscli.__file__).parent / "botocore" / "data" / service
    files = sorted(folder.glob(f"*/{what}.json"))
    return json.loads(files[-1].read_text()) if files else None


def capital(name):
    return name[:1].upper() + name[1:]


class Walk:
    """Both models side by side, from an operation down."""

    def __init__(self, report, service, ours, theirs):
        self.report, self.service, self.ours, self.theirs = report, service, ours, theirs
        self.done = set()

    def hold(self, what, ours, theirs):
        self.report.hold(f"{self.service} {what}", ours, theirs)

    def type(self, ours, theirs, where):
        """A type of ours as it is written, and the name of one of theirs."""
        if (ours, theirs) in self.done or not ours:
            return
        self.done.add((ours, theirs))
        kind, shape = self.ours.shapes[ours], self.theirs["shapes"][theirs]
        their_kind = shape["type"]
        self.hold(f"{where} kind", KINDS[kind], their_kind)
        if KINDS[kind] != their_kind:
            return
        if kind == STRUCTURE:
            self.structure(ours, shape)
        elif kind == LIST:
            self.type(ours[:-2], shape["member"]["shape"], where + "[]")
        elif kind == MAP:
            self.type(ours[4:-1], shape["value"]["shape"], where + "<>")
        elif "enum" in shape:
            have = set(self.ours.enums.get(ours, ()))
            self.hold(f"{where} enum", sorted(set(shape["enum"]) - have), [])

    def structure(self, name, shape):
        for member, theirs in shape["members"].items():
            ours = self.ours.members[name].get(member)
            self.hold(f"{name}.{member} exists", ours is not None, True)
            if ours is None:
                continue
            self.wire(f"{name}.{member}", member, ours, theirs)
            self.item(f"{name}.{member}", ours, self.theirs["shapes"][theirs["shape"]])
            required = member in shape.get("required", ())
            self.hold(f"{name}.{member} required", ours["required"], str(int(required)))
            self.range(f"{name}.{member}", ours, self.theirs["shapes"][theirs["shape"]])
            self.type(ours["type"], theirs["shape"], f"{name}.{member}")

    def wire(self, where, member, ours, theirs):
        wire = theirs.get("locationName", member)
        if ours["wire"]:
            self.hold(f"{where} wire", ours["wire"], wire)
        if ours["query"] and self.ours.protocol == EC2:
            query = theirs.get("queryName") or capital(wire)
            self.hold(f"{where} query", ours["query"], query)
        elif ours["query"]:
            self.hold(f"{where} query", ours["query"], wire)

    def item(self, where, ours, theirs):
        """What an element of a list is called in XML, where answers have it."""
        usual = {EC2: "item", QUERY: "member"}.get(self.ours.protocol)
        if theirs["type"] == "list" and usual and ours["wire"]:
            self.hold(f"{where} item", ours["item"] or usual, theirs["member"].get("locationName", "member"))

    def range(self, where, ours, theirs):
        for end in ("min", "max"):
            if theirs["type"] != "timestamp" and end in theirs:
                self.hold(f"{where} {end}", ours[end], str(theirs[end]))


def check_operations(report, service, ours, theirs):
    walk = Walk(report, service, ours, theirs)
    for name, operation in ours.operations.items():
        other = theirs["operations"].get(name)
        if not other:
            continue
        report.hold(f"{service} {name} has input", bool(operation["in"]), "input" in other)
        report.hold(f"{service} {name} has output", bool(operation["out"]), "output" in other)
        if "input" in other:
            walk.type(operation["in"], other["input"]["shape"], operation["in"])
        if "output" in other and operation["out"]:
            walk.type(operation["out"], other["output"]["shape"], operation["out"])
            wrapper = other["output"].get("resultWrapper", "")
            report.hold(f"{service} {name} wrapper", operation["wrapper"], wrapper)
    for name in theirs["operations"]:
        report.hold(f"{service} {name} is known", name in ours.known, True)


def check_pages(report, service, ours):
    theirs = (load(service, "paginators-1") or {}).get("pagination", {})
    for name, page in theirs.items():
        if name not in ours.operations:
            continue
        keys = ("input_token", "output_token", "limit_key", "result_key")
        wanted = [page.get(key, "") for key in keys]
        report.hold(f"{service} {name} page", ours.pages.get(name), wanted)


def check_waiters(report, service, ours):
    theirs = (load(service, "waiters-2") or {}).get("waiters", {})
    for name, waiter in theirs.items():
        if name not in ours.waiters:
            known = waiter["operation"] in ours.operations
            report.hold(f"{service} wait {name} exists", False, known)
            continue
        _, operation, delay, attempts, accept = ours.waiters[name]
        wanted = [waiter["operation"], waiter["delay"], waiter["maxAttempts"]]
        report.hold(f"{service} wait {name}", [operation, delay, attempts], wanted)
        wanted = [
            (a["matcher"], a["state"], a.get("argument", ""), a["expected"])
            for a in waiter["acceptors"]
        ]
        report.hold(f"{service} wait {name} accepts", accept, wanted)


FILTER = re.compile(r"<li> <p> ?<code>([^<]+)</code>(:&lt;key&gt;)?")


def check_filters(report, service, ours, theirs):
    """The old documentation's list of filters is all in ours."""
    for name in ours.operations:
        other = theirs["operations"].get(name)
        if not other or not ours.filters.get(name):
            continue
        members = theirs["shapes"][other["input"]["shape"]]["members"]
        text = (members.get("Filters") or members["Filter"])["documentation"]
        for filter_name, key in FILTER.findall(text):
            filter_name = filter_name.replace("&lt;", "<").replace("&gt;", ">")
            filter_name += "" if not key else ":<key>"
            report.hold(
                f"{service} {name} filter {filter_name}", filter_name in ours.filters[name], True
            )


def check_options(report, service, ours, table):
    """The argument table is what the CLI really takes, after its own customisations."""
    for name, operation in ours.operations.items():
        command = table.get(operation["cli"])
        if not command:
            continue
        members = command._operation_model.input_shape
        known = members.members if members else {}
        options = command.arg_table
        for member, row in ours.members[operation["in"]].items():
            if member not in known:
                continue
            what = f"{service} {operation['cli']} --{row['cli']}"
            report.hold(what, row["cli"] in options, what not in TAKEN)
            if row["cli_no"]:
                report.hold(f"{what} --{row['cli_no']}", row["cli_no"] in options, True)
            elif row["type"] == "boolean":
                report.hold(f"{what} has its opposite", False, True)
        taken = set(ADDED)
        for row in ours.members[operation["in"]].values():
            taken.update((row["cli"], row["cli_no"]))
        flags = [option for option in options if option.startswith("no-") and option not in taken]
        report.hold(f"{service} {operation['cli']} flags", flags, [])


def check_all(report, services):
    driver = create_clidriver()
    for service, ours in services.items():
        theirs = load(service, "service-2")
        check_operations(report, service, ours, theirs)
        check_pages(report, service, ours)
        check_waiters(report, service, ours)
        check_filters(report, service, ours, theirs)
        check_options(report, service, ours, driver.subcommand_table[service].subcommand_table)


def main():
    parser = argparse.ArgumentParser(description="Compares the model with the AWS CLI's.")
    build = os.environ.get("AMIDOJO_BUILD", str(ROOT / "build/release"))
    parser.add_argument("--driver", default=build + "/tests/differential/model-driver")
    parser.add_argument("--show", type=int, default=40, help="differences to print")
    arguments = parser.parse_args()

    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    report = Report(arguments.show)
    services = read_tables(arguments.driver)
    check_rule(report, services)
    if awscli:
        check_all(report, services)
        for what in sorted(set(CHANGED) - report.seen):
            print(f"{what}: is in CHANGED but differs no more")
            report.failed += 1
    else:
        print("skipped: this Python has no awscli to compare with (Debian: awscli)")
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())

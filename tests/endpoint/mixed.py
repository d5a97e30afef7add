"""mixed - calls of all kinds at once, for the soak and the crash test: the scenario for bench-load, what its log says
was acknowledged, and what must hold in any world whatever was done to it.
"""

import json
import os
import pathlib
import subprocess
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("AMIDOJO_BUILD") or (pathlib.Path(os.environ["AMIDOJO"]).parent if "AMIDOJO" in os.environ
                                                         else ROOT / "build/release"))
LOAD = BUILD / "tests/bench/bench-load"
KEY = "123456789012"
OTHER = "111122223333"
# What a connection remembers -> how the endpoint is asked for all there are: action, list, id.
KINDS = {
    "instance": ("DescribeInstances", "reservationSet", "instanceId"),
    "image": ("DescribeImages", "imagesSet", "imageId"),
    "volume": ("DescribeVolumes", "volumeSet", "volumeId"),
    "snapshot": ("DescribeSnapshots", "snapshotSet", "snapshotId"),
    "keyname": ("DescribeKeyPairs", "keySet", "keyName"),
    "template": ("DescribeLaunchTemplates", "launchTemplates", "launchTemplateId"),
    "group": ("DescribeSecurityGroups", "securityGroupInfo", "groupId"),
}
OWN = {"DescribeImages": {"Owner": ["self"], "IncludeDisabled": True, "IncludeDeprecated": True},
       "DescribeSnapshots": {"Owner": ["self"]}}
STEPS_BEFORE = "200,400,403"  # whether it works depends on what others' calls have let happen


def call(action, expect="<requestId>", save="-", status=200, version="2016-11-15", **members):
    """A step of a form. A name of members with _ for the dots; holes stay as they are."""
    pairs = [("Action", action), ("Version", version), *((name.replace("_", "."), value) for name, value in members.items())]
    return f"{status}\t{expect}\t{save}\t" + urllib.parse.urlencode(pairs, safe="{}#%-/:")


def target(name, document, expect="{", save="-", status=200):
    return f"{status}\t{expect}\t{save}\t@{name} {json.dumps(document)}"


def fault(action, code, status=400, **members):
    return call(action, f"<Code>{code}</Code>", status=status, **members)


def tracks(image, key_id):
    """(weight, name, steps); `image`: a public image to launch, `key_id`: of KMS."""
    maybe = STEPS_BEFORE
    launch = {"ImageId": image, "InstanceType": "t2.micro", "MinCount": 1, "MaxCount": 1}
    return [
        (6, "run", [call("RunInstances", "<instancesSet>", "instance=<instanceId>", ClientToken="run-{#}", **launch),
                    call("DescribeInstances", "<reservationSet>", InstanceId_1="{instance}"),
                    call("CreateTags", "<return>true", ResourceId_1="{instance}", Tag_1_Key="n", Tag_1_Value="{#}")]),
        (6, "terminate", [call("TerminateInstances", "<instancesSet>", InstanceId_1="{-instance}")]),
        (3, "stop", [call("StopInstances", "<instancesSet>", status=maybe, InstanceId_1="{instance}"),
                     call("StartInstances", "<instancesSet>", status=maybe, InstanceId_1="{instance}")]),
        (3, "retag", [call("CreateTags", "<return>true", ResourceId_1="{instance}", Tag_1_Key="n", Tag_1_Value="{#}"),
                      call("DescribeTags", "<tagSet>", Filter_1_Name="resource-id", Filter_1_Value_1="{instance}")]),
        (5, "create-image", [call("CreateImage", "<imageId>", "image=<imageId>", status=maybe, InstanceId="{instance}",
                                  Name="image-{#}", NoReboot="true"),
                             call("DescribeImages", "<imagesSet><item>", ImageId_1="{image}")]),
        (3, "copy-image", [call("CopyImage", "<imageId>", "image=<imageId>", status=maybe, SourceImageId="{image}",
                                SourceRegion="us-east-1", Name="copy-{#}",
                                Encrypted="true")]),
        (8, "deregister", [call("DeregisterImage", "<return>true", status=maybe, ImageId="{-image}", DeleteAssociatedSnapshots="true")]),
        (4, "share", [call("ModifyImageAttribute", "<return>true", status=maybe, ImageId="{image}",
                           **{"LaunchPermission_Add_1_UserId": OTHER}),
                      call("DescribeImageAttribute", "<launchPermission>", status=maybe, ImageId="{image}", Attribute="launchPermission"),
                      call("ResetImageAttribute", "<return>true", status=maybe, ImageId="{image}", Attribute="launchPermission")]),
        (2, "deprecate", [call("EnableImageDeprecation", "<return>true", status=maybe, ImageId="{image}",
                               DeprecateAt="2030-01-01T00:00:00Z")]),
        (5, "volume", [call("CreateVolume", "<volumeId>", "volume=<volumeId>", AvailabilityZone="us-east-1a", Size=8, VolumeType="gp3"),
                       call("DescribeVolumes", "<volumeSet><item>", VolumeId_1="{volume}")]),
        (5, "delete-volume", [call("DeleteVolume", "<return>true", status=maybe, VolumeId="{-volume}")]),
        (5, "snapshot", [call("CreateSnapshot", "<snapshotId>", "snapshot=<snapshotId>", status=maybe, VolumeId="{volume}",
                              Description="of {#}"),
                         call("DescribeSnapshots", "<snapshotSet><item>", SnapshotId_1="{snapshot}")]),
        (2, "copy-snapshot", [call("CopySnapshot", "<snapshotId>", "snapshot=<snapshotId>", status=maybe,
                                   SourceSnapshotId="{snapshot}", SourceRegion="us-east-1")]),
        (2, "share-snapshot", [call("ModifySnapshotAttribute", "<return>true", status=maybe, SnapshotId="{snapshot}",
                                    **{"CreateVolumePermission_Add_1_UserId": OTHER})]),
        (7, "delete-snapshot", [call("DeleteSnapshot", "<return>true", status=maybe, SnapshotId="{-snapshot}")]),
        (2, "key-pair", [call("CreateKeyPair", "<keyMaterial>", "keyname=<keyName>", KeyName="key-{#}", KeyType="ed25519")]),
        (2, "delete-key-pair", [call("DeleteKeyPair", "<return>true", KeyName="{-keyname}")]),
        (2, "template", [call("CreateLaunchTemplate", "<launchTemplate>", "template=<launchTemplateId>",
                              LaunchTemplateName="template-{#}",
                              LaunchTemplateData_ImageId=image)]),
        (2, "delete-template", [call("DeleteLaunchTemplate", "<launchTemplate>", LaunchTemplateId="{-template}")]),
        (2, "group", [call("CreateSecurityGroup", "<groupId>", "group=<groupId>", GroupName="group-{#}", GroupDescription="soak"),
                      call("AuthorizeSecurityGroupIngress", "<return>true", GroupId="{group}", IpPermissions_1_IpProtocol="tcp",
                           IpPermissions_1_FromPort=22,
                           IpPermissions_1_ToPort=22, IpPermissions_1_IpRanges_1_CidrIp="10.0.0.0/8")]),
        (2, "delete-group", [call("DeleteSecurityGroup", "<return>true", GroupId="{-group}")]),
        (4, "filters", [call("DescribeImages", "<imagesSet", Owner_1="self", Filter_1_Name="name", Filter_1_Value_1="image-*",
                             Filter_2_Name="state",
                             Filter_2_Value_1="available"),
                        call("DescribeImages", "<imagesSet><item>", Owner_1="amazon", Filter_1_Name="architecture",
                             Filter_1_Value_1="arm64"),
                        call("DescribeVolumes", "<volumeSet", Filter_1_Name="status", Filter_1_Value_1="in-use"),
                        call("DescribeSubnets", "<subnetSet>", Filter_1_Name="default-for-az", Filter_1_Value_1="true")]),
        (4, "pages", [call("DescribeInstanceTypes", "<nextToken>", "page=<nextToken>", MaxResults=5),
                      call("DescribeInstanceTypes", "<nextToken>", NextToken="{-page}", MaxResults=5)]),
        (4, "faults", [fault("DescribeImages", "InvalidAMIID.NotFound", ImageId_1="ami-0123456789abcdef0"),
                       fault("DescribeImages", "InvalidAMIID.Malformed", ImageId_1="nonsense"),
                       fault("TerminateInstances", "InvalidInstanceID.NotFound", InstanceId_1="i-0123456789abcdef0"),
                       fault("DescribeNothing", "InvalidAction"), fault("DescribeImages", "UnknownParameter", Nothing="1"),
                       fault("RunInstances", "MissingParameter", MinCount=1, MaxCount=1)]),
        (3, "dry-run", [fault("CreateVolume", "DryRunOperation", 412, AvailabilityZone="us-east-1a", Size=8, DryRun="true"),
                        fault("RunInstances", "DryRunOperation", 412, DryRun="true", **launch)]),
        (3, "regions", [call("DescribeRegions", "<regionInfo>"), call("DescribeAvailabilityZones", "<availabilityZoneInfo>")]),
        (3, "sts", [call("GetCallerIdentity", "<Account>", version="2011-06-15")]),
        (1, "assume-role", [call("AssumeRole", "<SessionToken>", version="2011-06-15", RoleArn=f"arn:aws:iam::{OTHER}:role/student",
                                 RoleSessionName="soak-{#}")]),
        (3, "kms", [target("TrentService.DescribeKey", {"KeyId": key_id}, '"Enabled"'),
                    target("TrentService.ListAliases", {}, "alias/aws/ebs"),
                    target("TrentService.DescribeKey", {"KeyId": "alias/nothing"}, "NotFoundException", status=400)]),
        (3, "ssm", [target("AmazonSSM.PutParameter", {"Name": "/soak/{%}", "Value": "{#}", "Type": "String", "Overwrite": True},
                           '"Version"'),
                    target("AmazonSSM.GetParameter", {"Name": "/soak/{%}"}, '"Value"'),
                    target("AmazonSSM.GetParametersByPath", {"Path": "/aws/service/ami-amazon-linux-latest"}, '"Parameters"')]),
    ]


def scenario(image, key_id):
    lines = []
    for weight, name, steps in tracks(image, key_id):
        lines += [f"track {weight} {name}", *steps]
    return "\n".join(lines) + "\n"


def prepare(server):
    """What the scenario needs; its text."""
    images = server.value("DescribeImages", key=KEY, Owner=["amazon"], Filter=[{"Name": "architecture", "Value": ["x86_64"]},
                                                                                {"Name": "root-device-type", "Value": ["ebs"]},
                                                                                {"Name": "name",
                                                                                 "Value": ["al2023-ami-2*"]}])["imagesSet"]
    made = server.target("kms", "CreateKey", {}, key=KEY)
    return scenario(images[0]["imageId"], made.json()["KeyMetadata"]["KeyId"])


def start_load(server, scenario_file, **options):
    """bench-load under way; its answer comes with result()."""
    words = [str(LOAD), server.address, str(scenario_file), f"key={KEY}", *(f"{name}={value}" for name, value in options.items())]
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def result(child, patience=120):
    """(the report, what it complained of)"""
    out, err = child.communicate(timeout=patience)
    return json.loads(out) if out else {"errors": 1, "requests": 0}, err


# --- what was acknowledged ---------------------------------------------------------------------------

class Acknowledged:
    """What must be there, and what must not, after all that bench-load was told."""

    def __init__(self):
        self.there = {name: set() for name in KINDS}
        self.gone = {name: set() for name in KINDS}
        self.tags = {}  # instance -> the number of its latest tag
        self.parameters = {}  # name -> the number in it
        self.changes = 0

    def read(self, log):
        for line in pathlib.Path(log).read_text().splitlines():
            what, _, rest = line.partition(" ")
            if what == "done":
                self.read_done(rest)
                continue
            name, _, value = rest.partition(" ")
            if name not in KINDS:
                continue
            self.changes += what in ("saved", "taken")
            if what in ("saved", "kept"):
                self.there[name].add(value)
            elif what == "taking":
                self.there[name].discard(value)
            else:
                self.gone[name].add(value)

    def read_done(self, body):
        if body.startswith("{"):
            document = json.loads(body)
            if "Overwrite" in document:
                self.parameters[document["Name"]] = int(document["Value"])
                self.changes += 1
        elif body.startswith("Action=CreateTags&"):
            pairs = dict(urllib.parse.parse_qsl(body))
            self.tags[pairs["ResourceId.1"]] = int(pairs["Tag.1.Value"])
            self.changes += 1


# --- what is there -----------------------------------------------------------------------------------

def listed(server, action, members):
    """All that a describe call lists, whatever pages it comes in."""
    answer = server.value(action, key=KEY, **OWN.get(action, {}))
    found = answer.get(members) or []
    if members != "reservationSet":
        return found
    return [one for reservation in found for one in reservation["instancesSet"]]


class World:
    """What the describe calls of the endpoint tell, once nothing is under way any more: each call lets time pass, and
    what is shutting down in one answer is gone in the next."""

    def __init__(self, server):
        server.request("POST", "/_amidojo/clock?advance=2h", b"")
        self.of = {name: listed(server, action, members) for name, (action, members, _) in KINDS.items()}
        self.ids = {name: {one[KINDS[name][2]] for one in found} for name, found in self.of.items()}
        reply = server.target("ssm", "GetParametersByPath", {"Path": "/soak", "Recursive": True, "MaxResults": 10}, key=KEY)
        self.parameters = {}
        while True:
            answer = reply.json()
            self.parameters.update({one["Name"]: int(one["Value"]) for one in answer["Parameters"]})
            if not answer.get("NextToken"):
                break
            reply = server.target("ssm", "GetParametersByPath",
                                  {"Path": "/soak", "Recursive": True, "MaxResults": 10, "NextToken": answer["NextToken"]}, key=KEY)


def live(instance):
    return instance["instanceState"]["name"] not in ("terminated", "shutting-down")


def tags_of(one):
    return {tag["key"]: tag["value"] for tag in one.get("tagSet") or []}


def check_acknowledged(report, name, acknowledged, world):
    for kind, there in acknowledged.there.items():
        missing = there - world.ids[kind]
        report.check(f"{name}: every {kind} acknowledged is there", not missing, sorted(missing)[:10])
    living = {one["instanceId"] for one in world.of["instance"] if live(one)}
    for kind, gone in acknowledged.gone.items():
        back = gone & (living if kind == "instance" else world.ids[kind])
        report.check(f"{name}: every {kind} whose end was acknowledged is gone", not back, sorted(back)[:10])
    for instance in world.of["instance"]:
        wanted, found = acknowledged.tags.get(instance["instanceId"]), tags_of(instance).get("n")
        if wanted and live(instance):
            report.check(f"{name}: the tag of {instance['instanceId']}", found and int(found) >= wanted,
                         f"{found}, acknowledged {wanted}")
    late = {key: (world.parameters.get(key), value) for key,
            value in acknowledged.parameters.items() if world.parameters.get(key, -1) < value}
    report.check(f"{name}: every parameter acknowledged is there", not late, late)


def check_invariants(report, name, world):
    """What refers to something refers to what is there, from both sides."""
    volumes = {one["volumeId"]: one for one in world.of["volume"]}
    instances = {one["instanceId"]: one for one in world.of["instance"]}
    wrong = []
    for one in instances.values():
        for mapping in one.get("blockDeviceMapping") or []:
            volume = volumes.get(mapping["ebs"]["volumeId"])
            holders = [a["instanceId"] for a in (volume or {}).get("attachmentSet") or []]
            if one["instanceId"] not in holders:
                wrong.append(f"{one['instanceId']} holds {mapping['ebs']['volumeId']}, which is held by {holders}")
    for one in volumes.values():
        holders = one.get("attachmentSet") or []
        if (one["status"] == "in-use") != bool(holders):
            wrong.append(f"{one['volumeId']} is {one['status']} with {len(holders)} attachments")
        wrong += [f"{one['volumeId']} is attached to {a['instanceId']}" for a in holders if a["instanceId"] not in instances]
    for one in world.of["image"]:
        if one["imageState"] == "available":
            wrong += [f"{one['imageId']} needs {m['ebs']['snapshotId']}" for m in one.get("blockDeviceMapping") or []
                      if m.get("ebs", {}).get("snapshotId") and m["ebs"]["snapshotId"] not in world.ids["snapshot"]]
    for kind, found in world.of.items():
        if len(found) != len(world.ids[kind]):
            wrong.append(f"two {kind}s of one id")
    report.check(f"{name}: what refers to something refers to what is there", not wrong, "\n".join(wrong))


def terminate_all(server, acknowledged, world):
    """Room for the next load: an account may run so many instances and no more."""
    living = [one["instanceId"] for one in world.of["instance"] if live(one)]
    if living:
        server.value("TerminateInstances", key=KEY, InstanceId=living)
    acknowledged.there["instance"] -= set(living)
    acknowledged.gone["instance"] |= set(living)

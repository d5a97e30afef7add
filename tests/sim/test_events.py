#!/usr/bin/env python3
"""`events`: changes of state in the shapes that AWS documents for Amazon EventBridge, at the times at which they came."""
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import Report, width  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from seeing import World  # noqa: E402

INSTANCE = "EC2 Instance State-change Notification"
IMAGE = "EC2 AMI State Change"
VOLUME = "EBS Volume Notification"
SNAPSHOT = "EBS Snapshot Notification"
FAST = "EBS Fast Snapshot Restore State-change Notification"
MEMBERS = ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"]
# Members of `detail`, as the EC2 and EBS user guides have them
DETAILS = {
    INSTANCE: [["instance-id", "state"]],
    IMAGE: [["RequestId", "ImageId", "State", "ErrorMessage"]],
    VOLUME: [["result", "cause", "event", "request-id"]],
    FAST: [["snapshot-id", "state", "zone", "message"]],
    SNAPSHOT: [
        ["event", "result", "cause", "request-id", "snapshot_id", "source", "startTime", "endTime"],
        ["event", "result", "cause", "request-id", "snapshot_id", "source", "startTime", "endTime", "Incremental"],
        ["event", "result", "cause", "request-id", "snapshot_id", "startTime", "endTime"],
        ["event", "result", "cause", "request-id", "snapshot_id", "startTime", "endTime", "restoreExpiryTime"],
    ],
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
report = Report()


def shapes(name, events):
    for e in events:
        report.equal(f"{name}: members", list(e), MEMBERS)
        report.check(f"{name}: detail of {e['detail-type']}", list(e["detail"]) in DETAILS[e["detail-type"]], e)
        report.check(f"{name}: id and time", UUID.fullmatch(e["id"]) and TIME.fullmatch(e["time"]), e)
        report.equal(f"{name}: the same in all", (e["version"], e["source"]), ("0", "aws.ec2"))
    report.equal(f"{name}: ids are one's own", len({e["id"] for e in events}), len(events))
    report.equal(f"{name}: oldest first", [e["time"] for e in events], sorted(e["time"] for e in events))


def states(events, type_, id_, *members):
    """What the events of a resource say, in order."""
    return [tuple(e["detail"][m] for m in members) for e in events
            if e["detail-type"] == type_ and any(r.endswith("/" + id_) for r in e["resources"])]


def life(w):
    instance = w.launch()
    volume = w.aws("ec2 describe-volumes")["Volumes"][0]["VolumeId"]
    image, snapshot = w.image_of(instance, "web")
    w.aws(f"ec2 disable-image --image-id {image}")
    w.aws(f"ec2 enable-image --image-id {image}")
    w.aws(f"ec2 deregister-image --image-id {image}")
    w.aws(f"ec2 stop-instances --instance-ids {instance}")
    w.advance("10m")
    w.aws(f"ec2 start-instances --instance-ids {instance}")
    w.advance("10m")
    w.aws(f"ec2 terminate-instances --instance-ids {instance}")
    w.advance("2d")  # in one step: terminated, then forgotten
    events = w.events()
    shapes("life", events)
    report.equal("an instance", [s for s, in states(events, INSTANCE, instance, "state")],
                 ["pending", "running", "stopping", "stopped", "pending", "running", "shutting-down", "terminated"])
    report.equal("an image", [s for s, in states(events, IMAGE, image, "State")],
                 ["available", "disabled", "available", "deregistered"])
    report.equal("its volume", states(events, VOLUME, volume, "event", "result"),
                 [("createVolume", "available"), ("deleteVolume", "deleted")])
    arn = "arn:aws:ec2:us-east-1::"
    report.equal("its snapshot", states(events, SNAPSHOT, snapshot, "event", "result", "snapshot_id", "source"),
                 [("createSnapshot", "succeeded", f"{arn}snapshot/{snapshot}", f"{arn}volume/{volume}")])
    for type_, id_, wanted in ((INSTANCE, instance, f"arn:aws:ec2:us-east-1:123456789012:instance/{instance}"),
                               (IMAGE, image, f"{arn}image/{image}")):
        found = [e["resources"] for e in events if e["resources"][0].endswith(id_)]
        report.check(f"ARN of {type_}", found and all(r == [wanted] for r in found), found)
    ended = next(e for e in events if e["detail"].get("state") == "terminated")
    begun = next(e for e in events if e["detail"].get("state") == "shutting-down")
    gone = next(e for e in events if e["detail"].get("event") == "deleteVolume")
    report.check("each at its own time", begun["time"][:16] <= ended["time"][:16] <= begun["time"][:14] + "59", (begun, ended))
    report.equal("a volume goes with its instance", gone["time"], ended["time"])
    report.equal("the latest", w.events("-n", "3"), events[-3:])
    report.equal("none of them", w.events("-n", "0"), [])
    w.do("world", "undo")
    left = w.events()
    report.equal("what is undone was never told", left, events[:len(left)])
    report.check("and is less", len(left) < len(events), len(left))
    lines = w.do("world", "events").splitlines()
    report.equal("a line an event", len(lines), len(left))
    report.check("with time, type, id and state",
                 re.fullmatch(rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d  {INSTANCE}  {instance}  pending", lines[0]), lines[0])
    narrow = w.do("world", "events", env={"COLUMNS": "40"}).splitlines()
    report.check("40 columns", all(width(line) <= 40 for line in narrow), "\n".join(narrow))
    return instance


def snapshots(w):
    volume = w.aws("ec2 create-volume --size 10 --volume-type gp3 --availability-zone us-east-1a")["VolumeId"]
    w.advance("1m")
    instance = w.launch()
    w.aws(f"ec2 attach-volume --volume-id {volume} --device /dev/sdf --instance-id {instance}")
    w.advance("1h")
    snapshot = w.aws(f"ec2 create-snapshot --volume-id {volume}")["SnapshotId"]
    w.advance("1h")
    copy = w.aws(f"ec2 copy-snapshot --source-region us-east-1 --source-snapshot-id {snapshot}", "ap-northeast-2")["SnapshotId"]
    again = w.aws(f"ec2 copy-snapshot --source-region us-east-1 --source-snapshot-id {snapshot}")["SnapshotId"]
    w.advance("1h")
    w.aws(f"ec2 modify-snapshot-attribute --snapshot-id {snapshot} --attribute createVolumePermission "
          "--operation-type add --user-ids 210987654321")
    w.aws(f"ec2 enable-fast-snapshot-restores --availability-zones us-east-1a us-east-1b --source-snapshot-ids {snapshot}")
    w.advance("5h")
    w.aws(f"ec2 modify-volume --volume-id {volume} --size 20")
    w.advance("3d")
    w.aws(f"ec2 disable-fast-snapshot-restores --availability-zones us-east-1b --source-snapshot-ids {snapshot}")
    w.advance("1d")
    w.aws(f"ec2 modify-snapshot-tier --snapshot-id {again} --storage-tier archive")
    w.advance("5d")
    w.aws(f"ec2 restore-snapshot-tier --snapshot-id {again} --temporary-restore-days 2")
    w.advance("30d")
    events = w.events()
    shapes("snapshots", events)
    made = states(events, SNAPSHOT, copy, "event", "result", "source", "Incremental")
    report.equal("a copy", made, [("copySnapshot", "succeeded", f"arn:aws:ec2:us-east-1::snapshot/{snapshot}", "false")])
    report.equal("an incremental one", states(events, SNAPSHOT, again, "event", "result")[0], ("copySnapshot", "succeeded"))
    shared = [e for e in events if e["detail"].get("event") == "shareSnapshot"]
    report.equal("sharing is told to whom it is shared with",
                 [(e["account"], e["detail"]["source"]) for e in shared], [("210987654321", "123456789012")])
    for zone, wanted in (("us-east-1a", ["enabling", "optimizing", "enabled"]),
                         ("us-east-1b", ["enabling", "optimizing", "enabled", "disabling", "disabled"])):
        told = [d for d in states(events, FAST, snapshot, "state", "zone", "message") if d[1] == zone]
        report.equal(f"fast restore in {zone}", [d[0] for d in told], wanted)
        report.check("with its reason", all(d[2] == "Client.UserInitiated" + (
            "" if d[0].endswith("ing") and d[0] != "optimizing" else " - Lifecycle state transition") for d in told), told)
    report.equal("a modification", states(events, VOLUME, volume, "event", "result"),
                 [("createVolume", "available"), ("modifyVolume", "optimizing")])
    tiers = [e["detail"] for e in events if e["detail"].get("snapshot_id", "").endswith(again)][1:]
    report.equal("archived, restored for two days, archived again", [d["event"] for d in tiers],
                 ["archiveSnapshot", "restoreSnapshot", "restoreExpiry"])
    report.equal("when it expires", tiers[1]["restoreExpiryTime"], tiers[2]["endTime"])
    text = w.do("world", "events")
    report.check("several accounts and Regions are named", "  210987654321  us-east-1  " in text and
                 "  123456789012  ap-northeast-2  " in text, text)


def failures(w):
    key = w.aws("kms create-key")["KeyMetadata"]["Arn"]
    w.aws(f"kms disable-key --key-id {key}")
    volume = w.aws(f"ec2 create-volume --size 1 --encrypted --kms-key-id {key} --availability-zone us-east-1a")["VolumeId"]
    w.advance("10m")
    plain = w.aws("ec2 create-volume --size 1 --availability-zone us-east-1a")["VolumeId"]
    w.advance("10m")
    snapshot = w.aws(f"ec2 create-snapshot --volume-id {plain}")["SnapshotId"]
    w.advance("10m")
    copy = w.aws(f"ec2 copy-snapshot --source-region us-east-1 --source-snapshot-id {snapshot} --encrypted "
                 f"--kms-key-id {key}")["SnapshotId"]
    w.advance("10m")
    events = w.events()
    shapes("failures", events)
    report.equal("a volume without its key", states(events, VOLUME, volume, "event", "result", "cause"),
                 [("createVolume", "failed", f"{key} is disabled.")])
    report.equal("a copy without its key", states(events, SNAPSHOT, copy, "event", "result", "cause"),
                 [("copySnapshot", "failed", "Given key ID is not accessible")])


def words(w):
    report.equal("no events", (w.events(), w.do("world", "events")), ([], "No events yet.\n"))
    report.refused("an unknown word", w.run("world", "events", "all"), 2, "'all'", "[-n NUMBER]")
    for bad in (["-n"], ["-n", "few"], ["-n", "-1"]):
        report.refused(f"{bad}", w.run("world", "events", *bad), 2, "events -n 10")


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    for test in (life, snapshots, failures, words):
        test(World(folder / test.__name__, lang="en"))
    told = []
    for name in ("one", "two"):
        same = World(folder / name, lang="en")
        same.run("aws", "ec2", "create-volume", "--size", "1", "--availability-zone", "us-east-1a",
                 "--region", "us-east-1", env={"AMIDOJO_SEED": "7"})
        same.advance("1m")
        told.append(same.events())
        report.equal("asked twice it is the same", same.events(), told[-1])
    report.check("worlds alike tell alike", told[0] == told[1] and len(told[0]) == 1, told)
report.finish()

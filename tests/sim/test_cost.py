#!/usr/bin/env python3
"""`cost`: what is billed, since when and for how much; what outlives its image; what has no price."""
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import HANGUL, Report, width  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from seeing import World, hours, row  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
report = Report()


def close(name, got, wanted):
    report.check(name, got is not None and abs(got - wanted) <= 1e-4 * max(1, abs(wanted)), f"{got} for {wanted}")


def nothing(w):
    cost = w.cost()
    report.equal("a new world costs nothing", (cost["so_far"], cost["month"], cost["resources"]), (0, 0, []))
    report.check("and says so", "Nothing in this world has cost anything yet." in w.do("world", "cost"))


def volumes(w):
    plain = w.aws("ec2 create-volume --size 100 --volume-type gp3 --availability-zone us-east-1a")["VolumeId"]
    fast = w.aws("ec2 create-volume --size 10 --volume-type gp3 --iops 4000 --throughput 225 "
                 "--availability-zone us-east-1a")["VolumeId"]
    io2 = w.aws("ec2 create-volume --size 100 --volume-type io2 --iops 40000 --availability-zone us-east-1a")["VolumeId"]
    w.advance("730h")
    cost = w.cost()
    one = row(cost, plain, "volume-gp3")
    report.equal("a volume's size", one["quantity"], 100)
    close("a month of 100 GiB of gp3", one["month"], 8)
    close("what it has cost", one["so_far"], 8 * hours(one, cost["now"]) / 730)
    report.equal("3,000 IOPS are free", row(cost, plain, "volume-gp3-iops"), None)
    for item, quantity, month in (("volume-gp3-iops", 1000, 5), ("volume-gp3-throughput", 100, 4)):
        got = row(cost, fast, item)
        report.equal(f"quantity of {item}", got["quantity"], quantity)
        close(f"a month of {item}", got["month"], month)
    close("io2's first 32,000 IOPS", row(cost, io2, "volume-io2-iops")["month"], 32000 * 0.065)
    close("io2's next 8,000", row(cost, io2, "volume-io2-iops-32001")["month"], 8000 * 0.046)
    w.aws(f"ec2 modify-volume --volume-id {plain} --size 200")
    w.advance("730h")
    cost = w.cost()
    grown = row(cost, plain, "volume-gp3")
    close("a volume that has grown", grown["so_far"], 24)
    close("and its month", grown["month"], 16)
    for volume in (plain, fast, io2):
        w.aws(f"ec2 delete-volume --volume-id {volume}")
    w.advance("1h")
    ended = w.cost()
    report.equal("deleted volumes cost no more", ended["month"], 0)
    close("but what they have cost stays", row(ended, plain, "volume-gp3")["so_far"], grown["so_far"])
    report.check("and until when", row(ended, plain, "volume-gp3")["until"])
    close("the items add up", sum(i["so_far"] for i in ended["items"]), ended["so_far"])
    w.do("world", "undo")  # the hour
    w.do("world", "undo")  # brings back what was deleted last
    back = row(w.cost(), io2, "volume-io2")
    report.equal("what is undone has not happened", (back["until"], back["month"] > 0), (None, True))


def instances(w):
    instance = w.launch()
    w.advance("100h")
    w.aws(f"ec2 stop-instances --instance-ids {instance}")
    w.advance("500h")
    cost = w.cost()
    one = row(cost, instance, "instance-t3.micro")
    close("an instance costs while it runs", one["so_far"], 0.0104 * hours(one, cost["now"]))
    report.check("100 hours", 100 <= hours(one, cost["now"]) < 100.1, one)
    report.equal("a stopped one costs nothing more", one["month"], 0)
    volume = next(r for r in cost["resources"] if r["item"] == "volume-gp3")
    report.check("but its volume does", volume["month"] > 0 and volume["until"] is None, volume)
    address = next(r for r in cost["resources"] if r["item"] == "public-ipv4")
    close("its public address did", address["so_far"], 0.005 * hours(address, cost["now"]))
    report.check("until it stopped", 100 <= hours(address, cost["now"]) < 100.1, address)
    w.aws(f"ec2 start-instances --instance-ids {instance}")
    w.advance("50h")
    w.aws(f"ec2 terminate-instances --instance-ids {instance}")
    w.advance("90d")
    cost = w.cost()
    close("both times it ran", row(cost, instance, "instance-t3.micro")["so_far"], 0.0104 * 150)
    report.equal("after its end nothing goes on", cost["month"], 0)


def unpriced(w):
    linux = w.launch("m6a.large", wait=False)
    w.advance("10h")
    cost = w.cost()
    one = row(cost, linux, "instance-m6a.large")
    report.equal("no price is no zero", (one["so_far"], one["month"], one["quantity"]), (None, None, 1))
    text = w.do("world", "cost")
    report.check("the text says so", re.search(rf"^{linux}  *not priced  *not priced$", text, re.M), text)
    report.check("and what that means", "no price of it is known here" in text, text)


def orphans(w):
    instance = w.launch()
    image, snapshot = w.image_of(instance, "web-v1")
    kept, other = w.image_of(instance, "web-v2")
    w.advance("24h")
    one = row(w.cost(), snapshot, "snapshot")
    report.equal("a snapshot in use", (one["image"], one["orphan"], one["quantity"] > 0), (image, False, True))
    w.aws(f"ec2 deregister-image --image-id {image}")
    w.advance("24h")
    cost = w.cost()
    one = row(cost, snapshot, "snapshot")
    report.equal("one that outlives its image", (one["image"], one["orphan"]), (image, True))
    report.equal("is the only one", cost["orphans"]["snapshots"], 1)
    close("with its cost", cost["orphans"]["month"], one["quantity"] * 0.05)
    report.equal("the other is in use", row(cost, other, "snapshot")["image"], kept)
    text = w.do("world", "cost")
    report.check("a word marks it", f"ORPHAN: its image {image} is gone" in text, text)
    report.check("it has a part of its own", re.search(rf"^Orphaned snapshots\n1 snapshot .*\n  {snapshot}\n", text, re.M), text)
    total = sum(r["quantity"] for r in cost["resources"] if r["item"] == "snapshot")
    w.aws(f"ec2 delete-snapshot --snapshot-id {snapshot}")
    cost = w.cost()
    report.equal("deleted, it is none", (cost["orphans"]["snapshots"], row(cost, snapshot, "snapshot")["orphan"]), (0, False))
    left = row(cost, other, "snapshot")["quantity"]
    report.check("the next has what it alone held", one["quantity"] <= left <= total, (left, total))


def storage(w):
    volume = w.aws("ec2 create-volume --snapshot-id " + w.image_of(w.launch(), "base")[1] +
                   " --availability-zone us-east-1a")["VolumeId"]
    w.advance("10m")
    w.aws(f"ec2 attach-volume --volume-id {volume} --device /dev/sdf --instance-id " +
          w.aws("ec2 describe-instances")["Reservations"][0]["Instances"][0]["InstanceId"])
    w.advance("1h")
    snapshot = w.aws(f"ec2 create-snapshot --volume-id {volume}")["SnapshotId"]
    w.advance("1h")
    full = w.aws(f"ec2 describe-snapshots --snapshot-ids {snapshot}")["Snapshots"][0]["FullSnapshotSizeInBytes"] / 2**30
    one = row(w.cost(), snapshot, "snapshot")
    report.check("an increment is less than the whole", 0 < one["quantity"] < full, (one["quantity"], full))
    report.equal("a snapshot of one's own is no orphan", (one["image"], one["orphan"]), (None, False))
    w.aws(f"ec2 enable-fast-snapshot-restores --availability-zones us-east-1a us-east-1b --source-snapshot-ids {snapshot}")
    w.advance("10h")
    w.aws(f"ec2 disable-fast-snapshot-restores --availability-zones us-east-1a --source-snapshot-ids {snapshot}")
    w.advance("10h")
    cost = w.cost()
    ended = row(cost, f"{snapshot} us-east-1a", "fast-snapshot-restore")
    going = row(cost, f"{snapshot} us-east-1b", "fast-snapshot-restore")
    close("fast restore of an hour and zone", going["so_far"], 0.75 * hours(going, cost["now"]))
    report.check("of one zone it ended", 9 < hours(ended, cost["now"]) < 10 and ended["month"] == 0, ended)
    close("of the other it goes on", going["month"], 0.75 * 730)
    w.aws(f"ec2 disable-fast-snapshot-restores --availability-zones us-east-1b --source-snapshot-ids {snapshot}")
    w.aws(f"ec2 modify-snapshot-tier --snapshot-id {snapshot} --storage-tier archive")
    w.advance("5d")
    cost = w.cost()
    archived = row(cost, snapshot, "snapshot-archive")
    close("the archive holds all of it", archived["quantity"], full)
    close("for a quarter of the price", archived["month"], full * 0.0125)
    report.check("and the standard tier nothing", row(cost, snapshot, "snapshot")["until"], cost)
    w.aws(f"ec2 restore-snapshot-tier --snapshot-id {snapshot} --temporary-restore-days 2")
    w.advance("30d")  # restored and archived again within one step
    cost = w.cost()
    old = row(cost, snapshot, "snapshot")
    report.check("restored for two days it was in both", abs(old["so_far"] - one["so_far"] - 2 * 24 * full * 0.05 / 730) <
                 0.05 * full, (old, one))
    close("the archive has it all the time", row(cost, snapshot, "snapshot-archive")["month"], full * 0.0125)


def bin_keys_addresses(w):
    key = w.aws("kms create-key")["KeyMetadata"]["KeyId"]
    address = w.aws("ec2 allocate-address")["AllocationId"]
    w.advance("73h")
    cost = w.cost()
    close("a key a month", row(cost, key, "kms-key")["month"], 1)
    close("a tenth of a month", row(cost, key, "kms-key")["so_far"], 0.1)
    close("an address that nobody uses", row(cost, address, "public-ipv4")["month"], 3.65)
    w.aws(f"kms schedule-key-deletion --key-id {key} --pending-window-in-days 7")
    w.aws(f"ec2 release-address --allocation-id {address}")
    report.equal("neither goes on", w.cost()["month"], 0)
    w.aws("rbin create-rule --resource-type EBS_SNAPSHOT --retention-period RetentionPeriodValue=7,RetentionPeriodUnit=DAYS")
    volume = w.aws("ec2 create-volume --size 100 --availability-zone us-east-1a")["VolumeId"]
    w.advance("10m")
    snapshot = w.aws(f"ec2 create-snapshot --volume-id {volume}")["SnapshotId"]
    w.advance("1h")
    w.aws(f"ec2 delete-snapshot --snapshot-id {snapshot}")
    w.advance("1d")
    kept = [r for r in w.cost()["resources"] if r["id"] == snapshot and r["until"] is None]
    report.equal("in the Recycle Bin it is still billed", [r["kind"] for r in kept], ["snapshot-bin"])
    report.check("and said to be there", "in the Recycle Bin" in w.do("world", "cost"))
    w.advance("7d")
    kept = [r for r in w.cost()["resources"] if r["id"] == snapshot and r["until"] is None]
    report.equal("until its time is over", kept, [])


def many(w):
    for size in range(1, 26):
        w.aws(f"ec2 create-volume --size {size} --volume-type gp3 --availability-zone us-east-1a")
    w.aws("ec2 create-volume --size 1000 --volume-type st1 --availability-zone ap-northeast-2a", "ap-northeast-2")
    w.advance("1h")
    text = w.do("world", "cost")
    report.check("sums come first", text.index("By what is billed") < text.index("Resources"), text)
    report.equal("the largest twenty", len(re.findall(r"^vol-", text, re.M)), 20)
    report.check("and more", "\nand 6 more\n" in text, text)
    report.check("the dearest first", text.index("st1 1000 GiB") < text.index("gp3 25 GiB") < text.index("gp3 7 GiB"), text)
    report.check("another Region's is said to be so", ", ap-northeast-2" in text and "used for the other Regions" in text, text)


def fits(w):
    for lang in ("en", "ko"):
        for columns in (40, 80):
            for more in ([], ["--plain"]):
                out = w.do("--lang", lang, *more, "world", "cost", env={"COLUMNS": str(columns)})
                wide = [line for line in out.splitlines() if width(line) > columns]
                report.check(f"{lang} {columns} {more}: lines fit", not wide, "\n".join(wide))
                report.equal(f"{lang} {columns} {more}: language", bool(HANGUL.search(out)), lang == "ko")


def pack(w):
    folder = w.folder / "pack"
    folder.mkdir()
    (folder / "prices.yaml").write_text("""region: ap-northeast-2
read: 2026-10-01
prices:
  - id: volume-st1
    unit: gib-month
    usd: "1.5"
    about: {en: Ours, ko: 우리 것}
    source: "https://example.com/prices"
""", encoding="utf-8")
    text = w.do("world", "cost", env={"AMIDOJO_PATH": str(folder)})
    report.check("a pack's price counts first", "Ours (1)" in text and "1500.00" in text, text)
    report.check("with its own date", "Prices of 2026-10-01 for ap-northeast-2" in text, text)


def words(w):
    report.refused("an unknown word", w.run("world", "cost", "--jsno"), 2, "--jsno", "cost [--json]")


def prices():
    """Everything that the simulator's table of items can name has a price."""
    counted = set(re.findall(r'"((?:volume|snapshot|fast|public|kms)-?[a-z0-9-]*)"',
                             (ROOT / "simulator/sim/usage.c").read_text(encoding="utf-8")))
    counted -= {"volume", "snapshot-bin", "fast-restore"}  # kinds
    counted |= {f"volume-{t}" for t in ("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard")}
    priced = set(re.findall(r"- id: (\S+)", (ROOT / "content/prices.yaml").read_text(encoding="utf-8")))
    report.equal("items without a price", counted - priced, set())
    report.check("the common types have one", len([p for p in priced if p.startswith("instance-")]) >= 20, priced)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    tests = [nothing, volumes, instances, unpriced, orphans, storage, bin_keys_addresses, words]
    for test in tests:
        test(World(folder / test.__name__, lang="en"))
    large = World(folder / "many", lang="en")
    many(large)
    pack(large)
    large.lang = None
    fits(large)
    prices()
report.finish()

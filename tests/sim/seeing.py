"""seeing - a learner's world, driven command by command, for the tests of what is seen of it."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import Home  # noqa: E402


class World(Home):
    """Raises if a command fails that should not."""

    def do(self, *words, **more):
        result = self.run(*words, **more)
        if result.code or result.err:
            raise AssertionError(f"{' '.join(words)}\n{result}")
        return result.out

    def aws(self, line, region="us-east-1", **more):
        """The answer of `aws LINE`: JSON, or None."""
        out = self.do("aws", *line.split(), "--region", region, **more)
        return json.loads(out) if out else None

    def advance(self, span):
        self.do("world", "clock", "advance", span)

    def cost(self):
        return json.loads(self.do("world", "cost", "--json"))

    def events(self, *more):
        return json.loads(self.do("world", "events", "--json", *more))

    def launch(self, kind="t3.micro", wait=True):
        """The id of a new instance of Amazon Linux."""
        parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
        image = self.aws(f"ssm get-parameter --name {parameter}")["Parameter"]["Value"]
        made = self.aws(f"ec2 run-instances --image-id {image} --instance-type {kind}")
        instance = made["Instances"][0]["InstanceId"]
        if wait:
            self.aws(f"ec2 wait instance-running --instance-ids {instance}")
        return instance

    def image_of(self, instance, name):
        """The ids of a new image of the instance, available, and of its snapshot."""
        image = self.aws(f"ec2 create-image --instance-id {instance} --name {name}")["ImageId"]
        self.aws(f"ec2 wait image-available --image-ids {image}")
        seen = self.aws(f"ec2 describe-images --image-ids {image}")["Images"][0]
        return image, seen["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]


def row(cost, id_, item):
    """The resource's row of this item; None: it has none."""
    found = [r for r in cost["resources"] if r["id"] == id_ and r["item"] == item]
    assert len(found) < 2, found
    return found[0] if found else None


def hours(r, now):
    """How long the row's thing was there."""
    import datetime

    begin, end = (datetime.datetime.fromisoformat(t.replace("Z", "+00:00")) for t in (r["since"], r["until"] or now))
    return (end - begin).total_seconds() / 3600

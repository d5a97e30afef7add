#!/usr/bin/env python3
"""A beginner's page on AMIs, typed in as it stands: what is right works, what is wrong fails as AWS CLI v2
fails, and the corrected command works.

The commands are those of a common tutorial, its mistakes kept: an operation that does not exist
(delete-image), shorthand and JSON mixed, an attribute that cannot be changed (the name), ids that
are somebody else's, and a page that expects answers which AWS does not give.
"""

import json
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import casefile  # noqa: E402
from harness import Report  # noqa: E402

USAGE = """usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
"""
PAGE_IMAGE = "ami-1234567890abcdef0"
PAGE_INSTANCE = "i-0abcdef1234567890"
report = Report()


class Session:
    def __init__(self, folder):
        self.world = casefile.Program(folder)

    def type(self, line):
        """(exit code, stdout, stderr) of a line as it would be typed in a shell."""
        settings, words = casefile.Step(1, ["$ " + line]).words({})
        return self.world.aws(words[1:], settings)

    def right(self, line, pattern=""):
        """Must work, and print what matches."""
        code, out, err = self.type(line)
        ok = code == 0 and not err and re.fullmatch(pattern, out, re.S)
        report.check(line, ok, f"exit {code}, wanted /{pattern}/\n{out}{err}")
        return out

    def wrong(self, line, wanted_code, wanted_err):
        """Must fail with exactly this, and print nothing else."""
        got = self.type(line)
        report.check(line, got == (wanted_code, "", wanted_err),
                     f"wanted exit {wanted_code}\n{wanted_err}got exit {got[0]}\n{got[1]}{got[2]}")


def error(text):
    return f"\naws: [ERROR]: {text}\n"


def service_error(code, operation, text):
    return error(f"An error occurred ({code}) when calling the {operation} operation: {text}")


def preparation(s):
    s.right("aws --version", r"aws-cli/2\.36\.7 Python/\S+ Linux/\S+ \S+\n")
    out = s.right("aws sts get-caller-identity", r"\{.*\}\n")
    if out.startswith("{"):
        report.equal("keys of the identity", list(json.loads(out)), ["UserId", "Account", "Arn"])
    s.right("aws configure set region us-east-1")
    s.right("aws configure get region", r"us-east-1\n")


def as_written(s):
    """Nothing has been made yet: the page's ids do not exist in this account."""
    s.right("aws ec2 describe-images --owners self --query 'Images[].ImageId' --output table")
    s.wrong(f'aws ec2 create-image --instance-id {PAGE_INSTANCE} --name "MyCustomAMI"'
            ' --description "Custom AMI for Dev Environment" --no-reboot', 254,
            service_error("InvalidInstanceID.NotFound", "CreateImage",
                          f"The instance ID '{PAGE_INSTANCE}' does not exist"))
    s.wrong(f"aws ec2 modify-image-attribute --image-id {PAGE_IMAGE}"
            """ --launch-permission "Add":{"UserIds":["123456789012"]}""", 252,
            error("An error occurred (ParamValidation): Error parsing parameter '--launch-permission': "
                  "Expected: '=', received: '{' for input:\n Add:{UserIds:[123456789012]}\n    ^"))
    s.wrong(f"aws ec2 delete-image --image-id {PAGE_IMAGE}", 252, wrong_operation())
    s.wrong(f"aws ec2 describe-images --image-ids {PAGE_IMAGE}", 254,
            service_error("InvalidAMIID.NotFound", "DescribeImages",
                          f"The image id '[{PAGE_IMAGE}]' does not exist"))
    s.wrong(f'aws ec2 modify-image-attribute --image-id {PAGE_IMAGE} --description "Updated Description"', 254,
            service_error("InvalidAMIID.NotFound", "ModifyImageAttribute",
                          f"The image id '[{PAGE_IMAGE}]' does not exist"))
    s.wrong(f"aws ec2 terminate-instances --instance-ids {PAGE_INSTANCE}", 254,
            service_error("InvalidInstanceID.NotFound", "TerminateInstances",
                          f"The instance ID '{PAGE_INSTANCE}' does not exist"))


def wrong_operation():
    """Recorded from AWS CLI 2.36.7."""
    for line in (HERE / "recordings.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n"):
        case = json.loads(line)
        if case["argv"] == ["ec2", "delete-image"]:
            return case["stderr"]
    raise LookupError("recordings.jsonl has no `ec2 delete-image`")


def corrected(s):
    """The same page with its mistakes put right, on an instance of one's own."""
    parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    base = s.right(f"aws ssm get-parameter --name {parameter} --query Parameter.Value --output text",
                   r"ami-[0-9a-f]{17}\n").strip()
    instance = s.right(f"aws ec2 run-instances --image-id {base} --instance-type t3.micro"
                       " --query 'Instances[0].InstanceId' --output text", r"i-[0-9a-f]{17}\n").strip()
    s.right(f"aws ec2 wait instance-running --instance-ids {instance}")
    image = s.right(f'aws ec2 create-image --instance-id {instance} --name "MyCustomAMI"'
                    ' --description "Custom AMI for Dev Environment" --no-reboot'
                    " --query ImageId --output text", r"ami-[0-9a-f]{17}\n").strip()
    s.wrong(f'aws ec2 create-image --instance-id {instance} --name "MyCustomAMI"', 254,
            service_error("InvalidAMIName.Duplicate", "CreateImage",
                          f"AMI name MyCustomAMI is already in use by AMI {image}"))
    s.right(f"aws ec2 wait image-available --image-ids {image}")
    rule = "-" * 27
    s.right("aws ec2 describe-images --owners self --query 'Images[].ImageId' --output table", re.escape(
        f"{rule}\n|     DescribeImages      |\n+{rule[2:]}+\n|  {image}  |\n+{rule[2:]}+\n"))
    sharing(s, image)
    describing(s, image)
    deleting(s, image, instance)


def sharing(s, image):
    """The three ways of writing a launch permission that work, and a name that cannot change."""
    change = f"aws ec2 modify-image-attribute --image-id {image}"
    s.right(change + ' --launch-permission "Add=[{UserId=111122223333}]"')
    s.right(change + """ --launch-permission '{"Add":[{"UserId":"444455556666"}]}'""")
    s.right(change + " --attribute launchPermission --operation-type remove --user-ids 444455556666")
    s.right(f"aws ec2 describe-image-attribute --image-id {image} --attribute launchPermission"
            " --query 'LaunchPermissions[].UserId' --output text", r"111122223333\n")
    s.wrong(change + """ --launch-permission '{"Add":[{"UserIds":["123456789012"]}]}'""", 252,
            error("An error occurred (ParamValidation): Parameter validation failed:\n"
                  'Unknown parameter in LaunchPermission.Add[0]: "UserIds", must be one of: '
                  "OrganizationArn, OrganizationalUnitArn, UserId, Group"))
    s.wrong(change + """ --launch-permission '{"Add":[{"UserId":"123456789012"}'""", 252,
            error("An error occurred (ParamValidation): Error parsing parameter '--launch-permission': "
                  "Invalid JSON: Expecting ',' delimiter: line 1 column 34 (char 33)\n"
                  'JSON received: {"Add":[{"UserId":"123456789012"}'))
    s.wrong(change + " --name NewName", 252,
            f"\n{USAGE}\n\naws: [ERROR]: Unknown options: --name, NewName\n")


def describing(s, image):
    change = f"aws ec2 modify-image-attribute --image-id {image}"
    s.right(change + ' --description "Updated Description"')
    s.right(f"aws ec2 describe-images --image-ids {image} --query 'Images[0].[Name,Description]' --output text",
            r"MyCustomAMI\tUpdated Description\n")
    s.right(f"aws ec2 create-tags --resources {image} --tags Key=Name,Value=NewName")
    s.right("aws ec2 describe-images --owners self --filters Name=tag:Name,Values=New*"
            " --query 'Images[].ImageId' --output text", image + r"\n")


def deleting(s, image, instance):
    """An image goes by deregister-image; its snapshot stays and goes by delete-snapshot."""
    snapshot = s.right(f"aws ec2 describe-images --image-ids {image} --output text"
                       " --query 'Images[0].BlockDeviceMappings[0].Ebs.SnapshotId'",
                       r"snap-[0-9a-f]{17}\n").strip()
    s.wrong(f"aws ec2 delete-snapshot --snapshot-id {snapshot}", 254,
            service_error("InvalidSnapshot.InUse", "DeleteSnapshot",
                          f"The snapshot {snapshot} is currently in use by {image}"))
    s.wrong(f"aws ec2 deregister-image --image-id {image} --dry-run", 254,
            service_error("DryRunOperation", "DeregisterImage",
                          "Request would have succeeded, but DryRun flag is set."))
    s.right(f"aws ec2 deregister-image --image-id {image}", re.escape('{\n    "Return": true\n}\n'))
    empty = re.escape('{\n    "Images": []\n}\n')
    s.right(f"aws ec2 describe-images --image-ids {image}", empty)  # as the page says: for a while
    s.world.prompt("clock advance 2h")
    s.wrong(f"aws ec2 describe-images --image-ids {image}", 254,
            service_error("InvalidAMIID.NotFound", "DescribeImages", f"The image id '[{image}]' does not exist"))
    s.right("aws ec2 describe-images --owners self", empty)
    s.right(f"aws ec2 delete-snapshot --snapshot-id {snapshot}")
    s.right(f"aws ec2 terminate-instances --instance-ids {instance} --output text"
            " --query 'TerminatingInstances[].CurrentState.Name'", r"shutting-down\n")
    s.right(f"aws ec2 wait instance-terminated --instance-ids {instance}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        session = Session(folder)
        preparation(session)
        as_written(session)
        corrected(session)
    report.finish()


if __name__ == "__main__":
    main()

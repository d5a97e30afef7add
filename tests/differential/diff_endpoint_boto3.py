#!/usr/bin/env python3
"""diff_endpoint_boto3 - Debian's boto3 (1.26.27) through the endpoint: each call of the sessions, typed.

    diff_endpoint_boto3.py [NAME...]     the sessions of these names; else all

The calls of the API that our command line makes in a session (on a world in memory) are made again with
boto3 on an equal world behind `amidojo serve`. Datetimes must be the same instants, integers integers,
booleans booleans, empty lists lists, blobs the same bytes; faults have the same code, message and HTTP
status. What 1.26.27 does not know is done by our own command line instead, and counted.
"""

import base64
import datetime
import os
import sys
import threading

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    print("skipped: python3 here has no boto3\n0 passed, 0 failed")
    sys.exit(0)

from endpoint_calls import each_session, finish, instant, known_part, replay, unknown_member

# One attempt: the world in memory answers once, and each attempt is a tick of the clock. What was required,
# or how long a name had to be, has changed since; so it is left to the endpoint to refuse.
CONFIG = botocore.config.Config(retries={"total_max_attempts": 1, "mode": "standard"}, parameter_validation=False)

# --- What boto3 does of its own accord: all of it is here, each with its reason ---------------------------


def prepared(call, request):
    """The request that makes boto3 send what our command line has sent."""
    if call["operation"] == "RunInstances" and "UserData" in request:
        # botocore encodes it, which the AWS CLI has done already.
        request = {**request, "UserData": base64.b64decode(request["UserData"])}
    return request


def wanted(call, answer):
    """The answer that boto3 makes of what is sent."""
    if call["operation"] == "GetConsoleOutput" and "Output" in answer:
        # botocore decodes it.
        text = base64.b64decode(answer["Output"]).decode("utf-8", "replace")
        answer = {**answer, "Output": text}
    return answer


# --- The client --------------------------------------------------------------------------------------------


def typed_request(value):
    """Of a document of the driver: what a program would give."""
    if isinstance(value, dict):
        if "$time" in value:
            return datetime.datetime.fromtimestamp(instant(value["$time"]) / 1000, datetime.timezone.utc)
        if "$blob" in value:
            return base64.b64decode(value["$blob"])
        if "$whole" in value:
            return int(value["$whole"])
        return {k: typed_request(v) for k, v in value.items()}
    return [typed_request(v) for v in value] if isinstance(value, list) else value


def marked(value):
    """What boto3 answers, in the driver's form."""
    if isinstance(value, datetime.datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, bytes):
        return {"$blob": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {k: marked(v) for k, v in value.items()}
    return [marked(v) for v in value] if isinstance(value, list) else value


class Boto3:
    """Calls with boto3, for one session of commands."""

    made = threading.Lock()  # a boto3 session makes one client at a time

    def __init__(self):
        self.session, self.clients = boto3.Session(), {}

    def client(self, call, url):
        what = call["service"], call["region"], call["key"], url
        if what not in self.clients:
            with self.made:
                self.clients[what] = self.session.client(
                    call["service"], region_name=call["region"], endpoint_url=url, config=CONFIG,
                    aws_access_key_id=call["key"], aws_secret_access_key=call["secret"])
        return self.clients[what]

    def operation(self, call):
        """Its model, or None."""
        if call["service"] not in self.session.get_available_services():
            return None
        model = self.client(call, "http://127.0.0.1:9").meta.service_model
        return model.operation_model(call["operation"]) if call["operation"] in model.operation_names else None

    def known(self, call, answer):
        return wanted(call, known_part(self.operation(call).output_shape, answer))

    def call(self, call, url):
        operation = self.operation(call)
        if operation is None:
            return {"skip": "operations that are newer"}
        request = call["request"]
        if request and (operation.input_shape is None or unknown_member(operation.input_shape, request)):
            return {"skip": "parameters that are newer"}
        client = self.client(call, url)
        method = botocore.xform_name(call["operation"])
        try:
            answer = getattr(client, method)(**prepared(call, typed_request(request)))
        except botocore.exceptions.ClientError as error:
            said = error.response["Error"]
            return {"fault": {"code": said["Code"], "text": said["Message"],
                              "status": error.response["ResponseMetadata"]["HTTPStatusCode"]}}
        answer.pop("ResponseMetadata")
        return {"answer": marked(answer)}


def run_file(path):
    return replay(path, Boto3())


if __name__ == "__main__":
    for variable in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[variable]
    os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull,
                      AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    finish("boto3", each_session(run_file), 2000)

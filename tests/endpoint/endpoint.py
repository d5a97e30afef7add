"""endpoint - `amidojo serve` on a free port for the tests, and AWS requests to it without any SDK.

    Endpoint  the server with a home of its own: start, stop, kill, call, state, rss
    Reply     what came back: status, headers, body; fault() as (code, message), whatever the protocol
    form      a request document as the form that the ec2 protocol sends
"""

import http.client
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys
import time
import urllib.parse
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import PATIENCE, Home  # noqa: E402

READY = re.compile(rb"listening on http://(\S+):(\d+)")
EC2, STS = "2016-11-15", "2011-06-15"
FORM, JSON = "application/x-www-form-urlencoded; charset=utf-8", "application/x-amz-json-1.1"
TARGETS = {"kms": "TrentService", "ssm": "AmazonSSM"}


def authorization(key, region="us-east-1", service="ec2"):
    """A header that says who and where, and whose signature is none."""
    return (f"AWS4-HMAC-SHA256 Credential={key}/20261121/{region}/{service}/aws4_request, "
            "SignedHeaders=host, Signature=0")


def flatten(prefix, value):
    """(name, text) of each leaf: lists count from 1."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from flatten(f"{prefix}.{key}" if prefix else key, one)
    elif isinstance(value, (list, tuple)):
        for n, one in enumerate(value, 1):
            yield from flatten(f"{prefix}.{n}", one)
    else:
        yield prefix, str(value).lower() if isinstance(value, bool) else str(value)


def form(action, version=EC2, **members):
    """Members by the names that the query knows: ImageId=[...], Filter=[{"Name": ..., "Value": [...]}]."""
    pairs = [("Action", action), *([("Version", version)] if version else []), *flatten("", members)]
    return urllib.parse.urlencode(pairs)


def bare(tag):
    """An element's name without its namespace."""
    return tag.rpartition("}")[2]


def plain(element):
    """An element as dicts, lists (of <item>) and texts."""
    children = list(element)
    if not children:
        return element.text or ""
    if all(bare(child.tag) in ("item", "member") for child in children):
        return [plain(child) for child in children]
    return {bare(child.tag): plain(child) for child in children}


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __str__(self):
        return f"{self.status} {dict(self.headers)}\n{self.body[:1500]!r}"

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), "")

    def xml(self):
        return xml.etree.ElementTree.fromstring(self.body)

    def json(self):
        return json.loads(self.body)

    def value(self):
        """The answer, by the element names; {} and "" look alike in XML."""
        if self.header("content-type").startswith("text/xml"):
            return plain(self.xml())
        return self.json()

    def fault(self):
        """(code, message); raises if the body is no well-formed error of one of AWS's protocols."""
        kind = self.header("content-type").partition(";")[0]
        if kind == "text/xml":
            root = self.xml()
            ways = {"Response": ("Errors/Error", "RequestID"), "ErrorResponse": ("Error", "RequestId")}
            names = [bare(part.tag) for part in root]
            way, request_id = ways[bare(root.tag)]
            if request_id not in names:
                raise ValueError(f"no {request_id}")
            error = root
            for part in way.split("/"):
                error = next(child for child in error if bare(child.tag) == part)
            told = {bare(part.tag): part.text or "" for part in error}
            return told["Code"], told["Message"]
        if kind not in ("application/x-amz-json-1.1", "application/json"):
            raise ValueError(f"the type of an error is {kind!r}")
        told = json.loads(self.body.decode("utf-8"))
        code = told.get("__type") or self.header("x-amzn-errortype")
        message = told.get("message", told.get("Message"))
        if not code or not isinstance(message, str):
            raise ValueError("no code or no message")
        return code.rpartition("#")[2].partition(":")[0], message


class Endpoint:
    """`with Endpoint(folder) as e:` runs one; options are those of `amidojo serve`."""

    def __init__(self, folder, *options, port=0, env=None):
        self.home = folder if isinstance(folder, Home) else Home(folder, lang="en")
        self.options, self.port, self.env = options, port, env or {}
        self.child = self.connection = None
        self.started = 0.0  # seconds from the start to the line that says it is ready
        self.errors = pathlib.Path(self.home.folder) / "serve.err"

    def start(self):
        begun = time.monotonic()
        words = self.home.command(["serve", "--listen", f"127.0.0.1:{self.port}", *self.options])
        with open(self.errors, "ab") as errors:
            self.child = subprocess.Popen(words, env=self.home.environment({"AMIDOJO_NOW": None, **self.env}),
                                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        text = b""
        while b"\n" not in text:
            if not select.select([self.child.stdout], [], [], PATIENCE)[0]:
                raise TimeoutError("the server is not ready in time")
            more = os.read(self.child.stdout.fileno(), 4096)
            if not more:
                raise RuntimeError(f"the server ended with {self.child.wait()}: {self.errors.read_text()[-1000:]}")
            text += more
        self.started = time.monotonic() - begun
        found = READY.search(text)
        if not found:
            raise RuntimeError(f"that is no ready line: {text!r}")
        self.port = int(found[2])
        return self

    __enter__ = start

    def __exit__(self, *_):
        self.hang_up()
        if self.child and self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        return f"http://{self.address}"

    def hang_up(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def end(self, how=signal.SIGTERM):
        """Ends it by a signal; its exit code (negative: the signal)."""
        self.hang_up()
        self.child.send_signal(how)
        code = self.child.wait(PATIENCE)
        self.child.stdout.close()
        return code

    def kill(self):
        return self.end(signal.SIGKILL)

    def alive(self):
        return self.child.poll() is None

    def memory(self, name="VmRSS"):
        """MiB that the process holds; VmHWM: has held at most."""
        text = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024

    def request(self, method, path, body=None, headers=None):
        """On one connection that is kept; once more on a new one if it was closed meanwhile."""
        for last in (False, True):
            if not self.connection:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                self.connection.request(method, path, body, headers or {})
                got = self.connection.getresponse()
                return Reply(got.status, got.getheaders(), got.read())
            except (http.client.BadStatusLine, ConnectionError):
                self.hang_up()
                if last:
                    raise

    def call(self, action, version=EC2, key=None, region="us-east-1", **members):
        headers = {"Content-Type": FORM}
        if key:
            headers["Authorization"] = authorization(key, region)
        return self.request("POST", "/", form(action, version, **members), headers)

    def target(self, service, operation, document, key=None, region="us-east-1"):
        """A call of a JSON service: kms, ssm."""
        headers = {"Content-Type": JSON, "X-Amz-Target": f"{TARGETS[service]}.{operation}"}
        if key:
            headers["Authorization"] = authorization(key, region, service)
        return self.request("POST", "/", json.dumps(document), headers)

    def value(self, action, **more):
        """The answer to a call that must succeed."""
        reply = self.call(action, **more)
        if reply.status != 200:
            raise RuntimeError(f"{action}: {reply}")
        return reply.value()

    def state(self):
        """The world as the server tells it, byte for byte."""
        reply = self.request("GET", "/_amidojo/state")
        if reply.status != 200:
            raise RuntimeError(f"state: {reply}")
        return reply.body

    def reset(self):
        reply = self.request("POST", "/_amidojo/reset", b"")
        if reply.status != 200:
            raise RuntimeError(f"reset: {reply}")

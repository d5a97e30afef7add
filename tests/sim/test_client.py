#!/usr/bin/env python3
"""`amidojo aws` as a client: what it sends to an endpoint, and what it makes of what comes back.

The endpoint is a server of this test that answers what a case tells it to. NAME... runs some cases.
"""

import http.server
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import PATIENCE, Home, Report  # noqa: E402

KEY = "AKIAIOSFODNN7EXAMPLE"
ENV = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_REGION": "us-east-1",
    "AWS_PAGER": "",
}
XML = "text/xml;charset=UTF-8"
FAULT = "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors><RequestID>r</RequestID></Response>"


def ec2(action, inner):
    return f'<?xml version="1.0"?>\n<{action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">{inner}</{action}Response>'


REGIONS = ec2("DescribeRegions", "<regionInfo><item><regionName>us-east-1</regionName></item></regionInfo>")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = {"method": self.command, "path": self.path, "headers": self.headers, "body": body.decode(),
                 "peer": self.client_address}
        self.server.asked.append(asked)
        answers = self.server.answers
        answers[min(len(self.server.asked), len(answers)) - 1](self)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def log_message(self, *_):
        pass


class Endpoint(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *answers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked = answers, []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        pass


def reply(body, status=200, kind=XML, claim=0, **headers):
    """An answer; `claim`: more bytes announced than come."""

    def send(handler):
        data = body.encode() if isinstance(body, str) else body
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data) + claim))
        handler.end_headers()
        handler.wfile.write(data)
        handler.close_connection = bool(claim)

    return send


def hang_up(handler):
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def babble(handler):
    handler.wfile.write(b"what?\r\n\r\n")
    hang_up(handler)


def dawdle(handler):
    time.sleep(3)
    reply(REGIONS)(handler)


class Client:
    def __init__(self, report, folder):
        self.report, self.folder, self.n = report, folder, 0

    def run(self, url, *words, **env):
        self.n += 1
        home = Home(f"{self.folder}/{self.n}")
        return home.run("aws", *words, env={**ENV, "AWS_ENDPOINT_URL": url, **env})

    def fails(self, name, result, code, text):
        self.report.equal(name, (result.code, result.out, result.err), (code, "", f"\naws: [ERROR]: {text}\n"))


# --- cases ----------------------------------------------------------------------------------------


def what_is_sent(c):
    with Endpoint(reply(REGIONS)) as e:
        got = c.run(e.url, "ec2", "describe-regions", "--region-names", "a b&c=d+e", "가~*", "--filters",
                    "Name=x,Values=1,2", "--no-all-regions", AWS_SESSION_TOKEN="tok/en+=")
        c.report.equal("the answer", json.loads(got.out), {"Regions": [{"RegionName": "us-east-1"}]})
        asked = e.asked[0]
        c.report.equal("one request", len(e.asked), 1)
        c.report.equal("form", asked["body"], "Action=DescribeRegions&Version=2016-11-15&RegionName.1=a+b%26c%3Dd%2Be"
                       "&RegionName.2=%EA%B0%80~%2A&AllRegions=false&Filter.1.Name=x&Filter.1.Value.1=1&Filter.1.Value.2=2")
        c.report.equal("method and path", (asked["method"], asked["path"]), ("POST", "/"))
        head = asked["headers"]
        c.report.equal("headers", sorted(name.lower() for name in head), [
            "accept-encoding", "authorization", "content-length", "content-type", "host", "user-agent", "x-amz-date",
            "x-amz-security-token"])
        c.report.equal("nothing compressed", head["Accept-Encoding"], "identity")
        c.report.equal("type", head["Content-Type"], "application/x-www-form-urlencoded; charset=utf-8")
        c.report.equal("session", head["X-Amz-Security-Token"], "tok/en+=")
        day = head["X-Amz-Date"][:8]
        c.report.check("signature", re.fullmatch(
            f"AWS4-HMAC-SHA256 Credential={KEY}/{day}/us-east-1/ec2/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}",
            head["Authorization"]), head["Authorization"])


def unsigned(c):
    with Endpoint(reply(REGIONS)) as e:
        got = c.run(e.url, "ec2", "describe-regions", "--no-sign-request", "--region", "nowhere-north-9",
                    AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
        c.report.equal("no key needed, any Region", got.code, 0)
        c.report.check("nothing signed", not {"authorization", "x-amz-date"} & {h.lower() for h in e.asked[0]["headers"]})


def other_protocols(c):
    answer = '{"KeyMetadata": {"KeyId": "k", "AWSAccountId": "1", "CreationDate": 1700000000.5, "Enabled": null, "Odd": 1}}'
    with Endpoint(reply(answer, kind="application/x-amz-json-1.1")) as e:
        got = c.run(e.url, "kms", "describe-key", "--key-id", "é", TZ="UTC")
        c.report.equal("json: model's order, its members alone", got.out.split(), (
            '{ "KeyMetadata": { "AWSAccountId": "1", "KeyId": "k", "CreationDate": "2023-11-14T22:13:20.500000+00:00" } }').split())
        asked = e.asked[0]
        c.report.equal("json: target", asked["headers"]["X-Amz-Target"], "TrentService.DescribeKey")
        c.report.equal("json: body", (asked["body"].isascii(), json.loads(asked["body"])), (True, {"KeyId": "é"}))
    with Endpoint(reply("{}", kind="application/json")) as e:
        c.run(e.url + "/base/", "rbin", "untag-resource", "--resource-arn", "arn:a/b c", "--tag-keys", "x", "y z")
        asked = e.asked[0]
        c.report.equal("rest-json: request line", (asked["method"], asked["path"]),
                       ("DELETE", "/base//tags/arn%3Aa%2Fb%20c?tagKeys=x&tagKeys=y%20z"))
        c.report.equal("rest-json: no body", asked["body"], "")


def faults(c):
    with Endpoint(reply(FAULT.format("InvalidAMIID.NotFound", "The image id &apos;[ami-1]&apos; does not exist"), 400)) as e:
        c.fails("a fault", c.run(e.url, "ec2", "describe-images"), 254, "An error occurred (InvalidAMIID.NotFound) when "
                "calling the DescribeImages operation: The image id '[ami-1]' does not exist")
        c.report.equal("is not retried", len(e.asked), 1)
        c.fails("the only attempt", c.run(e.url, "ec2", "describe-images", AWS_MAX_ATTEMPTS="1"), 254, "An error occurred "
                "(InvalidAMIID.NotFound) when calling the DescribeImages operation (reached max retries: 0): The image id "
                "'[ami-1]' does not exist")
    with Endpoint(reply("<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>"
                        "</ErrorResponse>", 403)) as e:
        c.fails("of sts", c.run(e.url, "sts", "get-caller-identity"), 254,
                "An error occurred (AccessDenied) when calling the GetCallerIdentity operation: no")
    with Endpoint(reply('{"__type": "com.amazonaws#NotFoundException", "message": "none"}', 400)) as e:
        c.fails("of kms", c.run(e.url, "kms", "describe-key", "--key-id", "k"), 254,
                "An error occurred (NotFoundException) when calling the DescribeKey operation: none")
    with Endpoint(reply('{"Message": "bad", "Reason": "INVALID_PARAMETER_VALUE"}', 400,
                        x_amzn_ErrorType="ValidationException:http://x")) as e:
        words = ("rbin", "get-rule", "--identifier", "i")
        text = "An error occurred (ValidationException) when calling the GetRule operation: bad"
        c.fails("with details", c.run(e.url, *words), 254,
                text + "\n\nAdditional error details:\nReason: INVALID_PARAMETER_VALUE")
        c.fails("without them", c.run(e.url, *words, "--cli-error-format", "legacy"), 254, text)
        got = c.run(e.url, *words, "--cli-error-format", "json")
        c.report.equal("as json", json.loads(got.err),
                       {"Code": "ValidationException", "Message": "bad", "Reason": "INVALID_PARAMETER_VALUE"})
    with Endpoint(reply("", 302, Location="http://127.0.0.1:9/")) as e:
        got = c.run(e.url, "ec2", "describe-regions")
        c.report.check("nobody is sent elsewhere", got.code == 255 and len(e.asked) == 1, got)


def retries(c):
    boom = reply(FAULT.format("InternalError", "oops"), 500)
    with Endpoint(boom, reply(FAULT.format("RequestLimitExceeded", "slow"), 400), reply(REGIONS)) as e:
        c.report.equal("the third goes well", c.run(e.url, "ec2", "describe-regions").code, 0)
        c.report.equal("three requests", len(e.asked), 3)
    with Endpoint(boom) as e:
        c.fails("given up", c.run(e.url, "ec2", "describe-regions", AWS_MAX_ATTEMPTS="2"), 254, "An error occurred "
                "(InternalError) when calling the DescribeRegions operation (reached max retries: 1): oops")
        c.report.equal("two requests", len(e.asked), 2)
    with Endpoint(reply("<html>busy</html>", 503, "text/html"), reply("", 502), reply("<html>", 504)) as e:
        c.fails("a proxy's page", c.run(e.url, "ec2", "describe-regions"), 254, "An error occurred (504) when calling the "
                "DescribeRegions operation (reached max retries: 2): Gateway Timeout")
    with Endpoint(hang_up, reply(REGIONS)) as e:
        c.report.equal("after a lost connection", c.run(e.url, "ec2", "describe-regions").code, 0)


def lost(c):
    once = {"AWS_MAX_ATTEMPTS": "1"}
    for name, answer in (("closed", hang_up), ("no HTTP", babble), ("cut off", reply(REGIONS[:50], claim=99))):
        with Endpoint(answer) as e:
            c.fails(name, c.run(e.url, "ec2", "describe-regions", **once), 255, "Connection was closed before we received a "
                    f'valid response from endpoint URL: "{e.url}/".')
    with Endpoint(dawdle) as e:
        c.fails("too slow", c.run(e.url, "ec2", "describe-regions", "--cli-read-timeout", "1", **once), 255,
                f'Read timeout on endpoint URL: "{e.url}/"')
        c.report.equal("slow, but in time", c.run(e.url, "ec2", "describe-regions", "--cli-read-timeout", "0").code, 0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    c.fails("refused", c.run(url + "/x", "ec2", "describe-regions", **once), 255,
            f'Could not connect to the endpoint URL: "{url}/x"')
    c.fails("no such scheme", c.run("ftp://localhost", "ec2", "describe-regions", **once), 255,
            "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp")
    with Endpoint(reply(REGIONS)) as e:
        got = c.run(e.url.replace("http:", "HTTPS:"), "ec2", "describe-regions", **once)
        c.report.check("no TLS there", got.code == 255 and got.err.startswith(
            f"\naws: [ERROR]: SSL validation failed for {e.url.replace('http:', 'https:')}/ "), got)


def never_aws(c):
    for url, refused in (("https://ec2.us-east-1.amazonaws.com", True), ("http://u:p@EC2.amazonaws.com.:81/x", True),
                         ("https://ec2.us-east-1.api.aws", True), ("https://ec2.cn-north-1.amazonaws.com.cn/", True),
                         ("http://127.0.0.1:1/amazonaws.com", False), ("http://notamazonaws.com.localhost:1", False)):
        got = c.run(url, "ec2", "describe-regions", AWS_MAX_ATTEMPTS="1")
        c.report.check(f"{url}: {'refused' if refused else 'asked'}", got.code == 255 and "Could not connect" in got.err
                       and ("an address of AWS" in got.err) == refused, got)


def problem_of(body):
    """What Python's parser says of it: the same expat, asked another way."""
    try:
        ElementTree.fromstring(body)
    except ElementTree.ParseError as e:
        return str(e)


def unreadable(c):
    said = "Unable to parse response ({}), invalid XML received. Further retries may succeed:\n{!r}"
    bomb = '<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><DescribeRegionsResponse>&b;</DescribeRegionsResponse>'
    for body in ("oops", "it's \té", "", REGIONS[:-9], "<a></b>", "<a>\n&nbsp;</a>", "<a:b/>", "{}"):
        with Endpoint(reply(body)) as e:
            c.fails(f"unreadable {body[:9]!r}", c.run(e.url, "ec2", "describe-regions"), 255,
                    said.format(problem_of(body), body.encode()))
    for body, problem in ((bomb, "entity declarations are not read"), ("<a>" * 200 + "</a>" * 200, "elements nested too deeply")):
        with Endpoint(reply(body)) as e:
            got = c.run(e.url, "ec2", "describe-regions")
            c.report.check(problem, got.code == 255 and f"({problem}: line 1, column " in got.err, got)
    with Endpoint(reply(ec2("DescribeVolumes", "<volumeSet><item><size>ten</size></item></volumeSet>"))) as e:
        c.fails("no number", c.run(e.url, "ec2", "describe-volumes"), 255, "invalid literal for int() with base 10: 'ten'")
    with Endpoint(reply("<GetCallerIdentityResponse/>")) as e:
        c.fails("no result", c.run(e.url, "sts", "get-caller-identity"), 255, "'GetCallerIdentityResult'")


def odd_answers(c):
    inner = ("<unknown>1</unknown><imagesSet><other><!-- x --><imageId>a<![CDATA[<&]]>&#x1F600;</imageId><tagSet/>"
             "<description/><imageState/><isPublic>TRUE</isPublic></other><item/></imagesSet>")
    with Endpoint(reply(ec2("DescribeImages", inner))) as e:
        got = c.run(e.url, "ec2", "describe-images").json()
        c.report.equal("absent, empty and foreign", got, {"Images": [
            {"Description": "", "Tags": [], "ImageId": "a<&\U0001f600", "State": "", "Public": False}, {}]})


def pages(c):
    one = ec2("DescribeImages", "<imagesSet><item><imageId>ami-1</imageId></item></imagesSet><nextToken>t&amp;1</nextToken>")
    two = ec2("DescribeImages", "<imagesSet><item><imageId>ami-2</imageId></item></imagesSet>")
    with Endpoint(reply(one), reply(two)) as e:
        got = c.run(e.url, "ec2", "describe-images", "--query", "Images[].ImageId", "--page-size", "5")
        c.report.equal("both pages", json.loads(got.out), ["ami-1", "ami-2"])
        c.report.equal("token and size", dict(urllib.parse.parse_qsl(e.asked[1]["body"]))["NextToken"], "t&1")
        c.report.equal("over one connection", len({a["peer"] for a in e.asked}), 1)


def waiting(c):
    def image(state):
        return ec2("DescribeImages", f"<imagesSet><item><imageState>{state}</imageState></item></imagesSet>")

    mark = {"x_amidojo_clock": "virtual"}
    with Endpoint(reply(image("pending"), **mark), reply("{}"), reply(image("available"), **mark)) as e:
        started = time.monotonic()
        got = c.run(e.url, "ec2", "wait", "image-available", "--image-ids", "ami-1")
        c.report.equal("waited", (got.code, got.out, got.err), (0, "", ""))
        c.report.check("in no time", time.monotonic() - started < 10)
        c.report.equal("the clock was moved on", [(a["method"], a["path"]) for a in e.asked],
                       [("POST", "/"), ("POST", f"/_amidojo/clock?advance=15000ms&key={KEY}"), ("POST", "/")])
    with Endpoint(reply(image("pending"))) as e:
        home = Home(f"{c.folder}/waits")
        child = subprocess.Popen(home.command(["aws", "ec2", "wait", "image-available"]), stdout=subprocess.PIPE,
                                 env=home.environment({**ENV, "AWS_ENDPOINT_URL": e.url}))
        until = time.monotonic() + PATIENCE
        while not e.asked and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.2)
        c.report.check("really waits elsewhere", child.poll() is None and len(e.asked) == 1, e.asked)
        child.send_signal(signal.SIGINT)
        c.report.check("until it is interrupted", child.wait(PATIENCE) in (-signal.SIGINT, 130), child.returncode)
        child.stdout.close()


def tokens(c):
    with Endpoint(reply(ec2("CreateVolume", "<volumeId>vol-1</volumeId>"))) as e:
        words = ("ec2", "create-volume", "--availability-zone", "us-east-1a", "--size", "1")
        c.run(e.url, *words)
        c.run(e.url, *words)
        c.run(e.url, *words, "--client-token", "mine")
        sent = [urllib.parse.parse_qs(a["body"])["ClientToken"][0] for a in e.asked]
        c.report.check("made anew for each call", len(set(sent)) == 3 and sent[2] == "mine" and all(
            re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", t) for t in sent[:2]), sent)


CASES = (what_is_sent, unsigned, other_protocols, faults, retries, lost, never_aws, unreadable, odd_answers, pages, waiting, tokens)


def main():
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            if not sys.argv[1:] or case.__name__ in sys.argv[1:]:
                case(Client(report, f"{folder}/{case.__name__}"))
    report.finish()


if __name__ == "__main__":
    main()

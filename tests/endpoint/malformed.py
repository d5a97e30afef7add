"""malformed - requests that are wrong in one way each, by kind, and what must be answered to each.

`cases(random, host)` yields them for ever: each kind in turn, each time another one of it. Nothing in here
asks the server; the bytes are whole requests for a connection of their own.
"""

import collections
import itertools
import urllib.parse

# `statuses`: any of these. `codes`: any of these, None: any. `protocol`: "ec2", "query", "json", "rest".
# `half`: the client sends no more after it. `what`: for the report.
Case = collections.namedtuple("Case", "kind what raw statuses codes protocol half", defaults=(False,))

FORM, JSON = "application/x-www-form-urlencoded; charset=utf-8", "application/x-amz-json-1.1"
EC2 = "Version=2016-11-15"
BAD_VALUE = ("InvalidParameterValue", "MalformedQueryString", "InvalidParameter", "ValidationError", "ValidationException",
             "SerializationException", "InvalidRequest", "InvalidCharacter")


def http(body=b"", method="POST", path="/", headers=(), host=None, kind=FORM, version="HTTP/1.1"):
    """A request with a right head. `headers`: pairs; a Content-Length among them replaces the right one."""
    body = body.encode() if isinstance(body, str) else body
    names = {name.lower() for name, _ in headers}
    lines = [f"{method} {path} {version}".encode("utf-8", "surrogateescape")]
    if host is not None:
        lines.append(b"Host: " + host.encode())
    if kind:
        lines.append(b"Content-Type: " + kind.encode())
    if "content-length" not in names and "transfer-encoding" not in names:
        lines.append(b"Content-Length: %d" % len(body))
    lines += [name.encode("latin-1") + b": " + value.encode("latin-1") for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def authorization(key="AKIAIOSFODNN7EXAMPLE", region="us-east-1", service="ec2"):
    return ("Authorization", f"AWS4-HMAC-SHA256 Credential={key}/20261121/{region}/{service}/aws4_request, "
                             "SignedHeaders=host, Signature=" + "0" * 64)


# --- by kind: functions of (random, host) that answer a Case; the name is the kind's -----------------

KINDS = []


def kind(function):
    KINDS.append(function)
    return function


def ec2(what, body, host, codes=None, statuses=(400,), **more):
    return Case(None, what, http(body, host=host, **more), statuses, codes, "ec2")


@kind
def no_action(random, host):
    body = random.choice(["", EC2, "Action=", "Action=&" + EC2, "action=DescribeImages&" + EC2, "ImageId.1=ami-12345678", "&&&",
                          "=", "=&=", "Action", "Act%69on2=DescribeImages", "Action.1=DescribeImages"])
    return ec2(body, body, host, ("MissingAction", "InvalidAction"))


@kind
def unknown_action(random, host):
    name = random.choice(["Describe", "describeimages", "DESCRIBEIMAGES", "DescribeImages ", " DescribeImages", "DescribeImages.",
                          "Bogus",
                          "../../etc/passwd", "<script>alert(1)</script>", "%s%s%n", "설명", "A" * random.randint(1, 5000), "TerminateAll",
                          "DescribeImages\n", "GetParameter", "CreateRule"])
    return ec2(name[:40], urllib.parse.urlencode({"Action": name, "Version": "2016-11-15"}), host, ("InvalidAction",))


@kind
def not_simulated(random, host):
    name = random.choice(["CreateFleet", "CreateTransitGateway", "DescribeVpcEndpoints", "CreateNatGateway", "DescribeHosts",
                          "RequestSpotFleet", "CreateVpnConnection", "DescribeReservedInstances"])
    return ec2(name, f"Action={name}&{EC2}", host, statuses=(400, 501))


@kind
def unknown_version(random, host):
    version = random.choice(["2011-06-15", "1999-01-01", "x", "", "%002", "9999-99-99", "2016-11-15-"])
    return Case(None, version, http(f"Action=GetNothing&Version={version}", host=host), (400,),
                ("InvalidAction", "NoSuchVersion", "InvalidVersion", "InvalidCharacter"),
                "query" if version == "2011-06-15" else "ec2")


@kind
def unknown_parameter(random, host):
    name = random.choice(["Foo", "ImageIds.1", "Filter.1.Nam", "Filter.1.Value.1.X", "Owners", "imageId.1", "ImageId.1.2", "Filter",
                          "DryRun.1",
                          "Filter.1.Name.Value", "MaxResults.Value", "ImageId.x", "ImageId.-1", "ImageId.1.", ".ImageId.1",
                          "ImageId..1", ".",
                          "..", "ImageId.1x", "Filter.Name", "%E2%98%83", "Foo." * random.randint(1, 9) + "Bar"])
    return ec2(name, f"Action=DescribeImages&{EC2}&{name}=1", host, ("UnknownParameter", *BAD_VALUE))


@kind
def bad_integer(random, host):
    value = random.choice(["abc", "1e3", "0x10", "99999999999999999999", "-99999999999999999999", "1.5", " 5", "5 ", "+5 ", "５",
                           "--5", "5;", "NaN",
                           "2147483648000", "1_000", "٣"])
    name, action = random.choice([("MaxResults", "DescribeImages"), ("Size", "CreateVolume"), ("MinCount", "RunInstances"),
                                  ("BlockDeviceMapping.1.Ebs.VolumeSize", "RegisterImage")])
    return ec2(f"{name}={value}", f"Action={action}&{EC2}&{name}={urllib.parse.quote(value)}", host)


@kind
def bad_boolean(random, host):
    value = random.choice(["maybe", "yes", "2", "TRU", "trueish", "-1", "null", "on", "%20true", "0.0", "T%00"])
    return ec2(value, f"Action=DescribeImages&{EC2}&DryRun={value}", host, BAD_VALUE)


@kind
def bad_timestamp(random, host):
    value = random.choice(["tomorrow", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z", "T", "2026",
                           "99999-01-01T00:00:00Z",
                           "2026-01-01T00:00:00+99:00", "-", "2026-01-01 00:00:00 PM", "0000-00-00T00:00:00Z",
                           "2026-01-01T00:00:00Z" * 50])
    return ec2(value[:30], f"Action=EnableImageDeprecation&{EC2}&ImageId=ami-12345678&DeprecateAt={urllib.parse.quote(value)}", host,
               (*BAD_VALUE, "InvalidAMIID.NotFound") if "+99" in value or "2026" in value else BAD_VALUE)


@kind
def huge_index(random, host):
    index = random.choice([99999999, 10001, 2**31, 2**32, 2**32 + 1, 2**63, 2**64, 10**30, 10**400, 100000])
    way = random.choice(["ImageId.{}=ami-12345678", "Filter.{}.Name=state", "Filter.1.Value.{}=x", "Owner.{}=self"])
    return ec2(way, f"Action=DescribeImages&{EC2}&" + way.format(index), host)


@kind
def depth(random, host):
    n = random.choice([21, 100, 1000, 20000])
    name = random.choice(["Filter" + ".1" * n, "a." * n + "b", "Filter" + ".Value" * n, "." * n])
    return ec2(f"{name[:20]} x{n}", f"Action=DescribeImages&{EC2}&{name}=1", host)


@kind
def many_parameters(random, host):
    n = 30000
    way = random.choice(["ImageId.{}=ami-12345678", "P{}=1", "Filter.{}.Name=state", "Filter.1.Value.{}=x", "x=1"])
    return ec2(f"{n} of {way}", f"Action=DescribeImages&{EC2}&" + "&".join(way.format(i) for i in range(1, n + 1)), host)


@kind
def bad_percent(random, host):
    value = random.choice(["%", "%z", "%zz", "%4", "a%", "%%", "%%%", "%u1234", "%-1", "%0g"])
    way = random.choice(["ImageId.1={}", "Owner.1=self&Filter.1.Name={}&Filter.1.Value.1=x", "{}=1", "NextToken={}"])
    return ec2(way.format(value), f"Action=DescribeImages&{EC2}&" + way.format(value), host)


@kind
def nul(random, host):
    way = random.choice([b"ImageId.1=ami-%00", b"%00=1", b"Action=Describe%00Images", b"ImageId.1=ami\x00", b"NextToken=%00",
                         b"\x00", b"Action%00=x",
                         b"Filter.1.Name=tag:%00&Filter.1.Value.1=x", b"Filter.1.Name=state&Filter.1.Value.1=%00"])
    return ec2(str(way), b"Action=DescribeImages&" + EC2.encode() + b"&" + way, host)


@kind
def not_utf8(random, host):
    bad = random.choice([b"%ff%fe", b"\xff", b"%c0%80", b"%ed%a0%80", b"%f8%88%80%80%80", b"%80", b"%e2%98", b"\xe2\x28\xa1",
                         b"%f4%90%80%80"])
    way = random.choice([b"ImageId.1=%b", b"%b=1", b"Filter.1.Name=tag:%b&Filter.1.Value.1=1", b"Filter.1.Name=name&Filter.1.Value.1=%b"])
    return ec2(str(way % bad), b"Action=DescribeImages&" + EC2.encode() + b"&" + way % bad, host)


@kind
def control_characters(random, host):
    bad = random.choice(["%01", "%08", "%0b", "%0c", "%1f", "%EF%BF%BE", "%EF%BF%BF", "%1b[31m", "%07"])
    way = random.choice(["ImageId.1={}", "{}=1", "Filter.1.Name=tag:{}&Filter.1.Value.1=1", "Filter.1.Name=name&Filter.1.Value.1={}"])
    return ec2(way.format(bad), f"Action=DescribeImages&{EC2}&" + way.format(bad), host)


@kind
def duplicates(random, host):
    """Of two equal keys the later one counts."""
    body = random.choice(["Action=DescribeImages&Action=Bogus", "ImageId.1=self&ImageId.1=ami-zz&Action=DescribeImages",
                          "Action=DescribeImages&DryRun=false&DryRun=maybe", "Action=DescribeImages&MaxResults=5&MaxResults=x"])
    return ec2(body, f"{EC2}&{body}", host)


@kind
def content_type(random, host):
    which, body = random.choice([("application/json", "{}"), ("text/xml", "<Action>DescribeImages</Action>"),
                                 ("application/json", '{"Action":"DescribeImages"}'),
                                 ("multipart/form-data; boundary=x",
                                  '--x\r\nContent-Disposition: form-data; name="Action"\r\n\r\nDescribeImages\r\n--x--\r\n'),
                                 ("application/x-amz-cbor", "\xbf\xff"), ("", "Bogus"), ("application/octet-stream", "\0" * 100),
                                 (";;;", "x" * 1000)])
    return ec2(which, body, host, kind=which)


@kind
def bad_ids(random, host):
    action, name, value = random.choice([
        ("DescribeImages", "ImageId.1", "ami-"), ("DescribeImages", "ImageId.1", "<ami>&\"'"),
        ("DescribeInstances", "InstanceId.1", "i-zz"),
        ("DeregisterImage", "ImageId", ""), ("DeregisterImage", "ImageId", "ami-" + "f" * 3000),
        ("DeleteSnapshot", "SnapshotId", "snap-\u2603"),
        ("DescribeVolumes", "VolumeId.1", "../vol"), ("TerminateInstances", "InstanceId.1", "i-0123456789abcdef0"),
        ("CopyImage", "Name", "x"),
        ("DescribeSnapshots", "SnapshotId.1", "]]>"), ("DeleteVolume", "VolumeId", "\t\n\r")])
    return ec2(f"{action} {value[:20]}", urllib.parse.urlencode({"Action": action, "Version": "2016-11-15", name: value}), host,
               statuses=(400, 403))


@kind
def missing_members(random, host):
    action = random.choice(["DeregisterImage", "CreateImage", "CopyImage", "RegisterImage", "RunInstances", "CreateVolume",
                            "DeleteSnapshot", "CreateTags",
                            "ModifyImageAttribute", "AttachVolume", "CopySnapshot", "CreateKeyPair", "ImportKeyPair"])
    return ec2(action, f"Action={action}&{EC2}", host)


@kind
def bad_filters(random, host):
    what, body = random.choice([
        ("unknown", "Filter.1.Name=bogus&Filter.1.Value.1=x"), ("no values", "Filter.1.Name=state"), ("no name", "Filter.1.Value.1=x"),
        ("empty name", "Filter.1.Name=&Filter.1.Value.1=x"), ("2,000 of them",
                                                              "&".join(f"Filter.{i}.Name=no-{i}&Filter.{i}.Value.1=x" for i in range(1, 2001))),
        ("markup", "Filter.1.Name=%3C/Response%3E&Filter.1.Value.1=x"),
        ("a huge name", "Filter.1.Value.1=x&Filter.1.Name=" + "n" * 100000)])
    return ec2(what, f"Action=DescribeImages&{EC2}&{body}", host)


@kind
def bad_pages(random, host):
    body = random.choice(["MaxResults=1", "MaxResults=0", "MaxResults=-5", "MaxResults=100000", "NextToken=bogus", "NextToken=AAAA" * 500,
                          "NextToken=%ED%95%9C", "MaxResults=5&ImageId.1=ami-12345678&NextToken=x"])
    action = "DescribeSnapshots" if body.startswith("NextToken") else "DescribeInstances"
    more = "&InstanceId.1=i-12345678" if action == "DescribeInstances" else ""
    return ec2(body[:40], f"Action={action}&{EC2}&{body}{more}", host)


@kind
def bad_blob(random, host):
    value = random.choice(["%%%", "a", "====", "not base64!", "AAAA=AAAA", "\u2603"])
    return ec2(value, urllib.parse.urlencode({"Action": "ImportKeyPair", "Version": "2016-11-15", "KeyName": "malformed",
                                              "PublicKeyMaterial": value}), host)


@kind
def sts(random, host):
    body = random.choice(["Action=Bogus", "Action=AssumeRole", "Action=AssumeRole&RoleArn=x&RoleSessionName=y",
                          "Action=GetCallerIdentity&Foo=1",
                          "Action=AssumeRole&RoleArn=arn:aws:iam::1:role/x&RoleSessionName=%20&DurationSeconds=abc",
                          "Action=GetAccessKeyInfo",
                          "Action=DescribeImages", "Action=DecodeAuthorizationMessage&EncodedMessage=zz", "",
                          "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/demo&RoleSessionName=ok1&Tags.member.1.Bogus=1",
                          "Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/demo&RoleSessionName=ok1&Tags.1.Key=1"])
    return Case(None, body[:60], http(body + "&Version=2011-06-15", host=host, headers=[authorization(service="sts")]), (400, 403),
                None, "query")


def json_call(target, body, host, what=None, service="kms", codes=None, statuses=(400,)):
    headers = [authorization(service=service)] + ([("X-Amz-Target", target)] if target is not None else [])
    return Case(None, what or f"{target} {body[:60]}", http(body, host=host, kind=JSON, headers=headers), statuses, codes, "json")


@kind
def bad_json(random, host):
    body = random.choice(["{", "}", "[]", "null", "1", '"x"', '{"KeyId"}', '{"KeyId":}', "{'KeyId':'x'}", '{"KeyId":"x"',
                          '{"KeyId":"x"}}', '{"KeyId":"x",}',
                          '{"KeyId":NaN}', "[" * 100000, '{"a":' * 5000, '{"KeyId":"\\ud800"}', '{"KeyId":"\\u0000"}',
                          '{"KeyId":"\x01"}', "{}x", " ",
                          '{"KeyId":1e999}', '{"KeyId":"\\x"}', "\ufeff{}", '{"KeyId":"x"}{"KeyId":"y"}', "Action=DescribeKey"])
    target, service = random.choice([("TrentService.DescribeKey", "kms"), ("AmazonSSM.GetParameter", "ssm")])
    return json_call(target, body, host, service=service)


@kind
def json_not_utf8(random, host):
    body = random.choice([b'{"KeyId":"\xff"}', b'{"KeyId":"\xc0\x80"}', b'\xff\xfe{\x00}\x00', b'{"\xed\xa0\x80":1}',
                          b'{"KeyId":"a\x00b"}'])
    return Case(None, str(body), http(body, host=host, kind=JSON, headers=[authorization(service="kms"),
                                                                           ("X-Amz-Target", "TrentService.DescribeKey")]),
                (400,), None, "json")


@kind
def json_targets(random, host):
    target = random.choice(["TrentService.", "TrentService", "TrentService.Bogus", "TrentService.describekey", ".DescribeKey",
                            "Foo.Bar", "", ".", "..", "AmazonSSM.DescribeKey",
                            "TrentService.DescribeKey.", "TrentService.DescribeKey.Foo", "TrentService/DescribeKey", "T" * 4000,
                            "AmazonEC2.DescribeImages",
                            "TrentService.Encrypt", "\xe9.\xe9"])
    return json_call(target, '{"KeyId":"x"}', host, statuses=(400, 404, 501))


@kind
def json_types(random, host):
    target, body = random.choice([
        ("TrentService.DescribeKey", '{"KeyId":5}'), ("TrentService.DescribeKey", '{"KeyId":["x"]}'),
        ("TrentService.DescribeKey", '{"KeyId":{}}'),
        ("TrentService.ListKeys", '{"Limit":"x"}'), ("TrentService.ListKeys", '{"Limit":1.5}'),
        ("TrentService.ListKeys", '{"Limit":99999999999999999999}'),
        ("TrentService.CreateKey", '{"Tags":{}}'), ("TrentService.CreateKey", '{"Tags":["x"]}'),
        ("TrentService.CreateKey", '{"MultiRegion":"perhaps"}'),
        ("TrentService.CreateGrant", '{"KeyId":"x","GranteePrincipal":"y","Operations":"Decrypt"}'), ("TrentService.DescribeKey", "{}"),
        ("AmazonSSM.GetParameter", '{"Name":["/x"]}'), ("AmazonSSM.GetParameters", '{"Names":"x"}'),
        ("AmazonSSM.PutParameter", '{"Name":"/x","Value":1}'),
        ("AmazonSSM.GetParameter", '{"Name":"/x","WithDecryption":"x"}'), ("AmazonSSM.GetParameter", "{}"),
        ("AmazonSSM.GetParameter", '{"Name":"/nothing"}')])
    return json_call(target, body, host, service="kms" if target.startswith("Trent") else "ssm")


@kind
def rest_paths(random, host):
    method, path = random.choice([("GET", "/rules"), ("GET", "/rulez"), ("GET", "/rules/a/b/c"), ("PUT", "/rules/abc"),
                                  ("POST", "/rules/abc"), ("DELETE", "/rules"),
                                  ("GET", "/rules/%zz"), ("GET", "/rules/%00"), ("GET", "/rules/%ff"), ("PATCH", "/rules/abc/lok"),
                                  ("GET", "/list-rules"),
                                  ("GET", "/rules/nothing"), ("GET", "/tags/x"), ("DELETE", "/tags/x"), ("GET", "/rules/.."),
                                  ("GET", "/rules/" + "x" * 3000),
                                  ("GET", "//rules//x"), ("POST", "/list-rules/"), ("GET", "/rules/%2e%2e%2fetc")])
    return Case(None, f"{method} {path[:40]}", http("", method=method, path=path, host=host, kind=None,
                                                    headers=[authorization(service="rbin")]),
                (400, 403, 404, 405, 501), None, "rest")


@kind
def rest_bodies(random, host):
    method, path = random.choice([("POST", "/rules"), ("POST", "/list-rules"), ("PATCH", "/rules/abc"),
                                  ("POST", "/tags/arn%3Aaws%3Arbin%3Aus-east-1%3A123456789012%3Arule%2Fx")])
    body = random.choice(["{", "[]", "x", "null", '{"RetentionPeriod":5}', '{"ResourceType":["x"]}', '{"Tags":"x"}',
                          '{"ResourceType":5}', "{}x", '{"RetentionPeriod":{"RetentionPeriodValue":"x"}}'])
    return Case(None, f"{method} {path} {body}", http(body, method=method, path=path, host=host, kind="application/json",
                                                      headers=[authorization(service="rbin")]),
                (400, 404), None, "rest")


@kind
def huge_head(random, host):
    what, headers, path = random.choice([
        ("a long header", [("X-Long", "x" * random.randint(70000, 300000))], "/"),
        ("10,000 headers", [(f"X-{i}", "v") for i in range(10000)], "/"),
        ("a long path", [], "/" + "p" * 200000), ("a long query", [], "/?Action=DescribeImages&x=" + "q" * 200000)])
    return Case(None, what, http("", path=path, headers=headers, host=host), (400, 414, 431), None, "ec2")


@kind
def huge_body(random, host):
    what, headers, body = random.choice([
        ("a length of 100 GB", [("Content-Length", str(10**11))], b"Action=Bogus"),
        ("a length beyond all", [("Content-Length", "9" * 30)], b"x"),
        ("40 MiB", [], b"Action=DescribeImages&ImageId.1=" + b"x" * (40 << 20)),
        ("40 MiB in chunks", [("Transfer-Encoding", "chunked")],
         b"".join(b"100000\r\n" + b"x" * (1 << 20) + b"\r\n" for _ in range(40)) + b"0\r\n\r\n")])
    return Case(None, what, http(body, headers=headers, host=host), (400, 413), None, "ec2")


@kind
def bad_chunks(random, host):
    body = random.choice([b"zz\r\nx\r\n0\r\n\r\n", b"-5\r\nabc\r\n0\r\n\r\n", b"ffffffffffffffffff\r\nx\r\n",
                          b"5\r\nabcdefg\r\n0\r\n\r\n", b"\r\n\r\n", b"5 5\r\nabcde\r\n0\r\n\r\n",
                          b"0x5\r\nabcde\r\n0\r\n\r\n"])
    return Case(None, str(body), http(body, headers=[("Transfer-Encoding", "chunked")], host=host), (400, 413), None, "ec2")


@kind
def methods(random, host):
    method = random.choice(["PUT", "DELETE", "PATCH", "TRACE", "BREW", "get", "G E T", "POST\x00", "OPTIONS", "PROPFIND", "",
                            "M" * 5000, "CONNECT"])
    return Case(None, method[:20], http(f"Action=Bogus&{EC2}", method=method, host=host), (400, 403, 404, 405, 413, 414, 431, 501),
                None, "ec2")


@kind
def foreign_host(random, host):
    name = random.choice(["evil.example", "evil.example:4566", "127.0.0.1.evil.example", "localhost.evil.example", "amidojo",
                          "xn--9n2bp8q", "evil.example/127.0.0.1",
                          "127.0.0.1@evil.example", " ", "localhost evil", "169.254.169.254.nip.io"])
    return Case(None, name, http(f"Action=DescribeImages&{EC2}", host=name), (400, 403, 421), None, "ec2")


@kind
def foreign_origin(random, host):
    origin = random.choice(["http://evil.example", "https://127.0.0.1.evil.example", "null", "file://", "http://localhost:1",
                            "http://" + host + ".evil.example", "x"])
    return Case(None, origin, http(f"Action=DescribeImages&{EC2}", host=host, headers=[("Origin", origin)]), (400, 403), None, "ec2")


@kind
def garbage(random, host):
    raw = random.choice([
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + random.randbytes(200), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        random.randbytes(random.randint(1, 3000)) + b"\r\n\r\n", b"\0" * 100, b"GET\r\n\r\n", b"hello\r\n\r\n",
        b"\r\n" * 3 + b"x\r\n\r\n", b"{}\n\n", b"\xff" * 5000])
    return Case(None, str(raw[:30]), raw, (400, 403, 405, 413, 414, 431, 501, 505), None, "ec2", True)


@kind
def http_versions(random, host):
    version = random.choice(["HTTP/3.0", "HTTP/2.0", "HTTP/1", "HTTP/1.x", "HTTP", "http/1.1", "HTTP/1.10", "HTTP/11", "HTTPS/1.1",
                             "HTTP/-1.1", "HTTP/1.1 x"])
    return Case(None, version, http(f"Action=Bogus&{EC2}", version=version, host=host), (400, 403, 505), None, "ec2", True)


@kind
def header_forms(random, host):
    right = f"Action=DescribeRegions&{EC2}".encode()
    line = random.choice([b"Content-Length : %d" % len(right), b"Content-Length: +%d" % len(right), b"Content-Length: -5",
                          b"Content-Length: abc", b"Content-Length: 1 2",
                          b"Content-Length: %d\r\nContent-Length: 3" % len(right),
                          b"Content-Length: %d\r\nTransfer-Encoding: chunked" % len(right),
                          b"Transfer-Encoding: gzip, foo\r\nContent-Length: %d" % len(right),
                          b"X-A\x00: 1\r\nContent-Length: %d" % len(right),
                          b"X-A: \x00\r\nContent-Length: %d" % len(right), b": x\r\nContent-Length: %d" % len(right),
                          b"no colon\r\nContent-Length: %d" % len(right),
                          b"X A: 1\r\nContent-Length: %d" % len(right), b"Content-Length: 0x%x" % len(right)])
    head = random.choice([b"POST / HTTP/1.1\r\nHost: " + host.encode(), b"POST / HTTP/1.0\r\nHost: " + host.encode()])
    return Case(None, str(line), head + b"\r\n" + line + b"\r\n\r\n" + right, (400, 501), None, "ec2", True)


@kind
def no_host(random, host):
    raw = random.choice([f"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                         f"POST / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n",
                         f"GET /?Action=DescribeImages HTTP/1.1\r\n\r\n", f"POST / HTTP/1.1\r\nHost:\r\nContent-Length: 0\r\n\r\n"])
    return Case(None, raw[:60], raw.encode(), (400, 403, 421), None, "ec2")


@kind
def targets_of_requests(random, host):
    path = random.choice(["*", "foo", "http://evil.example/?Action=Bogus", "//evil.example/?Action=Bogus", "/\x01?Action=Bogus",
                          "/a b?Action=Bogus", "/#?Action=Bogus",
                          "/?Action=Bogus#x", "/../../etc/passwd?Action=Bogus", "/%2e%2e/%2e%2e/etc/passwd?Action=Bogus",
                          "?Action=Bogus", "/?", "/nothing/here?Action=Bogus", "/?Action=Bogus&&&",
                          "/\udcff?Action=Bogus"])
    return Case(None, path, http("", path=path, host=host), (400, 403, 404, 421), None, None)


@kind
def half_requests(random, host):
    whole = http(f"Action=DescribeImages&{EC2}&Owner.1=self", host=host)
    cut = random.randint(1, len(whole) - 1)
    return Case(None, f"{cut} of {len(whole)} bytes", whole[:cut], (400, 408), None, "ec2", True)


@kind
def markup(random, host):
    """What is quoted in a message stays text."""
    value = random.choice(["<script>alert(1)</script>", "]]></Message>", "&amp;&lt;", "&#0;", "\"'<>&", "</Errors></Response>",
                           "\r\n\r\n<html>", "\u2028\u0085", "<!DOCTYPE html>"])
    action, name = random.choice([("DescribeImages", "ImageId.1"), ("DescribeImages", "Filter.1.Name"), (value, "x"),
                                  ("DescribeImages", value)])
    pairs = {"Action": action, "Version": "2016-11-15", name: value}
    if name == "Filter.1.Name":
        pairs["Filter.1.Value.1"] = value
    return ec2(f"{action[:20]} {name[:20]}", urllib.parse.urlencode(pairs), host)


@kind
def bad_authorization(random, host):
    """What is no AWS4-HMAC-SHA256 at all, with a call that is wrong anyway: some error, and never a crash."""
    value = random.choice(["", " ", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Bearer x",
                           "AWS AKIA:sig", "AWS4-HMAC-SHA256 Credential=",
                           "AWS4-HMAC-SHA256 Credential=a/b/c/d/e/f/g, SignedHeaders=, Signature=", "AWS4-HMAC-SHA256 " + "x" * 6000,
                           "AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-east-1/ec2/aws4_request",
                           "AWS4-HMAC-SHA256 Signature=0, SignedHeaders=host",
                           "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;;;;, Signature=zz",
                           "AWS4-HMAC-SHA256 Credential=\xff\xfe/20261121/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
                           "AWS4-HMAC-SHA256 Credential=AKIA/20261121/mars-north-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
                           "AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-east-1/nothing/aws4_request, SignedHeaders=host, Signature=0",
                           "AWS4-ECDSA-P256-SHA256 Credential=AKIA/20261121/ec2/aws4_request, SignedHeaders=host, Signature=0"])
    return Case(None, value[:60], http(f"Action=Bogus&{EC2}", host=host, headers=[("Authorization", value)]), (400, 401, 403), None, None)


@kind
def bad_presigned(random, host):
    query = random.choice(["X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=x&X-Amz-Credential=y", "X-Amz-Signature=zz",
                           "X-Amz-Credential=%00", "X-Amz-Expires=-1&X-Amz-Algorithm=AWS4-HMAC-SHA256",
                           "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261121%2Fus-east-1%2Fec2%2Faws4_request&X-Amz-Date=never&X-Amz-Expires=99999999999&X-Amz-SignedHeaders=host&X-Amz-Signature=0"])
    return Case(None, query[:60], http("", method="GET", path=f"/?Action=Bogus&{EC2}&{query}", host=host, kind=None),
                (400, 401, 403), None, None)


def cases(random, host):
    """Cases for ever, the kinds in turn."""
    for function in itertools.cycle(KINDS):
        yield function(random, host)._replace(kind=function.__name__)


# --- with accounts: what is right but for the signature -----------------------------------------------

def unsigned(random, host, key):
    """A right request that nobody, or somebody else, has signed."""
    service, protocol, body, kind_, more = random.choice([
        ("ec2", "ec2", f"Action=DescribeImages&{EC2}", FORM, []), ("sts", "query", "Action=GetCallerIdentity&Version=2011-06-15",
                                                                   FORM, []),
        ("kms", "json", "{}", JSON, [("X-Amz-Target", "TrentService.ListKeys")]),
        ("ssm", "json", '{"Name":"/x"}', JSON, [("X-Amz-Target", "AmazonSSM.GetParameter")])])
    _, right = authorization(key, service=service)
    date = ("X-Amz-Date", "20261121T102030Z")
    how, headers = random.choice([
        ("unsigned", []), ("another key", [authorization("AKIAI44QH8DHBEXAMPLE", service=service), date]),
        ("a wrong signature", [("Authorization", right), date]),
        ("no date", [("Authorization", right)]), ("an empty signature", [("Authorization", right.replace("0" * 64, "")), date]),
        ("another service", [authorization(key, service="s3"), date]),
        ("no scope", [("Authorization", f"AWS4-HMAC-SHA256 Credential={key}, SignedHeaders=host, Signature=0"), date]),
        ("Basic", [("Authorization", "Basic eDp5")]), ("nothing in it", [("Authorization", "")]),
        ("host not signed", [("Authorization", right.replace("=host", "=x-amz-date")), date]),
        ("a signature without end", [("Authorization", right + "0" * 5000), date]),
        ("an account as key", [authorization("123456789012", service=service), date]),
        ("a date of another day", [("Authorization", right), ("X-Amz-Date", "20200101T000000Z")]),
        ("a date that is none", [("Authorization", right), ("X-Amz-Date", "x" * 300)])])
    if service == "ec2" and how == "another service":
        protocol = None
    return Case("signatures: " + how, f"{service}, {how}", http(body, host=host, kind=kind_, headers=[*more, *headers]),
                (400, 401, 403), None, protocol)


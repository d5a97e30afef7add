#!/usr/bin/env python3
"""The server as a server: HTTP on raw sockets against echo-driver, whose answers tell what it was asked.

What is no HTTP, what is slow, what is too much, what breaks off; that one client's doing is nobody else's
trouble; and that it ends in good order.
"""

import contextlib
import os
import pathlib
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import PATIENCE, PROGRAM, Report  # noqa: E402

BUILD = pathlib.Path(os.environ.get("AMIDOJO_BUILD", PROGRAM.parent))
DRIVER = BUILD / "tests/endpoint/echo-driver"
GET = b"GET /echo HTTP/1.1\r\nHost: h\r\n\r\n"
KINDS = {"bad": 400, "timeout": 408, "body": 413, "head": 431, "room": 503, "fast": 503}
MIB = 1 << 20
report = Report()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:300]!r}"

    def refusal(self):
        """The kind of refusal, if it is one and closes the connection."""
        kind = re.fullmatch(rb"refused (\w+)\n", self.body)
        return kind and KINDS[kind[1].decode()] == self.status and kind[1].decode()


class Client:
    """One connection; takes answers apart by itself, strictly."""

    def __init__(self, place, receive_buffer=None):
        self.socket = socket.socket(socket.AF_INET6 if ":" in place[0] else socket.AF_INET)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(place)
        self.bytes = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *parts):
        for part in parts:
            self.socket.sendall(part)
        return self

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def more(self):
        piece = self.socket.recv(MIB)
        self.bytes += piece
        return bool(piece)

    def until(self, mark):
        while mark not in self.bytes:
            if not self.more():
                raise EOFError(f"closed before {mark!r}: {self.bytes[:300]!r}")
        found, self.bytes = self.bytes.split(mark, 1)
        return found

    def exactly(self, n):
        while len(self.bytes) < n:
            if not self.more():
                raise EOFError(f"closed after {len(self.bytes)} of {n} bytes")
        found, self.bytes = self.bytes[:n], self.bytes[n:]
        return found

    def head(self):
        first, *lines = self.until(b"\r\n\r\n").decode().split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1", first
        return int(status), {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}

    def answer(self, bodyless=False):
        status, headers = self.head()
        has_body = not bodyless and status not in (100, 204, 304)
        return Answer(status, headers, self.exactly(int(headers["content-length"])) if has_body else b"")

    def ask(self, *parts):
        return self.send(*parts).answer()

    def closed(self, seconds=PATIENCE):
        """Whether the server ends it within so many seconds, and nothing more comes."""
        self.socket.settimeout(seconds)
        try:
            return not self.more() and not self.bytes
        except ConnectionResetError:
            return not self.bytes
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(PATIENCE)


class Server:
    def __init__(self, address=None, **limits):
        words = [f"{name}={value}" for name, value in limits.items()] + ([address] if address else [])
        self.process = subprocess.Popen([DRIVER, *words], stdout=subprocess.PIPE, text=True)
        self.line = self.process.stdout.readline()
        found = re.fullmatch(r"ready (\S+):(\d+) (\d+) ([01])\n", self.line)
        self.host, self.port = (found[1].strip("[]"), int(found[2])) if found else (None, None)
        self.place = (self.host, self.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def client(self, host=None, **how):
        return Client((host or self.host, self.port), **how)

    def ask(self, *parts, host=None):
        with self.client(host) as c:
            return c.ask(*parts)

    def stop(self):
        """Exit code and counts."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", out)}

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def rss(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1])


def check_refused(server, name, kind, *parts):
    try:
        with server.client() as c:
            got = c.ask(*parts)
            good = got.refusal() == kind and got.headers.get("connection") == "close" and c.closed()
    except (EOFError, OSError, ValueError) as e:
        got, good = repr(e), False
    report.check(f"refused: {name}", good, f"wanted {kind}, got {got}")


def request(line="GET / HTTP/1.1", *headers, host="Host: h", body=b""):
    return "\r\n".join([line, *([host] if host else []), *headers, "", ""]).encode("latin-1") + body


def post(*headers, body=b""):
    return request("POST /echo HTTP/1.1", *headers, body=body)


CHUNKED = "Transfer-Encoding: chunked"
BAD = {
    "no HTTP at all": b"hello there\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "an unknown method": request("FETCH / HTTP/1.1"),
    "a method in small letters": request("get / HTTP/1.1"),
    "CONNECT": request("CONNECT h:80 HTTP/1.1"),
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/1.2": request("GET / HTTP/1.2"),
    "HTTP/2.0": request("GET / HTTP/2.0"),
    "a version that is none": request("GET / HTTP/x.1"),
    "the beginning of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a fragment": request("GET /a#b HTTP/1.1"),
    "a blank in the target": request("GET /a b HTTP/1.1"),
    "a NUL in the target": request("GET /a\0b HTTP/1.1"),
    "a tab in the target": request("GET /a\tb HTTP/1.1"),
    "no ASCII in the target": request("GET /\xe9 HTTP/1.1"),
    "a NUL in a name": request("GET / HTTP/1.1", "a\0b: c"),
    "a NUL in a value": request("GET / HTTP/1.1", "a: b\0c"),
    "an escape in a value": request("GET / HTTP/1.1", "a: b\x1bc"),
    "a blank before the colon": request("GET / HTTP/1.1", "a : b"),
    "no name": request("GET / HTTP/1.1", ": b"),
    "no colon": request("GET / HTTP/1.1", "abc"),
    "a folded header": request("GET / HTTP/1.1", "a: b", " c"),
    "a header folded by a tab": request("GET / HTTP/1.1", "a: b", "\tc"),
    "an empty header folded": request("GET / HTTP/1.1", "a:", " c"),
    "the first header folded": b"GET / HTTP/1.1\r\n Host: h\r\n\r\n",
    "lines ended by LF": b"GET / HTTP/1.1\nHost: h\n\n",
    "one line ended by LF": b"GET / HTTP/1.1\r\nHost: h\na: b\r\n\r\n",
    "a CR within a line": request("GET / HTTP/1.1", "a: b\rc: d"),
    "no Host": request(host=None),
    "two Hosts": request("GET / HTTP/1.1", "Host: i"),
    "two Content-Lengths": post("Content-Length: 1", "Content-Length: 1", body=b"a"),
    "a list of Content-Lengths": post("Content-Length: 1, 1", body=b"a"),
    "an empty Content-Length": post("Content-Length:", body=b""),
    "a Content-Length with a sign": post("Content-Length: +1", body=b"a"),
    "a negative Content-Length": post("Content-Length: -1", body=b"a"),
    "a hexadecimal Content-Length": post("Content-Length: 0x1", body=b"a"),
    "a Content-Length beyond 64 bits": post("Content-Length: 99999999999999999999999", body=b"a"),
    "both ways of a length": post("Content-Length: 5", CHUNKED, body=b"0\r\n\r\n"),
    "both, the other way round": post(CHUNKED, "Content-Length: 5", body=b"0\r\n\r\n"),
    "two codings": post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"),
    "a coding of two": post("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    "another coding": post("Transfer-Encoding: gzip", body=b"abc"),
    "a coding with a vertical tab": post("Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"),
    "a coding in HTTP/1.0": request("POST / HTTP/1.0", CHUNKED, body=b"0\r\n\r\n"),
    "a chunk size that is none": post(CHUNKED, body=b"xyz\r\nabc\r\n0\r\n\r\n"),
    "a negative chunk size": post(CHUNKED, body=b"-1\r\na\r\n0\r\n\r\n"),
    "a chunk longer than it says": post(CHUNKED, body=b"1\r\nabc\r\n0\r\n\r\n"),
    "a chunk size beyond 64 bits": post(CHUNKED, body=b"fffffffffffffffff\r\na\r\n"),
}


def test_refusals():
    with Server(head=4000, body=10000) as s:
        for name, parts in BAD.items():
            check_refused(s, name, "bad", parts)
        giant = "a: " + "b" * 5000
        check_refused(s, "a giant header", "head", request("GET / HTTP/1.1", giant))
        check_refused(s, "a header without end", "head", b"GET / HTTP/1.1\r\na: " + b"b" * 200000)
        check_refused(s, "a giant target", "head", request(f"GET /{'a' * 5000} HTTP/1.1"))
        check_refused(s, "200 headers", "head", request("GET / HTTP/1.1", *(f"a{n}: b" for n in range(200))))
        check_refused(s, "a giant body", "body", post("Content-Length: 10001"), b"a" * 10001)
        check_refused(s, "a body of 1 GB, announced", "body", post("Content-Length: 1000000000"))
        check_refused(s, "a giant chunk", "body", post(CHUNKED, body=b"2711\r\n"))
        chunks = b"".join(b"64\r\n" + b"a" * 100 + b"\r\n" for _ in range(101))
        check_refused(s, "too many chunks", "body", post(CHUNKED, body=chunks))
        check_refused(s, "a body of a giant, not asked for", "body",
                      post("Content-Length: 20000", "Expect: 100-continue"))
        waste = b"1;" + b"x" * 3000 + b"\r\na\r\n"
        check_refused(s, "chunks that are nothing but words", "bad", post(CHUNKED, body=waste * 30))
        with s.client() as c:
            got = c.ask(post("Content-Length: 4"), b"abcd", b"what?\r\n\r\n"), c.answer()
            report.check("what is wrong after a good request", got[0].status == 200 and got[1].refusal() == "bad"
                         and c.closed(), got)
        exact = request("GET / HTTP/1.1", "a: b")
        exact = exact.replace(b"a: b", b"a: b" + b"b" * (4000 - len(exact)))
        report.equal("a head of just the limit", s.ask(exact).status, 200)
        check_refused(s, "a head of one byte more", "head", exact.replace(b"a: b", b"a: bb"))
        report.equal("a body of just the limit", s.ask(post("Content-Length: 10000"), b"a" * 10000).status, 200)
        code, counts = s.stop()
        report.equal("it ends in good order", code, 0)
        report.equal("what is refused is not answered", counts["answers"], 3)


def test_requests():
    with Server() as s, s.client() as c:
        got = c.ask(request("GET /echo?a=b&c HTTP/1.1", "X-One:  two three \t", "EMPTY:", "x-one: 4"))
        report.equal("what a request says", got.body.decode(),
                     "GET /echo a=b&c\nfrom 127.0.0.1 1\nhost=h.\nx-one=two three.\nempty=.\nx-one=4.\n0 0\n")
        report.check("what every reply says", got.headers.get("server") == "amidojo"
                     and got.headers.get("content-type") == "text/plain" and got.headers.get("x-echo") == "yes"
                     and "connection" not in got.headers, got)
        date = got.headers.get("date", "")
        said = time.mktime(time.strptime(date, "%a, %d %b %Y %H:%M:%S GMT")) - time.timezone
        report.check("the date", abs(said - time.time()) < 3, date)
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            got = c.ask(request(f"{method} /echo HTTP/1.1", "Content-Length: 2", body=b"ab"))
            report.check(f"{method} with a body", got.body.startswith(method.encode() + b" /echo -\n")
                         and got.body.endswith(b"\n2 2\nab"), got)
        c.send(request("HEAD /echo HTTP/1.1"), request("HEAD /stream HTTP/1.1", "Connection: keep-alive"))
        got = c.answer(bodyless=True)
        report.check("HEAD: the length of what GET says", int(got.headers["content-length"]) > 30, got)
        c.answer(bodyless=True)
        report.check("HEAD begins no stream", c.closed())
    with Server() as s, s.client() as c:
        got = c.ask(request("GET http://other/echo?q HTTP/1.1"))
        report.check("a whole URL", got.body.startswith(b"GET /echo q\n"), got)
        report.check("*", c.ask(request("OPTIONS * HTTP/1.1")).body == b"ok\n")
        got = c.ask(b"\r\n\r\n" + GET)
        report.equal("empty lines before a request", got.status, 200)
        got = c.ask(request("GET /none HTTP/1.1"))
        report.check("no body, no length", got.status == 204 and "content-length" not in got.headers, got)
        got = c.ask(request("GET /echo HTTP/1.1", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings"))
        report.equal("an upgrade is not taken up", got.status, 200)
        got = c.ask(post(CHUNKED, body=b"3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\nTrailer: t\r\n\r\n"))
        report.check("chunks", got.body.endswith(b"\n8 8\nabcdefgh") and b"trailer" not in got.body, got)
        every = post(CHUNKED, body=b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n") + post("Content-Length: 3", body=b"x\0y") + GET
        for byte in every:
            c.send(bytes([byte]))
        bodies = [c.answer().body for _ in range(3)]
        report.check("byte by byte", bodies[0].endswith(b"\n4 4\nabcd") and bodies[1].endswith(b"\n3 1\nx\0y")
                     and bodies[2].endswith(b"\n0 0\n"), bodies)
        c.send(GET + GET + request("GET /close HTTP/1.1") + GET)
        got = [c.answer() for _ in range(3)]
        report.check("a reply that closes is the last", got[2].headers.get("connection") == "close" and c.closed(), got)
    with Server() as s:
        for line, header, stays in (
            ("GET / HTTP/1.1", "Connection: close", False),
            ("GET / HTTP/1.0", "X: y", False),
            ("GET / HTTP/1.0", "Connection: keep-alive", True),
        ):
            with s.client() as c:
                got = c.ask(request(line, header))
                wanted = "keep-alive" if stays else "close"
                report.check(f"{line}, {header}", got.headers.get("connection") == wanted
                             and (c.ask(GET).status == 200 if stays else c.closed()), got)
        with s.client() as c:
            got = c.ask(request("GET / HTTP/1.0", host=None))
            report.equal("HTTP/1.0 needs no Host", got.status, 200)


def test_continue():
    with Server() as s, s.client() as c:
        c.send(GET + post("Content-Length: 3", "Expect: 100-continue"))
        first, go_on = c.answer(), c.head()
        report.check("100 Continue comes after the answer before", first.status == 200 and go_on == (100, {}), go_on)
        report.check("and then the answer", c.ask(b"abc").body.endswith(b"\n3 3\nabc"))
        got = c.ask(post("Content-Length: 3", "Expect: 100-continue", body=b"abc"))
        report.equal("not asked for if the body is there", got.status, 200)
        c.send(request("POST /echo HTTP/1.0", "Content-Length: 1", "Expect: 100-continue"))
        report.check("HTTP/1.0 does not know it", not select.select([c.socket], [], [], 0.2)[0])


def test_pipeline():
    with Server() as s, s.client() as c:
        paths = [f"/echo?{n}" for n in range(1000)]
        sender = threading.Thread(target=lambda: c.send(*(request(f"GET {p} HTTP/1.1") for p in paths)))
        sender.start()
        got = [c.answer().body.split(b" ", 3)[2].split(b"\n")[0] for _ in paths]
        sender.join()
        report.equal("1,000 at once are answered in order", got, [str(n).encode() for n in range(1000)])
        c.send(b"".join(request(f"GET {p} HTTP/1.1") for p in paths)).half_close()
        got = [c.answer().status for _ in paths]
        report.check("all of them, though the client says no more", got == [200] * 1000 and c.closed())


def test_slow():
    with Server(head_ms=600, body_ms=900, idle_ms=700, write_ms=800) as s:
        for name, begin, least, most in (
            ("a head byte by byte", b"GET / HTTP/1.1\r\n", 0.6, 1.6),
            ("a body byte by byte", post("Content-Length: 1000"), 0.9, 1.9),
            ("chunks byte by byte", post(CHUNKED, body=b"fff\r\n"), 0.9, 1.9),
        ):
            with s.client() as c:
                began = time.monotonic()
                c.send(begin)
                while not select.select([c.socket], [], [], 0.1)[0] and time.monotonic() < began + 10:
                    c.send(b"a")
                took = time.monotonic() - began
                got = c.answer()
                report.check(name, got.refusal() == "timeout" and least <= took < most, f"{took} {got}")
        for name, begin in (("a client that says nothing", b""), ("that says nothing more", GET)):
            with s.client() as c:
                if begin:
                    c.ask(begin)
                began = time.monotonic()
                report.check(name, c.closed(5) and 0.5 <= time.monotonic() - began < 2, time.monotonic() - began)
        with s.client() as c:
            began = time.monotonic()
            with contextlib.suppress(OSError):
                while time.monotonic() < began + 5:
                    c.send(b"\r\n")
                    time.sleep(0.05)
            report.check("empty lines are nothing said", time.monotonic() - began < 2)
        with s.client() as c:
            report.check("who asks often enough stays", all(
                time.sleep(0.3) or c.ask(GET).status == 200 for _ in range(6)))


def test_slow_reader():
    with Server(write_ms=1500) as s:
        with s.client(receive_buffer=4096) as idler, s.client() as other:
            idler.send(request(f"GET /big?{16 * MIB} HTTP/1.1") * 50)
            worst = 0
            for _ in range(300):
                began = time.monotonic()
                other.ask(GET)
                worst = max(worst, time.monotonic() - began)
            report.check("who does not read keeps nobody waiting", worst < 0.5, worst)
            report.check("and is answered no further", s.rss() < 100 * 1024, s.rss())
            spent = s.cpu()
            time.sleep(0.5)
            report.check("and costs nothing meanwhile", s.cpu() - spent < 0.2, s.cpu() - spent)
            time.sleep(1.8)
            with contextlib.suppress(OSError):
                while idler.more() and len(idler.bytes) < 20 * MIB:
                    continue
            report.check("and is closed in the end", len(idler.bytes) < 16 * MIB, len(idler.bytes))
        with s.client(receive_buffer=8192) as c:
            c.send(request(f"GET /big?{3 * MIB} HTTP/1.1") + GET)
            status, headers = c.head()
            size, wanted = 0, int(headers["content-length"])
            while size < wanted:
                size += len(c.exactly(min(200000, wanted - size)))
                time.sleep(0.1)
            report.check("who reads slowly gets it all, and the next", c.answer().status == 200)
        with s.client() as c:
            sent = 0
            c.socket.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                for _ in range(2000):
                    sent += c.socket.send(request("GET /big?100000 HTTP/1.1") * 100)
            report.check("who sends and does not read is not heard", sent < 16 * MIB and s.rss() < 150 * 1024,
                         f"{sent} {s.rss()}")


def test_breaks():
    with Server() as s:
        before = s.files()  # none is connected
        for part in (b"", GET[:10], GET, post("Content-Length: 100", body=b"abc"), post(CHUNKED, body=b"5\r\nab"),
                     request(f"GET /big?{8 * MIB} HTTP/1.1"), request("GET /stream HTTP/1.1"), b"what?\r\n\r\n"):
            for _ in range(20):
                s.client().send(part).reset()
                c = s.client().send(part)
                c.socket.close()
        with s.client() as c:
            report.equal("a request, then half closed", c.send(GET).half_close().answer().status, 200)
            report.check("and closed", c.closed())
        with s.client() as c:
            got = c.send(GET[:20]).half_close().answer()
            report.check("half a request, then half closed", got.refusal() == "bad" and c.closed(), got)
        with s.client() as c:
            report.check("nothing, then half closed", c.half_close().closed())
        with s.client() as c:
            got = c.send(request(f"GET /big?{4 * MIB} HTTP/1.1")).half_close().answer()
            report.check("a big answer to one who is half closed", len(got.body) == 4 * MIB and c.closed())
        end = time.monotonic() + 5
        while s.files() > before and time.monotonic() < end:
            time.sleep(0.05)
        report.equal("no descriptor is left over", s.files(), before)
        report.equal("and it goes on", s.ask(GET).status, 200)
        report.equal("and ends in good order", s.stop()[0], 0)


def test_many():
    with Server(connections=520) as s:
        clients = [s.client() for _ in range(500)]
        for c in clients:
            c.send(GET)
        report.equal("500 connections", [c.answer().status for c in clients], [200] * 500)
        idle = s.rss()
        report.equal("again, the other way round", [c.ask(GET).status for c in reversed(clients)], [200] * 500)
        report.check("and no more memory", s.rss() < idle + 2048, f"{idle} {s.rss()}")
        more = [s.client() for _ in range(30)]
        got = [c.send(GET).answer() for c in more]
        refused = [a.refusal() == "room" for a in got]
        report.equal("beyond the limit", refused, [False] * 20 + [True] * 10)
        for c in more + clients[10:]:
            c.socket.close()
        time.sleep(0.2)
        report.check("and again below it", s.ask(GET).status == 200 and clients[0].ask(GET).status == 200)
        for c in clients[:10]:
            c.socket.close()


def test_files():
    with Server(files=40, connections=1000) as s:
        clients = [s.client() for _ in range(100)]
        answered = closed = 0
        for c in clients:
            try:
                answered += c.ask(GET).status == 200
            except (EOFError, OSError):
                closed += 1
        report.check("no descriptor left: some are answered, the others closed",
                     25 <= answered < 40 and answered + closed == 100, f"{answered} {closed}")
        spent = s.cpu()
        time.sleep(0.5)
        report.check("and it does not spin", s.cpu() - spent < 0.2, s.cpu() - spent)
        for c in clients:
            c.socket.close()
        time.sleep(0.2)
        report.equal("and again when there are some", s.ask(GET).status, 200)
        report.equal("and ends in good order", s.stop()[0], 0)


def chunk(c):
    """One chunk of a stream; b"" is its end."""
    n = int(c.until(b"\r\n"), 16)
    return c.exactly(n + 2)[:-2]


def told(c, text):
    """Whether a stream brings it, beside its ticks."""
    for _ in range(20):
        got = chunk(c)
        if got != b"tick\n":
            return got == text
    return False


def test_streams():
    with Server(head_ms=500, idle_ms=500, write_ms=1000) as s:
        with s.client() as new, s.client() as old, s.client() as idler, s.client() as asker:
            new.send(request("GET /stream HTTP/1.1"))
            old.send(request("GET /stream HTTP/1.0", "Connection: keep-alive"))
            idler.send(request("GET /stream HTTP/1.1"))
            head, old_head = new.head()[1], old.head()[1]
            report.check("a stream's head", head.get("transfer-encoding") == "chunked" and "content-length"
                         not in head and head.get("connection") == "keep-alive", head)
            report.check("in HTTP/1.0", "transfer-encoding" not in old_head and "content-length" not in old_head
                         and old_head.get("connection") == "close", old_head)
            report.equal("it begins with the reply's body", chunk(new), b"ok\n")
            asker.ask(request("GET /say?hello HTTP/1.1"))
            report.check("what is said to all", told(new, b"hello") and b"hello" in old.until(b"hello") + b"hello")
            began = time.monotonic()
            ticks = [chunk(new) for _ in range(6)]
            took = time.monotonic() - began
            report.check("ticks, four a second, and no limit of time", ticks == [b"tick\n"] * 6 and 1.0 < took < 3, took)
            with s.client() as flooder:
                flooder.ask(request("GET /flood?900000 HTTP/1.1"))
                report.check("much at once", told(new, b"y" * 900000))
            for _ in range(20):
                with s.client() as flooder:
                    flooder.ask(request("GET /flood?900000 HTTP/1.1"))
                told(new, b"y" * 900000)
            with contextlib.suppress(OSError):
                while idler.more():
                    continue
            report.check("who is too far behind is closed", len(idler.bytes) < 18 * MIB, len(idler.bytes))
            s.process.send_signal(signal.SIGTERM)
            while chunk(new):
                continue
            report.check("at the end it is ended", new.closed())
        report.equal("with all the rest", s.process.wait(PATIENCE), 0)


def test_settle():
    with Server() as s:
        got = s.ask(request("GET /spoil HTTP/1.1"))
        report.check("what could not be kept is not acknowledged", (got.status, got.body) == (507, b"lost\n")
                     and "x-echo" not in got.headers, got)
        with s.client() as c:
            c.send(GET + request("GET /spoil HTTP/1.1") + GET)
            report.equal("nor is all that came with it", [c.answer().status for _ in range(3)], [507] * 3)
            report.equal("but what comes next is", c.ask(GET).status, 200)
            c.send(request("GET /spoil HTTP/1.1") + request("GET /stream HTTP/1.1"))
            got = [c.answer() for _ in range(2)]
            report.check("and a stream that was spoiled is none", got[1].status == 507 and c.closed(), got)
        code, counts = s.stop()
        report.equal("each of them was made anew", (code, counts["spoils"], counts["answers"]), (0, 6, 7))
    with Server() as s:
        c = s.client()
        c.ask(GET)
        others = [s.client() for _ in range(20)]
        c.send(request("GET /slow?1000 HTTP/1.1"))
        time.sleep(0.3)
        for other in others:
            other.send(GET)
        got = [x.answer().status for x in [c, *others]]
        code, counts = s.stop()
        report.check("those who came meanwhile are settled together", got == [200] * 21 and counts["settles"] <= 3,
                     counts)


def test_stop():
    with Server() as s:
        idle, begun, asking, big, waiting = (s.client() for _ in range(5))
        idle.ask(GET)
        begun.send(GET[:20])
        big.send(request(f"GET /big?{12 * MIB} HTTP/1.1"))
        time.sleep(0.2)
        asking.send(request("GET /slow?1200 HTTP/1.1") + GET)
        time.sleep(0.4)
        waiting.send(GET)
        s.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        report.equal("what was being answered", [asking.answer().status for _ in range(2)], [200] * 2)
        got = waiting.answer()
        report.equal("what had come in", got.status, 200)
        report.check("who had not asked", idle.closed() and begun.closed() and asking.closed() and waiting.closed())
        report.equal("what was still to be sent", len(big.answer().body), 12 * MIB)
        report.equal("it ends in good order", s.process.wait(PATIENCE), 0)
        try:
            s.client().socket.close()
            report.check("and listens no more", False)
        except ConnectionRefusedError:
            report.check("and listens no more", True)
    with Server(write_ms=700) as s, s.client(receive_buffer=4096) as c:
        c.send(request(f"GET /big?{12 * MIB} HTTP/1.1"))
        time.sleep(0.2)
        began = time.monotonic()
        code, _ = s.stop()
        took = time.monotonic() - began
        report.check("nobody is waited for longer than write_ms", code == 0 and took < 2, f"{code} {took}")
    with Server() as s:
        stop = threading.Event()

        def hammer():
            with contextlib.suppress(EOFError, OSError), s.client() as c:
                while not stop.is_set():
                    c.send(GET * 50)
                    for _ in range(50):
                        c.answer()

        threads = [threading.Thread(target=hammer) for _ in range(4)]
        for t in threads:
            t.start()
        time.sleep(0.3)
        began = time.monotonic()
        code, _ = s.stop()
        report.check("under load, too", code == 0 and time.monotonic() - began < 2, time.monotonic() - began)
        stop.set()
        for t in threads:
            t.join()
    with Server() as s:
        spent = s.cpu()
        time.sleep(1)
        report.check("nothing to do costs nothing", s.cpu() - spent < 0.05)
        began = time.monotonic()
        code, _ = s.stop()
        report.check("the wait ends with the signal", code == 0 and time.monotonic() - began < 0.5)


def own_address():
    """An address of this machine that is not loopback; None if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
        try:
            u.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return None
        host = u.getsockname()[0]
        return None if host.startswith("127.") else host


def test_peers():
    host = own_address()
    if not host:
        print("note: no address but loopback here: limits by address are left to unit/test-http-peers")
        return
    with Server("0.0.0.0:0", connections_peer=5, rate=20) as s:
        report.check("not loopback", s.line.endswith(" 0\n"), s.line)
        with s.client(host) as c:
            got = c.ask(GET)
            report.check("who it is", f"from {host} 0\n".encode() in got.body, got)
            got = [c.ask(GET) for _ in range(40)]
            fast = [a for a in got if a.refusal() == "fast"]
            report.check("too fast", 15 <= len(fast) <= 22 and "connection" not in fast[0].headers, len(fast))
            time.sleep(0.5)
            report.equal("and later no more", c.ask(GET).status, 200)
        report.check("not of this machine", all(s.ask(GET, host="127.0.0.1").status == 200 for _ in range(60)))
        time.sleep(0.3)
        clients = [s.client(host) for _ in range(7)]
        got = [c.ask(GET).refusal() for c in clients]
        report.equal("too many of one address", got, [None] * 5 + ["room"] * 2)
        report.check("the others are served", s.ask(GET, host="127.0.0.1").status == 200)
        for c in clients:
            c.socket.close()


def test_addresses():
    with Server("localhost:0") as s:
        report.equal("localhost", s.ask(GET).status, 200)
        with contextlib.suppress(OSError):
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
            got = s.ask(GET, host="::1")
            report.check("in both families", b"from ::1 1\n" in got.body, got)
    with Server("[::]:0") as s:
        got = s.ask(GET, host="127.0.0.1") if s.port else "no IPv6"
        report.check("any address takes IPv4", got == "no IPv6" or b"from 127.0.0.1 1\n" in got.body, got)
    with Server("0") as s:
        report.check("a port alone is loopback", s.host == "127.0.0.1" and s.line.endswith(" 1\n"), s.line)
        with Server(f"127.0.0.1:{s.port}") as second:
            report.check("in use", second.line.startswith("error 2 ") and "--listen" in second.line, second.line)
        with Server(f"localhost:{s.port}") as second:
            report.check("in use by one of two", second.line.startswith("error 2 "), second.line)
    for address, code in (("nowhere", 1), ("127.0.0.1:99999", 1), ("127.0.0.1:", 1), ("::1:80", 1), ("[::1:80", 1),
                          (":80", 1), ("127.0.0.1:-1", 1), ("no.such.host.invalid:80", 1), ("192.0.2.77:0", 1),
                          ("x" * 300 + ":80", 1)):
        with Server(address) as s:
            report.check(f"no address: {address[:30]}", s.line.startswith(f"error {code} ") and address[:20] in s.line,
                         s.line)
            report.equal(f"and it ends: {address[:30]}", s.process.wait(PATIENCE), 2)


if __name__ == "__main__":
    for test in [value for name, value in list(globals().items()) if name.startswith("test_")
                 and (len(sys.argv) < 2 or name in sys.argv[1:])]:
        try:
            test()
        except (OSError, EOFError, ValueError, subprocess.TimeoutExpired) as e:
            report.check(test.__name__, False, repr(e))
    report.finish()

#!/usr/bin/env python3
"""`amidojo check`: every seeded defect in one pass at its exact place, and hostile files in bounds.

A defect in tests/content/broken/ is announced in its file by a comment: `#! LINE:COLUMN SEVERITY: TEXT`, where
TEXT is how the message begins. What is announced and what is reported must be the same.
"""
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import PROGRAM, Report, SANITIZED  # noqa: E402

report = Report()


HERE = os.path.dirname(os.path.abspath(__file__))
def verdict(ok, name, detail=""):
    report.check(name, ok, detail)


def run(args, home, lang="en", env=None):
    everything = {
        "HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
        "AMIDOJO_NOW": "2026-11-21T09:00:00+09:00", **(env or {}),
    }
    start = time.monotonic()
    done = subprocess.run([PROGRAM, "--lang", lang, *args], env=everything, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60)
    done.seconds = time.monotonic() - start
    return done


def announced(folder):
    wanted = set()
    for name in sorted(os.listdir(folder)):
        for line in open(os.path.join(folder, name), encoding="utf-8"):
            for place, severity, text in re.findall(r"#! (\d+:\d+) (error|warning): (.*)", line):
                wanted.add((name, place, severity, text.strip()))
    # a quote that never closes swallows any comment behind it
    wanted.add(("quote.yaml", "2:13", "error", "this quote is never closed"))
    return wanted


def test_broken_pack(home):
    folder = os.path.join(HERE, "broken")
    wanted = announced(folder)
    done = run(["check", folder], home)
    reported = []
    for line in done.stderr.decode().splitlines():
        m = re.match(r"(.*?):(\d+:\d+): (error|warning): (.*)", line)
        reported.append((os.path.basename(m[1]), m[2], m[3], m[4]) if m else ("?", "", "", line))
    missing = [w for w in wanted if not any(r[:3] == w[:3] and r[3].startswith(w[3]) for r in reported)]
    extra = [r for r in reported if not any(r[:3] == w[:3] and r[3].startswith(w[3]) for w in wanted)]
    verdict(done.returncode == 1, "broken pack: exit code", str(done.returncode))
    for w in sorted(wanted):
        verdict(w not in missing, "defect not reported", f"  {w}")
    verdict(not extra, "reported but not seeded", "\n".join(f"  {r}" for r in extra))
    as_json = json.loads(run(["check", "--json", folder], home).stdout)
    verdict(len(as_json["problems"]) == len(reported), "--json has the same problems",
            f"{len(as_json['problems'])} of {len(reported)}")
    korean = run(["check", folder], home, lang="ko").stderr.decode()
    verdict(": 오류: " in korean and ": error: " not in korean, "problems in Korean", korean[:300])


def pack(home, name, data):
    path = os.path.join(home, name)
    with open(path, "wb") as f:
        f.write(data)
    return path


NOTE = """note: ok
title: {en: A, ko: 가}
topic: basics
sources: [{url: "https://example.com", read: 2026-11-21}]
cues: [{id: a, ask: {en: Q, ko: 물음}, answer: {en: A, ko: 답}}]
body: {en: B, ko: 본문}
summary: {en: S, ko: 요약}
""".encode()

# name, bytes, exit code, what the message contains
HOSTILE = [
    ("fine.yaml", NOTE, 0, ""),
    ("bom.yaml", b"\xef\xbb\xbf" + NOTE, 0, ""),
    ("crlf.yaml", NOTE.replace(b"\n", b"\r\n"), 0, ""),
    ("tab-indent.yaml", b"note: a\ntitle:\n\ten: A\n", 1, "tab-indent.yaml:3:1: error: a tab cannot indent"),
    ("utf16.yaml", "note: a\n".encode("utf-16"), 1, "utf16.yaml:1:1: error: the file is UTF-16"),
    ("bad-utf8.yaml", "note: a\ntitle: {ko: 가나".encode() + b"\xff}\n", 1, "bad-utf8.yaml:2:15: error: byte 0xff is not valid UTF-8"),
    ("overlong.yaml", b"note: a\xc0\xaf\n", 1, "overlong.yaml:1:8: error: byte 0xc0"),
    ("control.yaml", b"note: a\nb: \x07\n", 1, "control.yaml:2:4: error: control character 0x07"),
    ("nul.yaml", b"note: a\nb: \"\\0\"\n", 1, "nul.yaml:2:4: error: a text cannot contain the character NUL"),
    ("escape.yaml", NOTE.replace(b"en: A,", b'en: "A\\e]0;x\\a",', 1), 1, "escape.yaml:2:13: error: control character 0x1b; remove it"),
    ("c1.yaml", NOTE.replace(b"en: A,", b'en: "A\\u009b2J",', 1), 1, "c1.yaml:2:13: error: control character 0x9b; remove it"),
    ("delete.yaml", NOTE.replace(b"en: A,", b'en: "A\\x7f",', 1), 1, "delete.yaml:2:13: error: control character 0x7f; remove it"),
    ("id-c1.yaml", NOTE.replace(b"note: ok", b'note: "o\\u0085k"'), 1, "id-c1.yaml:1:7: error: control character 0x85"),
    ("tab-in-quotes.yaml", NOTE.replace(b"url: \"https", b"url: \"\\thttps"), 1, "is not an https:// address"),
    ("url.yaml", NOTE.replace(b"example.com", "예.com".encode()), 1, "is not an https:// address"),
    ("id-100.yaml", NOTE.replace(b"note: ok", b"note: " + b"o" * 100), 0, ""),
    ("id-101.yaml", NOTE.replace(b"note: ok", b"note: " + b"o" * 101), 1, "id-101.yaml:1:7: error: an id has at most 100 bytes"),
    ("many-links.yaml", NOTE + b"facts: [" + b"nofact," * 190000 + b"nofact]\n", 1, "error: there is no fact 'nofact'"),
    ("a\x1b[31m\u009b.yaml", b"", 1, "a?[31m?.yaml:1:1: error: the file is empty"),
    ("cut.yaml", NOTE + ("가" * 30).encode() + b": 1\n", 1, "unknown key '" + "가" * 20 + "' in"),
    ("cut-inside.yaml", NOTE + b"x" + ("가" * 30).encode() + b": 1\n", 1, "unknown key 'x" + "가" * 19 + "' in"),
    ("brackets.yaml", b"note: " + b"[" * 100000 + b"]" * 100000, 1, "brackets.yaml:1:70: error: nested more than 64 deep"),
    ("deep-block.yaml", b"".join(b" " * i + b"a:\n" for i in range(300)), 1, "nested more than 64 deep"),
    ("bomb.yaml", b"a: &a [x,x]\n" + b"".join(b"%c: &%c [*%c,*%c]\n" % (98 + i, 98 + i, 97 + i, 97 + i) for i in range(20)),
     1, "bomb.yaml:1:4: error: anchors and aliases"),
    ("many-keys.yaml", b"".join(b"k%d: 1\n" % i for i in range(100000)), 1, "error: more than 256 keys"),
    ("many-values.yaml", b"note: [" + b"1," * 1000000 + b"1]\n", 1, "error: more than 200000 values"),
    ("empty.yaml", b"", 1, "empty.yaml:1:1: error: the file is empty"),
    ("comment.yaml", b"# nothing\n", 1, "error: the file is empty"),
    ("two-documents.yaml", b"note: a\n---\nnote: b\n", 1, "two-documents.yaml:2:1: error: a second document"),
    ("list.yaml", b"- a\n- b\n", 1, "list.yaml:1:1: error: expected a mapping, found a list"),
    ("scalar.yaml", b"just words\n", 1, "scalar.yaml:1:1: error: expected a mapping, found a single value"),
    ("tag.yaml", b"note: !!python/object x\n", 1, "tag.yaml:1:7: error: tags (!...) are not supported"),
    ("complex-key.yaml", b"? [a, b]\n: c\n", 1, "error: a key must be plain text"),
    ("colon.yaml", b"note: a: b\n", 1, "colon.yaml:1:8: error: not valid YAML: mapping values are not allowed in this context"),
    ("long-line.yaml", b"note: " + b"a" * 3000000 + b"\n", 1, "error"),
]


def test_hostile(home):
    for name, data, code, text in HOSTILE:
        path = pack(home, name, data)
        done = run(["check", path], home)
        out = done.stderr.decode(errors="replace")
        verdict(done.returncode == code and text in out, name, f"  exit {done.returncode}\n  {out[:400]}")
        verdict(SANITIZED or done.seconds < 1, f"{name}: under a second", f"  {done.seconds:.2f} s")
    big = os.path.join(home, "big.yaml")
    with open(big, "wb") as f:
        f.truncate(200 * 1024 * 1024)
    done = run(["check", big], home)
    verdict(done.returncode == 1 and "big.yaml: error: the file has 200 MiB" in done.stderr.decode(), "200 MB file",
            done.stderr.decode()[:300])
    verdict(SANITIZED or done.seconds < 1, "200 MB file: under a second", f"  {done.seconds:.2f} s")
    os.unlink(big)
    if not SANITIZED:
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        verdict(peak < 64, "under 64 MiB", f"  {peak:.0f} MiB")


def test_duplicates(home):
    """The same id in two files: an error within one rank, replacement across ranks."""
    kinds = {
        "topics": b"topics: [{id: same, title: {en: T, ko: \xea\xb0\x80}}]\n",
        "facts": b"facts: [{id: same, about: x, sources: [\"https://example.com\"]}]\nread: 2026-11-21\n",
    }
    for kind, data in kinds.items():
        for folder in ("one", "two"):
            os.makedirs(os.path.join(home, kind, folder))
        pack(home, f"{kind}/one/a.yaml", data)
        done = run(["check", os.path.join(home, kind, "one")], home)
        verdict(done.returncode == 0, f"{kind}: one is fine", done.stderr.decode())
        pack(home, f"{kind}/one/b.yaml", data)
        done = run(["check", os.path.join(home, kind, "one")], home)
        verdict(done.returncode == 1 and "'same' is already defined at" in done.stderr.decode(), f"{kind}: twice in one rank",
                done.stderr.decode())
        os.rename(os.path.join(home, kind, "one/b.yaml"), os.path.join(home, kind, "two/b.yaml"))
        path = ":".join(os.path.join(home, kind, f) for f in ("one", "two"))
        done = run(["check"], home, env={"AMIDOJO_PATH": path})
        verdict("already defined" not in done.stderr.decode(), f"{kind}: twice in two ranks", done.stderr.decode())


def test_paths(home):
    done = run(["check", os.path.join(home, "nowhere")], home)
    verdict(done.returncode == 1 and "nowhere: error: No such file or directory" in done.stderr.decode(), "missing path",
            done.stderr.decode())
    os.mkfifo(os.path.join(home, "fifo.yaml"))
    done = run(["check", os.path.join(home, "fifo.yaml")], home)
    verdict(done.returncode == 1 and "not a regular file" in done.stderr.decode(), "fifo", done.stderr.decode())
    loop = os.path.join(home, "loop")
    os.mkdir(loop)
    os.symlink(loop, os.path.join(loop, "again"))
    done = run(["check", loop], home)
    verdict(done.returncode == 1 and "contains itself" in done.stderr.decode(), "loop of links", done.stderr.decode())


def test_shipped(home):
    done = run(["check"], home)
    verdict(done.returncode == 0 and not done.stderr, "shipped content is clean", done.stderr.decode()[:1000])
    m = re.search(r"(\d+) files: (\d+) notes, (\d+) cards, (\d+) questions; 0 errors, 0 warnings", done.stdout.decode())
    verdict(m and int(m[2]) >= 24 and int(m[3]) >= 160, "at least 24 notes and 160 cards", done.stdout.decode())


def test_packs(home):
    """A pack on AMIDOJO_PATH adds notes and replaces shipped ones, without reinstalling."""
    folder = os.path.join(home, "pack")
    os.mkdir(folder)
    pack(folder, "mine.yaml", NOTE.replace(b"note: ok", b"note: mine").replace(b"en: A, ko: \xea\xb0\x80", b"en: My own note, ko: \xeb\x82\xb4"))
    pack(folder, "what.yaml", NOTE.replace(b"note: ok", b"note: ami-what").replace(b"en: A,", b"en: Replaced,"))
    env = {"AMIDOJO_PATH": folder}
    listed = run(["notes", "basics"], home, env=env).stdout.decode()
    verdict("My own note" in listed and "Replaced" in listed, "pack on AMIDOJO_PATH", listed)
    done = run(["check"], home, env=env)
    verdict(done.returncode == 0, "a replaced note is no duplicate", done.stderr.decode())
    own = os.path.join(home, ".local/share/amidojo/content")
    os.makedirs(own)
    pack(own, "mine.yaml", NOTE.replace(b"note: ok", b"note: at-home").replace(b"en: A,", b"en: From the data folder,"))
    listed = run(["notes", "basics"], home).stdout.decode()
    verdict("From the data folder" in listed, "pack in the data folder", listed)


def test_cache(home):
    """The compiled cache is never trusted: stale, damaged or foreign, the result is the same."""
    folder = os.path.join(home, "cached")
    os.mkdir(folder)
    path = pack(folder, "mine.yaml", NOTE.replace(b"en: A,", b"en: First,"))
    env = {"AMIDOJO_PATH": folder, "XDG_CACHE_HOME": os.path.join(home, "cache")}

    def titles():
        return run(["notes", "basics"], home, env=env).stdout.decode()

    verdict("First" in titles(), "cold")
    [cache] = [os.path.join(r, f) for r, _, fs in os.walk(env["XDG_CACHE_HOME"]) for f in fs]
    verdict("First" in titles(), "warm")
    stat = os.stat(path)
    pack(folder, "mine.yaml", NOTE.replace(b"en: A,", b"en: Later,"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    verdict("Later" in titles(), "same size and time, other bytes, within the racy window")
    old = time.time() - 3600
    pack(folder, "mine.yaml", NOTE.replace(b"en: A,", b"en: Third,"))
    os.utime(path, (old, old))
    verdict("Third" in titles(), "other time")
    stat = os.stat(path)
    os.unlink(path)
    pack(folder, "mine.yaml", NOTE.replace(b"en: A,", b"en: Fifth,"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    verdict("Fifth" in titles(), "another file with the same size and time")
    pack(folder, "mine.yaml", NOTE.replace(b"en: A,", b"en: Third,"))
    verdict("Third" in titles(), "the same file again")
    for seed in range(20):
        data = bytearray(open(cache, "rb").read())
        where = (seed * 7919 + 13) % len(data)
        data[where] ^= 1 << seed % 8
        open(cache, "wb").write(data[: len(data) - (seed % 3) * 100])
        verdict("Third" in titles(), f"damaged cache, byte {where}")
    open(cache, "wb").write(b"not a cache at all")
    verdict("Third" in titles(), "foreign cache")
    os.unlink(path)
    verdict("Third" not in titles(), "removed file")
    for n in range(12):
        os.mkdir(os.path.join(home, f"p{n}"))
        run(["check", pack(home, f"p{n}/x.yaml", NOTE)], home, env=env)
    caches = os.listdir(os.path.dirname(cache))
    verdict(len([c for c in caches if c.endswith(".cache")]) <= 8, "old caches are removed", str(caches))


def main():
    for test in (test_broken_pack, test_hostile, test_duplicates, test_paths, test_shipped, test_packs, test_cache):
        with tempfile.TemporaryDirectory() as home:
            test(home)
    report.finish()


main()

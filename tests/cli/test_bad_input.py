#!/usr/bin/env python3
"""Whatever is wrong from outside: one clear line with place and remedy, a non-zero exit, nothing lost.

Every case runs in English and in Korean, each time on a fresh copy of the same progress, and within
a second and 64 MiB. On a smaller scale (AMIDOJO_TEST_SCALE) each runs in one of the two languages.
"""

import ctypes
import datetime
import os
import pathlib
import re
import resource
import signal
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import HANGUL, SANITIZED, SCALE, Home, Report, Terminal, Tree, bare, moment, width  # noqa: E402

SECONDS, MIB = 1.0, 64
ROOT = os.getuid() == 0
NOBODY = 65534  # owns nothing here
STRANGER = 54321  # has no entry in the list of users
DAY0 = datetime.date(2026, 3, 2)
report = Report()
fresh_names = iter(range(1 << 30))
turns = iter(range(1 << 30))


def languages():
    """Both, or in a run on a smaller scale the one and the other by turns."""
    return ("en", "ko") if SCALE == 1 else (("en", "ko")[next(turns) % 2],)


class Place:
    """The folder of all homes, and the progress that each case begins with."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        self.tree = Tree(self.folder / "tree")
        self.start = Home(self.folder / "start", self.tree.program)
        self.start.now = moment(DAY0)
        self.start.run("learn", keys=" " * 30)
        self.start.now = moment(DAY0 + datetime.timedelta(days=1))

    def home(self, lang=None):
        home = self.start.copy(self.folder / f"home-{next(fresh_names)}")
        home.lang = lang
        return home


def in_bounds(result):
    return SANITIZED or (result.seconds < SECONDS and result.mib < MIB)


def one_line(name, result, lang, words, code=None):
    """The run failed with exactly one line on the error channel, in that language, with these words."""
    korean = lang == "ko"
    start = "amidojo: 오류: " if korean else "amidojo: error: "
    lines = result.err.splitlines()
    missing = [w for w in words if w not in result.err]
    report.check(f"{name}: exit code", result.code > 0 if code is None else result.code == code, result)
    report.check(
        f"{name}: one line", len(lines) == 1 and lines[0].startswith(start) and result.err.endswith("\n")
        and bool(HANGUL.search(result.err[len(start):])) == korean, result)
    report.check(f"{name}: says {missing}", not missing, result)
    report.check(f"{name}: within {SECONDS} s and {MIB} MiB", in_bounds(result),
                 f"{result.seconds:.2f} s, {result.mib:.0f} MiB")


def contents(folder):
    """Path -> bytes of everything in a folder."""
    return {p: p.read_bytes() for p in sorted(pathlib.Path(folder).rglob("*")) if p.is_file()}


def progress(home):
    """All of the learner's data; the log that SQLite has beside a file counts when something is in it."""
    return {p: b for p, b in contents(home.data).items() if not p.name.endswith("-shm") and (b or p.suffix != ".db-wal")}


def changes(before, after):
    """The names of the files that differ."""
    return [str(p) for p in sorted({*before, *after}) if before.get(p) != after.get(p)]


def refuse(place, name, args, words=(), make=None, code=None, kept=None, **how):
    """One case: `make(home)` sets it up; `kept(home)`: a folder or file that must not change."""
    for lang in languages():
        for _ in range(3):  # a machine under load may take a second for anything
            home = place.home(lang)
            if make:
                make(home)
            before = kept and kept(home)
            result = home.run(*args, **how)
            if in_bounds(result):
                break
        one_line(f"{name} ({lang})", result, lang, [w.format(home=home) for w in words], code)
        if kept:
            after = kept(home)
            report.check(f"{name} ({lang}): nothing changed", after == before, changes(before, after))
    return home


# ---- the progress file ----


def put(data):
    """Replaces the progress by these bytes, or by what a function makes of the old ones."""
    def make(home):
        for beside in ("-wal", "-shm"):
            pathlib.Path(f"{home.store}{beside}").unlink(missing_ok=True)
        home.store.write_bytes(data(home.store.read_bytes()) if callable(data) else data)
    return make


def database(*statements):
    """Another SQLite database in place of the progress."""
    def make(home):
        put(b"")(home)
        db = sqlite3.connect(home.store)
        for statement in statements:
            db.execute(statement)
        db.commit()
        db.close()
    return make


def newer(home):
    db = sqlite3.connect(home.store)
    db.execute("PRAGMA user_version = 9")
    db.close()


def a_folder(home):
    home.store.unlink()
    home.store.mkdir()


def a_pipe(home):
    home.store.unlink()
    os.mkfifo(home.store)


NOISE = bytes((i * 7919 + (i >> 8) * 104729) % 251 for i in range(50000))
RESTORE = ("{home.store}", "amidojo restore {home.data}/backups/progress-")

# name, how the store gets so, words of the message
BAD_STORES = [
    *((f"cut to {n} bytes", put(lambda old, n=n: old[:n]), RESTORE) for n in (1, 15, 16, 99, 100, 512, 4096, 4097, 20000)),
    ("cut by one byte", put(lambda old: old[:-1]), RESTORE),
    ("cut to half", put(lambda old: old[: len(old) // 2]), RESTORE),
    ("random bytes", put(NOISE), RESTORE),
    ("plain text", put(b"These are my notes.\n" * 100), RESTORE),
    ("noise behind the header", put(lambda old: old[:100] + NOISE[: len(old) - 100]), RESTORE),
    ("zeros", put(bytes(8192)), RESTORE),
    ("another program's database", database("PRAGMA application_id = 4711", "CREATE TABLE t (x)"), ("{home.store}",)),
    ("a database with tables of its own", database("CREATE TABLE event (x)", "CREATE TABLE u (x)"), ("{home.store}",)),
    ("a newer version", newer, ("{home.store}", "9")),
    ("a folder in its place", a_folder, ("{home.store}",)),
    ("a pipe in its place", a_pipe, ("{home.store}",)),
]
# Where not even a file may be made beside it.
UNTOUCHED = ("another program's database", "a newer version", "plain text", "cut to half")


def test_bad_stores(place):
    for name, make, words in BAD_STORES:
        for args, keys in ((["home"], None), (["review"], " p p"), (["undo"], None)):
            refuse(place, f"{name}: {args[0]}", args, words, make, code=1, keys=keys, kept=progress)
        if name in UNTOUCHED:
            refuse(place, f"{name}: untouched", ["review"], words, make, code=1, keys=" p", kept=lambda h: contents(h.data))
    for args in (["learn"], ["stats"], ["mistakes"], ["plan", "--exam-date", "2026-06-01"], ["doctor"], ["redo"],
                 ["doctor", "--rebuild"], ["backup"], ["review", "--json"], ["home", "--json"]):
        refuse(place, f"cut: {' '.join(args)}", args, RESTORE, put(lambda old: old[:20000]), code=1, keys=" ",
               kept=progress)


def test_restore_after_damage(place):
    """What the message says to do works: every answer is back, and the damaged file is kept."""
    for name, make, _ in BAD_STORES:
        home = place.home()
        events = home.query("SELECT * FROM event")
        make(home)
        damaged = home.store.read_bytes() if home.store.is_file() else None
        done = home.run("restore")
        report.check(f"restore, {name}: done", done.code == 0 and not done.err, done)
        if done.code:
            continue
        report.equal(f"restore, {name}: all answers are back", home.query("SELECT * FROM event"), events)
        kept = list(home.data.glob("*.replaced-?"))
        report.check(f"restore, {name}: the old one is kept",
                     len(kept) == 1 and str(kept[0]) in done.out
                     and (damaged is None or name == "a newer version" or kept[0].read_bytes() == damaged), done)
        sound = home.run("doctor")
        report.check(f"restore, {name}: sound", sound.code == 0, sound)


def test_lost_store(place):
    """Progress that is gone while its backups are there is not begun anew in silence."""
    for name, lose in (("no bytes", lambda home: home.store.write_bytes(b"")), ("no file", lambda home: home.store.unlink())):
        for lang in ("en", "ko"):
            home = place.home(lang)
            lose(home)
            for args in (["home"], ["review"], ["stats"]):
                one_line(f"lost, {name}: {args[0]}", home.run(*args), lang, [str(home.store), "amidojo restore"], 1)
        report.check(f"lost, {name}: restore", home.run("restore").code == 0)
        report.check(f"lost, {name}: back", home.run("doctor").code == 0)


def test_empty_store(place):
    """A file of no bytes is a new store when there are no backups; so is what a kill before the first commit leaves."""
    for name, make in (("empty", put(b"")), ("one page, no tables", database("PRAGMA user_version = 0", "VACUUM"))):
        home = place.home()
        shutil.rmtree(home.data / "backups")
        make(home)
        done = home.run()
        report.check(f"{name}: counts as new", done.code == 0 and not done.err, done)
        report.equal(f"{name}: home", home.json("home")["due"], 0)


def test_damaged_page(place):
    """A page that went bad: the doctor finds it, and nothing that reads it crashes or invents."""
    size = place.start.store.stat().st_size
    for page in range(1, size // 4096):
        home = place.home("en")
        put(lambda old, at=page * 4096: old[:at] + NOISE[:4096] + old[at + 4096:])(home)
        one_line(f"page {page} bad: doctor", home.run("doctor"), "en", [str(home.store), "amidojo restore"], 1)
        for args in (["home"], ["review"], ["stats"], ["undo"]):
            done = home.run(*args, keys=" p" * 8 + "q")
            told = done.err.count("\n") == 1 and str(home.store) in done.err
            report.check(f"page {page} bad: {args[0]}", told or (done.code == 0 and not done.err), done)


def test_stray_log(place):
    """Rubbish beside the store, where SQLite keeps its log, does no harm."""
    for beside in ("-wal", "-journal", "-shm"):
        home = place.home()
        events = home.query("SELECT * FROM event")
        pathlib.Path(f"{home.store}{beside}").write_bytes(NOISE)
        done = home.run("doctor")
        report.check(f"rubbish in {beside}", done.code == 0 and not done.err, done)
        report.equal(f"rubbish in {beside}: all answers are there", home.query("SELECT * FROM event"), events)


def own(home, uid):
    for path in [home.folder, *home.folder.rglob("*")]:
        os.chown(path, uid, uid)


def become(uid):
    def before():
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    return before if ROOT else None


def test_read_only(place):
    """Files and folders without permission to write or read."""
    def locked(file_mode, folder_mode):
        def make(home):
            if ROOT:
                own(home, NOBODY)
            home.store.chmod(file_mode)
            home.data.chmod(folder_mode)
        return make

    for name, modes in (("file", (0o444, 0o755)), ("folder and file", (0o444, 0o555)), ("secret file", (0o000, 0o755))):
        for args in (["home"], ["review"], ["undo"]):
            home = refuse(place, f"read-only {name}: {args[0]}", args, ("{home.store}",), locked(*modes), code=1,
                          keys=" p", before=become(NOBODY))
            home.data.chmod(0o755)

    def no_folder(home):
        if ROOT:
            own(home, NOBODY)
        home.folder.chmod(0o555)

    env = {"XDG_DATA_HOME": None}
    refuse(place, "no permission to make the folder", ["home"], (".local",), no_folder, code=1, env=env,
           before=become(NOBODY))
    refuse(place, "no permission for the settings", ["config", "lang", "ko"], ("{home.folder}",), no_folder, code=1,
           env={"XDG_CONFIG_HOME": None}, before=become(NOBODY))


def test_locked(place):
    """Another process holds the store: an answer within a second, and nothing lost."""
    for lang in languages():
        for mode in ("NORMAL", "EXCLUSIVE"):
            for args, keys, must_write in ((["home"], None, False), (["review"], " p", True), (["undo"], None, True)):
                for _ in range(3):
                    home = place.home(lang)
                    events = home.query("SELECT * FROM event")
                    db = sqlite3.connect(home.store, isolation_level=None)
                    db.execute(f"PRAGMA locking_mode = {mode}")
                    db.execute("BEGIN EXCLUSIVE")
                    done = home.run(*args, keys=keys)
                    db.execute("ROLLBACK")
                    db.close()
                    if in_bounds(done):
                        break
                name = f"locked {mode}: {args[0]} ({lang})"
                if must_write or done.code:
                    one_line(name, done, lang, [str(home.store)], 1)
                else:
                    report.check(name, not done.err and in_bounds(done), f"{done}\n{done.seconds:.2f} s")
                report.equal(f"{name}: nothing changed", home.query("SELECT * FROM event"), events)
                again = home.run(*args, keys=keys and keys * 8)
                report.equal(f"{name}: works afterwards", again.code, 0)


# ---- a full disk ----


def told_items(text):
    return re.findall(r"^(\S+/\S+): (?:Passed|In the ladder|Failed)", text, re.M)


def check_full(name, home, done, before):
    """After a run that ran out of room: what was told is saved; then, with room, all goes on."""
    told = told_items(done.out)
    if done.code:
        one_line(name, done, "en", [str(home.data)], 1)
    else:  # only the backup at the end did not fit
        report.check(f"{name}: silent or a warning", not done.err or (
            done.err.startswith("amidojo: warning: ") and done.err.count("\n") == 1), done)
    saved = [item for item, in home.query("SELECT item FROM event WHERE id > ? AND kind <> 'read' ORDER BY id", before)]
    report.check(f"{name}: what was told is saved, and no more than that", saved == told, f"{told}\n{saved}\n{done}")
    return bool(told)


def test_full_by_limit(place):
    """A limit on file size stops the write in the middle of an answer."""
    size = place.start.store.stat().st_size
    ended = some = 0
    for limit in sorted({4096, 8192, 30000, *range(size // 2, size * 3, 7001 * SCALE)}):
        home = place.home("en")
        [(before,)] = home.query("SELECT max(id) FROM event")
        done = home.run("review", keys=" p f" * 10,
                        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        name = f"at most {limit} bytes"
        some += check_full(name, home, done, before) and done.code != 0
        ended += done.code != 0
        sound = home.run("doctor")
        report.check(f"{name}: sound", sound.code == 0 and not sound.err, sound)
        rest = home.run("review", keys=" p" * 10)
        report.check(f"{name}: goes on when there is room", rest.code == 0 and not rest.err, rest)
    report.check("the limit stopped sessions, some of them after the first answer", ended > 2 and some, (ended, some))


def private_mount(folder, size):
    """A small file system of our own; it goes when this process goes. False where that is not allowed."""
    CLONE_NEWNS = 0x20000
    if not ROOT or ctypes.CDLL(None).unshare(CLONE_NEWNS) != 0:
        return False
    folder.mkdir()
    for words in (["mount", "--make-rprivate", "/"], ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder]):
        if subprocess.run(words, stderr=subprocess.DEVNULL).returncode:
            return False
    return True


def test_full_disk(place):
    folder = place.folder / "small"
    if not private_mount(folder, "2m"):
        print("skipped: a full disk needs permission to mount")
        return
    stopped = 0
    for room in (0, 4096, 20480, 65536, 131072, 262144):
        home = place.start.copy(folder / "home")
        [(before,)] = home.query("SELECT max(id) FROM event")
        stat = os.statvfs(folder)
        fill = stat.f_bavail * stat.f_frsize - room
        (folder / "fill").write_bytes(bytes(max(0, fill)))
        home.lang = "en"
        done = home.run("review", keys=" p f" * 10)
        stopped += done.code != 0
        check_full(f"a disk with {room} bytes left", home, done, before)
        (folder / "fill").unlink()
        rest = home.run("review", keys=" p" * 10)
        report.check(f"{room} bytes left: goes on when there is room", rest.code == 0 and not rest.err, rest)
        sound = home.run("doctor")
        report.check(f"{room} bytes left: sound", sound.code == 0, sound)
        subprocess.run(["rm", "-rf", home.folder], check=True)
    report.check("the disk was full", stopped >= 2, stopped)
    subprocess.run(["umount", folder], check=True)


# ---- surroundings ----


def test_no_home(place):
    """Without a home, what needs none works, and the rest says what to set."""
    without = {"XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None, "XDG_CACHE_HOME": None}
    for name, home_is, before in (("HOME=/nonexistent", "/nonexistent", None), ("no HOME", None, become(STRANGER)),
                                  ("HOME empty", "", become(STRANGER)), ("HOME relative", "a/b", become(STRANGER))):
        if home_is != "/nonexistent" and not ROOT:
            continue  # the list of users would lead to a real home
        env = {**without, "HOME": home_is}
        for args in (["home"], ["review"], ["learn"], ["stats"], ["undo"], ["backup"], ["restore"], ["doctor"],
                     ["config", "lang", "ko"]):
            refuse(place, f"{name}: {' '.join(args)}", args, ("HOME",), code=1, env=env, before=before)
        for args in (["notes"], ["notes", "anatomy"], ["search", "AMI"], ["help"], ["--version"], ["check"], ["config"]):
            done = place.home().run(*args, env=env, before=before)
            report.check(f"{name}: {' '.join(args)} works", done.code == 0 and done.out and not done.err, done)
    done = place.home().run(env={"HOME": None})
    report.check("no HOME, but XDG folders", done.code == 0 and not done.err, done)
    done = place.home().run(env={"HOME": "/nonexistent", "XDG_DATA_HOME": "relative"})
    report.check("a relative XDG folder does not count", done.code == 1 and not pathlib.Path("relative").exists(), done)


def test_locale(place):
    """In the locale C all works; what needs UTF-8 block characters is drawn without them."""
    for env in ({"LC_ALL": "C"}, {"LC_ALL": None, "LANG": "C"}, {"LC_ALL": "POSIX"},
                {"LC_ALL": None, "LANG": None}):
        home = place.home()
        done = home.run(env=env)
        report.check(f"{env}: home", done.code == 0 and not done.err and done.out.isascii() and "[#" in done.out, done)
        done = home.run("--lang", "ko", env=env)
        report.check(f"{env}: home in Korean", done.code == 0 and not done.err and HANGUL.search(done.out), done)
        done = home.run("search", "스냅샷", env=env)
        report.check(f"{env}: a Korean argument", done.code == 0 and "anatomy" in done.out, done)
    for locale in ("ko_KR.UTF-8", "ko_KR.utf8", "ko_XX.UTF-8"):  # generated on this machine or not
        done = place.home().run(env={"LC_ALL": locale})
        report.check(f"LC_ALL={locale}: Korean", done.code == 0 and HANGUL.search(done.out) and not done.err, done)


def test_narrow_output(place):
    """COLUMNS is heeded where the output is no terminal; nonsense in it does no harm."""
    for columns in (20, 21, 33, 40, 79)[::SCALE]:
        for lang in ("en", "ko", "both"):
            home = place.home(lang)
            for args in (["home"], ["stats"], ["notes"], ["notes", "anatomy"], ["search", "AMI"], ["help"],
                         ["help", "learn"], ["config"], ["plan", "--exam-date", "2026-04-20"],
                         ["--plain", "home"], ["--plain", "stats"]):
                done = home.run(*args, env={"COLUMNS": str(columns)})
                wide = [line for line in done.out.splitlines() if width(line) > columns]
                report.check(f"COLUMNS={columns} {lang} {' '.join(args)}", done.code == 0 and not wide,
                             "\n".join([done.err, *wide]))
    for columns in ("0", "-5", "abc", "99999999999999999999", "", "7"):
        done = place.home().run(env={"COLUMNS": columns})
        report.check(f"COLUMNS={columns!r}", done.code == 0 and not done.err and "Due" in done.out, done)


def test_nonsense_in_environment(place):
    for now in ("yesterday", "2026-02-30T09:00:00+09:00", "2026-03-02", "2026-03-02T25:00:00Z", "1772409600",
                "2026-03-02T09:00:00", "2026-03-02T09:00:00+99:00", "2026-03-02 09:00:00Z", "2026-03-02T09:00:00Zz",
                "99999-03-02T09:00:00Z", "1969-12-31T09:00:00Z"):
        refuse(place, f"AMIDOJO_NOW={now}", ["home"], ("AMIDOJO_NOW", now, "2026-"), code=2, env={"AMIDOJO_NOW": now},
               kept=lambda h: contents(h.data))
    for value in ("klingon", "kor", "ko_KR", "EN", "ko,en"):
        done = place.home().run(env={"AMIDOJO_LANG": value})
        one_line(f"AMIDOJO_LANG={value}", done, "en", ["AMIDOJO_LANG", value, "both"], 2)
        done = place.home().run(env={"AMIDOJO_LANG": value, "LC_ALL": "ko_KR.UTF-8"})
        one_line(f"AMIDOJO_LANG={value} in a Korean locale", done, "ko", ["AMIDOJO_LANG", value, "both"], 2)
    for value in ("", "auto", "ko", "en", "both"):
        done = place.home().run(env={"AMIDOJO_LANG": value})
        report.check(f"AMIDOJO_LANG={value!r} is fine", done.code == 0 and not done.err, done)


# ---- the command line ----

BAD = b"\xff\xfe"
# arguments, words of the message
BAD_COMMANDS = [
    (["reveiw"], ("reveiw", "'review'")),
    (["stat"], ("stat", "'stats'")),
    (["xyzzy"], ("xyzzy", "amidojo help")),
    ([""], ("amidojo help",)),
    (["Review"], ("Review", "'review'")),
    (["learn", "--nwe", "3"], ("--nwe", "'--new'")),
    (["learn", "--frobnicate"], ("--frobnicate", "amidojo learn --help")),
    (["learn", "-n", "3"], ("-n",)),
    (["review", "--new", "3"], ("--new", "amidojo review --help")),
    (["--plian"], ("--plian", "'--plain'")),
    (["review", "--early=yes"], ("--early",)),
    (["learn", "--new"], ("--new", "N")),
    (["--lang"], ("--lang", "ko|en|both")),
    (["home", "too", "much"], ("too", "amidojo home --help")),
    (["notes", "a", "b"], ("'b'", "amidojo notes --help")),
    (["search"], ("search", "TEXT")),
    (["undo", "2"], ("'2'", "amidojo undo --help")),
    (["help", "nothing"], ("nothing", "amidojo help")),
    (["help", "reveiw"], ("reveiw", "'review'")),
    (["learn", "nosuch"], ("nosuch", "amidojo notes")),
    (["review", "nosuch"], ("nosuch", "amidojo notes")),
    (["notes", "nosuch"], ("nosuch", "amidojo notes")),
    (["mistakes", "nosuch"], ("nosuch", "amidojo notes")),
    *((["learn", "--new", n], ("--new", f"'{n}'", "1000"))
      for n in ("0", "-1", "abc", "1e3", "3x", "", " 5", "+5", "1001", "99999999999999999999", "３", "0x10", "1.5")),
    *((["plan", "--exam-date", "2026-06-01", "--new", n], ("--new", f"'{n}'")) for n in ("many", "-3", "1001")),
    *((["plan", "--exam-date", d], (d, "2026-"))
      for d in ("tomorrow", "2026-02-30", "2026-6-1", "06/01/2026", "", "2026-06-01 ")),
    (["plan", "--exam-date", "2026-03-03"], ("2026-03-03",)),
    (["plan", "--exam-date", "2020-01-01"], ("2020-01-01",)),
    (["plan", "--exam-date", "9999-01-01"], ("9999-01-01",)),
    (["plan"], ("--exam-date", "amidojo config exam_date")),
    (["config", "lnag", "ko"], ("lnag", "'lang'")),
    (["config", "nosuchsetting"], ("nosuchsetting", "amidojo config")),
    (["config", "lang", "klingon"], ("klingon", "lang", "both")),
    (["config", "new_per_day", "many"], ("many", "new_per_day", "0..1000")),
    (["config", "new_per_day", " 5"], ("' 5'", "new_per_day", "0..1000")),
    (["config", "ladder", "4,1"], ("4,1", "ladder")),
    (["config", "ladder", "0,1"], ("0,1", "ladder")),
    (["config", "rollover", "24:00"], ("24:00", "rollover")),
    (["config", "rollover", "+4:00"], ("+4:00", "rollover")),
    (["config", "rollover", " 4: 0"], (" 4: 0", "rollover")),
    (["config", "exam_date", "2026-02-29"], ("2026-02-29", "exam_date")),
    (["config", "maintenance", "maybe"], ("maybe", "maintenance", "on, off")),
    (["config", "lang", "ko\"\nnew_per_day: \"3"], ("lang",)),
    (["config", "--unset"], ("--unset",)),
    (["config", "--unset", "nosuch"], ("nosuch",)),
    (["config", "--unset", "lang", "ko"], ("--unset",)),
    ([BAD], ("UTF-8",)),
    (["search", BAD], ("UTF-8",)),
    (["search", "가\udcea"], ("UTF-8",)),
    (["notes", b"\xea\xb0"], ("UTF-8",)),
    (["learn", b"--\xc0\xaf"], ("UTF-8",)),
    (["search", b"\xed\xa0\x80"], ("UTF-8",)),
]


def test_command_line(place):
    for args, words in BAD_COMMANDS:
        shown = " ".join(os.fsdecode(a) for a in args).encode("ascii", "backslashreplace").decode()
        refuse(place, f"[{shown}]", args, words, code=2, kept=lambda h: contents(h.folder / "config"))
    for args in (["--lang", "klingon"], ["--lang=fr"], ["--lang", ""], ["--lang", BAD]):
        done = place.home().run(*args)
        one_line(f"{args}", done, "en", ["UTF-8" if BAD in args else "both"], 2)
    for args in (["restore", "/nowhere/at-all.db"], ["backup", "/nowhere/at-all.db"]):
        refuse(place, " ".join(args), args, ("/nowhere/at-all.db",), code=1, kept=lambda h: contents(h.data))
    refuse(place, "backup over the store", ["backup", "/etc/passwd"], ("/etc/passwd",), code=2)
    refuse(place, "restore from a text", ["restore", "/etc/passwd"], ("/etc/passwd",), code=1,
           kept=lambda h: contents(h.data))


# ---- settings ----

# name, bytes of config.yaml, what the message says besides the file's path
BAD_SETTINGS = [
    ("not closed", b"lang: [ko\n", (":2:1",)),
    ("an unknown key", b"# mine\nlnag: ko\n", (":2:", "lnag", "'lang'")),
    ("a bad value", b"lang: en\nnew_per_day: many\n", (":2:14", "many", "0..1000")),
    ("a number out of range", b"new_per_day: 100000\n", (":1:14", "100000", "0..1000")),
    ("a falling ladder", b"ladder: 4,1\n", (":1:9", "4,1")),
    ("a list", b"- a\n", (":1:1",)),
    ("a scalar", b"korean please\n", (":1:1",)),
    ("a mapping as value", b"lang: {a: b}\n", (":1:7", "lang")),
    ("a key twice", b"lang: en\nlang: ko\n", (":2:1", "lang")),
    ("bad UTF-8", b"lang: en # \xff\n", (":1:12",)),
    ("NUL", b"lang: en\0\n", (":1:9",)),
    ("a tab", b"lang:\n\ten\n", (":2:1",)),
    ("two documents", b"lang: en\n---\nlang: ko\n", (":2:1",)),
    ("random bytes", NOISE[:300], (":1:",)),
    ("no such day", b"exam_date: 2026-02-30\n", (":1:12", "2026-02-30")),
    ("too large", b"# " + b"x" * (2 << 20), ("MiB",)),
]


def write_config(data):
    def make(home):
        home.config.parent.mkdir(parents=True, exist_ok=True)
        home.config.write_bytes(data)
    return make


def test_settings(place):
    for name, data, words in BAD_SETTINGS:
        for args in (["home"], ["review"], ["notes"], ["config"], ["config", "exam_sweep", "off"], ["config", "lang"]):
            refuse(place, f"settings with {name}: {' '.join(args)}", args, ("{home.config}", *words), write_config(data),
                   keys=" ", kept=lambda h: contents(h.config.parent) | contents(h.data))

    def config_folder(home):
        home.config.mkdir(parents=True)

    refuse(place, "a folder for settings", ["home"], ("{home.config}",), config_folder)
    refuse(place, "a folder for settings: set", ["config", "lang", "ko"], ("{home.config}",), config_folder)
    for name, data in (("empty", b""), ("comments alone", b"# nothing yet\n\n"), ("CRLF", b"lang: en\r\nnew_per_day: 3\r\n"),
                       ("BOM", b"\xef\xbb\xbflang: en\n"), ("no newline at the end", b"lang: en")):
        home = place.home()
        write_config(data)(home)
        done = home.run()
        report.check(f"settings {name}: fine", done.code == 0 and not done.err, done)
        done = home.run("config", "new_per_day", "7")
        report.check(f"settings {name}: set", done.code == 0 and not done.err, done)
        report.equal(f"settings {name}: set to 7", home.run("config", "new_per_day").out, "7\n")


# ---- output that nobody can read ----


def test_output(place):
    for args in (["home"], ["notes"], ["help"], ["--version"], ["stats", "--json"], ["search", "AMI"], ["config"],
                 ["doctor"], ["notes", "anatomy"], ["check"]):
        for lang in languages():
            home = place.home(lang)
            with open("/dev/full", "wb") as full:
                done = home.run(*args, stdout=full.fileno())
            one_line(f"{args} to a full device ({lang})", done, lang, [], 1)
            read, write = os.pipe()
            os.close(read)
            done = home.run(*args, stdout=write)
            os.close(write)
            report.check(f"{args} to a closed pipe ({lang})", done.code > 0 and done.err.count("\n") <= 1 and in_bounds(done),
                         done)
    home = place.home()
    with open("/dev/full", "wb") as full:
        done = home.run("review", keys=" p" * 10, stdout=full.fileno())
    report.check("a review to a full device fails", done.code > 0 and done.err.count("\n") == 1, done)
    sound = home.run("doctor")
    report.check("a review to a full device does no harm", sound.code == 0, sound)


def test_closed_descriptors(place):
    """A database must never land on the descriptor to which messages are printed."""
    for name, closed in (("0", [0]), ("1", [1]), ("2", [2]), ("0 1 2", [0, 1, 2])):
        for args in (["home"], ["undo"], ["nosuch"]):
            home = place.home()
            done = home.run(*args, before=lambda: [os.close(fd) for fd in closed])
            report.check(f"without descriptor {name}: {args[0]} does not crash", 0 <= done.code <= 2, done)
            sound = home.run("doctor")
            report.check(f"without descriptor {name}: {args[0]} does no harm", sound.code == 0, sound)


# ---- ends ----


def test_signals(place):
    """SIGINT, SIGTERM and SIGHUP: terminal as it was, a line about it, the shell's usual code."""
    interrupted = {"en": "interrupted; everything you answered is saved", "ko": "저장"}
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        for lang in languages():
            for where in ("review", "home", "note", "stats", "plain review"):
                home = place.home(lang)
                args = {"review": ["review"], "home": [], "note": ["notes", "anatomy"], "stats": ["stats"],
                        "plain review": ["--plain", "review"]}[where]
                with Terminal(home, *args, rows=10) as terminal:
                    at = terminal.wait("[q]")
                    if "review" in where:
                        terminal.send(" ")
                        at = terminal.wait("[p]", at)
                        terminal.send("p")
                        at = terminal.wait("2/8", at)
                        at = terminal.wait("[q]", at)
                    if sig == signal.SIGINT and lang == "en":
                        terminal.send("\x03")
                    else:
                        terminal.child.send_signal(sig)
                    code = terminal.end()
                    name = f"{sig.name} in {where} ({lang})"
                    report.equal(f"{name}: exit code", code, 128 + sig)
                    report.check(f"{name}: terminal restored", terminal.restored())
                    rest = bare(terminal.text[at:])
                    report.check(f"{name}: one line about it",
                                 interrupted[lang] in rest and rest.count("amidojo: ") == 1, terminal.text[at:])
                    if "plain" not in where:
                        report.equal(f"{name}: back from the alternate screen", terminal.text.count("\x1b[?1049h"),
                                     terminal.text.count("\x1b[?1049l"))
                if "review" in where:
                    [(kind, correct)] = home.query("SELECT kind, correct FROM event ORDER BY id DESC LIMIT 1")
                    report.equal(f"{name}: the answer is saved", (kind, correct), ("review", 1))


def test_prompt(place):
    """The search prompt: Ctrl-C and SIGTERM end it, Ctrl-D goes home; the terminal is as it was."""
    for name, act, code in (
        ("Ctrl-C", lambda t: t.send("\x03"), 130),
        ("SIGTERM", lambda t: t.child.send_signal(signal.SIGTERM), 143),
    ):
        with Terminal(place.home("en")) as terminal:
            terminal.wait("[q]")
            terminal.send("/")
            at = terminal.wait("Search")
            terminal.send("sna")
            terminal.wait("sna", at)
            act(terminal)
            try:
                report.equal(f"{name} at the prompt: exit code", terminal.end(), code)
            except TimeoutError as error:
                report.check(f"{name} at the prompt ends it", False, error)
            report.check(f"{name} at the prompt: terminal restored", terminal.restored())


def test_end_of_input(place):
    """Keys that end too early: what was answered is saved, and one line says so."""
    for lang, words in (("en", "the input ended; everything you answered is saved"), ("ko", "저장")):
        for args, keys, saved in ((["review"], " p ", 1), (["review"], " ", 0), (["learn", "copies"], "  ", 0), ([], "r p", 1)):
            home = place.home(lang)
            if args[:1] == ["learn"]:
                home.store.unlink()
                shutil.rmtree(home.data / "backups")
            before = home.query("SELECT count(*) FROM event WHERE kind = 'review'") if home.store.exists() else [(0,)]
            done = home.run(*args, keys=keys)
            name = f"end of input: {args} {keys!r} ({lang})"
            report.check(f"{name}: one line", done.code == 1 and done.err.count("\n") == 1 and words in done.err, done)
            after = home.query("SELECT count(*) FROM event WHERE kind = 'review'")
            report.equal(f"{name}: saved", after[0][0] - before[0][0], saved)
    for keys in ("q", "\n\nq", "zzzz q", "\x1b[A q", "/AMI\nq", "/\nq", "\x00\x01\xff\xfeq"):
        done = place.home().run(keys=keys.encode("latin-1"))
        report.check(f"keys {keys!r} at home", done.code == 0 and not done.err, done)


def main():
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="amidojo-bad-") as folder:
        place = Place(folder)
        for test in (test_bad_stores, test_restore_after_damage, test_lost_store, test_empty_store, test_damaged_page, test_stray_log,
                     test_read_only, test_locked, test_full_by_limit, test_no_home, test_locale, test_narrow_output,
                     test_nonsense_in_environment, test_command_line, test_settings, test_output,
                     test_closed_descriptors, test_signals, test_prompt, test_end_of_input, test_full_disk):
            try:
                test(place)
            except (TimeoutError, OSError, sqlite3.Error) as error:
                report.check(test.__name__, False, repr(error))
    report.finish()


if __name__ == "__main__":
    main()

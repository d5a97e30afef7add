"""harness - what the tests of the whole program share: places to run it in, and ways to drive it.

    Tree     a private copy of the program that finds a small fixed course instead of the shipped one
    Home     a learner's home folder: run() is one run of the program with keys from a pipe or none
    Terminal the program on a pseudo terminal, byte for byte
    Tmux     the program on a terminal that draws: what a learner sees
    Report   counts what was held, and prints `N passed, N failed` last
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unicodedata

TESTS = pathlib.Path(__file__).resolve().parent
PACK = TESTS / "screens/pack/content"
PROGRAM = pathlib.Path(os.environ.get("AMIDOJO", TESTS.parent / "build/release/amidojo"))
SANITIZED = b"__asan_init" in PROGRAM.read_bytes()
SCALE = max(1, int(os.environ.get("AMIDOJO_TEST_SCALE") or 1))
UPDATE_GOLDEN = os.environ.get("AMIDOJO_UPDATE_GOLDEN") == "1"
PATIENCE = 120 if SANITIZED else 30  # seconds until something is called hung
ESCAPE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|.)")
SGR = re.compile(r"\x1b\[[0-9;]*m")
HANGUL = re.compile("[가-힣]")
# What runs in tmux: the program, then its exit code stays on the screen.
ENDING = 'trap : INT; "$@"; printf "\\n[exit %d]\\n" $?; exec sleep 1000'


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, ok, detail=""):
        """Counts one thing that must hold; `detail` is shown when it does not."""
        if ok:
            self.passed += 1
            return True
        self.failed += 1
        print(f"FAIL {name}")
        for line in str(detail).splitlines()[:40]:
            print(f"    {line}")
        return False

    def equal(self, name, got, wanted):
        return self.check(name, got == wanted, f"got:    {got!r}\nwanted: {wanted!r}")

    def fine(self, name, result):
        """A run that did it, and complained of nothing."""
        return self.check(name, result is not None and result.code == 0 and not result.err, result)

    def refused(self, name, result, code, *words):
        """A run that said why not, and nothing else."""
        return self.check(name, result.code == code and all(w in result.err for w in words) and not result.out, result)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed or not self.passed else 0)


def moment(day, time_of_day="09:00", offset="+09:00"):
    """AMIDOJO_NOW for a datetime.date."""
    return f"{day.isoformat()}T{time_of_day}:00{offset}"


def width(text):
    """Columns of a line of text without escape sequences, reckoned without the program's own code."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf", "Cc") or "\u1160" <= c <= "\u11ff"
        else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def bare(text):
    """The text without escape sequences."""
    return ESCAPE.sub("", text)


class Tree:
    """TREE/{Makefile,content,quizzes,build/x/amidojo}: the program takes TREE for its source tree."""

    def __init__(self, folder, content=PACK):
        self.folder = pathlib.Path(folder)
        self.program = self.folder / "build/x/amidojo"
        self.content = self.folder / "content"
        (self.folder / "quizzes").mkdir(parents=True)
        (self.folder / "Makefile").touch()
        shutil.copytree(content, self.content)
        self.program.parent.mkdir(parents=True)
        shutil.copy2(PROGRAM, self.program)
        locale = TESTS.parent / "build/locale"
        if locale.is_dir():
            shutil.copytree(locale, self.folder / "build/locale")


class Result:
    """How one run ended. `seconds` and `mib` are this run's alone."""

    def __init__(self, code, out, err, seconds, mib):
        self.code, self.out, self.err, self.seconds, self.mib = code, out, err, seconds, mib

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out[-1500:]}\nstderr: {self.err[-1500:]}"

    def json(self):
        return json.loads(self.out)


class Home:
    def __init__(self, folder, program=PROGRAM, lang=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = program
        self.data = self.folder / "data/amidojo"
        self.store = self.data / "progress.db"
        self.config = self.folder / "config/amidojo/config.yaml"
        self.now = "2026-03-02T09:00:00+09:00"
        self.lang = lang

    def environment(self, changes=None):
        """`changes`: names to add; None as a value takes one away."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "LC_ALL": "C.UTF-8",
            "TZ": "Asia/Seoul",
            "TERM": "xterm-256color",
            "AMIDOJO_NOW": self.now,
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TMPDIR"):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(changes or {})
        return {name: value for name, value in env.items() if value is not None}

    def command(self, args):
        return [str(self.program), *(["--lang", self.lang] if self.lang else []), *args]

    def run_and_kill(self, args, keys, random_, span, told, env=None):
        """Starts, feeds, kills after a random part of `span` seconds or once told(output) has a random number of
        items; the exit code and the output so far. told: the most there may be, and what reads them."""
        most, read_told = told
        child = subprocess.Popen(self.command(args), env=self.environment(env), stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        by_answers = random_.random() < 0.5
        until = random_.randint(1, most) if by_answers else None
        deadline = time.monotonic() + (PATIENCE if by_answers else random_.random() * span)
        text = b""
        try:
            child.stdin.write((keys or "").encode())
            child.stdin.close()
        except BrokenPipeError:
            pass
        while True:
            rest = deadline - time.monotonic()
            if rest <= 0 or not select.select([child.stdout], [], [], rest)[0]:
                break
            chunk = os.read(child.stdout.fileno(), 65536)
            text += chunk
            if not chunk:
                break
            if until and len(read_told(text.decode(errors="replace"))) >= until:
                time.sleep(random_.random() * 0.003)
                break
        child.kill()
        code = child.wait()
        text += child.stdout.read()
        child.stdout.close()
        return code, text.decode(errors="replace")

    def run(self, *args, keys=None, env=None, stdout=None, before=None):
        """One run to its end. `keys`: bytes or text for a pipe; None: an empty input.
        `stdout`: a file descriptor instead of a captured one. `before`: called in the child."""
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        start = time.monotonic()
        child = subprocess.Popen(
            self.command(args),
            env=self.environment(env),
            stdin=subprocess.DEVNULL if keys is None else subprocess.PIPE,
            stdout=out if stdout is None else stdout,
            stderr=err,
            preexec_fn=before,
        )
        timer = threading.Timer(PATIENCE, child.kill)
        timer.start()
        if keys is not None:
            try:
                child.stdin.write(keys.encode() if isinstance(keys, str) else keys)
                child.stdin.close()
            except BrokenPipeError:
                pass
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
            file.close()
        return Result(child.returncode, *texts, seconds, usage.ru_maxrss / 1024)

    def json(self, *args, **more):
        """The data that a run prints with --json."""
        return self.run(*args, "--json", **more).json()

    def query(self, sql, *values):
        """Rows of the store, read without changing it."""
        db = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def copy(self, folder):
        """A home with the same progress and settings."""
        shutil.copytree(self.folder, folder)
        other = Home(folder, self.program, self.lang)
        other.now = self.now
        return other


class Terminal:
    """The program on a pseudo terminal; what it wrote so far is in `text`."""

    def __init__(self, home, *args, columns=80, rows=24, env=None, stdout=None):
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.text = ""
        self.bytes = b""
        self.child = subprocess.Popen(
            home.command(args),
            env=home.environment(env),
            stdin=self.slave,
            stdout=self.slave if stdout is None else stdout,
            stderr=self.slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        os.close(self.master)
        os.close(self.slave)

    def resize(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys):
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def pump(self, seconds):
        """Takes in what comes within that time; False if nothing did."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        self.bytes += os.read(self.master, 65536)
        self.text = self.bytes.decode(errors="replace").replace("\r\n", "\n")
        return True

    def wait(self, text, after=0):
        """Until `text` was written behind the offset `after`; answers where it ends, or raises."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            at = self.text.find(text, after)
            if at >= 0:
                return at + len(text)
            self.pump(0.1)
        raise TimeoutError(f"{text!r} did not come; the end of what did: {self.text[-800:]!r}")

    def end(self):
        """Waits for the program to end; its exit code (negative: the signal)."""
        deadline = time.monotonic() + PATIENCE
        while self.child.poll() is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"it did not end: {self.text[-800:]!r}")
            self.pump(0.02)
        while self.pump(0.05):
            pass
        return self.child.returncode

    def restored(self):
        """Whether the terminal has the settings that it had."""
        return termios.tcgetattr(self.slave) == self.before


class Tmux:
    """A tmux server of our own; one program at a time on its screen."""

    def __init__(self, folder):
        self.socket = pathlib.Path(folder) / "tmux"
        conf = pathlib.Path(folder) / "tmux.conf"
        conf.write_text(
            "set -g status off\nset -g default-terminal tmux-256color\nset -sg escape-time 0\n"
        )
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "HOME": str(folder)}
        # not a daemon: it dies with this test, whatever ends the test
        self.server = subprocess.Popen(
            ["tmux", "-D", "-u", "-S", self.socket, "-f", conf], env=env, stdin=subprocess.DEVNULL
        )
        self.env = env
        deadline = time.monotonic() + PATIENCE
        while not self.socket.exists() and time.monotonic() < deadline:
            time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.kill()
        self.server.wait()

    def tmux(self, *args):
        done = subprocess.run(
            ["tmux", "-u", "-S", self.socket, *map(str, args)],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )
        if done.returncode:
            raise RuntimeError(f"tmux {args}: {done.stderr.decode()}")
        return done.stdout.decode()

    def start(self, home, *args, columns=80, rows=24, env=None):
        self.stop()
        words = [f"{name}={value}" for name, value in home.environment(env).items()]
        words = [w for w in words if not w.startswith("TERM=")] + ["TERM=tmux-256color"]
        words = ["sh", "-c", ENDING, "sh", "env", "-i", *words, *home.command(args)]
        self.tmux("new-session", "-d", "-x", columns, "-y", rows, "-s", "s", "--", *words)

    def stop(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-session", "-t", "s"], env=self.env,
                       stdin=subprocess.DEVNULL, capture_output=True)

    def key(self, *names):
        """tmux names of keys ("Enter", "C-c"), or characters."""
        self.tmux("send-keys", "-t", "s", *names)

    def type(self, text):
        self.tmux("send-keys", "-t", "s", "-l", text)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-t", "s", "-x", columns, "-y", rows)

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", "s").rstrip("\n") + "\n"

    def lines(self):
        """The lines as written: one that ran over the edge is longer than the screen is wide."""
        return [line.rstrip() for line in self.tmux("capture-pane", "-p", "-J", "-t", "s").splitlines()]

    def poll(self, wanted, patience=PATIENCE):
        """The screen as soon as wanted(screen), or whatever it is when patience ends."""
        deadline = time.monotonic() + patience
        while True:
            screen = self.screen()
            if wanted(screen) or time.monotonic() > deadline:
                return screen
            time.sleep(0.02)

    def wait(self, *wanted, gone=()):
        """Until all of these are on the screen, none of those in `gone`, and it stands still."""
        before = None

        def still(screen):
            nonlocal before
            flat = screen.replace("\u00a0", " ")
            there = all(w in flat for w in wanted) and not any(g in flat for g in gone)
            same, before = screen == before, screen
            return there and same

        screen = self.poll(still)
        if screen != before or not still(screen):
            raise TimeoutError(f"{wanted!r} did not come; on the screen:\n{screen}")
        return screen

    def exit_code(self):
        """Waits for the program to end."""
        ending = re.compile(r"^\[exit (\d+)\]", re.M)
        screen = self.poll(ending.search)
        found = ending.search(screen)
        if not found:
            raise TimeoutError("it did not end; on the screen:\n" + screen)
        return int(found[1])


def golden(report, path, got):
    """Compares with the file, or writes it when golden files are to be written anew."""
    if UPDATE_GOLDEN:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(got, encoding="utf-8")
    wanted = path.read_text(encoding="utf-8") if path.exists() else "(there is no such file)"
    report.check(f"golden {path.name}", got == wanted, f"--- wanted\n{wanted}--- got\n{got}")

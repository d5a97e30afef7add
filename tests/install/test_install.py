#!/usr/bin/env python3
"""test_install - `make install` makes a program that works from where it is put, and comes off.

Also: the manual page and the three completions know every command and option of the program.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["AMIDOJO_BUILD"])
SHARE = ROOT / "src/share"

EXPECTED = [
    "usr/bin/amidojo",
    "usr/share/bash-completion/completions/amidojo",
    "usr/share/fish/vendor_completions.d/amidojo.fish",
    "usr/share/locale/ko/LC_MESSAGES/amidojo.mo",
    "usr/share/man/man1/amidojo.1",
    "usr/share/zsh/site-functions/_amidojo",
]


def run(*command, check=True, **options):
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=250, **options
    )
    if check and done.returncode:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def make(target, destination):
    """With the settings of the build under test, so that nothing of it is built anew."""
    settings = shlex.split(os.environ.get("AMIDOJO_MAKE", ""))
    place = ["PREFIX=/usr", f"DESTDIR={destination}", f"VARIANT={BUILD.name}"]
    return run("make", "-C", str(ROOT), target, *settings, *place)


def files(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()
    )


def commands():
    return json.loads(run(os.environ["AMIDOJO"], "help", "--json"))


GLOBAL = ["--help", "--json", "--lang", "--plain", "--version"]


def settings():
    return sorted(json.loads(run(os.environ["AMIDOJO"], "config", "--json")))


def options_of(command):
    return ["--" + option["name"].lstrip("-") for option in command["options"]]


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="amidojo install ")
        cls.place = pathlib.Path(cls.temporary.name) / "root"
        cls.tree_program = os.stat(os.environ["AMIDOJO"]).st_mtime_ns
        make("install", cls.place)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def installed(self, *arguments, **options):
        """Runs the installed program from a folder where no tree is found by chance."""
        return run(str(self.place / "usr/bin/amidojo"), *arguments, cwd="/", **options)

    def test_files(self):
        content = [
            f"usr/share/amidojo/{path.relative_to(ROOT)}"
            for top in ("content", "quizzes")
            for path in (ROOT / top).rglob("*")
            if path.is_file() and not path.name.startswith(".")
        ]
        self.assertEqual(files(self.place), sorted(EXPECTED + content))

    def test_permissions(self):
        for name in files(self.place):
            mode = (self.place / name).stat().st_mode & 0o777
            self.assertEqual(mode, 0o755 if name == "usr/bin/amidojo" else 0o644, name)

    def test_version(self):
        version = re.search(r"^VERSION := (\S+)$", (ROOT / "Makefile").read_text(), re.M)[1]
        self.assertIn(version, self.installed("--version"))

    def test_finds_its_content(self):
        """The installed content is what it checks: damage there is what it reports."""
        self.installed("check")
        note = next((self.place / "usr/share/amidojo/content/notes").rglob("*.yaml"))
        text = note.read_text()
        try:
            note.write_text(text + "\nno-such-key: true\n")
            done = subprocess.run(
                [str(self.place / "usr/bin/amidojo"), "check"],
                cwd="/",
                capture_output=True,
                text=True,
            )
        finally:
            note.write_text(text)
        self.assertEqual(done.returncode, 1)
        self.assertIn(note.name, done.stdout + done.stderr)
        self.assertNotIn(str(ROOT / "content"), done.stdout + done.stderr)

    def test_finds_its_catalogue(self):
        self.assertRegex(self.installed("--help", "--lang", "ko"), "[가-힣]{2}")

    def test_the_tree_is_left_alone(self):
        self.assertEqual(os.stat(os.environ["AMIDOJO"]).st_mtime_ns, self.tree_program)

    def test_uninstall(self):
        with tempfile.TemporaryDirectory(prefix="amidojo-uninstall-") as place:
            place = pathlib.Path(place)
            make("install", place)
            kept = place / "usr/share/amidojo/mine.txt"
            kept.write_text("not ours\n")
            make("uninstall", place)
            self.assertEqual(files(place), ["usr/share/amidojo/mine.txt"])
            kept.unlink()
            make("uninstall", place)
            self.assertFalse((place / "usr/share/amidojo").exists())


class Manual(unittest.TestCase):
    def setUp(self):
        self.text = (SHARE / "amidojo.1").read_text()

    def test_lint(self):
        self.assertEqual(
            run("mandoc", "-Tlint", "-Wwarning", str(SHARE / "amidojo.1"), check=False), ""
        )

    def test_commands_and_options(self):
        sections = dict(re.findall(r"^\.Ss (\S+)\n(.*?)(?=^\.S[hs] )", self.text, re.M | re.S))
        self.assertEqual(sorted(sections), sorted(c["name"] for c in commands()))
        for command in commands():
            for option in options_of(command):
                with self.subTest(command=command["name"], option=option):
                    written = re.search(rf"Fl {option[1:]}(?![-\w])", sections[command["name"]])
                    self.assertTrue(written)

    def test_settings(self):
        for setting in settings():
            self.assertEqual(len(re.findall(rf"(?m)^\.It Ic {setting}$", self.text)), 1, setting)

    def test_global_options(self):
        for option in GLOBAL:
            self.assertTrue(re.search(rf"(?m)^\.It Fl {option[1:]}(?![-\w])", self.text), option)


class Completions(unittest.TestCase):
    def bash(self, *words):
        script = (
            'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
            "_amidojo; printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        found = run("bash", "-c", script, "bash", str(SHARE / "amidojo.bash"), *words)
        return [word.strip() for word in found.splitlines()]

    def test_bash(self):
        names = [command["name"] for command in commands()]
        self.assertEqual([n for n in names if n not in self.bash("amidojo", "")], [])
        for command in commands():
            found = self.bash("amidojo", command["name"], "-")
            with self.subTest(command["name"]):
                self.assertEqual(sorted({*options_of(command), *GLOBAL} - {*found}), [])

    def test_bash_completes_the_word(self):
        self.assertEqual(self.bash("amidojo", "revi"), ["review"])
        self.assertEqual(self.bash("amidojo", "--lang", ""), ["both", "en", "ko"])
        self.assertEqual(self.bash("amidojo", "config", ""), settings())

    def test_zsh(self):
        text = (SHARE / "_amidojo").read_text()
        self.assertEqual([option for option in GLOBAL if option not in text], [])
        self.assertEqual([key for key in settings() if f"\t'{key}:" not in text], [])
        for command in commands():
            with self.subTest(command["name"]):
                self.assertTrue(re.search(rf"(?m)^\s+'{command['name']}:", text))
                own = re.search(rf"(?ms)^\s*{command['name']}\)$(.*?);;", text)
                found = own[1] if own else ""
                self.assertEqual([o for o in options_of(command) if o not in found], [])

    def test_fish(self):
        text = (SHARE / "amidojo.fish").read_text()
        self.assertEqual([o for o in GLOBAL if f"\ncomplete -c amidojo -l {o[2:]} " not in text], [])
        keys = re.search(r"_from config' .\n +-a '(.*)'", text)[1]
        self.assertEqual(sorted(keys.split()), settings())
        for command in commands():
            with self.subTest(command["name"]):
                listed = re.search(rf"(?m)^complete .*_use_subcommand -a {command['name']} ", text)
                self.assertTrue(listed)
                own = re.findall(rf"(?m)^complete .*_from {command['name']}' .*$", text)
                found = {f"--{n}" for line in own for n in re.findall(r" -l ([a-z-]+)", line)}
                found |= {f"-{n}" for line in own for n in re.findall(r" -s ([a-zA-Z])", line)}
                self.assertEqual([o for o in options_of(command) if o not in found], [])

    def test_syntax(self):
        """Where the shell itself is at hand, it reads its completion without complaint."""
        for shell, name in (("bash", "amidojo.bash"), ("zsh", "_amidojo"), ("fish", "amidojo.fish")):
            if any((pathlib.Path(p) / shell).exists() for p in os.environ["PATH"].split(":")):
                with self.subTest(shell):
                    run(shell, "-n", str(SHARE / name))


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    bad = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    print(f"{result.testsRun - len(bad)} passed, {len(bad)} failed")
    sys.exit(bool(bad))

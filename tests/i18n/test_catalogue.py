#!/usr/bin/env python3
"""test_catalogue - every message has its Korean, and the program finds and chooses it."""

import gettext
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "build/locale/ko/LC_MESSAGES/amidojo.mo"
HANGUL = re.compile("[가-힣]")


def amidojo(*arguments, **changes):
    """What the program prints when the environment has these names changed (None: unset)."""
    env = {**os.environ, **changes}
    env = {name: value for name, value in env.items() if value is not None}
    done = subprocess.run(
        [os.environ["AMIDOJO"], *arguments],
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    return done.stdout + done.stderr


class Catalogue(unittest.TestCase):
    def setUp(self):
        with open(CATALOGUE, "rb") as file:
            self.messages = {
                key if isinstance(key, str) else key[0]: text
                for key, text in gettext.GNUTranslations(file)._catalog.items()
                if key
            }

    def test_every_message_is_translated(self):
        done = subprocess.run(
            ["src/tools/messages.sh", "check"], cwd=ROOT, capture_output=True, text=True
        )
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_sentences_are_korean(self):
        for english, korean in self.messages.items():
            words = re.findall(r"(?<![-%\w])[a-z]{2,}(?![-\w])", english)
            with self.subTest(english):
                self.assertTrue(len(words) < 3 or HANGUL.search(korean), korean)

    def test_no_message_is_decomposed_or_broken(self):
        for english, korean in self.messages.items():
            with self.subTest(english):
                self.assertNotRegex(korean, "[\u1100-\u11ff\ufffd]")

    def test_names_to_type_are_kept(self):
        """An option, a command in quotes or a variable is typed as it is, in any language."""
        for english, korean in self.messages.items():
            for name in re.findall(r"--[a-z][a-z-]+|AMIDOJO_[A-Z]+|`amidojo[^`]*`", english):
                with self.subTest(english):
                    self.assertIn(name, korean)


class Choice(unittest.TestCase):
    """--lang, then AMIDOJO_LANG, then the locale; Korean needs no installed locale."""

    CASES = [
        # arguments, environment, is it Korean
        (["--lang", "ko"], {}, True),
        (["--lang", "en"], {"AMIDOJO_LANG": "ko"}, False),
        (["--lang", "ko"], {"AMIDOJO_LANG": "en", "LC_ALL": "C"}, True),
        ([], {"AMIDOJO_LANG": "ko"}, True),
        ([], {"AMIDOJO_LANG": "en", "LC_ALL": None, "LANG": "ko_KR.UTF-8"}, False),
        ([], {"LC_ALL": None, "LANG": "ko_KR.UTF-8"}, True),
        ([], {"LC_ALL": "ko_KR.UTF-8"}, True),
        ([], {"LC_ALL": "C.UTF-8"}, False),
    ]

    def test_language(self):
        for arguments, changes, korean in self.CASES:
            with self.subTest(arguments=arguments, environment=changes):
                text = amidojo("--help", *arguments, **changes)
                self.assertEqual(len(HANGUL.findall(text)) > 20, korean, text)


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    bad = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    print(f"{result.testsRun - len(bad)} passed, {len(bad)} failed")
    sys.exit(bool(bad))

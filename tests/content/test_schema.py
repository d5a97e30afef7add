#!/usr/bin/env python3
"""The JSON Schemas for editors and `amidojo check` must agree: on what ships, and on broken files."""
import json
import os
import subprocess
import sys
import tempfile

import jsonschema
import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import PROGRAM, Report  # noqa: E402

report = Report()


HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
KINDS = ("note", "bank", "lab", "world", "exam", "topics", "facts", "faults", "prices")
class Loader(yaml.SafeLoader):
    """Dates stay text, as they are for an editor."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def verdict(ok, name, detail=""):
    report.check(name, ok, detail)


def validators():
    folder = os.path.join(ROOT, "content/schema")
    store = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding="utf-8") as f:
            store[name] = json.load(f)
    made = {}
    for kind in KINDS:
        schema = store[kind + ".json"]
        jsonschema.Draft202012Validator.check_schema(schema)
        resolver = jsonschema.RefResolver("", schema, store=store)
        made[kind] = jsonschema.Draft202012Validator(schema, resolver=resolver)
    return made


def kind_of(document):
    return next((k for k in KINDS if isinstance(document, dict) and k in document), None)


def yaml_files(folder):
    for parent, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".yaml"):
                yield os.path.join(parent, name)


def check_accepts(path):
    with tempfile.TemporaryDirectory() as home:
        env = {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        return subprocess.run([PROGRAM, "check", path], env=env, stdin=subprocess.DEVNULL,
                              capture_output=True).returncode == 0


def test_shipped(made):
    for folder in ("content", "quizzes"):
        for path in yaml_files(os.path.join(ROOT, folder)):
            with open(path, encoding="utf-8") as f:
                document = yaml.load(f, Loader)
            problem = next(made[kind_of(document)].iter_errors(document), None)
            verdict(problem is None, path, problem and f"{problem.json_path}: {problem.message[:200]}")


NOTE = {
    "note": "a-note", "title": {"en": "A", "ko": "가"}, "topic": "basics", "exams": {"saa-c03": [1, 2]},
    "facts": ["AN-01"], "sources": [{"url": "https://example.com", "read": "2026-11-21"}],
    "cues": [{"id": "a", "ask": {"en": "Q", "ko": "물음"}, "answer": {"en": "A", "ko": "답"}}],
    "body": {"en": "B", "ko": "본문"}, "summary": {"en": "S", "ko": "요약"},
}


def variations():
    """One change each; what the schema thinks of the result must be what `check` thinks."""
    yield "as it is", NOTE
    for key in NOTE:
        yield f"without {key}", {k: v for k, v in NOTE.items() if k != key}
    yield "unknown key", {**NOTE, "colour": "red"}
    yield "text as scalar", {**NOTE, "title": "A"}
    yield "unknown language", {**NOTE, "title": {"en": "A", "de": "B"}}
    yield "empty text", {**NOTE, "title": {"en": "", "ko": "가"}}
    yield "no language", {**NOTE, "title": {}}
    yield "no cues", {**NOTE, "cues": []}
    yield "no sources", {**NOTE, "sources": []}
    yield "http source", {**NOTE, "sources": [{"url": "http://example.com", "read": "2026-11-21"}]}
    yield "bad date", {**NOTE, "sources": [{"url": "https://example.com", "read": "yesterday"}]}
    yield "exams as list", {**NOTE, "exams": ["saa-c03"]}
    yield "domain 0", {**NOTE, "exams": {"saa-c03": 0}}
    yield "one domain", {**NOTE, "exams": {"saa-c03": 1}}
    yield "id with blank", {**NOTE, "note": "a note"}
    yield "cue without answer", {**NOTE, "cues": [{"id": "a", "ask": {"en": "Q"}}]}
    yield "cue with extra key", {**NOTE, "cues": [{**NOTE["cues"][0], "hint": "x"}]}
    yield "facts as word", {**NOTE, "facts": "AN-01"}


def test_same_verdict(made):
    with tempfile.TemporaryDirectory() as folder:
        for name, note in variations():
            path = os.path.join(folder, "note.yaml")
            with open(path, "w", encoding="utf-8") as f:
                yaml.safe_dump(note, f, allow_unicode=True, sort_keys=False)
            kind = kind_of(note)
            schema_ok = kind is not None and made[kind].is_valid(note)
            check_ok = check_accepts(path)
            verdict(schema_ok == check_ok, f"{name}: schema and check differ", f"schema {schema_ok}, check {check_ok}")


made = validators()
test_shipped(made)
test_same_verdict(made)
report.finish()

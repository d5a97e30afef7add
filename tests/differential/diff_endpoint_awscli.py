#!/usr/bin/env python3
"""diff_endpoint_awscli - Debian's AWS CLI (2.9.19) through the endpoint against our own on an equal world.

    diff_endpoint_awscli.py [NAME...]     the sessions of these names; else all

Each command line of a session is run by both, ours on a world in memory, that one on a fresh world
behind `amidojo serve`: with --output json and without --query, so that all values are seen (query and
outputs have suites of their own). Held are exit codes, values, and codes and texts of faults. What
2.9.19 does not know is run by our own command line instead, so that the worlds stay equal, and counted.
The CLI runs in this process, since its start costs more than the call; its sleeps move the world's clock.
"""

import concurrent.futures
import contextlib
import io
import json
import os
import re
import sys
import tempfile
import time

try:
    import awscli.clidriver
    import botocore.loaders  # which is now the one that awscli has of its own
    import botocore.session
    import botocore.validate
    import jmespath
except ImportError:
    print("skipped: python3 here has no awscli\n0 passed, 0 failed")
    sys.exit(0)

from endpoint_calls import (Driver, Endpoint, Held, differences, fault_text, finish, guarded, known_part, play, quoted,
                            sessions, unknown_member, untyped, without_tokens)

# --- What 2.9.19 does otherwise: all of it is here, each with its reason --------------------------------

NEWER_OPTIONS = {"--cli-error-format"}  # global options that came later

# AWS_DATA_PATH has been set by awscli when it was imported.
KEPT = ("PATH", "HOME", "TMPDIR", "LC_ALL", "AMIDOJO", "AWS_DATA_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS")

# --- The other CLI ---------------------------------------------------------------------------------------

def use_one_loader():
    """Models are read once a process, not once a command."""
    loaders, create = {}, botocore.loaders.create_loader
    botocore.session.create_loader = lambda path=None: loaders.get(path) or loaders.setdefault(path, create(path))


def run_theirs(words, settings, endpoint):
    """(exit code, stdout, stderr). Where it would sleep, the world's time passes."""
    out, err, sleep = io.StringIO(), io.StringIO(), time.sleep
    time.sleep = lambda seconds: endpoint.advance(seconds * 1000)
    os.environ.update(settings)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = awscli.clidriver.create_clidriver().main([*words, "--endpoint-url", endpoint.url])
    except SystemExit as end:
        code = end.code
    finally:
        time.sleep = sleep
        for name in settings:
            del os.environ[name]
    return code, out.getvalue(), err.getvalue()


class Model:
    """What 2.9.19 knows of a service."""

    def __init__(self):
        self.session, self.services = botocore.session.get_session(), {}

    def service(self, name):
        if name not in self.services:
            try:
                self.services[name] = self.session.get_service_model(name)
            except botocore.exceptions.UnknownServiceError:
                self.services[name] = None
        return self.services[name]

    def unknown(self, call):
        """Why it cannot make the call, or None."""
        service = self.service(call["service"])
        if service is None:
            return "services that are newer"
        if call["operation"] not in service.operation_names:
            return "operations that are newer"
        shape = service.operation_model(call["operation"]).input_shape
        request = untyped(call["request"])
        if request and (shape is None or unknown_member(shape, request)):
            return "parameters that are newer"
        if shape is not None and botocore.validate.ParamValidator().validate(request, shape).has_errors():
            return "parameters with stricter rules then"  # what is required, how short a name may be
        return None

    def knows_waiter(self, words):
        place = words.index("wait")
        try:
            names = self.session.get_waiter_model(words[place - 1]).waiter_names
        except botocore.exceptions.UnknownServiceError:
            return False
        return words[place + 1] in (botocore.xform_name(n, "-") for n in names)


# --- One command line --------------------------------------------------------------------------------------


def all_values(words):
    """The command line with all its values as JSON."""
    kept, skip = [], False
    for word in words:
        if skip or re.match("--(query|output)=", word):
            skip = False
        elif word in ("--query", "--output"):
            skip = True
        else:
            kept.append(word)
    return [*kept, "--output", "json"]


def queried(words, out):
    """What the command line would have printed as text: the value of a variable."""
    value = jmespath.search(words[words.index("--query") + 1], json.loads(out))
    return "\t".join(map(str, value)) if isinstance(value, list) else str(value)


def reason_to_pass_over(model, words, calls):
    for call in calls:
        reason = "operation" in call and model.unknown(call)
        if reason:
            return reason
    if NEWER_OPTIONS & {word.split("=")[0] for word in words}:
        return "options that are newer"
    if not calls:
        return "command lines that call nothing"
    if "wait" in words and not model.knows_waiter(words):
        return "waiters that are newer"
    return None


def values(model, calls, out):
    """What a command printed, as far as 2.9.19 knows it."""
    value = json.loads(out) if out.strip() else {}
    called = next(call for call in calls if "operation" in call)
    shape = model.service(called["service"]).operation_model(called["operation"]).output_shape
    return without_tokens(known_part(shape, value) if isinstance(value, dict) else value, called["request"])


def compare(model, ours, theirs):
    """None, or how they differ. ours: of the driver; theirs: (code, out, err)."""
    code, out, err = theirs
    if ours["code"] != code:
        return f"exit {code}, not {ours['code']}\n{out}{err}\n--- ours\n{ours['out']}{ours['err']}"
    if fault_text(ours["err"]) != fault_text(err):
        return f"{fault_text(err)!r}, not {fault_text(ours['err'])!r}"
    try:
        want, got = (values(model, ours["calls"], text) for text in (ours["out"], out))
    except json.JSONDecodeError as error:
        return f"{error}: {out[:300]!r}"
    return "\n".join(differences(want, got))


# --- The sessions ----------------------------------------------------------------------------------------------


def run_file(path):
    held, model = Held(path.name), Model()
    with tempfile.TemporaryDirectory() as served, tempfile.TemporaryDirectory() as folder, \
            Driver(folder) as driver:
        with Endpoint(served) as endpoint:
            os.environ.update(AWS_CONFIG_FILE=str(driver.config), AWS_SHARED_CREDENTIALS_FILE=str(driver.credentials))

            def command(step, words, settings):
                told = words if step.code() in (252, 253, 255) else all_values(words)
                ours = driver.ask(words=told, env=settings)
                reason = reason_to_pass_over(model, words, ours["calls"])
                where = f"{path.name}:{step.number}: {quoted(told)}"
                if not ours["calls"] and ours["code"]:  # what is said then differs by version
                    code, out, err = run_theirs(told, settings, endpoint)
                    held.hold(where, f"exit {code}, not {ours['code']}\n{out}{err}" if code != ours["code"] else None)
                elif reason:
                    held.passed_over[reason] += 1
                    if ours["calls"]:
                        endpoint.our_cli(told, settings)
                else:
                    held.hold(where, compare(model, ours, run_theirs(told, settings, endpoint)))
                return queried(words, ours["out"]) if step.name else ours["out"]

            play(path, lambda word: endpoint.advance(driver.prompt(word)), command)
        held.hold(f"{path.name}: the end", endpoint.problem)
    return held


def work(path):
    return guarded(run_file, path)


def begin():
    """Settings of a process that runs the CLI, which copies its environment hundreds of times a command."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    os.environ.clear()
    # One attempt: the world in memory answers once, and each attempt is a tick of the clock.
    os.environ.update(kept, AWS_PAGER="", AWS_MAX_ATTEMPTS="1", AWS_EC2_METADATA_DISABLED="true", TZ="UTC")
    time.tzset()
    use_one_loader()


if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor(2, initializer=begin) as pool:
        finish("awscli", list(pool.map(work, sessions())), 2000)

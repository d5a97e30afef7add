#!/usr/bin/env python3
"""diff_endpoint - our command line through the endpoint against the same on a world of its own.

    diff_endpoint.py [NAME...]     the sessions of these names; else all

Each session is typed anew, on a fresh world behind `amidojo serve`, with AWS_ENDPOINT_URL set; time
passes by words at the prompt on the same world while it is served. What is printed on both streams and
the exit code must be what the session says, byte for byte: that is what test_cases.py holds the command
line to without an endpoint. Sessions that say nothing (endpoint-*.txt) are typed on a world without an
endpoint as well. One test is a command line.
"""

import difflib
import re
import tempfile

from endpoint_calls import MORE, Endpoint, Held, casefile, each_session, finish, play

# --- Differences that are no defects: all of them are here, each with its reason ----------------------

# The CLI makes the token of a call that has none by chance; without an endpoint it follows from the seed.
TOKEN = re.compile(r'("ClientToken": ")[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"')


def normalised(lines):
    return [TOKEN.sub(r'\1(made)"', line) for line in lines]


# --- The sessions ---------------------------------------------------------------------------------------


def run_file(path):
    held = Held(path.name)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        embedded = casefile.Program(other)
        with Endpoint(folder) as endpoint:

            def prompt(word):
                done = endpoint.home.run("sim", keys=casefile.prompt_line(word) + "\n", env=casefile.SEED)
                if done.code or done.err:
                    held.hold(f"{path.name}: > {word}", str(done))

            def command(step, words, settings):
                done = endpoint.our_cli(words, settings)
                where = f"{path.name}:{step.number}: {step.raw[0]}"
                if path in MORE:
                    step.expect = casefile.render(*embedded.aws(words, settings))
                if step.name is not None:
                    held.hold(where, str(done) if done.code else None)
                    return done.out
                want, got = (normalised(lines) for lines in
                             (step.expect or [], casefile.render(done.code, done.out, done.err)))
                text = difflib.unified_diff(want, got, "embedded", "through the endpoint", lineterm="", n=1)
                held.hold(where, "\n".join(text) if want != got else None)
                return done.out

            play(path, prompt, command)
        held.hold(f"{path.name}: the end", endpoint.problem)
    return held


if __name__ == "__main__":
    finish("our CLI", each_session(run_file), 2000)

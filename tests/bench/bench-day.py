#!/usr/bin/env python3
"""A learner's day as whole processes: the home screen, and the time from an answer to the next card.

Budgets (design): home with shipped content under 20 ms, with 10,000 cards under 100 ms; an answer to the
next card, durable, p99 under 20 ms.
"""
import os
import subprocess
import sys
import tempfile
import time

PROGRAM = os.environ["AMIDOJO"]
CARDS = int(sys.argv[1]) if len(sys.argv) > 1 else 10000


def environment(home, **more):
    return {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **more}


def best_of(env, args, rounds=20):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run([PROGRAM, *args], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return times[0], times[len(times) // 2]


def show(name, best, median):
    print(f"{name:<34} {best:10.1f} ms   median {median:.1f} ms")


def generated_pack(folder):
    os.makedirs(folder)
    for note in range(CARDS // 10):
        cues = "".join(
            f"  - id: card-{i}\n    ask: {{en: Question {note} {i}?, ko: 물음 {note} {i}}}\n"
            f"    answer: {{en: Answer {i}., ko: 답 {i}}}\n" for i in range(10))
        with open(f"{folder}/note-{note}.yaml", "w", encoding="utf-8") as f:
            f.write(f"note: note-{note}\ntitle: {{en: Note {note}, ko: 노트 {note}}}\ntopic: topic-{note % 12}\n"
                    f'sources: [{{url: "https://example.com", read: 2026-11-21}}]\ncues:\n{cues}'
                    "body: {en: Body., ko: 본문}\nsummary: {en: Short., ko: 요약}\n")


def answer_times(env, count):
    """Milliseconds from the key that answers to the acknowledgement that follows its commit."""
    subprocess.run([PROGRAM, "learn", "--new", str(count)], env={**env, "AMIDOJO_NOW": "2026-11-20T09:00:00+09:00"},
                   input=b" " * (count * 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    review = subprocess.Popen([PROGRAM, "review"], env={**env, "AMIDOJO_NOW": "2026-11-21T09:00:00+09:00"},
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    times = []
    for _ in range(count):
        review.stdin.write(b" ")
        start = time.perf_counter()
        review.stdin.write(b"p")
        while True:
            line = review.stdout.readline()
            if not line or b": Passed" in line:
                break
        if not line:
            break
        times.append((time.perf_counter() - start) * 1000)
    review.stdin.close()
    review.wait()
    return sorted(times)


with tempfile.TemporaryDirectory() as home:
    env = environment(home)
    show("home, shipped content", *best_of(env, []))
    times = answer_times(env, 200)
    print(f"{'answer to next card, durable':<34} {times[len(times) // 2]:10.1f} ms   "
          f"p99 {times[len(times) * 99 // 100]:.1f} ms   ({len(times)} answers)")
    generated_pack(home + "/pack")
    env["AMIDOJO_PATH"] = home + "/pack"
    show(f"home, {CARDS} cards more, first time", *best_of(env, [], 1))
    time.sleep(3)
    best_of(env, [], 2)
    show(f"home, {CARDS} cards more", *best_of(env, []))

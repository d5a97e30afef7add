#!/usr/bin/env python3
"""A lab played through on a terminal, word for word, in each language and width: in the learner's shell and at the
simulator's prompt."""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import PACK, Home, Report, Tmux, Tree, golden, width  # noqa: E402

SIZES = ((40, 30), (80, 30))
SHARE = 'aws ec2 modify-image-attribute --image-id $AMI --launch-permission "Add=[{UserId=444455556666}]"'
TAG = "aws ec2 create-tags --resources $AMI --tags Key=Name,Value=lent"
FIND = "AMI=$(aws ec2 describe-images --owners self --query 'Images[0].ImageId' --output text)"
report = Report()


class Player:
    def __init__(self, tmux, home, place, size):
        self.tmux, self.place, self.size = tmux, place, size
        home.now = "2026-11-21T18:00:00+09:00"
        home.folder.joinpath(".bashrc").write_text("PS1='$ '\n")
        word = {"shell": "shell", "prompt": "sim"}[place]
        tmux.start(home, word, columns=size[0], rows=size[1], env={"SHELL": "/bin/bash"})
        self.lang = home.lang

    def ready(self, screen):
        """The prompt stands last, and nothing behind it."""
        return screen.rstrip().endswith("\n$") if self.place == "shell" else screen.rstrip().endswith(">")

    def line(self, text):
        """Types it, and waits for the prompt that comes then."""
        self.tmux.type(text)
        self.tmux.poll(lambda screen: "".join(screen.split()).endswith("".join(text.split())))
        self.tmux.key("Enter")
        self.tmux.poll(self.ready)

    def clear(self):
        self.tmux.key("C-l")
        self.tmux.poll(lambda screen: len(screen.split("\n")) < 5)

    def snap(self, name, *wanted):
        screen = self.tmux.wait(*wanted)
        full = f"lab-{self.place}-{name}.{self.lang}.{self.size[0]}"
        golden(report, HERE / "golden" / f"{full}.txt", screen)
        wide = [line for line in screen.split("\n") if width(line) > self.size[0]]
        report.check(f"{full}: no line is too wide", not wide, wide)


def tour(player):
    """Begins, looks, takes a hint, does both tasks and leaves."""
    done = "[done]" if player.lang == "en" else "[완료]"
    player.tmux.wait(">" if player.place == "prompt" else "$")
    player.clear()
    player.line("lab list")
    player.snap("list", "lend-image")
    player.clear()
    player.line("lab start lend-image")
    player.snap("start", "1/2 lend")
    player.clear()
    player.line("lab check")
    player.snap("check", "[not yet]" if player.lang == "en" else "[아직]")
    player.line("lab check -v")
    player.snap("check-v", "AuthFailure")
    player.line(FIND)
    player.clear()
    player.line("lab hint")
    player.snap("hint", "2")
    player.clear()
    player.line(SHARE)
    player.snap("passed", done, "2/2 name")
    player.clear()
    player.line("lab hint")
    player.snap("no-hint", "lab solution")
    player.clear()
    player.line("undo")
    player.line("redo")
    player.snap("undone", "Add=")
    player.clear()
    player.line(TAG)
    player.snap("done", "lend-image 2/2")
    player.clear()
    player.line("lab")
    player.snap("over", "1/2 lend", "lend-image 2/2")
    player.clear()
    player.line("lab stop")
    player.snap("stopped", "anew" if player.lang == "en" else "처음부터")
    leave(player)
    report.equal(f"{player.place} {player.lang}: it ends as it should", player.tmux.exit_code(), 0)


def leave(player):
    player.tmux.type("exit")
    player.tmux.key("Enter")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tree = Tree(folder / "tree", PACK)
        with Tmux(folder) as tmux:
            for place in ("shell", "prompt"):
                for lang in ("en", "ko"):
                    for size in SIZES:
                        home = Home(folder / f"{place}-{lang}-{size[0]}", tree.program, lang)
                        tour(Player(tmux, home, place, size))
                        tmux.stop()
    report.finish()


main()

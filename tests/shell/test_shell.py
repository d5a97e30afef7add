#!/usr/bin/env python3
"""`amidojo shell`: the learner's own shell with `aws` being the simulator, whatever their own files say, and with
nothing of a real account left in it. An `aws` that stands for the real one lies on PATH, and is never called.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "sim")]
import casefile  # noqa: E402
from harness import PROGRAM, UPDATE_GOLDEN, Home, Report, Terminal, bare  # noqa: E402

SCRIPT, ANSWER = HERE / "script60.sh", HERE / "script60.out"
WHO = "aws sts get-caller-identity --query Account --output text"
OURS = "123456789012\n"
# What a learner's own files do: a real aws first on PATH, under that name too, and a real account.
RC = {
    "bash": (".bashrc", 'PATH={real}:$PATH\nalias aws="echo REAL"\nexport AWS_PROFILE=work\nPS1="mine> "\n'),
    "zsh": (".zshrc", 'path=({real} $path)\nalias aws="echo REAL"\nexport AWS_PROFILE=work\nPS1="mine> "\n'),
    "fish": ("config/fish/config.fish", "set -gx PATH {real} $PATH\nfunction aws; echo REAL; end\n"
             "set -gx AWS_PROFILE work\nfunction fish_prompt; printf 'mine> '; end\nfunction fish_greeting; end\n"),
    "dash": (".shinit", 'PATH={real}:$PATH\nalias aws="echo REAL"\nPS1="mine> "\n'),
}
report = Report()


class Place(Home):
    """A home whose learner has all that, and a real account."""

    def __init__(self, folder, shell="/bin/bash"):
        super().__init__(folder)
        self.shell = shell
        self.bin = self.data / "bin"
        self.real = self.folder / "real"
        self.real.mkdir(exist_ok=True)
        (self.real / "aws").write_text(f"#!/bin/sh\necho called >>'{self.real}/log'\necho REAL\n")
        (self.real / "aws").chmod(0o755)
        for name, text in RC.values():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text.replace("{real}", f"'{self.real}'"))

    def environment(self, changes=None):
        env = {"SHELL": self.shell, "PATH": f"{self.real}:{os.environ['PATH']}", "AMIDOJO_SEED": "1",
               "AWS_PROFILE": "work", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
               "ENV": str(self.folder / ".shinit"), "AWS_PAGER": ""}
        return super().environment({**env, **(changes or {})})

    def never_called(self, where):
        report.check(f"{where}: no other aws is called", not (self.real / "log").exists())


def home(folder, name, **more):
    return Place(folder / name, **more)


def shells():
    """Those that are on this machine: name -> path."""
    found = {name: shutil.which(name) for name in RC}
    return {name: path for name, path in found.items() if path}


def runs_commands(folder):
    h = home(folder, "runs")
    got = h.run("shell", "-c", WHO)
    report.equal("-c", (got.code, got.out, got.err), (0, OURS, ""))
    report.equal("the exit code is the shell's", h.run("shell", "-c", "exit 7").code, 7)
    report.equal("a signal ends it", h.run("shell", "-c", "kill -9 $$").code, -9)
    got = h.run("shell", "-c", 'printf "<%s>" "$0" "$@"', "--", "name", "-x", "a b")
    report.equal("words for -c", (got.code, got.out, got.err), (0, "<name><-x><a b>", ""))
    got = h.run("shell", keys=WHO + " | tr 1 x; exit 3\n")
    report.equal("lines of standard input", (got.code, got.out, got.err), (3, OURS.replace("1", "x"), ""))
    script = h.folder / "a script.sh"
    script.write_text('echo "$#" "$1"\nset -e\n' + WHO + "\naws ec2 describe-images --image-ids ami-1 2>/dev/null\n")
    got = h.run("shell", str(script), "한글", keys="")
    report.equal("a script", (got.code, got.out, got.err), (254, "1 한글\n" + OURS, ""))
    script.write_text(f"#!/usr/bin/env python3\nimport os, sys\nprint(sys.argv[1])\nsys.exit(os.system('{WHO}') >> 8)\n")
    script.chmod(0o755)
    got = h.run("shell", "--", str(script), "--flag")
    report.equal("a script in another language", (got.code, sorted(got.out.split())), (0, ["--flag", OURS.strip()]))
    got = h.run("shell", "-c", "amidojo shell -c 'aws --version; exit 4'; echo $? $(type -P aws | wc -l)")
    report.equal("a shell in a shell", (got.code, got.out.split("\n")[1:]), (0, ["4 1", ""]))
    h.never_called("commands")


def environment(folder):
    h = home(folder, "environment")
    more = {"LANGUAGE": "de:fr", "AWS_REGION": "eu-west-1", "AWS_CLI_FILE_ENCODING": "UTF-8", "LC_ALL": None}
    lines = h.run("--lang", "ko", "shell", "--world", "other", "-c", "env", env=more).out.splitlines()
    env = dict(line.split("=", 1) for line in lines if "=" in line)
    got = {n: v for n, v in env.items() if n.startswith("AWS_")}
    report.equal("of AWS_* only what is harmless", got, {
        "AWS_PAGER": "", "AWS_REGION": "eu-west-1", "AWS_CLI_FILE_ENCODING": "UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": str(h.data / "aws/config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(h.data / "aws/credentials")})
    report.equal("LANGUAGE is as it was", env.get("LANGUAGE"), "de:fr")
    report.equal("what was asked for", [env.get(n) for n in ("AMIDOJO_WORLD", "AMIDOJO_LANG", "AMIDOJO_SHELL")],
                 ["other", "ko", "1"])
    report.equal("our folder is first on PATH, once", [p == str(h.bin) for p in env["PATH"].split(":")].index(True)
                 + env["PATH"].count(str(h.bin)), 1)
    made = "aws ec2 create-volume --size 1 --availability-zone eu-west-1a --query VolumeId --output text"
    h.run("shell", "--world", "other", "-c", made, env=more)
    report.check("the world that was named", (h.data / "worlds/other.db").exists()
                 and not (h.data / "worlds/default.db").exists())
    got = h.run("shell", "-c", "nohup true; yes | head -n 1; (ulimit -f 0)")
    report.equal("a closed pipe ends a program as always", (got.code, got.out, "roken" in got.err), (0, "y\n", False))


def real_files(folder):
    """Files of a real account that the environment names are neither read nor written, nor handed on."""
    h = home(folder, "real files")
    files = {"AWS_CONFIG_FILE": "[default]\nregion = eu-west-3\n",
             "AWS_SHARED_CREDENTIALS_FILE": "[default]\naws_access_key_id = 111122223333\naws_secret_access_key = s\n"}
    env = {"AWS_PROFILE": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_ENDPOINT_URL": None}
    for name, text in files.items():
        (h.folder / name).write_text(text)
        env[name] = str(h.folder / name)
    for words, more in ((["aws", "configure", "set", "region", "eu-west-1"], {}), (["aws", "configure"], {"keys": "A\nB\n\n\n"}),
                        (["shell", "-c", "aws configure set region eu-west-1"], {}),
                        (["sim"], {"keys": "configure set region eu-west-1\nregion=eu-west-1 | aws configure set region eu-west-1\n"})):
        h.run(*words, env=env, **more)
        report.equal(f"{words}: the real files are as they were",
                     [(h.folder / name).read_text() for name in files], list(files.values()))
    report.equal("nor are they read", h.run("aws", *WHO.split()[1:], env=env).out, OURS)
    told = h.run("sim", keys="echo x | printenv AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE\n", env=env).out
    report.equal("a program at the prompt gets ours", told, f"{h.data}/aws/config\n{h.data}/aws/credentials\n")
    mine = h.folder / "mine"
    mine.write_text("[default]\nregion = ap-northeast-2\n")
    got = h.run("shell", "-c", f"export AWS_CONFIG_FILE='{mine}'; aws configure get region", env=env)
    report.equal("a file that is named in the shell counts", got.out, "ap-northeast-2\n")


def links(folder):
    h = home(folder, "with blanks and 한글")
    report.equal("a folder with blanks", h.run("shell", "-c", WHO).out, OURS)
    names = {p.name for p in h.bin.iterdir()}
    report.check("the names are links to this program", {"aws", "lab", "world", "amidojo", "clock", "undo"} <= names
                 and all(p.resolve() == PROGRAM.resolve() for p in h.bin.iterdir()), names)
    call = [str(h.bin / "clock")]
    got = subprocess.run(call, env=h.environment(), capture_output=True, text=True)
    same = h.run("world", "clock")
    report.equal("a name stands for its words", (got.returncode, got.stdout), (same.code, same.out))
    report.check("and says something", same.code == 0 and same.out, same)
    (h.bin / "aws").unlink()
    (h.bin / "aws").symlink_to("/nowhere/amidojo")
    (h.bin / "older").symlink_to(PROGRAM)
    (h.bin / "mine").write_text("")
    report.equal("a link to a program that was moved", h.run("shell", "-c", WHO).out, OURS)
    report.equal("links of another version go, files stay", {p.name for p in h.bin.iterdir()}, names | {"mine"})
    for p in h.bin.iterdir():
        p.unlink()
    many = [subprocess.Popen(h.command(["shell", "-c", WHO]), env=h.environment(), stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True) for _ in range(12)]
    report.equal("many at once", [p.communicate()[0] for p in many], [OURS] * 12)
    report.equal("leave nothing behind", {p.name for p in h.bin.iterdir()}, names)
    h.never_called("links")


def refusals(folder):
    h = home(folder, "refused")
    env = {"XDG_DATA_HOME": str(h.folder / "a:b")}
    report.refused("a colon in the folder's name", h.run("shell", "-c", "true", env=env), 1, "colon", "XDG_DATA_HOME")
    report.refused("a shell that is not there", h.run("shell", env={"SHELL": "/nowhere/zsh"}), 1, "/nowhere/zsh")
    report.refused("no name of a world", h.run("shell", "--world", "a/b", "-c", "true"), 2, "a/b")
    (h.folder / "data/amidojo").rename(h.folder / "data/away")
    (h.folder / "data/amidojo").write_text("")
    report.refused("no place for data", h.run("shell", "-c", "true"), 1, "amidojo")
    (h.folder / "data/amidojo").unlink()
    (h.folder / "data/amidojo/bin/aws").mkdir(parents=True)
    report.refused("a folder in a link's place", h.run("shell", "-c", "true"), 1, "bin/aws")
    got = h.run("shell", "-c", "true", env={"HOME": "/nowhere", "XDG_DATA_HOME": None})
    report.refused("no home", got, 1, "/nowhere")
    report.equal("no SHELL is /bin/sh", home(folder, "plain").run("shell", "-c", WHO, env={"SHELL": None}).out, OURS)


def type_into(terminal, at, line, answer):
    """Types a line at the next prompt, and waits for what it says."""
    at = terminal.wait("mine>", at)
    terminal.send(line + "\r")
    return terminal.wait(answer, at)


def interactive(folder, name, path):
    """What a learner of that shell sees and types."""
    h = home(folder, f"shell-{name}", shell=path)
    with Terminal(h, "shell", env={"TERM": "xterm"}) as t:
        at = t.wait("default us-east-1", t.wait("simulated AWS"))
        report.check(f"{name}: says that variables are not set", "AWS_..." in bare(t.text), t.text)
        at = type_into(t, at, WHO + " | tr 1 x", OURS.strip().replace("1", "x"))
        at = type_into(t, at, "aws ec2 create-volume --size 3 --availability-zone us-east-1a --query Size", "+ vol-")
        at = t.wait("default us-east-1", at)
        dollar = "$status" if name == "fish" else "$?"
        at = type_into(t, at, f"sh -c 'exit 9'; echo code {dollar} 한글", "code 9 한글")
        at = type_into(t, at, "sh -c 'echo $((41 + 1)); exit 8'", "42")
        at = type_into(t, at, f"echo again {dollar}", "again 8")
        at = type_into(t, at, "sh -c 'echo $((42 + 1)); exec sleep 1000'", "43")
        t.send("\x03")
        at = type_into(t, at, 'echo "profile <$AWS_PROFILE>"', "profile <>")
        at = type_into(t, at, f'export PATH="{h.real}:$PATH"; echo $((43 + 1))' if name != "fish" else
                       f"set -gx PATH {h.real} $PATH; math 43 + 1", "44")
        if name != "dash":  # which looks at nothing between two lines
            at = type_into(t, at, WHO + " | tr 1 y", OURS.strip().replace("1", "y"))
        t.wait("mine>", at)
        t.send("exit 5\r")
        report.equal(f"{name}: exit code", t.end(), 5)
        report.check(f"{name}: the terminal is as it was", t.restored())
    h.never_called(name)


def tab(folder):
    """Tab in bash; the other shells' completion needs files of theirs that a test's home has not."""
    h = home(folder, "tab")
    with Terminal(h, "shell") as t:
        at = t.wait("mine>")
        t.send("aws ec2 describe-volumes-m\t")
        at = t.wait("describe-volumes-modifications ", at)
        t.send("--query VolumesModifications --output json\r")
        at = t.wait("[]", at)
        t.wait("mine>", at)
        t.send("exit 3\r")
        report.equal("Tab completes", t.end(), 3)


def korean(folder):
    h = home(folder, "korean")
    with Terminal(h, "--lang", "ko", "shell", env={"AWS_PROFILE": None, "AWS_SECRET_ACCESS_KEY": None,
                                                   "AWS_ENDPOINT_URL": None}) as t:
        t.wait("mine>")
        report.check("a greeting in Korean", "시뮬레이션" in bare(t.text), t.text)
        report.check("nothing was taken away, nothing is said", "AWS_..." not in bare(t.text), t.text)
        t.send("exit\r")
        report.equal("and an end", t.end(), 0)


def changes(folder):
    """A person is told what has changed; a pipe gets what AWS prints."""
    h = home(folder, "changes")
    line = "aws ec2 create-volume --size 3 --availability-zone us-east-1a --query Size"
    got = h.run("shell", "-c", f"{line}; {line} 2>&1 | cat")
    report.equal("in pipes", (got.code, got.out, got.err), (0, "3\n3\n", ""))
    with Terminal(h, "shell", "-c", f"{line} | cat; aws ec2 describe-volumes --query 'length(Volumes)'") as t:
        report.equal("ends well", t.end(), 0)
        words = bare(t.text).split()
        report.equal("on a terminal: what it made, once, and later what time has made of it",
                     [words.count(w) for w in ("+", "~", "creating", "available")], [1, 1, 2, 1])


def completes(folder):
    h = home(folder, "completes")
    none = {"AWS_PROFILE": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_ENDPOINT_URL": None}
    h.run("shell", "-c", "true")

    def offered(line, *words, **more):
        env = h.environment({"COMP_LINE": line, "COMP_POINT": str(len(line.encode())), **none, **more})
        done = subprocess.run([h.bin / "aws_completer", *words], env=env, capture_output=True, text=True)
        report.equal(f"nothing is complained of at {line!r}", (done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    report.equal("an operation", offered("aws ec2 describe-volumes-m"), ["describe-volumes-modifications"])
    report.check("services", {"ec2", "ssm"} <= set(offered("aws ")))
    volume = h.run("shell", "-c", "aws ec2 create-volume --size 1 --availability-zone us-east-1a "
                   "--query VolumeId --output text").out.strip()
    report.equal("an id", offered("aws ec2 delete-volume --volume-id vol-"), [volume])
    report.equal("behind what the shell keeps", offered("aws ec2 delete-volume --volume-id vol-", "aws", "-"), [volume[3:]])
    report.equal("nothing in a strange place", offered("aw"), [])
    if "fish" in shells():
        line = "aws ec2 create-tags --tags Key=이름,Value=한글값 --reso"
        ask = f"complete -C '{line}'"
        got = h.run("shell", "-c", f'fish -i -C "source $AMIDOJO_BIN/../shell/config.fish" -c "{ask}"', env=none)
        report.equal("fish, behind Hangul", got.out.split()[-1:], ["--resources"])
    (h.data / "worlds/own.config").write_text("[default]\nregion = us-west-2\n[profile ops]\nregion = eu-west-1\n")
    (h.data / "worlds/own.credentials").write_text("[default]\naws_access_key_id = 111122223333\naws_secret_access_key = s\n"
                                                   "[ops]\naws_access_key_id = 444455556666\naws_secret_access_key = s\n")
    own = {"AMIDOJO_WORLD": "own"}
    make = "aws ec2 create-volume --size 1 --availability-zone {} --query VolumeId --output text --profile {}"
    mine, theirs = (h.run("shell", "-c", make.format(zone, profile), env=own).out.strip()
                    for zone, profile in (("us-west-2a", "default"), ("eu-west-1a", "ops")))
    line = "aws ec2 delete-volume {}--volume-id vol-"
    report.equal("in a world with profiles of its own", offered(line.format(""), **own), [mine])
    for option in ("--profile ops ", "--profile=ops "):
        report.equal(f"{option}of its own", offered(line.format(option), **own), [theirs])
    report.equal("a profile of the environment", offered(line.format(""), **own, AWS_PROFILE="ops"), [theirs])
    report.equal("another Region", offered(line.format("--region us-east-1 "), **own), [])
    report.equal("no such profile", offered(line.format("--profile dev "), **own), [])


def script(folder):
    """The script that tests/differential runs with the real AWS CLI too."""
    got = home(folder, "script").run("shell", str(SCRIPT), env={**casefile.SEED, "AWS_PROFILE": None})
    if UPDATE_GOLDEN:
        ANSWER.write_text(got.out, encoding="utf-8")
    report.equal("script60: exit code and errors", (got.code, got.err), (0, ""))
    report.equal("script60", got.out.splitlines(), ANSWER.read_text(encoding="utf-8").splitlines())


def main():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:  # fish still writes when it has ended
        folder = pathlib.Path(name)
        for test in (runs_commands, environment, real_files, links, refusals, korean, changes, completes, tab, script):
            test(folder)
        for shell, path in shells().items():
            interactive(folder, shell, path)
        report.check("bash at least", "bash" in shells())
    report.finish()


if __name__ == "__main__":
    main()

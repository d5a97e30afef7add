#!/usr/bin/env python3
"""The live page: what is served, and what somebody in front of it sees, in Chromium without a window.

Without Chromium only the files are checked, and that is said. AMIDOJO_SHOTS=FOLDER keeps pictures of the page.
"""

import concurrent.futures
import copy
import http.client
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import browser  # noqa: E402
from harness import HANGUL, PATIENCE, SANITIZED, Home, Report  # noqa: E402

FILES = pathlib.Path(__file__).resolve().parent.parent.parent / "simulator/http/page"
SOON = 5 if SANITIZED else 1  # seconds in which a change has to be seen
DEFAULT, DEV = "123456789012", "111122223333"
SEOUL, VIRGINIA = "ap-northeast-2", "us-east-1"
AL2023 = "al2023-ami-2023*-kernel-6.1-x86_64"
HOSTILE = [
    "<img src=x onerror=\"window.owned=1\">",
    "</script><script>window.owned=1</script>",
    "\"><svg onload=window.owned=1>",
    "javascript:window.owned=1",
    "{0} $& __proto__",
]
MANY, CLIENTS = 2000, 32
report = Report()


class Endpoint:
    """A server with a world of its own, and a client of it."""

    def __init__(self, home, listen="127.0.0.1:0"):
        self.child = subprocess.Popen(
            home.command(["serve", "--listen", listen, "--instant"]),
            env=home.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        line = self.child.stdout.readline()
        found = re.search(r"http://(127\.0\.0\.1:\d+)", line)
        if not found:
            raise RuntimeError(f"it does not serve: {line}{self.child.stdout.read()}")
        self.address = found[1]
        self.link = http.client.HTTPConnection(self.address, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.link.close()
        if self.child.poll() is None:
            self.child.terminate()
        self.child.wait(PATIENCE)
        self.child.stdout.close()

    def ask(self, method, path, body=None, headers=None):
        self.link.request(method, path, body, headers or {})
        reply = self.link.getresponse()
        return reply, reply.read()

    def call(self, action, account=DEFAULT, region=VIRGINIA, **parameters):
        """The texts of an EC2 answer by the names of their elements; a dict, the first of each."""
        form = urllib.parse.urlencode({"Action": action, "Version": "2016-11-15", **parameters})
        scope = f"{account}/20260302/{region}/ec2/aws4_request"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}",
        }
        _, body = self.ask("POST", "/", form, headers)
        found = {}
        for element in xml.fromstring(body).iter():
            found.setdefault(element.tag.rsplit("}", 1)[-1], element.text)
        return found

    def launch(self, image, name=None, **how):
        tags = {"TagSpecification.1.ResourceType": "instance", "TagSpecification.1.Tag.1.Key": "Name",
                "TagSpecification.1.Tag.1.Value": name} if name else {}
        return self.call("RunInstances", ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, **tags, **how)

    def given_image(self):
        filters = {"Filter.1.Name": "name", "Filter.1.Value.1": AL2023}
        return self.call("DescribeImages", **{"Owner.1": "amazon"}, **filters)["imageId"]


# ---- what is served ----


def check_policy(reply):
    policy = dict(part.split(" ", 1) for part in reply.getheader("Content-Security-Policy", "x y").split("; "))
    wanted = {
        "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'",
        "img-src": "'self' data:", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'",
    }
    report.equal("policy", policy, wanted)


def check_files(endpoint):
    reply, page = endpoint.ask("GET", "/")
    report.check("/ is served", reply.status == 200 and page == (FILES / "page.html").read_bytes(), page[:200])
    report.check("/ is HTML in UTF-8", reply.getheader("Content-Type") == "text/html; charset=utf-8")
    check_policy(reply)
    files = page.decode() + (FILES / "page.js").read_text()
    for path in re.findall(r'(?:src=|href=|from )"(/_amidojo/[^"]+)"', files):
        reply, body = endpoint.ask("GET", path)
        report.check(f"{path} is served", reply.status == 200 and body == (FILES / path.rsplit("/", 1)[1]).read_bytes(), body[:200])
        report.equal(f"{path} may not be sniffed", reply.getheader("X-Content-Type-Options"), "nosniff")
    reply, body = endpoint.ask("GET", "/?Action=DescribeRegions&Version=2016-11-15")
    report.check("a call by GET is not the page", b"<DescribeRegionsResponse" in body, body[:300])


def check_sources():
    for file in sorted(FILES.iterdir()):
        text = file.read_text()
        origins = [u for u in re.findall(r"https?://[^\s\"'`)]+", text) if "w3.org" not in u and "${" not in u]
        report.equal(f"{file.name} names no other origin", origins, [])
        bad = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\sstyle=|\son\w+=\"", text)
        report.equal(f"{file.name} makes no markup of texts, and has nothing inline", bad, [])
    words = (FILES / "words.js").read_text()
    english, korean = (set(re.findall(r"\b(\w+): \"", part)) for part in words.split("const STATES_KO")[0].split("\n\tko: {"))
    report.equal("every word is there in both languages", english ^ korean, set())
    script = "".join((FILES / name).read_text() for name in ("page.js", "lineage.js", "page.html"))
    used = set(re.findall(r"\bt\(\"(\w+)\"", script)) | set(re.findall(r'data-t="(\w+)"', script)) | set(re.findall(r'"(via\w+)"', script))
    report.equal("every word that is used is there", used - english, set())
    report.check("and there are such words", len(used) > 30, used)


# ---- what is seen ----


def shot(tab, name):
    folder = os.environ.get("AMIDOJO_SHOTS")
    if folder:
        tab.wait("!document.getAnimations().length", 5)
        tab.shot(pathlib.Path(folder) / f"{name}.png")


def open_page(chromium, endpoint, **how):
    tab = chromium.open(f"http://{endpoint.address}/", **how)
    report.check("the page is live", tab.wait("document.querySelector('#link').dataset.state === 'live'") is not None)
    return tab


def sees(tab, selector, text):
    return f"document.querySelector({selector!r}).innerText.includes({text!r})"


def check_soon(tab, name, expression):
    seconds = tab.wait(expression, PATIENCE)
    report.check(f"{name} is seen within {SOON} s", seconds is not None and seconds < SOON, seconds)


def check_fits(tab, name):
    wide, seen = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    report.check(f"{name}: nothing to scroll sideways", wide <= seen, f"{wide} of {seen}")


def check_empty(tab, endpoint):
    tab.wait("!document.querySelector('#empty').hidden")
    report.check("an empty world says how to begin", f"AWS_ENDPOINT_URL=http://{endpoint.address}\n" in tab.text("#begin-settings"),
                 tab.text("#empty"))
    report.check("with a command", tab.text("#begin-command").startswith("aws ec2 run-instances "), tab.text("#empty"))
    report.check("and shows nothing else", tab.evaluate("document.querySelector('#lineage').hidden"))


def check_changes(tab, endpoint):
    """A learner's first steps; answers the instance, the image and its copy."""
    given = endpoint.given_image()
    instance = endpoint.launch(given, "web")["instanceId"]
    check_soon(tab, "an instance", sees(tab, "#accounts", "web"))
    check_soon(tab, "its call", sees(tab, "#feed", "RunInstances"))
    report.check("how to begin has gone", tab.evaluate("document.querySelector('#empty').hidden"))
    fault = endpoint.call("TerminateInstances", account=DEV, **{"InstanceId.1": "i-0123456789abcdef0"})
    check_soon(tab, "a fault", sees(tab, "#feed", fault["Code"]))
    first = "#feed .call:first-child"
    report.check("a fault says what is wrong, and who did it",
                 fault["Message"] in tab.text(first) and "dev" in tab.text(first), tab.text(first))
    image = endpoint.call("CreateImage", InstanceId=instance, Name="golden")["imageId"]
    seoul = endpoint.call("CopyImage", region=SEOUL, SourceImageId=image, SourceRegion=VIRGINIA, Name="golden-seoul")["imageId"]
    check_soon(tab, "a copy in another Region", sees(tab, "#accounts", "golden-seoul"))
    report.check("the Region has its name", "Asia Pacific (Seoul)" in tab.text("#accounts"), tab.text("#accounts"))
    return given, instance, image, seoul


def check_lineage(tab, endpoint, given, instance, image, seoul):
    permission = {"LaunchPermission.Add.1.UserId": DEV}
    endpoint.call("ModifyImageAttribute", region=SEOUL, ImageId=seoul, **permission)
    launched = endpoint.launch(seoul, "of-dev", account=DEV, region=SEOUL)["instanceId"]
    check_soon(tab, "what another account launches", sees(tab, "#accounts", "of-dev"))
    report.check("the lineage goes with what changes", tab.wait(f"document.querySelector('#tree .focus .id')?.innerText === {launched!r}", 5) is not None,
                 tab.text("#tree"))
    rows = tab.evaluate("[...document.querySelectorAll('#tree li')].map((e) => e.innerText.replace(/\\s+/g, ' '))")
    ids = tab.evaluate("[...document.querySelectorAll('#tree li')].map((e) => e.querySelector('.id:not(:empty)').innerText)")
    kinds = [i.split("-")[0] for i in ids]
    report.equal("lineage: AMI, instance, volume, snapshot, AMI, copy, instance, volume", kinds,
                 ["ami", "i", "vol", "snap", "ami", "ami", "i", "vol"])
    report.equal("lineage: and these", [ids[n] for n in (0, 1, 4, 5, 6)], [given, instance, image, seoul, launched])
    report.check("lineage: relations in words", "copied to" in rows[5] and "launched" in rows[6] and "dev" in rows[6], rows)
    tab.click(f".item[data-id={image}]")
    report.check("a click chooses", tab.text("#tree .focus .id") == image and tab.evaluate("!document.querySelector('#unpin').hidden"),
                 tab.text("#tree"))
    endpoint.launch(given, "elsewhere")
    tab.wait(sees(tab, "#accounts", "elsewhere"))
    report.equal("a choice stays", tab.text("#tree .focus .id"), image)
    tab.key("Escape")
    report.check("Escape follows again", tab.evaluate("document.querySelector('#unpin').hidden"))


def check_gone(tab, endpoint, image):
    """What others come from stays in their lineage when it is no more."""
    endpoint.call("DeregisterImage", ImageId=image)
    tab.wait(f"!document.querySelector('.item[data-id={image}]')")
    tab.evaluate("[...document.querySelectorAll('.item')].find((e) => e.innerText.includes('golden-seoul')).click()")
    row = "[...document.querySelectorAll('#tree .gone')].map((e) => e.innerText).join()"
    report.check("a deregistered AMI is in the lineage of its copy, as gone", image in tab.evaluate(row) and "no longer there" in tab.evaluate(row),
                 tab.text("#tree"))
    tab.key("Escape")


def check_hostile(tab, endpoint, given):
    before = tab.evaluate("document.querySelectorAll('img, svg, script, iframe').length")
    for name in HOSTILE:
        endpoint.launch(given, name)
    endpoint.call("<b onclick=window.owned=1>Nonsense</b>")
    tab.wait(sees(tab, "#feed", "Nonsense") + " || " + sees(tab, "#feed", "InvalidAction"))
    tab.evaluate("document.querySelectorAll('.kind .more').forEach((e) => e.click())")
    seen = tab.wait(sees(tab, "#accounts", HOSTILE[-1]))
    report.check("hostile names are seen", seen is not None, tab.text("#accounts"))
    for name in HOSTILE:
        report.check(f"{name} is text", tab.evaluate(sees(tab, "#accounts", name)), tab.text("#accounts"))
    report.equal("no name became an element", tab.evaluate("document.querySelectorAll('img, svg, script, iframe').length"), before)
    report.equal("no name was run", tab.evaluate("window.owned"), None)


def check_in_place(tab, endpoint, given):
    """An update leaves alone who is reading."""
    tab.evaluate("scrollTo(0, 300); window.held = document.querySelectorAll('.item')[2]; held.focus({preventScroll: true}); window.at = scrollY")
    endpoint.launch(given, "in-place")
    tab.wait(sees(tab, "#accounts", "in-place"))
    report.check("the page was scrolled", tab.evaluate("at > 0"))
    report.check("focus stays", tab.evaluate("document.activeElement === held"))
    report.equal("scrolling stays", tab.evaluate("scrollY - at"), 0)
    tab.evaluate("scrollTo(0, 0)")


def check_keys(tab):
    tab.evaluate("document.activeElement.blur()")
    tab.key("/")
    report.equal("/ goes to the search", tab.evaluate("document.activeElement.id"), "find")
    tab.ask("Input.insertText", text="golden-seoul")
    report.equal("search", tab.evaluate("[...document.querySelectorAll('.item .title')].map((e) => e.innerText)"), ["golden-seoul"])
    tab.key("l")
    report.equal("a letter in the search is a letter", tab.evaluate("document.documentElement.lang"), "en")
    tab.key("Escape")
    report.check("Escape ends the search", tab.evaluate("document.querySelectorAll('.item').length > 1"))
    tab.evaluate("document.querySelector('.kind .item').focus()")
    names = tab.evaluate("[...document.querySelectorAll('button, input, summary, a')].filter((e) => !(e.innerText || e.labels?.[0]?.textContent) && e.checkVisibility()).length")
    report.equal("whatever can be pressed has a name", names, 0)


def check_language(tab):
    tab.evaluate("document.activeElement.blur()")
    tab.key("l")
    report.equal("L: Korean", tab.evaluate("document.documentElement.lang"), "ko")
    for selector in ("#lineage-title", "#calls-title", "#link", "#accounts"):
        report.check(f"{selector} is Korean", HANGUL.search(tab.text(selector)), tab.text(selector))
    report.check("states are Korean", "실행 중" in tab.text("#accounts"), tab.text("#accounts"))
    report.check("the Region too", "아시아 태평양(서울)" in tab.text("#accounts"), tab.text("#accounts"))
    shot(tab, "ko-light")
    tab.ask("Page.reload")
    tab.wait("document.querySelector('#link')?.dataset.state === 'live'")
    report.equal("the language is remembered", tab.evaluate("document.documentElement.lang"), "ko")
    tab.wait("document.querySelector('.call')")
    report.check("calls of before are seen by who comes late", "RunInstances" in tab.text("#feed"), tab.text("#feed"))
    tab.key("l")
    report.equal("L: English", tab.evaluate("document.documentElement.lang"), "en")


def ground(tab):
    return tab.evaluate("getComputedStyle(document.body).backgroundColor")


def check_theme(tab):
    light = ground(tab)
    tab.key("t")
    dark = ground(tab)
    report.check("T: the other theme", light != dark, light)
    tab.ask("Page.reload")
    tab.wait("document.querySelector('.item')")
    report.equal("the theme is remembered", ground(tab), dark)
    tab.media(dark=True)
    report.equal("and stronger than the system's", ground(tab), dark)
    tab.key("t")
    report.equal("T: back again", ground(tab), light)
    tab.media(dark=False)


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def check_contrast(tab, name):
    """WCAG 2.2, 1.4.3: 4.5:1 for text."""
    read = "(n) => getComputedStyle(document.documentElement).getPropertyValue('--' + n).trim()"
    for below in ("surface", "ground", "accent-soft", "bad-soft"):
        for text in ("ink", "muted", "accent", "good", "busy", "bad"):
            over, under = (tab.evaluate(f"({read})({n!r})") for n in (text, below))
            over, under = (luminance("#" + "".join(2 * c for c in v[1:]) if len(v) == 4 else v) for v in (over, under))
            ratio = (max(over, under) + 0.05) / (min(over, under) + 0.05)
            report.check(f"{name}: {text} on {below}", ratio >= 4.5, f"{ratio:.2f}")


def check_sizes(tab):
    for width, height, name in ((1280, 720, "projector"), (400, 800, "narrow"), (1920, 1080, "wide")):
        tab.resize(width, height)
        check_fits(tab, f"{width} px")
        shot(tab, name)
    tab.resize(1280, 720)


def check_preferences(chromium, endpoint):
    tab = open_page(chromium, endpoint, dark=True, languages="ko-KR,ko", reduced=True)
    tab.wait("document.querySelector('.item')")
    report.equal("a Korean browser gets Korean", tab.evaluate("document.documentElement.lang"), "ko")
    report.check("a dark system gets dark", luminance("#%02x%02x%02x" % tuple(map(int, re.findall(r"\d+", ground(tab))[:3]))) < 0.1, ground(tab))
    check_contrast(tab, "dark")
    endpoint.launch(endpoint.given_image(), "still")
    tab.wait(sees(tab, "#accounts", "still"))
    report.equal("who wants no motion gets none", tab.evaluate("document.getAnimations().length"), 0)
    shot(tab, "ko-dark")
    check_clean(tab, endpoint, "dark and Korean")


def register(endpoint, name, snapshot):
    return endpoint.call("RegisterImage", Name=name, RootDeviceName="/dev/xvda", **{
        "BlockDeviceMapping.1.DeviceName": "/dev/xvda", "BlockDeviceMapping.1.Ebs.SnapshotId": snapshot})


def register_many(endpoint, numbers, snapshot):
    """On a connection of its own; answers how many became images."""
    client = copy.copy(endpoint)
    client.link = http.client.HTTPConnection(endpoint.address, timeout=PATIENCE)
    made = sum("imageId" in register(client, f"many-{n:04}", snapshot) for n in numbers)
    client.link.close()
    return made


def check_many(tab, endpoint):
    """A world of many images stays usable."""
    snapshot = endpoint.call("DescribeSnapshots", **{"Owner.1": "self"})["snapshotId"]
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        made = pool.map(lambda n: register_many(endpoint, range(n, MANY, CLIENTS), snapshot), range(CLIENTS))
    report.equal("images registered", sum(made), MANY)
    check_soon(tab, f"the last of {MANY} images", "/AMIs\\s+2,0\\d\\d/.test(document.querySelector('#counts').innerText)")
    more = tab.evaluate("[...document.querySelectorAll('.kind .more')].map((e) => e.innerText).join()")
    report.check("lists are cut", re.search(r"and 1,9\d\d more", more), more)
    report.check("the page stays small", tab.evaluate("document.querySelectorAll('*').length") < 3000)
    register(endpoint, "after-many", snapshot)
    check_soon(tab, "one more", sees(tab, "#accounts", "after-many"))
    shot(tab, "many")


def check_clean(tab, endpoint, name):
    report.equal(f"{name}: no error on the console", tab.errors, [])
    strangers = {u for u in tab.requests if not u.startswith((f"http://{endpoint.address}/", "data:"))}
    report.equal(f"{name}: nothing asked of anybody else", strangers, set())
    report.check(f"{name}: something asked", len(tab.requests) > 5, tab.requests)


def check_reset(tab, endpoint):
    endpoint.ask("POST", "/_amidojo/reset")
    check_soon(tab, "a reset", "!document.querySelector('#empty').hidden")


def check_reconnect(tab, home, endpoint):
    endpoint.__exit__()
    report.check("a lost connection is told", tab.wait("document.querySelector('#link').dataset.state === 'lost'", 10) is not None)
    report.equal("in words", tab.text("#link"), "Connection lost, trying again")
    with Endpoint(home, endpoint.address) as again:
        report.check("it comes back by itself", tab.wait("document.querySelector('#link').dataset.state === 'live'") is not None)
        again.launch(again.given_image(), "come-back")
        check_soon(tab, "a change after that", sees(tab, "#accounts", "come-back"))


def look(chromium, home, endpoint):
    tab = open_page(chromium, endpoint)
    check_empty(tab, endpoint)
    shot(tab, "empty")
    made = check_changes(tab, endpoint)
    check_lineage(tab, endpoint, *made)
    check_sizes(tab)
    check_in_place(tab, endpoint, made[0])
    check_keys(tab)
    check_language(tab)
    check_theme(tab)
    check_contrast(tab, "light")
    check_gone(tab, endpoint, made[2])
    check_hostile(tab, endpoint, made[0])
    check_preferences(chromium, endpoint)
    check_many(tab, endpoint)
    check_reset(tab, endpoint)
    check_clean(tab, endpoint, "light and English")
    check_reconnect(tab, home, endpoint)


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = Home(pathlib.Path(folder) / "home")
        with Endpoint(home) as endpoint:
            check_files(endpoint)
            check_sources()
            if browser.find():
                with browser.Browser(folder) as chromium:
                    look(chromium, home, endpoint)
            else:
                print("Chromium is not installed: the page's files were checked, what it shows was not")
    report.finish()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The report of `grade --html`: what is in the file, and what somebody in front of it sees, in Chromium without a window.

Without Chromium only the file is checked, and that is said. AMIDOJO_SHOTS=FOLDER keeps pictures and the printed page.
"""

import base64
import html.parser
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE.parent / "endpoint"))
sys.path.insert(0, str(HERE))
import browser  # noqa: E402
from classroom import COLLISION, SEED, SHARE, Student, changed  # noqa: E402
from harness import HANGUL, Home, Report  # noqa: E402

HOSTILE = "<img src=x onerror=\"window.owned=1\"></td><script>window.owned=1</script>&amp;'"
VOID = {"meta", "rect"}
CONTRAST = 4.5  # WCAG 2.2 AA
report = Report()


class Page(html.parser.HTMLParser):
    """Elements that are not closed, addresses, and the names of what is there."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.found, self.links = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]
        self.wrong += [f"{name} of {tag}" for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")


def hand_in(folder):
    """A class of seven, two labs, two submissions to be marked."""
    place = folder / "class"
    place.mkdir()
    Student(folder / "1", "Kim Minsu", minute=1).work().submit(place / "1.json")
    Student(folder / "2", "박지영", minute=2).work(hints=["share", "see"], minutes=25).submit(place / "2.json")
    Student(folder / "3", HOSTILE, minute=3).work(3, ["launch"], ["launch"]).submit(place / "3.json")
    Student(folder / "4", "Lee", minute=4).work(1).submit(place / "4.json")
    Student(folder / "5", "Lee", COLLISION, minute=5).work().submit(place / "5.json")
    Student(folder / "6", "שרה", minute=6).submit(place / "6.json")
    good = json.loads((place / "1.json").read_text())
    (place / "7.json").write_text(json.dumps(changed(good, lambda s: s["record"].pop(1))))
    (place / "8.json").write_text("not JSON </td><script>window.owned=2</script>")
    return place


# ---- the file ----


def check_file(name, text, lang):
    page = Page(text)
    report.equal(f"{name}: every element is closed, none has a handler", [page.open, page.wrong], [[], []])
    report.equal(f"{name}: no script, no picture, no frame",
                 page.found & {"script", "img", "iframe", "link", "object", "a"}, set())
    report.equal(f"{name}: it leads nowhere", page.links, [])
    report.check(f"{name}: no address in it", not re.search(r"https?:|//[a-z]|url\(|@import", text), text[:300])
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    report.check(f"{name}: a policy", policy and policy[1].startswith("default-src 'none'"), text[:500])
    report.check(f"{name}: its language", f'<html lang="{lang}">' in text)
    report.check(f"{name}: paper", "@media print" in text and "table-header-group" in text)
    report.equal(f"{name}: Korean where it is Korean", bool(HANGUL.search(text.replace("박지영", ""))), lang == "ko")


# ---- in a browser ----

ROWS = """[...document.querySelectorAll('#lab-%s .class tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()))"""
BARS = """[...document.querySelectorAll('#lab-%s .tasks .bar')].map(b => [...b.children].map(
    r => [r.getAttribute('class'), Math.round(r.getBBox().width)]))"""
# The worst contrast of a text to the ground below it.
WORST = """(() => {
    const rgb = c => c.match(/[\\d.]+/g).map(Number);
    const light = c => rgb(c).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = e => { for (; e; e = e.parentElement) {
        const c = getComputedStyle(e).backgroundColor; if (rgb(c)[3] !== 0) return c; } return 'rgb(255,255,255)'; };
    let worst = [99, ''];
    for (const e of document.querySelectorAll('body *')) {
        if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
        const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
        const contrast = (a + 0.05) / (b + 0.05);
        if (contrast < worst[0]) worst = [contrast, e.outerHTML.slice(0, 100)];
    }
    return worst; })()"""


def check_tables(tab):
    rows = {row[0].split("\n")[0]: row[1:] for row in tab.evaluate(ROWS % SHARE)}
    report.equal("every student of the lab", set(rows), {"Kim Minsu", "박지영", HOSTILE, "Lee", "שרה"})
    report.equal("passed", rows["Kim Minsu"], ["✓ passed"] * 4 + ["4/4", "4", "10"])
    report.equal("with hints", rows["박지영"][:2], ["◑ passed with hints (1)"] * 2)
    report.equal("solution shown, not passed", rows[HOSTILE][2:4], ["◇ solution shown (1)", "– not passed"])
    report.equal("nothing done", rows["שרה"], ["– not passed"] * 4 + ["0/4", "0", "–"])
    bars = tab.evaluate(BARS % SHARE)
    report.equal("a bar a task", len(bars), 4)
    report.equal("as long as it has to be", bars[0], [["passed", 60], ["hints", 20], ["not-passed", 20]])
    report.equal("all labs", tab.evaluate("document.querySelectorAll('.all tbody tr').length"), 5)
    marked = tab.text("#marked")
    report.check("what is marked", all(word in marked for word in ("edited", "unreadable", "7.json", "8.json")), marked)
    facts = tab.text(f"#lab-{SHARE} dl")
    report.check("medians", "17.5" in facts and "par: 4" in facts, facts)


def check_looks(tab, name):
    report.equal(f"{name}: nothing in the console", tab.errors, [])
    elsewhere = [url for url in tab.requests if not url.startswith("file:")]
    report.equal(f"{name}: nothing but itself is asked for", elsewhere, [])
    report.equal(f"{name}: one file", len(tab.requests), 1)
    report.check(f"{name}: no script ran", tab.evaluate("typeof window.owned") == "undefined")
    worst = tab.evaluate(WORST)
    report.check(f"{name}: every text can be read", worst[0] >= CONTRAST, worst)
    report.check(f"{name}: it does not run off the side",
                 tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def shoot(tab, name):
    folder = os.environ.get("AMIDOJO_SHOTS")
    if folder:
        tab.resize(tab.evaluate("innerWidth"), tab.evaluate("document.documentElement.scrollHeight"))
        tab.shot(pathlib.Path(folder) / f"report-{name}.png")


def check_paper(tab):
    pdf = base64.b64decode(tab.ask("Page.printToPDF", printBackground=True)["data"])
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    report.check("it prints, a lab a page", pdf.startswith(b"%PDF") and 3 <= pages <= 6, pages)
    if os.environ.get("AMIDOJO_SHOTS"):
        (pathlib.Path(os.environ["AMIDOJO_SHOTS"]) / "report.pdf").write_bytes(pdf)
    tab.ask("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    report.equal("paper is white, also for who likes it dark",
                 tab.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
    report.equal("heads stand on every page",
                 tab.evaluate("getComputedStyle(document.querySelector('thead')).display"), "table-header-group")
    report.check("its texts can be read on paper", tab.evaluate(WORST)[0] >= CONTRAST, tab.evaluate(WORST))


def check_in_browser(folder, files):
    with browser.Browser(folder) as chromium:
        for lang, path in files.items():
            for dark in (False, True):
                for columns in (1280, 390):
                    name = f"{lang}-{'dark' if dark else 'light'}-{columns}"
                    tab = chromium.open(path.as_uri(), width=columns, dark=dark)
                    check_looks(tab, name)
                    shoot(tab, name)
        tab = chromium.open(files["en"].as_uri())
        check_tables(tab)
        check_paper(tab)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        home, place, files = Home(folder / "teacher"), hand_in(folder), {}
        for lang in ("en", "ko"):
            files[lang] = folder / f"report.{lang}.html"
            path = str(files[lang])
            done = home.run("--lang", lang, "grade", str(place), "--seed", SEED, "--html", path)
            report.check(f"it is written ({lang})", done.code == 1 and path in done.out and not done.err, done)
            check_file(lang, files[lang].read_text(encoding="utf-8"), lang)
        before = (place / "1.json").read_bytes()
        done = home.run("grade", str(place), "--html", str(place / "1.json"))
        report.refused("not over a submission", done, 1, "submission")
        report.equal("which is as it was", (place / "1.json").read_bytes(), before)
        shutil.rmtree(place)
        if browser.find():
            check_in_browser(folder, files)
        else:
            print("there is no Chromium: only the file was checked")
    report.finish()


if __name__ == "__main__":
    main()

"""browser - drives Chromium without a window by the DevTools protocol over a pipe: no driver, no library.

    with Browser(folder) as browser:
        tab = browser.open("http://127.0.0.1:4566/")
        tab.evaluate("document.title")

What a page says to the console, what it throws, and what it asks of the network is kept in the tab.
"""

import base64
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import threading
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 30  # seconds until an answer counts as lost
OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # CI runs as root in a container, where there is nothing to make one of
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--lang=en-US",
)


def find():
    """The browser's program, or None."""
    wanted = os.environ.get("CHROMIUM")
    return shutil.which(wanted) if wanted else next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    def __init__(self, folder):
        read_end, self.to = os.pipe()  # its fd 3
        self.out, write_end = os.pipe()  # its fd 4

        def place_pipes():
            spare_read, spare_write = os.dup(read_end), os.dup(write_end)
            os.dup2(spare_read, 3)
            os.dup2(spare_write, 4)

        self.log = open(pathlib.Path(folder) / "chromium.log", "wb")
        self.child = subprocess.Popen(
            [find(), *OPTIONS, f"--user-data-dir={folder}/chromium", "about:blank"],
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            close_fds=False,
            preexec_fn=place_pipes,
            start_new_session=True,
        )
        os.close(read_end)
        os.close(write_end)
        self.number = 0
        self.rest = b""
        self.answers = {}
        self.tabs = {}
        self.told = threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()
        os.close(self.to)
        self.log.close()

    def listen(self):
        while True:
            try:
                piece = os.read(self.out, 1 << 16)
            except OSError:
                return
            if not piece:
                return
            *messages, self.rest = (self.rest + piece).split(b"\0")
            with self.told:
                for message in messages:
                    self.take(json.loads(message))
                self.told.notify_all()

    def take(self, message):
        if "id" in message:
            self.answers[message["id"]] = message
        elif message.get("sessionId") in self.tabs:
            self.tabs[message["sessionId"]].take(message["method"], message["params"])

    def ask(self, method, session=None, **params):
        with self.told:
            self.number += 1
            number = self.number
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self.write(json.dumps(message).encode() + b"\0")
        with self.told:
            if not self.told.wait_for(lambda: number in self.answers, PATIENCE):
                raise TimeoutError(f"no answer to {method}")
            answer = self.answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def write(self, data):
        while data:
            select.select([], [self.to], [], PATIENCE)
            data = data[os.write(self.to, data):]

    def open(self, url, width=1280, height=720, dark=False, languages="en-US", reduced=False):
        """A tab of its own context: nothing is remembered of tabs before it."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session)
        with self.told:
            self.tabs[session] = tab
        for domain in ("Page", "Runtime", "Network", "Log"):
            tab.ask(f"{domain}.enable")
        tab.ask("Network.setUserAgentOverride", userAgent="test", acceptLanguage=languages)
        tab.media(dark, reduced)
        tab.resize(width, height)
        tab.ask("Page.navigate", url=url)
        tab.wait("document.readyState === 'complete'")
        return tab


class Tab:
    def __init__(self, browser, session):
        self.browser, self.session = browser, session
        self.errors, self.requests = [], []

    def ask(self, method, **params):
        return self.browser.ask(method, self.session, **params)

    def take(self, method, params):
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.errors.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(params["entry"]["text"] + " " + params["entry"].get("url", ""))
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def evaluate(self, expression):
        """The value of an expression of JavaScript."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(f"{expression}: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    def wait(self, expression, seconds=PATIENCE):
        """Seconds until the expression is true; None if it never became so."""
        start = time.monotonic()
        while True:
            if self.evaluate(f"!!({expression})"):
                return time.monotonic() - start
            if time.monotonic() - start > seconds:
                return None
            time.sleep(0.02)

    def text(self, selector):
        """What is to be read there."""
        return self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def click(self, selector):
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def key(self, key, text=None):
        """Presses and lets go: "L", "Escape"."""
        text = key if text is None and len(key) == 1 else text
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    def media(self, dark, reduced=False):
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if reduced else "no-preference"},
        ]
        self.ask("Emulation.setEmulatedMedia", features=features)

    def resize(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def shot(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

"""What the tests of the service's pages share: a small run with titles, the service, a browser.

Every test is started as `test_x.py PROGRAM SCREENSHOTS`. The browser is Debian's Chromium; Playwright, which
drives it, and axe-core lie in the cache (`tools/setup.sh tests`).
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "cli")]

import pinned_packages

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = None
CHROMIUM = shutil.which("chromium")
AXE = pinned_packages.FOLDER / "axe_playwright_python" / "axe.min.js"

IMAGE = '<img src=x onerror="document.title=\'taken over\'">'
MARKS = "\u202eSdrawkcab \u2067\u200fמבחן\u202c (1991)"
LONG = "An Unreasonably" + " Long" * 60 + " " + "x" * 300
CATEGORIES = ["Drama", "Comedy", "Thriller", "Romance", "Documentary", "Science Fiction"]
FIRST = ["Glass", "Paper", "Winter", "Silent", "Broken", "Golden", "Northern", "Second", "Hidden", "Last"]
SECOND = ["Harbour", "Orchard", "Letters", "Mountain", "Station", "Garden"]

RUN = """
[data]
name = "films.toml"
[split]
min_past = 2
train_users = 0.5
[response_model]
model = "mf"
mf.factors = 4
[env]
slate_size = 4
budget = 6
[agent]
factors.factors = 4
state.transformer = { width = 8, heads = 2, feed_forward = 8 }
policy.hidden = 8
warm_start.steps = 4
[planner]
name = "random"
plan_size = 3
[train]
seeds = [1, 2]
iterations = 2
sessions = 8
slots = 4
"""
DATA = """
file = "films.csv"
user = "user"
item = "item"
time = "timestamp"
title = "title"
categories = "genres"
split = "user_order"
[[behaviour]]
name = "like"
column = "rating"
at_least = 4
"""


def title_of(item):
    """Of 60 films; three of them have titles that would harm a careless page."""
    hostile = {7: IMAGE, 17: MARKS, 27: LONG}
    return hostile.get(item, f"The {FIRST[item % 10]} {SECOND[item // 10]} ({1960 + item})")


def write_films(folder):
    rows = ["user,item,timestamp,rating,title,genres"]
    for user in range(40):
        for n in range(20):
            item = (7 * user + 11 * n) % 60
            title = title_of(item).replace('"', '""')
            genres = "|".join(sorted({CATEGORIES[item % 6], CATEGORIES[item * 5 // 7 % 6]}))
            rows.append(f'u{user},i{item},{1_600_000_000 + 1000 * user + n},{5 if item % 2 else 1},'
                        f'"{title}",{genres}')
    (folder / "films.csv").write_text("\n".join(rows) + "\n")
    (folder / "films.toml").write_text(DATA)
    (folder / "run.toml").write_text(RUN)


class Service:
    """`lerl serve` with two policies, on a port that stays the same over restarts."""

    def __init__(self, program, folder, policies=("calm", "bold"), tokens="", settings=()):
        self.program, self.folder, self.policies, self.port = program, folder, policies, 0
        self.settings = settings
        self.environment = dict(os.environ, LERL_CACHE_DIR=str(folder / "cache"))
        self.environment.pop("LERL_SERVE_TOKENS", None)
        if tokens:
            self.environment["LERL_SERVE_TOKENS"] = tokens
        self.start()

    def start(self):
        runs = sorted(self.folder.glob("runs/*/seed-*"))
        named = [f"{name}={run}" for name, run in zip(self.policies, runs)]
        self.log = open(self.folder / "serve.log", "a")
        self.process = subprocess.Popen(
            [self.program, "serve", *named, "--port", str(self.port), "--store",
             str(self.folder / "events.sqlite"), "--set", "drain_seconds=1",
             *(f"--set={setting}" for setting in self.settings)], text=True,
            stdout=subprocess.PIPE, stderr=self.log, env=self.environment, cwd=self.folder)
        line = self.process.stdout.readline()
        found = re.match(r"listening on (http://[^ ]*:(\d+))", line)
        if not found:
            self.stop()
            raise RuntimeError((self.folder / "serve.log").read_text()[-2000:])
        self.url, self.port = found.group(1), int(found.group(2))

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.log.close()

    def post(self, path, body):
        return json.loads(self.get(path, "POST", json.dumps(body).encode()))

    def get(self, path, method="GET", body=None):
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"} if body else {},
                                         method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()


@unittest.skipIf(sync_playwright is None or CHROMIUM is None,
                 "no Chromium or no Playwright (tools/setup.sh tests): the pages were not opened")
class PageTest(unittest.TestCase):
    program, screenshots = "lerl", None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="lerl-pages-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        write_films(cls.folder)
        subprocess.run([cls.program, "train", "--config", cls.folder / "run.toml", "--out",
                        cls.folder / "runs"], check=True, capture_output=True, cwd=cls.folder,
                       env=dict(os.environ, LERL_CACHE_DIR=str(cls.folder / "cache")))
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = cls.playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        for old in self.folder.glob("events.sqlite*"):
            old.unlink()
        self.faults = []

    def serve(self, **options):
        service = Service(self.program, self.folder, **options)
        self.addCleanup(lambda: service.process.poll() is None and service.stop())
        self.service = service
        return service

    def page(self, path, width=1280, height=900, dark=False, strict=True, **options):
        """A new tab. `strict`: an error in the console fails the test, as a request elsewhere always does."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light", reduced_motion="reduce", **options)
        self.addCleanup(context.close)
        page = context.new_page()
        page.set_default_timeout(15000)
        if strict:
            page.on("console", lambda message: message.type in ("error", "warning") and
                    self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", lambda request: request.url.startswith(self.service.url) or
                self.faults.append(f"elsewhere: {request.url}"))
        page.goto(self.service.url + path)
        return page

    def tearDown(self):
        self.assertEqual(self.faults, [])

    def shoot(self, page, name):
        self.screenshots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.screenshots / f"{name}.png", full_page=True)

    def check_access(self, page, where):
        """No serious or critical finding of axe-core, and no scrolling sideways."""
        # The page's own policy forbids scripts that are not its own; axe is run from outside it.
        page.evaluate(AXE.read_text())
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        grave = [f"{v['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
                 for v in found["violations"] if v["impact"] in ("serious", "critical")
                 for node in v["nodes"]]
        self.assertEqual(grave, [], where)
        wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        self.assertLessEqual(wide, 0, f"{where}: the page scrolls sideways")


def main():
    PageTest.program = os.path.abspath(sys.argv[1])
    PageTest.screenshots = pathlib.Path(os.path.abspath(sys.argv[2]))
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)

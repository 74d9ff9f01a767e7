"""What the tests of `lerl serve` share: a trained run, services, servers of PostgreSQL, load that counts."""

import itertools
import json
import os
import pathlib
import pwd
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from cli_testing import CliTest, ROOT, free_port

sys.path.insert(0, str(ROOT / "examples"))
from service_client import Problem, Service  # noqa: E402

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


def kills(otherwise):
    """How many processes a test kills: LERL_KILLS, where it is set."""
    return int(os.environ.get("LERL_KILLS", otherwise))


class ServeTest(CliTest):
    def setUp(self):
        super().setUp()
        self.config = self.larger_shop()
        self.run_folder = self.train("--set", "train.seeds=[1]")[0]
        self.store = self.folder / "events.sqlite"

    def serve(self, *more, runs=None, port=0):
        """A service that listens; its process and a client come back."""
        store = [] if "LERL_STORE_URL" in self.environment else ["--store", self.store]
        process = self.start("serve", *(runs or [self.run_folder]), "--port", port, *store, *more)
        self.addCleanup(self.stop, process, signal.SIGKILL)
        line = process.stdout.readline()
        self.assertTrue(line.startswith("listening on http://127.0.0.1:"),
                        line or process.stderr.read())
        # What the service says is read, so that it never waits for a reader.
        process.said = []
        process.reader = threading.Thread(target=lambda: process.said.extend(process.stderr),
                                          daemon=True)
        process.reader.start()
        return process, Service(line.removeprefix("listening on ").strip())

    @staticmethod
    def stop(process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
        process.wait(timeout=60)
        process.stdout.close()
        if hasattr(process, "reader"):
            process.reader.join()
            process.stderr.close()
        return process.returncode

    @staticmethod
    def faults(process):
        """What a process that has ended said of requests that failed and of what went wrong. All that it says is JSON."""
        lines = [json.loads(line) for line in process.said]
        return [line for line in lines if line.get("level") == "warning" or line.get("status", 0) >= 500]

    def problem(self, status, name, call, *arguments):
        with self.assertRaises(Problem) as caught:
            call(*arguments)
        self.assertEqual((caught.exception.status, caught.exception.name), (status, name))

    def expect_each_once(self, acknowledged, service):
        """Each acknowledged event, as {its id: (session, item)}, is in the store once and says that."""
        stored = {}
        for session in {session for session, _ in acknowledged.values()}:
            for event in service.session(session)["feedback"]:
                stored.setdefault(event["id"], []).append((session, event["item"]))
        for event, told in acknowledged.items():
            self.assertEqual(stored.get(event), [told], event)

    @staticmethod
    def metric(service, name, otherwise=None):
        """The figure of that name, of Prometheus; `otherwise` where there is none."""
        with urllib.request.urlopen(service.url + "/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        found = [line for line in lines if line.startswith(name + " ")]
        return float(found[0].split()[1]) if found or otherwise is None else otherwise

    def postgres(self):
        server = PostgresServer(self.folder)
        self.addCleanup(server.stop)
        server.start()
        return server

    def load(self, *services, **options):
        load = Load(self, services, **options)
        self.addCleanup(load.stop)
        return load


class PostgresServer:
    """A server of PostgreSQL, which refuses to run as root, in a folder of its own."""

    def __init__(self, folder):
        self.data, self.log, self.port, self.lend = folder / "postgres", folder / "postgres.log", free_port(), {}
        self.data.mkdir()
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            folder.chmod(0o755)
            os.chown(self.data, user.pw_uid, user.pw_gid)
            self.lend = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        subprocess.run([POSTGRES / "initdb", "-D", self.data / "data", "-U", "lerl", "--auth=trust", "--locale=C",
                        "--encoding=UTF8"], check=True, stdout=subprocess.DEVNULL, cwd="/", **self.lend)

    def url(self, database="postgres"):
        return f"postgresql://lerl@127.0.0.1:{self.port}/{database}"

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [POSTGRES / "postgres", "-D", self.data / "data", "-p", str(self.port), "-k", self.data,
                 "-h", "127.0.0.1"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **self.lend)
        ready = [POSTGRES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, check=False).returncode != 0:
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text()[-2000:])
            time.sleep(0.02)

    def stop(self):
        """Ends connections, and the server in good order."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)


class Load:
    """Threads that play sessions, each request with the next of the services, and write down each event once it
    was acknowledged. What fails is asked for again, as a product would: the same step, the same event. With
    `may_end`, a session that the service has ended is no fault, and the next one begins."""

    PATIENCE = 60  # seconds until a request that goes on to fail ends the test

    def __init__(self, test, services, threads=4, may_end=False):
        self.test, self.services, self.next, self.may_end = test, services, itertools.count(), may_end
        self.acknowledged, self.failures, self.faults, self.slowest = {}, [], [], 0.0
        self.requests, self.ended = itertools.count(), []  # how many were sent; sessions that the service ended
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.press) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def ask(self, what, *arguments):
        """One request until it is answered; None once the load ends."""
        end = time.monotonic() + self.PATIENCE
        while not self.ending.is_set():
            start = time.monotonic()
            next(self.requests)
            try:
                service = self.services[next(self.next) % len(self.services)]
                answer = getattr(service, what)(*arguments)
                self.slowest = max(self.slowest, time.monotonic() - start)
                return answer
            except Problem as problem:
                if problem.status != 503 or time.monotonic() > end:
                    raise
                self.failures.append(problem)
            except (OSError, urllib.error.URLError) as error:
                if time.monotonic() > end:
                    raise
                self.failures.append(error)
            time.sleep(0.02)
        return None

    def play(self, session):
        for step in range(5):
            slate = session and self.ask("recommend", session, step)
            if not slate:
                break
            item, event = slate["items"][0]["item"], f"e{next(self.next)}"
            if self.ask("feedback", session, slate, {item: {"like": True}}, {item: event}):
                self.acknowledged[event] = (session, item)

    def press(self):
        try:
            while not self.ending.is_set():
                session = self.ask("start", f"u{next(self.next) % 40}")
                try:
                    self.play(session)
                except Problem as problem:
                    if not self.may_end or (problem.status, problem.name) != (409, "session-ended"):
                        raise
                    self.ended.append(session)
        except Exception as error:  # pylint: disable=broad-except
            self.faults.append(repr(error))

    def wait_for(self, events):
        """Until that many more events were acknowledged."""
        enough = len(self.acknowledged) + events
        self.test.wait_until(lambda: len(self.acknowledged) >= enough or self.faults, f"{events} events")
        self.test.assertEqual(self.faults, [])

    def wait_for_failures(self, count):
        enough = len(self.failures) + count
        self.test.wait_until(lambda: len(self.failures) >= enough or self.faults, f"{count} failures")
        self.test.assertEqual(self.faults, [])

    def stop(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def count(self, service=None, killed=0):
        """Ends the load, and finds each acknowledged event in the store once, with what it said."""
        self.stop()
        self.test.assertEqual(self.faults, [])
        self.test.expect_each_once(self.acknowledged, service or self.services[0])
        print(f"{next(self.requests)} requests, {killed} kills, {len(self.acknowledged)} events acknowledged, 0 lost, 0 duplicated; "
              f"{len(self.failures)} of the requests failed and were sent again", file=sys.stderr)

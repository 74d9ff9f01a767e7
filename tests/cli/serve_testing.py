"""What the tests of `lerl serve` share: a service of a small run, load on it, and the count after processes were
killed under that load: every event that was acknowledged is stored once."""

import itertools
import os
import signal
import sys
import threading

from cli_testing import CliTest, ROOT

sys.path.insert(0, str(ROOT / "examples"))
from service_client import Problem, Service  # noqa: E402, F401


def kills(otherwise):
    """How many processes a test kills: LERL_KILLS, where it is set."""
    return int(os.environ.get("LERL_KILLS", otherwise))


class ServiceTest(CliTest):
    def setUp(self):
        super().setUp()
        self.config = self.larger_shop()
        self.run_folder = self.train("--set", "train.seeds=[1]")[0]
        self.store = self.folder / "events.sqlite"

    def serve(self, *more, runs=None):
        """A service that listens; its process and a client come back."""
        process = self.start("serve", *(runs or [self.run_folder]), "--port", "0", "--store",
                             self.store, *more)
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


class Load:
    """Sessions one after another, by several threads. `acknowledged` has every event that the service took, by its
    id, and goes on growing when load begins anew; a thread ends where a request fails, which `failed` then tells."""

    def __init__(self):
        self.acknowledged, self.failed = {}, []
        self.number, self.threads, self.ending = itertools.count(), [], threading.Event()

    def begin(self, service, threads=4):
        self.ending.clear()
        self.threads = [threading.Thread(target=self.press, args=(service,)) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def press(self, service):
        try:
            while not self.ending.is_set():
                session = service.start(f"u{next(self.number) % 40}")
                for step in range(5):
                    slate = service.recommend(session, step)
                    item, event = slate["items"][0]["item"], f"e{next(self.number)}"
                    service.feedback(session, slate, {item: {"like": True}}, {item: event})
                    self.acknowledged[event] = (session, item)
        except Exception as error:  # pylint: disable=broad-except
            self.failed.append(repr(error))

    def wait_for(self, test, events):
        """Until so many more events are acknowledged, or a request has failed."""
        enough = len(self.acknowledged) + events
        test.wait_until(lambda: len(self.acknowledged) > enough or self.failed, "events under load")

    def check(self, test, service, killed):
        """Compares what is stored with what was acknowledged, and says how many there are of each."""
        stored = {}
        for session in {session for session, _ in self.acknowledged.values()}:
            for event in service.session(session)["feedback"]:
                stored.setdefault(event["id"], []).append((session, event["item"]))
        lost = [event for event in self.acknowledged if event not in stored]
        duplicated = [event for event, places in stored.items() if len(places) > 1]
        print(f"{killed} kills, {len(self.acknowledged)} events acknowledged, {len(lost)} lost, "
              f"{len(duplicated)} duplicated", file=sys.stderr)
        test.assertEqual((lost, duplicated), ([], []))
        for event, told in self.acknowledged.items():
            test.assertEqual(stored[event], [told], event)

"""`lerl serve` under load while something goes wrong: what was acknowledged is there afterwards, once."""

import math
import pathlib
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import unittest

from cli_testing import main
from serve_testing import POSTGRES, ServeTest
from test_endpoint import Handler, start_endpoint


FAKETIME = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
DAY = 86400


class ServiceFaults(ServeTest):
    def mount(self, size):
        """A file system of that size, which goes with the test."""
        folder = self.folder / "small"
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f"no file system of its own (needs root): {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", folder], check=True)
        return folder

    def test_a_full_disk_that_is_freed(self):
        self.store = self.mount("3m") / "events.sqlite"
        _, service = self.serve()
        load = self.load(service)
        load.wait_for_failures(20)
        session, _ = next(iter(load.acknowledged.values()))
        self.assertTrue(service.session(session)["slates"])  # what is there can be read
        self.assertEqual(service.call("GET", "/healthz")["status"], "alive")
        self.assertEqual(load.failures[-1].status, 503)
        subprocess.run(["mount", "-o", "remount,size=256m", self.store.parent], check=True)
        load.wait_for(100)
        self.assertEqual(service.call("GET", "/readyz")["status"], "ready")
        load.count()

    def test_two_services_on_one_file(self):
        (_, here), (_, there) = self.serve(), self.serve()
        load = self.load(here, there)
        load.wait_for(200)
        load.count(there)
        self.assertEqual(load.failures, [])

    @unittest.skipUnless(POSTGRES.exists(), "needs postgresql-15")
    def test_a_database_that_is_restarted(self):
        server = self.postgres()
        self.environment["LERL_STORE_URL"] = server.url()
        _, service = self.serve("--set", "store.connect_ms=500")
        load = self.load(service)
        load.wait_for(50)
        server.stop()  # for longer than calls go on to reach it
        load.wait_for_failures(4)
        self.assertTrue(math.isnan(self.metric(service, "lerl_store_bytes")))
        server.start()
        load.wait_for(100)
        load.count()

    def test_a_store_that_another_process_holds(self):
        _, service = self.serve("--set", "store.busy_ms=100")
        load = self.load(service)
        load.wait_for(50)
        other = sqlite3.connect(self.store, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        load.wait_for_failures(10)
        self.assertEqual(load.failures[-1].status, 503)
        other.execute("ROLLBACK")
        other.close()
        load.wait_for(100)
        load.count()

    @unittest.skipUnless(FAKETIME.exists(), "needs faketime")
    def test_a_clock_that_jumps(self):
        """A day ahead, then two days back, then to the true time, each under load."""
        clock = self.folder / "clock"

        def set_clock(days):
            new = clock.with_suffix(".new")
            new.write_text(f"{days:+d}d\n")
            new.rename(clock)
        set_clock(0)
        # Deadlines and waits go by the clock of the machine's age, which nobody sets.
        self.environment |= {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock),
                             "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                             "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
        process, service = self.serve()
        idle = service.start("u1")
        service.recommend(idle)
        load = self.load(service, may_end=True)
        for days in 0, 1, -1, 0:
            set_clock(days)
            load.wait_for(60)
            if days:  # by the clock of the day ahead it lay idle, and so it stays
                self.problem(409, "session-ended", service.recommend, idle, 1)
        load.count()
        self.assertEqual(load.failures, [])
        print(f"{len(load.ended)} sessions of the load ended as idle", file=sys.stderr)
        for session in {idle, *load.ended}:
            self.assertEqual(service.session(session)["end"], "idle")
        # The service saw each of these days.
        with sqlite3.connect(self.store) as store:
            times = [row[0] / 1e6 for row in store.execute("SELECT received_us FROM lerl_feedback")]
        store.close()
        now = time.time()
        self.assertEqual({round((received - now) / DAY) for received in times}, {-1, 0, 1})
        self.assertEqual(service.call("GET", "/readyz")["status"], "ready")
        self.assertEqual(self.stop(process), 0)
        self.assertEqual(self.faults(process), [])

    def test_clients_that_are_slow_or_half_open(self):
        _, service = self.serve("--set", "http.header_timeout=1", "http.body_timeout=1", "http.write_timeout=1")
        port, stop = int(service.url.rpartition(":")[2]), threading.Event()
        load = self.load(service)
        body = b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        starts = [b"GET /v1/ite", body + b"Content-Length: 400\r\n\r\n{", b"GET /v1/items?limit=1000 HTTP/1.1\r\n"
                  b"Host: localhost\r\n\r\n" * 50, b"\x16\x03\x01\x02", b""]

        def disturb(number):
            """One client after another that begins and does not end, and does not read either."""
            while not stop.is_set():
                with socket.create_connection(("127.0.0.1", port)) as client:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    if number % 2:  # closed by a reset, not by an end
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    try:
                        client.sendall(starts[number % len(starts)])
                        stop.wait(0.2 * (number % 10))
                        client.sendall(b"x")
                    except OSError:
                        pass
        others = [threading.Thread(target=disturb, args=(number,)) for number in range(60)]
        for thread in others:
            thread.start()
        load.wait_for(200)
        stop.set()
        for thread in others:
            thread.join()
        load.count()
        self.assertEqual(load.failures, [])
        self.assertLess(load.slowest, 5)
        self.wait_until(lambda: self.metric(service, "lerl_http_connections") == 1, "no connection is left over")


class Hanging(Handler):
    """An endpoint that takes requests, and while it hangs answers none."""

    def do_POST(self):  # noqa: N802, the name that http.server calls
        while self.server.hangs:
            time.sleep(0.01)
        try:
            super().do_POST()
        except OSError:  # who asked has gone
            pass


class ModelFaults(ServeTest):
    def setUp(self):
        super().setUp()
        self.server = start_endpoint(self, Hanging)
        self.server.hangs = False

    def train_planner(self, *more):
        url = f"http://127.0.0.1:{self.server.server_port}/v1"
        settings = ["train.seeds=[1]", f'planner.llm.endpoint.urls=["{url}"]', "planner.llm.endpoint.timeout=1",
                    "planner.llm.endpoint.deadline=2", "planner.llm.endpoint.cool_down=0.1", *more]
        return self.train(*[word for setting in settings for word in ("--set", setting)])

    def test_a_table_and_a_student_do_without_the_model(self):
        """They ask nothing, neither at the start nor later, and their plans are their own from the first slate on."""
        table = self.train_planner("planner.name=llm_table")[0]
        student = self.train_planner("planner.name=student", "planner.student.teacher=llm",
                                     "planner.student.min_labels=1")[0]
        self.assertGreater(self.server.asked, 0)
        self.server.hangs, asked = True, self.server.asked
        process, service = self.serve(runs=[f"table={table}", f"student={student}"])
        for policy, origin in ("table", "cached"), ("student", "rule"):
            session = service.start("u1", policy)
            self.assertEqual([service.recommend(session)["origin"] for _ in range(3)], [origin] * 3)
        served = service.call("GET", "/v1/policies")["policies"]
        self.assertEqual([policy["planner_health"] for policy in served], [None, None])
        self.assertEqual(self.server.asked, asked)
        self.assertEqual(self.stop(process), 0)

    def test_an_endpoint_that_hangs(self):
        """Every slate comes within the deadline and says where its plan is from; plans come back by themselves."""
        runs = self.train_planner("planner.name=llm")
        self.assertIn("plan_deadline_ms = 30 ", self.succeed("serve", "--show"))  # by default
        process, service = self.serve(runs=runs)
        fresh = {"fresh", "cached"}

        def plans(origin):
            return self.metric(service, f'lerl_plans_total{{origin="{origin}"}}', otherwise=0)

        def origin():
            return service.recommend(service.start("u1"))["origin"]
        self.wait_until(lambda: origin() in fresh, "plans of the model")
        self.server.hangs = True
        before = plans("fallback") + plans("kept")
        load = self.load(service)
        load.wait_for(150)
        self.assertLess(load.slowest, 2)
        load.count()
        self.assertEqual(load.failures, [])
        session, _ = next(iter(load.acknowledged.values()))
        origins = [(slate["origin"], slate["reason"]) for slate in service.session(session)["slates"]]
        self.assertTrue(all(origin in {"fallback", "kept", *fresh} for origin, _ in origins), origins)
        self.assertTrue(all(reason for _, reason in origins), origins)
        self.assertIn("fallback", [origin() for _ in range(20)])
        self.assertGreater(plans("fallback") + plans("kept"), before)
        # Every slate says where its plan is from, and why, and the figures are of these slates.
        with sqlite3.connect(self.store) as store:
            told = dict(store.execute("SELECT origin, COUNT(*) FROM lerl_slates WHERE reason <> '' GROUP BY origin"))
            total = dict(store.execute("SELECT origin, COUNT(*) FROM lerl_slates GROUP BY origin"))
        store.close()
        self.assertEqual(told, total)
        self.assertEqual({name: plans(name) for name in total}, total)
        health = service.call("GET", "/v1/policies")["policies"][0]["planner_health"]
        self.assertGreater(health["fallback"], 0)
        self.server.hangs = False
        self.wait_until(lambda: origin() in fresh, "plans of the model, which is back")
        self.server.hangs = True
        origin()
        self.assertEqual(self.stop(process), 0)


if __name__ == "__main__":
    main()

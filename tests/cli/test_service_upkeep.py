"""What operators of `lerl serve` do (docs/operations.md): back up and restore, upgrade and go back, bound memory."""

import json
import re
import socket
import sqlite3
import subprocess
import threading
import time
import unittest
import urllib.request

from cli_testing import ROOT, main
from serve_testing import POSTGRES, Problem, ServeTest


class Backups(ServeTest):
    def goes_on(self, service, acknowledged):
        """All events of the backup are there, and its sessions go on."""
        self.expect_each_once(acknowledged, service)
        session, item = acknowledged[max(acknowledged, key=lambda event: int(event[1:]))]
        slate = service.recommend(session)
        self.assertGreater(slate["step"], 0)
        service.feedback(session, slate, {slate["items"][0]["item"]: {"like": True}})
        again = {event: told for event, told in acknowledged.items() if told == (session, item)}
        for event in again:  # a product that asks again after the restore changes nothing
            shown = next(s for s in service.session(session)["slates"] if item in [i["item"] for i in s["items"]])
            answer = service.feedback(session, shown, {item: {"like": True}}, {item: event})
            self.assertEqual(answer, {"accepted": 0, "repeated": 1})

    def test_a_file_is_backed_up_while_it_is_written_and_restored(self):
        process, service = self.serve()
        load, copy = self.load(service), self.folder / "backup" / "monday.sqlite"
        load.wait_for(100)
        before = dict(load.acknowledged)
        self.assertIn("bytes", self.succeed("events", "backup", "--store", self.store, "--to", copy))
        load.wait_for(50)
        load.stop()
        self.assertEqual(load.failures, [])
        self.expect_error(2, "events", "backup", "--store", self.store, "--to", copy, says="is there already")
        self.stop(process)
        # As docs/operations.md says: what is there goes aside, with the log beside it.
        aside = self.folder / "aside"
        aside.mkdir()
        for path in self.folder.glob("events.sqlite*"):
            path.rename(aside / path.name)
        self.store.write_bytes(copy.read_bytes())
        self.goes_on(self.serve()[1], before)

    @unittest.skipUnless(POSTGRES.exists(), "needs postgresql-15")
    def test_a_database_is_backed_up_while_it_is_written_and_restored(self):
        server = self.postgres()
        self.environment["LERL_STORE_URL"] = server.url()
        self.expect_error(2, "events", "backup", "--to", "copy", says="pg_dump")
        _, service = self.serve()
        load, copy = self.load(service), self.folder / "monday.dump"
        load.wait_for(100)
        before = dict(load.acknowledged)
        subprocess.run([POSTGRES / "pg_dump", "--format=custom", "--file", copy, server.url()], check=True)
        load.wait_for(50)
        load.stop()
        subprocess.run([POSTGRES / "createdb", "--maintenance-db", server.url(), "restored"], check=True)
        subprocess.run([POSTGRES / "pg_restore", "--exit-on-error", "--dbname", server.url("restored"), copy],
                       check=True)
        self.environment["LERL_STORE_URL"] = server.url("restored")
        self.goes_on(self.serve()[1], before)


class Upgrades(ServeTest):
    def sql(self, path, statement):
        with sqlite3.connect(path) as store:
            return store.execute(statement).fetchall()

    def test_an_older_store_goes_on_and_can_be_gone_back_to(self):
        text = (ROOT / "tests" / "data" / "store" / "version-1.sql").read_text()
        now = str(time.time_ns() // 1000)  # it did not lie idle
        with sqlite3.connect(self.store) as store:
            store.executescript(text.replace("1700000000000000", now))
        process, service = self.serve()
        stored = service.session("0f3a")
        self.assertEqual([item["item"] for item in stored["slates"][0]["items"]], ["i5", "i17", "i2"])
        self.assertEqual([(event["id"], event["item"]) for event in stored["feedback"]], [("e-1", "i17")])
        self.assertEqual(service.recommend("0f3a")["step"], 1)
        self.assertEqual(self.stop(process), 0)
        self.assertTrue(any("brought up to date" in line for line in process.said), process.said)
        self.assertGreater(self.sql(self.store, "SELECT version FROM lerl_store")[0][0], 1)
        # Back: the copy takes the store's place, and the program of then finds what it left.
        copy = self.store.with_name("events.sqlite.version-1")
        self.assertEqual(self.sql(copy, "SELECT version FROM lerl_store"), [(1,)])
        self.assertEqual(self.sql(copy, "SELECT step FROM lerl_slates"), [(0,)])

    def test_a_newer_store_is_refused_and_left_alone(self):
        process, service = self.serve()
        session = service.start("u1")
        self.stop(process)
        self.sql(self.store, "UPDATE lerl_store SET version = 99")
        self.expect_error(4, "serve", self.run_folder, "--store", self.store, "--port", "0",
                          says=["written by a newer version", "the copy of before the upgrade"])
        self.assertEqual(self.sql(self.store, "SELECT version, (SELECT id FROM lerl_sessions) FROM lerl_store"),
                         [(99, session)])


class Memory(ServeTest):
    SLATES, SESSIONS = 400, 60

    @staticmethod
    def resident(process):
        """In MB of 10^6 bytes."""
        with open(f"/proc/{process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096 / 1e6

    def long_sessions(self):
        """Sessions with many slates, each of which takes half a megabyte when it is opened; their ids."""
        process, service = self.serve()
        service.recommend(service.start("u0"))
        self.stop(process)
        file = self.folder / "one.jsonl"
        self.succeed("events", "export", "--store", self.store, "--out", file)
        one = json.loads(file.read_text().splitlines()[0])
        lines, ids = [], [f"long-{number}" for number in range(self.SESSIONS)]
        for name in ids:
            slates = [dict(one["slates"][0], step=step) for step in range(self.SLATES)]
            lines.append(json.dumps(dict(one, id=name, slates=slates)))
        file.write_text("\n".join(lines) + "\n")
        self.succeed("events", "import", file, "--store", self.store)
        return ids

    def resident_in_use(self):
        """What a service of this store takes, with one session."""
        process, service = self.serve("--set", "memory_ceiling_mb=100000")
        service.recommend(service.start("u0"))
        resident = self.resident(process)
        self.stop(process)
        return resident

    def test_a_ceiling_is_kept_and_nobody_notices(self):
        ids = self.long_sessions()
        base = self.resident_in_use()
        ceiling = int((base + 16) / 0.9)
        process, service = self.serve("--set", f"memory_ceiling_mb={ceiling}",
                                      'recommend.policy.show_again="always"')
        highest, stop = [0.0], threading.Event()

        def watch():
            while not stop.wait(0.002):
                highest[0] = max(highest[0], self.resident(process))
        watcher = threading.Thread(target=watch)
        watcher.start()
        load = self.load(service, threads=1)
        for step in range(2):
            for name in ids:
                self.assertEqual(service.recommend(name)["step"], self.SLATES + step)
        load.count()
        stop.set()
        watcher.join()
        self.assertLessEqual(highest[0], ceiling)
        self.assertGreater(self.metric(service, "lerl_memory_given_back_total"), 0)
        self.assertEqual(self.metric(service, "lerl_sessions_refused_total"), 0)
        self.assertEqual(load.failures, [])
        print(f"{highest[0]:.0f} of {ceiling} MB at most, {base:.0f} without use", end=", ")

    def test_what_cannot_be_given_back_ends_no_session_and_lets_none_begin(self):
        base = self.resident_in_use()
        self.expect_error(3, "serve", self.run_folder, "--port", "0", "--store", self.store, "--set", "memory_ceiling_mb=20",
                          says="before anybody is served")
        process, service = self.serve("--set", f"memory_ceiling_mb={int((base + 12) / 0.9)}")
        session = service.start("u1")
        port, clients = int(service.url.rpartition(":")[2]), []
        head = b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        for _ in range(24):  # bodies that never end
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(head + b"Content-Length: 1000000\r\n\r\n" + b"x" * 900000)
            clients.append(client)
        self.wait_until(lambda: self.metric(service, "lerl_memory_full") == 1, "memory is full")
        with self.assertRaises(Problem) as caught:
            service.start("u2")
        self.assertEqual(caught.exception.status, 503)
        self.assertEqual(service.recommend(session)["step"], 0)
        for client in clients:
            client.close()
        self.wait_until(lambda: self.metric(service, "lerl_memory_full") == 0, "memory was given back")
        service.recommend(service.start("u2"))
        self.assertIsNone(process.poll())


class Figures(ServeTest):
    def test_of_the_page_are_those_of_the_service(self):
        page = (ROOT / "docs" / "operations.md").read_text()
        _, service = self.serve()
        service.recommend(service.start("u1"))
        service.call("GET", "/readyz")
        with urllib.request.urlopen(service.url + "/metrics", timeout=30) as answer:
            told = set(re.findall(r"(?m)^# TYPE (\w+) ", answer.read().decode()))
        table = page.split("## What to watch")[1].split("## ")[0]
        named = set(re.findall(r"(?:lerl|process)_[a-z_]+", table)) - {"memory_ceiling_mb"}
        self.assertEqual(named, told)


if __name__ == "__main__":
    main()

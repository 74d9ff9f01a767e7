"""Cells on a ledger: workers as processes, by xargs, on PostgreSQL; killed, suspended, and what always fails."""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import unittest

from cli_testing import main
from serve_testing import POSTGRES, PostgresServer
from study_testing import StudyTest


class Launchers(StudyTest):
    iterations = 30

    def xargs(self, out, workers=2):
        """The recipe of docs/scaling.md."""
        work = f"{self.program} work --ledger {out}/cells.db --name {out}-{{}}"
        recipe = f"seq {workers} | xargs -P {workers} -I{{}} {work}"
        return subprocess.Popen(["bash", "-c", recipe], cwd=self.folder, env=self.environment, text=True,
                                stderr=subprocess.PIPE)

    def suspend_one(self, parent, out):
        """Suspends a worker that holds a cell and not the ledger's lock; its process, or nothing where none does."""
        for worker in self.workers(parent.pid):
            os.kill(worker, signal.SIGSTOP)
            with contextlib.closing(sqlite3.connect(self.folder / out / "cells.db", timeout=0.2)) as ledger:
                try:
                    ledger.execute("BEGIN IMMEDIATE")
                    busy = {name for name, in ledger.execute("SELECT worker FROM lerl_cells WHERE state = 'running'")}
                except sqlite3.OperationalError:
                    busy = set()  # the lock is taken
            name = pathlib.Path(f"/proc/{worker}/cmdline").read_bytes().split(b"\0")[-2].decode()
            if name in busy:
                return [worker]
            os.kill(worker, signal.SIGCONT)
        return []

    def others_are_done(self, out):
        """All cells but the suspended one, which has been claimed again: it is done too, or it waits, since here two
        processes never write into the folder of one run."""
        counts = self.counts(out)
        return counts["claims"] > self.cells and counts["done"] >= self.cells - 1

    def test_all_give_the_same_bytes_and_a_killed_worker_changes_nothing(self):
        table, bytes_ = self.expected()
        with self.subTest("jobs"):
            self.assertEqual(self.table("jobs", "--jobs", "2"), table)
            self.assertEqual(self.result("jobs"), bytes_)
        with self.subTest("jobs, one killed"):
            process = self.start(*self.comparison("killed", "--jobs", "2"))
            self.kill_one(process, "killed")
            error = process.communicate(timeout=300)[1]
            self.assertEqual(process.returncode, 0, error)
            self.assertIn("ended by signal 9", error)
            self.assertEqual(self.result("killed"), bytes_)
        with self.subTest("xargs, one killed"):
            self.assertEqual(self.put("xargs", "--lease", "1")["waiting"], self.cells)
            self.assertFalse((self.folder / "xargs" / "results.json").exists())
            process = self.xargs("xargs")
            self.kill_one(process, "xargs")
            error = process.communicate(timeout=300)[1]
            self.assertIn("signal 9", error)
            counts = self.counts("xargs")
            self.assertEqual((counts["done"], counts["late"]), (self.cells, 0))
            self.assertIn(counts["claims"] - self.cells, [0, 1])  # 0: it died between two cells
            self.assertEqual(self.table("xargs", "--jobs", "0"), table)
            self.assertEqual(self.result("xargs"), bytes_)

    def test_a_worker_that_is_suspended_notices_that_its_cell_was_taken_over(self):
        table, bytes_ = self.expected()
        self.put("slow", "--lease", "0.5")
        process = self.xargs("slow")
        suspended = []
        self.wait_until(lambda: suspended.extend(self.suspend_one(process, "slow")) or suspended, "a cell to work on")
        try:
            self.wait_until(lambda: self.others_are_done("slow"), "all other cells, and a claim of that one")
        finally:
            os.kill(suspended[0], signal.SIGCONT)
        error = process.communicate(timeout=300)[1]
        self.assertEqual(process.returncode, 0, error)
        self.assertEqual(self.counts("slow")["done"], self.cells)
        self.assertEqual(self.table("slow", "--jobs", "0"), table)
        self.assertEqual(self.result("slow"), bytes_)

    def test_ctrl_c_stops_all_workers_and_the_same_command_goes_on(self):
        table, bytes_ = self.expected()
        process = self.start(*self.comparison("stopped", "--jobs", "2"))
        self.wait_until(lambda: self.lines("stopped") >= 3, "work")
        process.send_signal(signal.SIGTERM)
        out, error = process.communicate(timeout=120)
        self.assertEqual((process.returncode, out), (130, ""), error)
        self.assertIn("goes on", error)
        self.assertEqual(self.table("stopped", "--jobs", "2"), table)
        self.assertEqual(self.result("stopped"), bytes_)

    @unittest.skipUnless(POSTGRES.exists(), "needs postgresql-15")
    def test_on_postgresql_too(self):
        table, bytes_ = self.expected()
        server = PostgresServer(self.folder)
        self.addCleanup(server.stop)
        server.start()
        self.environment["LERL_LEDGER"] = server.url()
        process = self.start(*self.comparison("server", "--jobs", "2"))
        self.kill_one(process, "server")
        error = process.communicate(timeout=300)[1]
        self.assertEqual(process.returncode, 0, error)
        self.assertEqual(self.result("server"), bytes_)
        self.assertFalse((self.folder / "server" / "cells.db").exists())
        # Several studies share a ledger.
        self.put("other")
        self.expect_error(2, "work", says=["--study", "compare:"])
        self.succeed("work", "--study", f"compare:{self.folder / 'other'}")
        self.assertEqual(self.table("other", "--jobs", "0"), table)


class Failures(StudyTest):
    def break_a_run(self, out):
        """A file stands where the folder of a run is to be; its name comes back."""
        self.put(out)
        with contextlib.closing(sqlite3.connect(self.folder / out / "cells.db")) as ledger:
            name, = ledger.execute("SELECT name FROM lerl_cells ORDER BY number LIMIT 1").fetchone()
        (self.folder / out / name).parent.mkdir()
        (self.folder / out / name).write_text("in the way")
        return name

    def test_a_cell_that_fails_every_time_is_named_once_all_others_are_done(self):
        name = self.break_a_run("broken")
        for launcher in (["--jobs", "2", "--tries", "2"], ["--tries", "2"]):
            done = self.run_lerl(*self.comparison("broken", *launcher))
            self.expect_error(8, says=[f"{name} failed after 2 tries", "seed-1"], result=done)
            counts = self.counts("broken")
            self.assertEqual((counts["done"], counts["failed"]), (self.cells - 1, 1))
        (self.folder / "broken" / name).unlink()
        self.assertEqual(self.table("broken"), self.expected()[0])

    def test_a_program_of_another_commit_takes_no_cell(self):
        self.put("other")
        with contextlib.closing(sqlite3.connect(self.folder / "other" / "cells.db")) as ledger:
            ledger.execute("UPDATE lerl_studies SET made_at = 'abc'")
            ledger.commit()
        self.expect_error(2, "work", "--ledger", "other/cells.db", says=["made by commit abc", "same program"])

    def test_a_comparison_whose_file_has_changed_is_not_run(self):
        self.put("changed")
        config = self.folder / "compare.toml"
        config.write_text(config.read_text().replace("train.iterations = 4", "train.iterations = 5"))
        self.expect_error(3, "work", "--ledger", "changed/cells.db", says=["compare.toml", "changed since"])

    def test_a_ledger_without_a_study_says_how_to_put_one(self):
        self.expect_error(2, "work", "--ledger", "empty.db", says=["no study", "--put"])
        self.expect_error(2, "work", says="--ledger")
        self.expect_error(4, "work", "--ledger", "compare.toml", says="compare.toml")

    def test_options_of_cells_want_the_closed_loop(self):
        done = self.run_lerl("audit", "planner", "--config", "shop/run.toml", "--jobs", "2")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("--closed-loop", done.stderr)


class OtherStudies(StudyTest):
    def test_a_search_comes_to_the_same_trials_by_processes(self):
        search = ["tune", "--agent", "ppo", "--config", "shop/run.toml", "--trials", "4", "--json",
                  "--set", "split.valid_users=0.3"]
        whole = self.succeed(*search, "--folder", "whole")
        self.assertEqual(self.succeed(*search, "--folder", "jobs", "--jobs", "2"), whole)
        put = json.loads(self.succeed(*search, "--folder", "put", "--put"))
        self.assertEqual((put["study"], put["waiting"]), (f"tune:{self.folder / 'put'}", 4))
        self.succeed("work", "--ledger", "put/cells.db")
        self.assertEqual(self.succeed(*search, "--folder", "put", "--jobs", "0"), whole)

    def test_a_closed_loop_comes_to_the_same_sessions_by_processes(self):
        sets = ['planner.llm.endpoint.urls=["http://127.0.0.1:9/v1"]', "split.mode=user_order", "split.train_share=0.4",
                "split.train_users=0.4"]
        audit = ["audit", "planner", "--config", "shop/run.toml", "--planners", "random", "learned", "--seeds", "2",
                 "--closed-loop", "--practice", "1", "--users", "4", "--json",
                 *(word for setting in sets for word in ("--set", setting))]

        def cells(out):
            found = [json.loads(path.read_text()) for path in sorted((self.folder / out).glob("*-seed*.json"))]
            return [{key: cell[key] for key in ("key", "R_cum", "T_int", "plans", "figures")} for cell in found]

        def rows(text):
            loop = json.loads(text)["closed_loop"]["rows"]
            return [{key: row[key] for key in row if key not in ("seconds", "plans_per_second")} for row in loop]
        whole = rows(self.succeed(*audit, "--out", "whole"))
        self.assertEqual(rows(self.succeed(*audit, "--out", "jobs", "--jobs", "2")), whole)
        self.assertEqual(cells("jobs"), cells("whole"))
        self.assertEqual(len(cells("whole")), 5 * 2 * 2)


if __name__ == "__main__":
    main()

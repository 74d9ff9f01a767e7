"""Workers on a real Ray cluster of two nodes, which are processes of this machine. Needs `tools/setup.sh ray`, whose
folder PYTHONPATH names. Each test ends with the bytes that one process makes.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from cli_testing import ROOT, free_port, main, model_file  # noqa: E402
from study_testing import StudyTest  # noqa: E402

os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
from ray.cluster_utils import Cluster  # noqa: E402

MODEL = model_file()  # in the cache of whoever runs this; tests have caches of their own
NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20}


class RayTest(StudyTest):
    iterations = 30

    def setUp(self):
        super().setUp()
        # Nodes are started with this process's environment, and workers with that of their node.
        cache = unittest.mock.patch.dict(os.environ, {"LERL_CACHE_DIR": self.environment["LERL_CACHE_DIR"]})
        cache.start()
        self.addCleanup(cache.stop)

    def cluster(self, second=1):
        """A cluster of two nodes with a CPU each; the second one alone has the resource `second`."""
        cluster = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
        self.addCleanup(cluster.shutdown)
        self.second = cluster.add_node(**NODE, resources={"second": second})
        return cluster

    def launch(self, cluster, out, *more):
        address = cluster if isinstance(cluster, str) else cluster.address
        return self.start("ray", "--address", address, "--ledger", f"{out}/cells.db", "--python", sys.executable, *more)

    def workers_of(self, out):
        """Processes of `lerl work` on the ledger of a folder."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue  # it has just ended
            if b"work" in words and b"--status" not in words and f"compare:{self.folder / out}".encode() in words:
                found.append(int(folder.name))
        return found

    def expect_same(self, out, process, expected):
        error = process.communicate(timeout=900)[1]
        self.assertEqual(process.returncode, 0, error)
        self.assertEqual(self.table(out, "--jobs", "0"), expected[0])
        self.assertEqual(self.result(out), expected[1])
        return error


class Ray(RayTest):
    def test_gives_the_same_bytes_though_a_worker_is_killed(self):
        expected, cluster = self.expected(), self.cluster()
        self.put("ray", "--lease", "1")
        process = self.launch(cluster, "ray")
        self.wait_until(lambda: self.lines("ray") >= 3 and self.workers_of("ray"), "a worker at its work")
        os.kill(self.workers_of("ray")[0], signal.SIGKILL)
        error = self.expect_same("ray", process, expected)
        self.assertIn("a worker ended by signal 9", error)
        counts = self.counts("ray")
        self.assertEqual((counts["done"], counts["claims"]), (self.cells, self.cells + 1))

    def test_gives_the_same_bytes_though_a_node_dies(self):
        expected, cluster = self.expected(), self.cluster()
        self.put("node", "--lease", "1")
        process = self.launch(cluster, "node")
        self.wait_until(lambda: len(self.workers_of("node")) == 2 and self.lines("node") >= 3, "a worker on each node")
        cluster.remove_node(self.second, allow_graceful=False)
        self.expect_same("node", process, expected)

    def test_places_workers_by_their_resources_and_brings_back_what_they_say(self):
        expected, cluster = self.expected(), self.cluster(second=2)
        self.put("placed")
        # Two workers at a time fit the second node by its resource, and one by its CPU.
        process = self.launch(cluster, "placed", "--resource", "second=1", "--placement", "pack")
        most = 0
        while process.poll() is None:
            most = max(most, len(self.workers_of("placed")))
            time.sleep(0.02)
        error = self.expect_same("placed", process, expected)
        self.assertEqual(most, 1)
        self.assertRegex(error, r"\(run_worker.*worker .* begins")

    def test_workers_without_room_wait_for_nodes_and_go_there(self):
        """Nodes come by hand here; Autoscaling leaves that to Ray."""
        expected = self.expected()
        cluster = Cluster(initialize_head=True, head_node_args={**NODE, "num_cpus": 0, "include_dashboard": False})
        self.addCleanup(cluster.shutdown)
        self.put("grown")
        process = self.launch(cluster, "grown")
        time.sleep(10)
        self.assertIsNone(process.poll())
        self.assertEqual(self.workers_of("grown"), [])
        cluster.add_node(**NODE)
        self.wait_until(lambda: self.workers_of("grown"), "a worker on the new node")
        self.expect_same("grown", process, expected)


class Autoscaling(RayTest):
    """Ray's own autoscaler with its provider of nodes that are processes: it starts them by demand, and ends them."""

    def autoscaling_cluster(self):
        """A cluster whose first node has no CPU and whose autoscaler may add two nodes with one each; its address."""
        import ray

        port = free_port()
        address = f"{ray.util.get_node_ip_address()}:{port}"
        empty = {name: {} for name in ("docker", "auth", "head_node", "worker_nodes", "file_mounts")}
        empty |= {name: [] for name in ("cluster_synced_files", "rsync_exclude", "rsync_filter",
                                        "initialization_commands", "setup_commands", "head_setup_commands",
                                        "worker_setup_commands", "head_start_ray_commands",
                                        "worker_start_ray_commands")}
        worker = {"CPU": 1, "object_store_memory": NODE["object_store_memory"]}
        (self.folder / "autoscaler.json").write_text(json.dumps(empty | {
            "cluster_name": "lerl", "max_workers": 2, "upscaling_speed": 1.0, "idle_timeout_minutes": 0.1,
            "file_mounts_sync_continuously": False, "head_node_type": "ray.head.default",
            "provider": {"type": "fake_multinode", "use_node_id_as_ip": True, "gcs_address": address},
            "available_node_types": {
                "ray.head.default": {"resources": {"CPU": 0}, "node_config": {}, "max_workers": 0},
                "worker": {"resources": worker, "node_config": {}, "min_workers": 0, "max_workers": 2}}}))
        self.ray("start", "--head", f"--port={port}", "--num-cpus=0", "--include-dashboard=false",
                 f"--object-store-memory={NODE['object_store_memory']}",
                 f"--autoscaling-config={self.folder / 'autoscaler.json'}")
        self.addCleanup(self.ray, "stop", "--force")
        return address

    def ray(self, *words):
        subprocess.run([sys.executable, "-m", "ray.scripts.scripts", *words], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "AUTOSCALER_UPDATE_INTERVAL_S": "1", "RAY_FAKE_CLUSTER": "1"})

    def test_nodes_come_for_cells_and_go_when_none_are_left(self):
        import ray

        expected, address = self.expected(), self.autoscaling_cluster()
        self.put("scaled")
        process = self.launch(address, "scaled")
        ray.init(address=address, logging_level="ERROR", log_to_driver=False)
        self.addCleanup(ray.shutdown)

        def nodes():
            return sum(node["Alive"] for node in ray.nodes())

        self.assertEqual(nodes(), 1)
        self.wait_until(lambda: nodes() > 1 and self.workers_of("scaled"), "a node that the autoscaler added")
        self.expect_same("scaled", process, expected)
        self.wait_until(lambda: nodes() == 1, "the autoscaler to take idle nodes away")


class Faults(RayTest):
    iterations = 4

    def test_cells_that_fail_end_the_command(self):
        cluster = self.cluster()
        self.put("broken", "--tries", "2")
        cell = next(iter(self.names("broken")))
        (self.folder / "broken" / cell).parent.mkdir()
        (self.folder / "broken" / cell).write_text("in the way")
        result = self.launch(cluster, "broken")
        out, error = result.communicate(timeout=300)
        done = subprocess.CompletedProcess(result.args, result.returncode, out, error)
        self.expect_error(10, says="1 cells failed", result=done)

    def names(self, out):
        with contextlib.closing(sqlite3.connect(self.folder / out / "cells.db")) as ledger:
            return [name for name, in ledger.execute("SELECT name FROM lerl_cells ORDER BY number")]

    def test_without_a_cluster_without_ray_and_without_cells_it_says_what_to_do(self):
        self.put("none")
        ray = ["ray", "--ledger", "none/cells.db", "--python", sys.executable, "--address"]
        self.expect_error(8, *ray, "127.0.0.1:1", says=["127.0.0.1:1", "no Ray cluster"])
        del self.environment["PYTHONPATH"]
        self.expect_error(8, *ray, "auto", says=["tools/setup.sh ray"])
        self.expect_error(2, "ray", "--address", "auto", says="--ledger")


class Smoke(RayTest):
    """The comparison of all agents, cut short, by every launcher, with a worker killed in each."""

    patience = 1800

    def comparison(self, out, *more):
        return ["compare", "--config", ROOT / "configs" / "compare_ml100k.toml", "--smoke", "--out", out, *more]

    def test_by_processes_xargs_and_ray_gives_the_same_bytes(self):
        data = MODEL.parents[1] / "datasets" / "ml-100k" if MODEL else pathlib.Path("/nonexistent")
        if not data.exists():
            self.skipTest("needs `tools/setup.sh weights data`")
        shutil.copytree(data, self.folder / "cache" / "datasets" / "ml-100k")
        table = self.table("jobs", "--jobs", "2")
        bytes_ = self.result("jobs")
        self.assertGreater(len(bytes_), 30)
        with self.subTest("jobs"):
            process = self.start(*self.comparison("killed", "--jobs", "2"))
            self.kill_one(process, "killed")
            _, error = process.communicate(timeout=self.patience)
            self.assertEqual(process.returncode, 0, error)
            self.assertIn("ended by signal 9", error)
            self.assertEqual(self.result("killed"), bytes_)
        with self.subTest("xargs"):
            self.put("xargs", "--lease", "5")
            recipe = f"seq 2 | xargs -P 2 -I{{}} {self.program} work --ledger xargs/cells.db --name xargs-{{}}"
            process = subprocess.Popen(["bash", "-c", recipe], cwd=self.folder, env=self.environment,
                                       stderr=subprocess.DEVNULL)
            self.kill_one(process, "xargs")
            process.wait(timeout=self.patience)
            self.assertEqual(self.table("xargs", "--jobs", "0"), table)
            self.assertEqual(self.result("xargs"), bytes_)
        with self.subTest("ray"):
            cluster = self.cluster()
            self.put("ray", "--lease", "5")
            process = self.launch(cluster, "ray")
            self.wait_until(lambda: self.lines("ray") >= 3 and self.workers_of("ray"), "a worker", 600)
            os.kill(self.workers_of("ray")[0], signal.SIGKILL)
            self.expect_same("ray", process, (table, bytes_))


if __name__ == "__main__":
    main()

"""Several ranks train what one process trains; one that is killed ends the others, and --resume goes on.

LERL_RANKS=4 trains with 4 ranks as well as with 2. The tests in network namespaces need root and
`ip netns`; without them they are skipped, and say so.
"""

import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import unittest

from cli_testing import CliTest, free_port, main

SETTINGS = ["train.seeds=[1]", "planner.name=random", "train.iterations=12", "train.sessions=16",
            "train.slots=16", "train.checkpoint_every=3", "train.evaluate_every=4"]
COUNTS = [2, 4] if os.environ.get("LERL_RANKS") == "4" else [2]


def floats(checkpoint):
    """The float arrays of a checkpoint in the layout of safetensors, by their names."""
    raw = checkpoint.read_bytes()
    length, = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + length])
    arrays = {}
    for name, about in header.items():
        if name != "__metadata__" and about["dtype"] == "F32":
            begin, end = (8 + length + offset for offset in about["data_offsets"])
            arrays[name] = struct.unpack(f"<{(end - begin) // 4}f", raw[begin:end])
    return arrays


class RanksTest(CliTest):
    def arguments(self, out, settings=(), more=()):
        sets = [word for setting in [*SETTINGS, *settings] for word in ("--set", setting)]
        return ["train", "--config", self.shop(), "--out", self.folder / out, *sets, *more]

    def run_folder(self, out):
        folder, = (path.parent for path in (self.folder / out).rglob("run.json"))
        return folder

    def lines(self, out):
        return sum(len(path.read_bytes().splitlines())
                   for path in (self.folder / out).rglob("metrics.jsonl"))

    def expect_same_result(self, out, whole="whole"):
        """The agents of two runs agree to 1e-5: each number of theirs, and all together in their norm."""
        one, two = (floats(self.run_folder(name) / "checkpoint.safetensors") for name in (whole, out))
        self.assertEqual(one.keys(), two.keys())
        squares = apart = 0
        for name, values in one.items():
            differences = [x - y for x, y in zip(values, two[name], strict=True)]
            self.assertLessEqual(max(map(abs, differences)), 1e-5 * max(1, *map(abs, values)), name)
            squares += sum(x * x for x in values)
            apart += sum(x * x for x in differences)
        self.assertLessEqual(apart, 1e-10 * squares)
        lines = [[json.loads(line) for line in (self.run_folder(name) / "metrics.jsonl").read_text().splitlines()]
                 for name in (whole, out)]
        self.assertEqual([line["user_steps"] for line in lines[0]], [line["user_steps"] for line in lines[1]])

    def train_whole(self, settings=()):
        return self.succeed(*self.arguments("whole", settings))

    def start_rank(self, rank, size, arguments, port, **variables):
        """A rank as torchrun would start it."""
        names = {"RANK": rank, "WORLD_SIZE": size, "LOCAL_RANK": rank, "MASTER_ADDR": "127.0.0.1",
                 "MASTER_PORT": port, **variables}
        environment = self.environment | {k: str(v) for k, v in names.items() if v is not None}
        return subprocess.Popen([self.program, *map(str, arguments)], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment,
                                cwd=self.folder)

    def start_ranks(self, size, arguments, **variables):
        port = free_port()
        return [self.start_rank(rank, size, arguments, port, **variables) for rank in range(size)]

    def end(self, processes):
        """Exit code, standard output and standard error of each."""
        ends = []
        for process in processes:
            out, error = process.communicate(timeout=240)
            ends.append((process.returncode, out, error))
        return ends


class Ranks(RanksTest):
    def test_train_what_one_process_trains(self):
        self.train_whole()
        for count in COUNTS:
            out = self.succeed(*self.arguments(f"by{count}"), "--ranks", count)
            run, = json.loads(out)
            self.assertEqual(run["iterations"], 12)
            self.assertEqual(self.run_folder(f"by{count}"), pathlib.Path(run["folder"]))
            self.expect_same_result(f"by{count}")
            about = json.loads((self.run_folder(f"by{count}") / "run.json").read_text())
            self.assertEqual(about["cost"]["ranks"], count)

    def test_of_other_agents_train_what_one_process_trains(self):
        for agent in ("a2c", "reinforce"):
            self.succeed(*self.arguments(agent, [f"agent.name={agent}"]))
            self.succeed(*self.arguments(f"{agent}-by2", [f"agent.name={agent}"]), "--ranks", 2)
            self.expect_same_result(f"{agent}-by2", agent)

    def test_that_torchrun_would_start_train_the_same_and_the_first_alone_reports(self):
        self.train_whole()
        ends = self.end(self.start_ranks(2, self.arguments("by2")))
        self.assertEqual([code for code, _, _ in ends], [0, 0], ends)
        self.assertEqual(json.loads(ends[0][1])[0]["iterations"], 12)
        self.assertEqual(ends[1][1:], ("", ""))
        self.expect_same_result("by2")

    def test_started_by_torchrun_train_the_same(self):
        if subprocess.run([sys.executable, "-c", "import torch.distributed.run"], check=False,
                          capture_output=True).returncode != 0:
            self.skipTest("this Python has no torch, whose torchrun starts ranks")
        self.train_whole()
        for way in (["--standalone"], ["--master_port", free_port()]):
            out = f"by-torchrun{len(way)}"
            # Under Python 3.11 torchrun 1.13 does not know its own defaults of these two options.
            streams = ["--redirects", 1, "--tee", 1, "--log_dir", self.folder / "torchrun"]
            words = [sys.executable, "-m", "torch.distributed.run", "--no_python", "--nproc_per_node", 2, *way,
                     *streams, self.program, *self.arguments(out)]
            done = subprocess.run(list(map(str, words)), text=True, capture_output=True, check=False,
                                  env=self.environment, cwd=self.folder, timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.expect_same_result(out)

    def check_kill(self, count, killed, number):
        self.train_whole()
        out = f"killed-{count}-{killed}"
        processes = self.start_ranks(count, self.arguments(out, more=["--rank-timeout", 20]))
        self.wait_until(lambda: self.lines(out) >= 6 or processes[killed].poll() is not None, "6 lines of metrics")
        processes[killed].send_signal(number)
        others = [process for rank, process in enumerate(processes) if rank != killed]
        for code, text, error in self.end(others):
            self.assertEqual(code, 8, error)
            self.assertEqual(text, "")
            said = [line for line in error.splitlines() if line.startswith("lerl: ")]
            self.assertEqual(len(said), 1, error)
            self.assertRegex(said[0], rf"rank {killed}\b.* gone")
            self.assertIn("--resume", said[0])
        processes[killed].kill()
        processes[killed].communicate()
        self.assertLess(self.lines(out), 13)
        return out

    def test_end_when_one_is_killed_and_go_on_with_resume(self):
        for count in COUNTS:
            for killed in (0, count - 1):
                out = self.check_kill(count, killed, signal.SIGKILL)
                self.succeed(*self.arguments(out), "--resume", "--ranks", count)
                self.expect_same_result(out)

    def test_end_when_one_is_halted(self):
        self.check_kill(2, 1, signal.SIGSTOP)

    def test_go_on_with_another_number_of_ranks_or_none(self):
        self.train_whole()
        out = self.check_kill(2, 1, signal.SIGKILL)
        copy = self.folder / "copy"
        shutil.copytree(self.folder / out, copy)
        self.succeed(*self.arguments(out), "--resume", "--ranks", 4)
        self.expect_same_result(out)
        self.succeed(*self.arguments("copy"), "--resume")
        self.expect_same_result("copy")

    def test_started_together_end_together_when_one_is_killed(self):
        process = self.start(*self.arguments("out", ["train.iterations=2000"]), "--ranks", 2)
        self.wait_until(lambda: self.lines("out") >= 5 or process.poll() is not None, "5 lines of metrics")
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        self.assertEqual(len(children), 2)
        os.kill(int(children[1]), signal.SIGKILL)
        text, error = process.communicate(timeout=120)
        self.assertEqual((process.returncode, text), (8, ""), error)
        self.assertIn("rank 1 of 2 was ended by signal 9", error.splitlines()[-1])
        for child in children:
            self.assertFalse(pathlib.Path(f"/proc/{child}").exists())

    def test_started_together_end_with_their_parent(self):
        process = self.start(*self.arguments("out", ["train.iterations=2000"]), "--ranks", 2)
        self.wait_until(lambda: self.lines("out") >= 2 or process.poll() is not None, "2 lines of metrics")
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        process.communicate()
        self.wait_until(lambda: not any(pathlib.Path(f"/proc/{child}/exe").exists() for child in children),
                        "the end of the ranks")

    def test_stop_together_at_ctrl_c_and_go_on(self):
        self.train_whole()
        process = self.start(*self.arguments("stopped"), "--ranks", 2)
        self.wait_until(lambda: self.lines("stopped") >= 4 or process.poll() is not None, "4 lines of metrics")
        process.send_signal(signal.SIGINT)
        text, error = process.communicate(timeout=120)
        self.assertEqual((process.returncode, text), (130, ""), error)
        self.assertIn("--resume", error.splitlines()[-1])
        self.succeed(*self.arguments("stopped"), "--resume", "--ranks", 2)
        self.expect_same_result("stopped")

    def test_are_refused_where_the_environment_is_wrong(self):
        port = free_port()
        for variables, says in [({"WORLD_SIZE": None}, "WORLD_SIZE is not set"),
                                ({"MASTER_PORT": None}, "MASTER_PORT is not set"),
                                ({"RANK": 2}, "RANK is 2 and WORLD_SIZE 2"),
                                ({"LOCAL_RANK": "x"}, "LOCAL_RANK is 'x'")]:
            process = self.start_rank(0, 2, self.arguments("out"), port, **variables)
            (code, _, error), = self.end([process])
            self.assertEqual(code, 3, error)
            self.assertIn(says, error)

    def test_are_refused_where_their_number_is_wrong(self):
        self.expect_error(3, *self.arguments("out", ["train.sessions=15"]), "--ranks", 2,
                          says=["train.sessions: 15", "2 ranks"])
        self.expect_error(3, *self.arguments("out", ["agent.name=dqn"]), "--ranks", 2,
                          says=["'dqn'", "reinforce, a2c, ppo"])
        process = self.start_rank(0, 2, [*self.arguments("out"), "--ranks", 4], free_port())
        (code, _, error), = self.end([process])
        self.assertEqual(code, 2, error)
        self.assertIn("--ranks 4", error)

    def test_are_refused_where_they_differ(self):
        port = free_port()
        processes = [self.start_rank(rank, 2, self.arguments("out", [f"agent.ppo.clip={0.1 + rank / 10}"]), port)
                     for rank in range(2)]
        for code, text, error in self.end(processes):
            self.assertEqual((code, text), (10, ""), error)
            self.assertIn("agent.ppo.clip of rank 1 is not that of rank 0", error)
        self.assertFalse(list((self.folder / "out").rglob("run.json")))

    def test_that_fail_tell_the_others_why(self):
        self.succeed(*self.arguments("out", ["train.iterations=4"]))
        checkpoint = self.run_folder("out") / "checkpoint.safetensors"
        about = self.run_folder("out") / "run.json"
        about.unlink()
        checkpoint.write_bytes(checkpoint.read_bytes()[:-1])
        ends = self.end(self.start_ranks(2, self.arguments("out", ["train.iterations=4"], ["--resume"])))
        self.assertEqual([code for code, _, _ in ends], [6, 8], ends)
        self.assertIn("rank 0 of 2 failed", ends[1][2])
        self.assertIn("checkpoint.safetensors", ends[1][2])


def namespaces():
    """Why there are no network namespaces here; None where there are."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "network namespaces need `ip` (Debian's iproute2)"
    name = f"lerl-probe-{os.getpid()}"
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"`ip netns add` fails here: {done.stderr.strip()}"
    subprocess.run(["ip", "netns", "delete", name], check=True)
    return None


WHY_NOT = namespaces()


@unittest.skipIf(WHY_NOT is not None, WHY_NOT or "")
class RanksOfSeveralMachines(RanksTest):
    """Each rank in a network namespace of its own, as on a machine of its own, with a bridge between them."""

    made = 0  # so that names differ: what is deleted lingers

    def ip(self, *words):
        subprocess.run(["ip", *map(str, words)], check=True, capture_output=True, text=True)

    def make_machines(self, count):
        RanksOfSeveralMachines.made += 1
        tag = f"{os.getpid() % 10000}{RanksOfSeveralMachines.made}"
        bridge = f"lb{tag}"
        self.ip("link", "add", bridge, "type", "bridge")
        self.addCleanup(subprocess.run, ["ip", "link", "delete", bridge], check=False)
        self.links = []
        self.ip("link", "set", bridge, "up")
        names = []
        for n in range(count):
            name, ours, theirs = f"lerl{tag}-{n}", f"lv{tag}-{n}", f"le{tag}-{n}"
            self.ip("netns", "add", name)
            self.addCleanup(subprocess.run, ["ip", "netns", "delete", name], check=False)
            self.ip("link", "add", ours, "type", "veth", "peer", "name", theirs)
            self.addCleanup(subprocess.run, ["ip", "link", "delete", ours], check=False)
            self.ip("link", "set", theirs, "netns", name)
            self.ip("link", "set", ours, "master", bridge, "up")
            self.ip("-n", name, "addr", "add", f"10.77.0.{n + 1}/24", "dev", theirs)
            self.ip("-n", name, "link", "set", theirs, "up")
            self.ip("-n", name, "link", "set", "lo", "up")
            names.append(name)
            self.links.append(ours)
        return names

    def start_machines(self, names, arguments):
        processes = []
        for rank, name in enumerate(names):
            # Each machine has a cache and a folder of runs of its own.
            variables = {"RANK": rank, "WORLD_SIZE": len(names), "LOCAL_RANK": 0, "LOCAL_WORLD_SIZE": 1,
                         "MASTER_ADDR": "10.77.0.1", "MASTER_PORT": 29500,
                         "LERL_CACHE_DIR": self.folder / f"cache{rank}"}
            words = ["ip", "netns", "exec", name, self.program, *map(str, arguments(rank))]
            processes.append(subprocess.Popen(
                words, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                env=self.environment | {k: str(v) for k, v in variables.items()}, cwd=self.folder))
        return processes

    def check_machines(self, count):
        self.train_whole()
        names = self.make_machines(count)
        ends = self.end(self.start_machines(names, lambda rank: self.arguments(f"machine{rank}")))
        self.assertEqual([code for code, _, _ in ends], [0] * count, ends)
        self.expect_same_result("machine0")
        for rank in range(1, count):  # rank 0 alone writes
            self.assertFalse((self.folder / f"machine{rank}").exists())

    def test_train_what_one_process_trains(self):
        self.check_machines(2)

    @unittest.skipIf(4 not in COUNTS, "4 ranks by LERL_RANKS=4, as in `make test-slow`")
    def test_four_train_what_one_process_trains(self):
        self.check_machines(4)

    def test_end_when_the_network_of_one_is_gone_and_go_on_with_resume(self):
        self.train_whole()
        names = self.make_machines(2)
        processes = self.start_machines(
            names, lambda rank: self.arguments(f"machine{rank}", more=["--rank-timeout", 15]))
        self.wait_until(lambda: self.lines("machine0") >= 6 or processes[0].poll() is not None,
                        "6 lines of metrics")
        self.ip("link", "set", self.links[1], "down")
        ends = self.end(processes)
        self.assertEqual([code for code, _, _ in ends], [8, 8], ends)
        self.assertIn("rank 1 of 2 is gone", ends[0][2])
        self.assertIn("rank 0, which holds the ranks together, is gone", ends[1][2])
        self.ip("link", "set", self.links[1], "up")
        ends = self.end(self.start_machines(names, lambda rank: self.arguments("machine0", more=["--resume"])))
        self.assertEqual([code for code, _, _ in ends], [0, 0], ends)
        self.expect_same_result("machine0")


if __name__ == "__main__":
    main()

"""Runs and folders that can't be used: damaged or foreign checkpoints, no room, no permission, two
writers. One line on standard error, a code by kind, nothing half written."""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import unittest

from cli_testing import CliTest, main

CHECKPOINT = "checkpoint.safetensors"


class BadRun(CliTest):
    def evaluate(self):
        return ["evaluate", "--config", self.shop(), "--runs", self.runs, "--json"]

    def test_evaluate_without_a_run_says_to_train_first(self):
        self.expect_error(7, *self.evaluate(), says="run `lerl train")

    def test_evaluate_with_a_run_of_other_settings_says_to_train_first(self):
        self.train()
        self.expect_error(7, *self.evaluate(), "--set", "train.iterations=5", says="lerl train")

    def test_a_damaged_checkpoint_is_refused_wherever_it_is_damaged(self):
        path = self.train("--set", "train.iterations=1")[0] / CHECKPOINT
        whole = path.read_bytes()
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 0x10
        for damaged in [b"", b"hello", whole[:100], whole[:-1], bytes(flipped),
                        b"\xff" * 8 + whole[8:]]:
            path.write_bytes(damaged)
            self.expect_error(6, *self.evaluate(), "--set", "train.iterations=1", says=str(path))

    def test_a_run_without_its_checkpoint_is_not_a_finished_run(self):
        (self.train()[0] / CHECKPOINT).unlink()
        self.expect_error(7, *self.evaluate(), says="run `lerl train")

    def test_a_checkpoint_of_another_configuration_is_refused(self):
        path = self.train()[0] / CHECKPOINT
        other = self.train("--set", "train.iterations=1")[0] / CHECKPOINT
        shutil.copy(other, path)
        self.expect_error(6, *self.evaluate(), says=[str(path), "another configuration"])

    def test_a_checkpoint_of_another_seed_is_refused(self):
        first, second = self.train()
        shutil.copy(second / CHECKPOINT, first / CHECKPOINT)
        self.expect_error(6, *self.evaluate(), says=[str(first), "seed"])

    def test_a_file_of_another_program_is_refused(self):
        path = self.train()[0] / CHECKPOINT
        header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
        path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
        self.expect_error(6, *self.evaluate(), says=str(path))

    def test_a_checkpoint_of_another_data_set_is_refused(self):
        self.train()
        data = self.folder / "shop" / "shop.csv"
        data.write_text(data.read_text().replace("bob,film3,880002360,3", "bob,film3,880002360,5"))
        self.expect_error(6, *self.evaluate(), says=[CHECKPOINT, "another data set"])

    def test_a_run_file_that_is_damaged_is_not_taken_for_a_finished_run(self):
        (self.train()[0] / "run.json").write_text('{"status": "fini')
        done = self.run_lerl(*self.evaluate())
        self.assertIn(done.returncode, (6, 7), done.stderr)
        self.expect_error(done.returncode, result=done)


class BadFolder(CliTest):
    def arguments(self, out, *more):
        return ["train", "--config", self.shop(), "--out", out, *more]

    def test_a_file_in_place_of_the_output_folder_is_refused(self):
        self.runs.write_text("mine")
        self.expect_error(8, *self.arguments(self.runs), says=str(self.runs))
        self.assertEqual(self.runs.read_text(), "mine")

    def test_a_read_only_output_folder_is_refused(self):
        self.runs.mkdir()
        if os.geteuid() == 0:
            self.mount("ro")
        else:
            self.runs.chmod(0o500)
            self.addCleanup(self.runs.chmod, 0o700)
        self.expect_error(8, *self.arguments(self.runs), says=[str(self.runs), "permissions"])
        self.assertEqual(list(self.runs.iterdir()), [])

    def test_names_that_no_file_can_have_are_refused_before_the_work(self):
        loop = self.folder / "loop"
        loop.symlink_to(loop)
        for out in ["x" * 300, "shop/shop.csv/runs", loop]:
            self.expect_error(8, *self.arguments(out), says="check the")
        self.expect_error(8, "train", "--config", loop, says=str(loop))
        self.expect_error(2, *self.arguments("runs-\udcff"), says=["argument 5", "UTF-8"])

    def test_a_pipe_is_not_waited_for(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        done = self.run_lerl("train", "--config", pipe)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.shop()
        (self.folder / "shop" / "shop.csv").unlink()
        os.mkfifo(self.folder / "shop" / "shop.csv")
        self.expect_error(4, *self.arguments(self.runs), says="not a regular file")

    def test_a_closed_standard_error_reaches_no_file_of_ours(self):
        self.shop()
        done = self.run_lerl(*self.arguments(self.runs), preexec_fn=lambda: os.close(2))
        self.assertEqual(done.returncode, 0)
        for path, content in self.files(self.runs).items():
            self.assertNotIn(b"elapsed", content, path)

    def test_a_full_disk_leaves_no_half_written_checkpoint(self):
        self.runs.mkdir()
        if os.geteuid() != 0:
            self.skipTest("only root can mount a disk small enough to be full")
        self.mount("size=24k")
        self.expect_error(8, *self.arguments(self.runs), says=[str(self.runs), "disk space"])
        self.check_nothing_is_half_written()

    def test_a_file_that_cannot_grow_leaves_no_half_written_checkpoint(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))
        self.shop()
        self.succeed("data", "info", "shop/shop.toml")
        done = self.run_lerl(*self.arguments(self.runs), preexec_fn=limit, restore_signals=False)
        self.expect_error(8, result=done, says="disk space")
        self.check_nothing_is_half_written()

    def check_nothing_is_half_written(self):
        left = {pathlib.Path(path).name for path in self.files(self.runs)} if (
            self.runs.exists()) else set()
        self.assertLessEqual(left, {".lock", "run.json", "metrics.jsonl"})

    def mount(self, options):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.runs],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"a disk can't be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", self.runs], check=True)

    def test_a_second_run_in_the_same_folder_is_refused_and_disturbs_nothing(self):
        seed = ["--set", "train.seeds=[1]", "--set", "train.iterations=300"]
        alone = self.succeed(*self.arguments(self.folder / "alone", *seed))
        first = self.start(*self.arguments(self.runs, *seed))
        self.wait_until(lambda: any(self.runs.rglob(CHECKPOINT)), "the first run's checkpoint")
        self.expect_error(9, *self.arguments(self.runs, *seed), says=["another lerl process",
                                                                      "--out"])
        out, error = first.communicate(timeout=120)
        self.assertEqual(first.returncode, 0, error)
        for name in [CHECKPOINT, "metrics.jsonl"]:
            folder = pathlib.Path(json.loads(out)[0]["folder"])
            expected = pathlib.Path(json.loads(alone)[0]["folder"])
            self.assertEqual((folder / name).read_bytes(), (expected / name).read_bytes())

    def test_an_unfinished_run_is_not_overwritten(self):
        arguments = self.arguments(self.runs, "--set", "train.iterations=3000")
        run = self.start(*arguments)
        self.wait_until(lambda: any(self.runs.rglob(CHECKPOINT)), "the first checkpoint")
        run.kill()
        run.communicate()
        before = self.files(self.runs)
        self.expect_error(6, *arguments, says="--resume")
        self.assertEqual(self.files(self.runs), before)


if __name__ == "__main__":
    main()

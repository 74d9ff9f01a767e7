"""A run that is killed or interrupted goes on with --resume and ends with the same bytes."""

import json
import pathlib
import signal
import unittest

from cli_testing import CliTest, main, model_file

FILES = ["checkpoint.safetensors", "metrics.jsonl"]


class Resume(CliTest):
    def arguments(self, out, settings):
        sets = [word for setting in ["train.seeds=[1]", *settings] for word in ("--set", setting)]
        return ["train", "--config", self.shop(), "--out", self.folder / out, *sets]

    def result(self, out):
        """The files of the one run below a folder of runs."""
        folder, = (path.parent for path in (self.folder / out).rglob("run.json"))
        return {name: (folder / name).read_bytes() for name in FILES}

    def lines(self, out):
        return sum(len(path.read_bytes().splitlines())
                   for path in (self.folder / out).rglob("metrics.jsonl"))

    def stop(self, out, settings, lines, number, resume=False):
        """Starts (or resumes) a run and sends it a signal once it has written so many lines."""
        process = self.start(*self.arguments(out, settings), *(["--resume"] if resume else []))
        self.wait_until(lambda: self.lines(out) >= lines or process.poll() is not None,
                        f"{lines} lines of metrics")
        self.assertIsNone(process.poll(), "the run ended before it was stopped")
        process.send_signal(number)
        out_text, error = process.communicate(timeout=120)
        self.assertEqual(out_text, "")
        return process.returncode, error

    def check_kills(self, settings, kills):
        self.succeed(*self.arguments("whole", settings))
        expected = self.result("whole")
        for n, lines in enumerate(kills):
            code, _ = self.stop("killed", settings, lines, signal.SIGKILL, resume=n > 0)
            self.assertEqual(code, -signal.SIGKILL)
        self.succeed(*self.arguments("killed", settings), "--resume")
        self.assertEqual(self.result("killed"), expected)
        left = {pathlib.Path(p).name for p in self.files(self.folder / "killed")
                if not pathlib.Path(p).name.startswith(".")}
        self.assertEqual(left, {"run.json", *FILES})

    def check_interrupt(self, settings, lines):
        self.succeed(*self.arguments("whole", settings))
        code, error = self.stop("stopped", settings, lines, signal.SIGINT)
        self.assertEqual(code, 130, error)
        self.assertIn("--resume", error.splitlines()[-1])
        self.succeed(*self.arguments("stopped", settings), "--resume")
        self.assertEqual(self.result("stopped"), self.result("whole"))

    short = ["planner.name=none", "train.iterations=40", "train.checkpoint_every=3"]

    def test_after_kill_9_at_several_moments_ends_with_the_same_bytes(self):
        self.check_kills(self.short, [1, 5, 14, 21])

    def test_after_kill_9_with_a_planner_that_draws_ends_with_the_same_bytes(self):
        self.check_kills(["train.iterations=30", "train.checkpoint_every=4"], [7, 18])

    def test_after_ctrl_c_exits_with_130_and_ends_with_the_same_bytes(self):
        self.check_interrupt(self.short, 8)

    def test_resume_without_an_earlier_run_starts_one(self):
        settings = ["train.iterations=3"]
        self.succeed(*self.arguments("whole", settings))
        self.succeed(*self.arguments("new", settings), "--resume")
        self.assertEqual(self.result("new"), self.result("whole"))


class ResumeWithAStudent(Resume):
    """The same with a student: its network, labels and the teacher behind them."""

    short = ["planner.name=student", "planner.student.teacher=fatigue_aware",
             "planner.student.min_labels=20", "planner.student.gap_every=5",
             "train.iterations=30", "train.checkpoint_every=3", "train.evaluate_every=5"]
    own_thread = [*short, "planner.student.asynchronous=true"]

    def test_after_kill_9_with_a_planner_that_draws_ends_with_the_same_bytes(self):
        self.check_kills([*self.short, "planner.student.teacher=random"], [7, 18])

    def last_line(self, out):
        path, = (self.folder / out).rglob("metrics.jsonl")
        return json.loads(path.read_text().splitlines()[-1])

    def test_what_student_and_teacher_earn_and_how_they_agree_is_in_the_metrics(self):
        self.succeed(*self.arguments("whole", self.short))
        line = self.last_line("whole")
        self.assertEqual(line["labels"]["given"], 30 * 16)
        self.assertLessEqual(line["labels"]["median_age"], 100)
        self.assertGreater(line["labels"]["overlap"], 0)
        self.assertGreater(line["return_gap"]["teacher"], 0)

    def test_with_the_teacher_on_a_thread_of_its_own_goes_on_after_kill_9_and_ctrl_c(self):
        code, _ = self.stop("killed", self.own_thread, 8, signal.SIGKILL)
        self.assertEqual(code, -signal.SIGKILL)
        code, error = self.stop("killed", self.own_thread, 16, signal.SIGINT, resume=True)
        self.assertEqual(code, 130, error)
        self.succeed(*self.arguments("killed", self.own_thread), "--resume")
        line = self.last_line("killed")
        self.assertEqual(line["iteration"], 30)
        self.assertGreater(line["labels"]["given"], 0)

    def test_a_teacher_is_evaluated_in_the_place_of_its_student(self):
        self.succeed(*self.arguments("runs", self.short))
        sets = [word for setting in ["train.seeds=[1]", *self.short] for word in ("--set", setting)]
        own, teacher = (
            json.loads(self.succeed("evaluate", "--config", self.shop(), *sets, "--runs",
                                    self.folder / "runs", "--planner", who, "--json"))
            for who in ("own", "teacher"))
        self.assertNotEqual(own["config_hash"], teacher["config_hash"])
        self.assertIn("fatigue_aware (teacher)", teacher["policy"])
        self.assertEqual(own["users"], teacher["users"])


class ResumeWithTheLanguageModel(Resume):
    """The same with the llm planner: its cache, budget and reflections are part of the state."""

    short = None

    def setUp(self):
        super().setUp()
        path = model_file()
        if path is None:
            self.skipTest("the language model is not in the cache (`make setup` fetches it)")
        self.short = ["planner.name=llm", f"planner.llm.model={path}", "planner.llm.train_plans=24",
                      "planner.llm.max_reflections=2", "planner.llm.reflections_per_iteration=1",
                      "planner.llm.reflection_tokens=8", "planner.llm.refresh_every=3",
                      "train.iterations=8", "train.checkpoint_every=2", "train.valid_users=1"]

    def test_after_kill_9_at_several_moments_ends_with_the_same_bytes(self):
        self.check_kills(self.short, [2, 6])

    def test_after_kill_9_with_a_planner_that_draws_ends_with_the_same_bytes(self):
        self.check_kills([*self.short, "planner.llm.temperature=1"], [4])

    def test_after_ctrl_c_exits_with_130_and_ends_with_the_same_bytes(self):
        self.check_interrupt(self.short, 4)

    test_resume_without_an_earlier_run_starts_one = None


if __name__ == "__main__":
    main()

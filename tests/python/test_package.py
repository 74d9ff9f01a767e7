"""What the package promises beside its environments: import, worlds, evaluation, training, the
command line."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import numpy as np

import support
import lerl


def run_python(code, **variables):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(support.PACKAGE), *sys.path]), **variables}
    return subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, check=False,
                          env=environment)


class ModuleTest(unittest.TestCase):
    def test_the_module_needs_no_libtorch(self):
        listed = subprocess.run(["readelf", "-d", support.MODULE], capture_output=True, text=True, check=True)
        needed = [line for line in listed.stdout.splitlines() if "NEEDED" in line]
        self.assertTrue(needed)
        for line in needed:
            self.assertNotRegex(line, "torch|c10|openblas")

    def test_it_works_beside_any_torch_before_and_after(self):
        path = support.small_config(support.folder())
        for order in ("import torch, lerl", "import lerl, torch"):
            done = run_python(f"""{order}
envs = lerl.make_vec({str(path)!r}, 8)
observation, _ = envs.reset(seed=1)
layer = torch.nn.Linear(observation["features"].shape[1], 3)
layer(torch.from_numpy(observation["features"])).sum().backward()
envs.step(envs.action_space.sample())
print("fine", envs.world.num_users)""")
            self.assertEqual(done.stdout, "fine 80\n", done.stderr)

    def test_importing_it_loads_neither_gymnasium_nor_pandas(self):
        done = run_python("import sys, lerl; print([m for m in ('gymnasium', 'pandas', 'torch') if m in sys.modules])")
        self.assertEqual(done.stdout, "[]\n", done.stderr)

    def test_every_public_name_is_there_and_says_what_it_is(self):
        for name in lerl.__all__:
            value = getattr(lerl, name)
            if callable(value):
                self.assertTrue(value.__doc__, name)
        with self.assertRaises(AttributeError):
            lerl.no_such_name  # noqa: B018


class TypesTest(unittest.TestCase):
    def test_a_type_checker_finds_nothing_to_complain_of(self):
        shutil.copy(support.MODULE.parent / "_engine.pyi", support.PACKAGE / "lerl")
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--config-file", support.ROOT / "pyproject.toml", "--cache-dir", os.devnull,
             "-p", "lerl"],
            capture_output=True, text=True, check=False, cwd=support.PACKAGE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class WorldTest(unittest.TestCase):
    def test_a_world_shows_data_and_item_vectors(self):
        world = support.small_world()
        self.assertEqual((world.num_users, world.num_items), (80, 120))
        self.assertEqual(world.item_vectors.shape, (120, world.item_width))
        self.assertEqual(world.item_categories.shape, (120, len(world.categories)))
        rows = world.rows()
        self.assertEqual(len(rows["user"]), 80 * 30)
        self.assertEqual(set(np.unique(rows["part"])), {0, 1, 2})
        self.assertEqual(world.config["env"]["budget"], 6)
        self.assertEqual(support.small_world(**{"env.budget": 9}).config["env"]["budget"], 9)

    def test_wrong_settings_and_files_are_errors_that_name_them(self):
        with self.assertRaisesRegex(lerl.Error, "there is no such configuration"):
            lerl.load("nowhere.toml")
        with self.assertRaisesRegex(lerl.Error, "budgett.*budget") as caught:
            support.small_world(**{"env.budgett": 9})
        self.assertEqual(caught.exception.kind, "configuration")
        with self.assertRaisesRegex(lerl.Error, "neither items nor item_vector"):
            lerl.make_vec(support.small_world(), 2, actions="slates")

    def test_a_world_that_must_be_trained_first_is_prepared_by_the_program(self):
        world = support.small_world(**{"response_model.model": "transformer",
                                       "response_model.transformer.epochs": 1})
        self.assertEqual(world.config["response_model"]["model"], "transformer")
        envs = lerl.make_vec(world, 4)
        envs.reset(seed=1)
        envs.step(envs.action_space.sample())


class DatasetTest(unittest.TestCase):
    def test_a_log_goes_to_frames_and_comes_back_the_same(self):
        import pandas
        world = support.small_world()
        frame = world.to_pandas()
        titles = {i: "|".join(np.array(world.categories)[world.item_categories[n] == 1])
                  for n, i in enumerate(world.item_ids)}
        frame["genres"] = frame["item"].map(titles)
        tables = [frame]
        for convert in ("polars", "pyarrow"):
            try:
                module = __import__(convert)
            except ImportError:  # pyarrow's wheel wants a newer numpy than Debian's
                continue
            columns = {name: frame[name].tolist() for name in frame}
            tables.append(module.DataFrame(columns) if convert == "polars" else module.table(columns))
        for table in tables:
            data = lerl.Dataset.from_frame(table, time="time", behaviours={"like": "like"}, categories="genres")
            back = support.small_world(**{"data.name": data.path}).to_pandas()
            columns = ["user", "item", "time", "part", "like"]
            pandas.testing.assert_frame_equal(frame[columns], back[columns])

    def test_polars_and_arrow_hold_what_pandas_holds(self):
        world = support.small_world()
        expected = world.to_pandas()
        for convert in ("to_polars", "to_arrow"):
            try:
                own = getattr(world, convert)()
            except ImportError:
                continue
            self.assertEqual(own["user"].to_list() if convert == "to_polars" else own["user"].to_pylist(),
                             expected["user"].tolist())
            self.assertEqual(own["like"].to_list() if convert == "to_polars" else own["like"].to_pylist(),
                             expected["like"].tolist())

    def test_a_missing_column_is_an_error_that_names_those_there_are(self):
        import pandas
        with self.assertRaisesRegex(lerl.Error, "no column 'user'; there are who"):
            lerl.Dataset.from_frame(pandas.DataFrame({"who": [1]}), behaviours={"like": "like"})


class EvaluateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.path = support.small_config(support.folder())

    def test_a_function_of_scores_and_one_of_slates_are_judged_alike(self):
        has = support.small_world().item_categories[:, 0].astype(np.float32)

        def scores(observation):
            return np.tile(has, (len(observation["user"]), 1)) - np.arange(120, dtype=np.float32) / 1000

        def slates(observation):
            best = np.where(observation["mask"] == 1, scores(observation), -9)
            return np.argsort(-best, axis=1, kind="stable")[:, :3]

        first = lerl.evaluate(scores, self.path, seeds=[1])
        second = lerl.evaluate(slates, self.path, seeds=[1], name="slates")
        self.assertEqual(first.metrics, second.metrics)
        self.assertEqual((first.policy, second.policy), ("scores", "slates"))
        frame = first.frame()
        self.assertEqual(list(frame.columns), ["policy", "users", "metric", "mean", "low", "high"])
        self.assertEqual(set(frame["users"]), {"validation"})

    def test_what_python_plays_is_what_the_program_plays(self):
        out = support.folder() / "compare"
        subprocess.run([lerl.program(), "--quiet", "compare", "--config", str(self.compare_file()), "--out", str(out)],
                       capture_output=True, text=True, check=True)
        rows = json.loads((support.folder() / "compare" / "results.json").read_text())
        theirs = {name: value["mean"] for name, value in rows[0]["metrics"].items()}
        ours = lerl.evaluate("popularity", self.path, users="test", out=out)
        self.assertEqual({name: mean for name, (mean, _, _) in ours.metrics.items()}, theirs)

    def compare_file(self):
        path = support.folder() / "compare.toml"
        path.write_text('base = "run.toml"\nreference = ["popularity"]\n'
                        '[[rows]]\nlabel = "popularity"\nagent.name = "popularity"\n'
                        '[[rows]]\nlabel = "random"\nagent.name = "random"\n')
        return path

    def test_looks_at_test_users_are_written_down(self):
        with self.assertRaisesRegex(lerl.Error, "written down"):
            lerl.evaluate("random", self.path, users="test")
        out = support.folder() / "looks"
        out.mkdir(exist_ok=True)
        row = lerl.evaluate("random", self.path, users="test", out=out).row
        self.assertEqual(row["looks"], 1)
        self.assertEqual(len((out / "looks.jsonl").read_text().splitlines()), 1)

    def test_a_policy_that_returns_something_else_is_told_so(self):
        with self.assertRaisesRegex(lerl.Error, "returned the shape"):
            lerl.evaluate(lambda observation: np.zeros(3), self.path)

    def test_a_planner_of_python_is_judged(self):
        class First(lerl.Planner):
            def rank(self, requests):
                return [range(requests["candidates"].shape[1])] * len(requests["user"])

        planned = lerl.evaluate(lambda o: np.zeros((len(o["user"]), 120)), self.path, planner=First())
        self.assertEqual(planned.row["plans"]["fallback"], 0)


class TrainTest(unittest.TestCase):
    def test_a_run_is_trained_by_the_program_and_played_here(self):
        path, out = support.small_config(support.folder()), support.folder() / "runs"
        run = lerl.train(path, out, quiet=True)
        self.assertEqual(run.seeds(), [1, 2])
        curve = run.curve()
        self.assertEqual(set(curve["seed"]), {1, 2})
        self.assertEqual(curve["iteration"].max(), 3)
        here = run.evaluate().metrics
        said = subprocess.run([lerl.program(), "--quiet", "evaluate", "--config", str(path), "--runs", str(out),
                               "--held-out", "validation", "--json"], capture_output=True, text=True, check=True)
        there = {name: value["mean"] for name, value in json.loads(said.stdout)["metrics"].items()}
        # Two engines that agree up to rounding: a slate may differ where two scores nearly tie.
        self.assertAlmostEqual(here["R_cum"][0], there["R_cum"], delta=0.02 * there["R_cum"])
        self.assertAlmostEqual(here["T_int"][0], there["T_int"], delta=0.02 * there["T_int"])

    def test_what_the_program_refuses_is_an_error_with_its_words(self):
        path = support.small_config(support.folder())
        with self.assertRaisesRegex(lerl.Error, "did you mean"):
            lerl.train(path, support.folder() / "no", quiet=True, **{"agent.name": "pppo"})

    def test_the_module_is_the_command_line(self):
        done = subprocess.run([sys.executable, "-B", "-m", "lerl", "list", "agents"], capture_output=True,
                              text=True, check=True,
                              env={**os.environ, "PYTHONPATH": os.pathsep.join([str(support.PACKAGE), *sys.path])})
        self.assertIn("popularity", done.stdout)

    def test_a_missing_program_is_an_error_that_says_where_it_was_looked_for(self):
        done = run_python("import lerl; lerl.program()", LERL_PROGRAM="/nowhere/lerl")
        self.assertIn("/nowhere/lerl", done.stderr)
        self.assertNotIn(str(pathlib.Path.home()), done.stderr.splitlines()[-1])


if __name__ == "__main__":
    support.main()

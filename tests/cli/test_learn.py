"""`lerl train --from-events`: a service's policy learns from what people answered."""

import json
import pathlib

from cli_testing import CliTest, main
import test_serve


class Learn(CliTest):
    serve, stop = test_serve.Serve.serve, staticmethod(test_serve.Serve.stop)

    def setUp(self):
        super().setUp()
        self.larger_shop()
        self.run_folder = self.train("--set", "train.seeds=[1]", "planner.name=none")[0]
        self.store = self.folder / "events.sqlite"

    def learn(self, *more):
        return ["train", "--from-events", self.store, "--run", self.run_folder, "--out", self.runs, *more]

    def test_writes_a_version_that_people_like_better_and_serves_it(self):
        live = self.folder / "live"
        live.symlink_to(self.run_folder)
        _, service = self.serve("--set", "recommend.policy.temperature=1", runs=[f"policy={live}"])
        # People of the service like the items that nobody of the data likes.
        for user in range(150):
            session = service.start(f"new {user}")
            for _ in range(4):
                slate = service.recommend(session)
                service.feedback(session, slate, {item["item"]: {"like": int(item["item"][1:]) % 2 == 0}
                                                  for item in slate["items"]})
        fast = ["--set", "learning_rate=0.003", "gamma=0"]
        learned = json.loads(self.succeed(*self.learn(*fast)))
        self.assertTrue(learned["better"])
        self.assertEqual(learned["stored"]["slates"], 600)
        self.assertGreater(learned["epochs"][learned["best"]]["snips"]["mean"],
                           learned["epochs"][0]["snips"]["mean"])
        # The same again finds what was made.
        again = json.loads(self.succeed(*self.learn(*fast)))
        self.assertEqual((again["folder"], again["version"]), (learned["folder"], learned["version"]))
        # A reload serves it.
        self.assertEqual(service.recommend(service.start("a"))["version"], learned["parent"])
        live.unlink()
        live.symlink_to(pathlib.Path(learned["folder"]).resolve())
        service.call("POST", "/v1/policies:reload")
        self.assertEqual(service.recommend(service.start("b"))["version"], learned["version"])

    def test_refuses_what_it_cannot_learn_from(self):
        self.expect_error(4, *self.learn(), says=[str(self.store), "there is no store"])
        self.succeed("events", "keep", "--from", "2026-01-01T00:00:00Z", "--store", self.store)
        before = self.files(self.runs)
        self.expect_error(10, *self.learn(), says="0 slates of 0 users")
        self.expect_error(3, *self.learn("--set", "epohcs=3"), says="did you mean epochs?")
        self.expect_error(3, *self.learn("--set", "held_out=2"), says="held_out = 2")
        self.expect_error(2, *self.learn("--from", "May"), says="--from May")
        self.expect_error(7, "train", "--from-events", self.store, "--run", self.folder, "--out", self.runs,
                          says="there is no run")
        self.assertEqual(self.files(self.runs), before)
        for wrong in (["train", "--from-events", self.store], ["train", "--run", self.run_folder],
                      self.learn("--config", self.shop()), self.learn("--resume"), ["train"]):
            done = self.run_lerl(*wrong)
            self.assertEqual((done.returncode, done.stdout), (2, ""), wrong)

    def test_shows_its_settings(self):
        shown = self.succeed(*self.learn("--set", "epochs=3", "--show"))
        self.assertIn("epochs = 3", shown)
        self.assertIn("held_out = 0.3", shown)
        self.assertEqual(len(self.succeed(*self.learn("--set", "epochs=3", "--show", "--changed")).splitlines()), 1)


if __name__ == "__main__":
    main()

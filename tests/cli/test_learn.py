"""`lerl train --from-events`: a service's policy learns from what people answered."""

import json
import pathlib

from cli_testing import CliTest, main
import test_serve


class Learn(CliTest):
    serve, stop = test_serve.Serve.serve, staticmethod(test_serve.Serve.stop)
    problem = test_serve.Serve.problem

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
        for user in range(350):
            session = service.start(f"new {user}")
            for _ in range(4):
                slate = service.recommend(session)
                service.feedback(session, slate, {item["item"]: {"like": int(item["item"][1:]) % 2 == 0}
                                                  for item in slate["items"]})
        fast = ["--set", "learning_rate=0.003", "gamma=0"]
        learned = json.loads(self.succeed(*self.learn(*fast)))
        self.assertTrue(learned["better"])
        self.assertEqual(learned["stored"]["slates"], 1400)
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

    def test_an_apprentice_learns_the_product_and_then_serves(self):
        live = self.folder / "live"
        live.symlink_to(self.run_folder)
        sure = [f"recommend.apprentice.{setting}" for setting in ("agreement=0.25", "counted_minutes=0.01", "smallest=10")]
        _, service = self.serve("--set", "recommend.policy.temperature=0.05", *sure, runs=[f"policy={live}"])
        size = service.call("GET", "/v1/policies")["policies"][0]["slate_size"]
        catalogue = [item["item"] for item in service.call("GET", "/v1/items?limit=1000")["items"]]

        def play(users):
            """Sessions in which the product shows its catalogue from the top; the last slate comes back."""
            for user in users:
                session = service.start(user)
                for step in range(3):
                    slate = service.recommend(session, product_slate=catalogue[size * step:size * (step + 1)])
                    service.feedback(session, slate, {slate["items"][0]["item"]: {"like": True}})
            return slate

        slate = play(f"first {n}" for n in range(100))
        self.assertEqual((slate["origin"], slate["version"]), ("product", "product"))
        self.problem(422, "unknown-item", service.recommend, service.start("x"), None, ["nothing"] * size)
        self.wait_until(lambda: self.apprentice(service)["users"] == 100, "100 users are counted")
        before = self.apprentice(service)
        self.assertFalse(before["serves"])
        learned = json.loads(self.succeed(*self.learn(
            "--set", "imitate=true", "temperature=0.05", "learning_rate=0.01", "minibatch=8")))
        self.assertGreater(learned["epochs"][learned["best"]]["agreement"], before["agreement"] + 0.2)
        live.unlink()
        live.symlink_to(pathlib.Path(learned["folder"]).resolve())
        service.call("POST", "/v1/policies:reload")
        self.assertEqual(self.apprentice(service)["users"], 0)
        play(f"second {n}" for n in range(30))
        self.wait_until(lambda: self.apprentice(service)["serves"], "the policy agrees and serves")
        self.assertEqual(play(["third"])["version"], learned["version"])

    @staticmethod
    def apprentice(service):
        return service.call("GET", "/v1/policies")["apprentice"]

    def test_refuses_what_it_cannot_learn_from(self):
        self.expect_error(4, *self.learn(), says=[str(self.store), "there is no store"])
        nothing = self.folder / "nothing.jsonl"
        nothing.write_text("")
        self.succeed("events", "import", nothing, "--store", self.store)
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

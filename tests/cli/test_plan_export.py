"""Fine-tuning data: what is in the files, and that they are written whole or not at all."""

import json

from cli_testing import CliTest, main


class PlanExport(CliTest):
    def export(self, *more, out="plans.jsonl"):
        return ["plan", "export", "--config", self.shop(), "--set", "agent.name=greedy",
                "--set", "split.valid_users=0.3", "--out", self.folder / out, *more]

    def lines(self, part):
        text = (self.folder / f"plans.{part}.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def test_lines_are_chats_whose_answers_are_labels_of_their_prompts(self):
        info = json.loads(self.succeed(*self.export("--set", "planner.llm.mode=generate", "--json")))
        self.assertEqual(info, json.loads((self.folder / "plans.info.json").read_text()))
        for part in ["train", "valid"]:
            lines = self.lines(part)
            self.assertEqual(len(lines), info[part]["examples"])
            self.assertGreater(len(lines), 0)
            for line in lines:
                self.assertEqual(list(line), ["messages"])
                system, user, assistant = line["messages"]
                self.assertEqual([m["role"] for m in line["messages"]],
                                 ["system", "user", "assistant"])
                self.assertIn("recommender", system["content"])
                for label in assistant["content"].split(", "):
                    self.assertIn(f"\n{label}: ", user["content"])
            self.assertGreaterEqual(info[part]["return"]["best"],
                                    info[part]["return"]["behaviour"])

    def test_the_same_command_writes_the_same_bytes(self):
        self.succeed(*self.export())
        before = (self.folder / "plans.train.jsonl").read_bytes()
        self.succeed(*self.export())
        self.assertEqual((self.folder / "plans.train.jsonl").read_bytes(), before)

    def test_an_agent_that_learns_needs_its_run(self):
        arguments = [word if word != "agent.name=greedy" else "agent.name=ppo"
                     for word in self.export("--runs", self.runs)]
        self.expect_error(7, *arguments, says="lerl train")
        self.assertEqual(list(self.folder.glob("plans*")), [])
        self.train("--set", "split.valid_users=0.3")
        self.succeed(*arguments)
        self.assertGreater(len(self.lines("train")), 0)

    def test_a_folder_that_cannot_be_written_is_named(self):
        (self.folder / "file").write_text("in the way")
        self.expect_error(8, *self.export(out="file/plans.jsonl"), says="cannot be created")

    def test_a_plan_without_a_user_is_refused(self):
        self.expect_error(2, "plan", "--dataset", "ml-100k", says="--user")


if __name__ == "__main__":
    main()

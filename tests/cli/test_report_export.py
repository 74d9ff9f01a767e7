"""`lerl report --export`: what a paper takes of a comparison, and what names of rows may hold."""

import json
import shutil

from cli_testing import CliTest, main

NAMES = ['"; system "touch ran"', "'; system('touch ran'); '", "`touch ran`", "$x_1 & 50% \\input{é}"]


class ReportExport(CliTest):
    def compare(self):
        """The folder of a comparison whose rows have hostile names."""
        self.larger_shop()
        rows = [("ppo", 'planner.name = "none"')]
        rows += [(name, f'agent.name = "{agent}"\nplanner.name = "none"')
                 for name, agent in zip(NAMES, ["random", "popularity", "greedy", "mmr"])]
        text = f'title = "A shop"\nbase = "shop/run.toml"\nreference = ["ppo", {json.dumps(NAMES[0])}]\n'
        for label, settings in rows:
            text += f"[[rows]]\nlabel = {json.dumps(label)}\n{settings}\n"
        (self.folder / "compare.toml").write_text(text)
        self.succeed("compare", "--config", "compare.toml", "--out", "out")
        return self.folder / "out"

    def test_names_that_say_nothing_are_refused_before_anything_is_read(self):
        self.expect_error(2, "report", "none", "--export", "figure.bmp", says=["figure.bmp", ".tex", ".svg", ".png"])
        self.expect_error(2, "report", "none", "--export", "table.tex", "figure.svg", says=["curves", "differences"])
        self.expect_error(7, "report", "none", "--export", "table.tex", says="none/report.json")

    def test_exports_are_written_whole_and_run_nothing_of_the_names(self):
        out = self.compare()
        before = self.files()
        names = ["paper/table.tex"]
        if shutil.which("gnuplot"):
            names += ["paper/curves.svg", "paper/differences.svg", "paper/differences.png"]
        printed = self.succeed("report", out, "--export", *names)
        self.assertEqual(printed.splitlines(), [str(self.folder / name) for name in names])
        after = self.files()
        self.assertEqual(sorted(set(after) - set(before)), sorted(names))
        self.assertEqual({name: after[name] for name in before}, before, "the page stays")
        self.assertIn("{\\$x\\_1 \\& 50\\% \\textbackslash{}input\\{é\\}}", after["paper/table.tex"].decode())
        if shutil.which("gnuplot"):
            self.assertIn("$x_1 &amp; 50% \\input{é}", after["paper/differences.svg"].decode())

        self.environment["PATH"] = str(self.folder)
        self.expect_error(8, "report", out, "--export", "table.tex", "curves.png",
                          says=["curves.png", "gnuplot-nox", "is not installed"])
        self.assertFalse((self.folder / "table.tex").exists(), "all are made before one is written")


if __name__ == "__main__":
    main()

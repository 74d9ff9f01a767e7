"""The notebook of the examples, run cell by cell as a kernel would, without Jupyter."""

import json
import os
import unittest

import support

os.environ["MPLBACKEND"] = "agg"


class NotebookTest(unittest.TestCase):
    def test_every_cell_runs_and_the_learned_policy_beats_random_slates(self):
        support.folder()  # a cache of its own
        book = json.loads((support.ROOT / "examples" / "08_data_to_figure.ipynb").read_text())
        names = {}
        for number, cell in enumerate(book["cells"]):
            self.assertFalse(cell.get("outputs"), f"cell {number}: outputs are not kept in the tree")
            if cell["cell_type"] != "code":
                continue
            code = "".join(cell["source"])
            exec(compile(code, f"cell {number}", "exec"), names)  # noqa: S102
        import matplotlib.pyplot as plt
        self.assertEqual(len(plt.get_fignums()), 2)
        score = {row.policy: row["R_cum"] for row in names["rows"]}
        learned = score.pop(names["run"].folder.name)
        self.assertGreater(learned, score["random"])


if __name__ == "__main__":
    support.main()

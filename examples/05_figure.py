"""From the results.json of a comparison to lines of text and, where matplotlib is installed, to a figure.

usage: 05_figure.py FOLDER FIGURE
"""
import contextlib, json, sys
rows = json.load(open(f"{sys.argv[1]}/results.json", encoding="utf-8"))
tested = [(f"{row['policy']} less {d['against']}", d["test"]["simultaneous"]) for row in rows for d in row["differences"] if d["test"]]
for name, x in tested: print(f"{name}: {x['mean']:+.2f} [{x['low']:.2f}, {x['high']:.2f}]")
with contextlib.suppress(ImportError):
    from matplotlib import pyplot
    pyplot.figure(figsize=(3.35, 1 + 0.2 * len(tested)), layout="constrained").gca().axvline(0, color="grey")
    pyplot.errorbar([x["mean"] for _, x in tested], [name for name, _ in tested], fmt="o",
                    xerr=[x["high"] - x["mean"] for _, x in tested])
    pyplot.savefig(sys.argv[2])

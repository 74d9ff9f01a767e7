#!/usr/bin/env python3
"""Prints a comparison's results.json as the table of docs/results.md, or only some of its rows, without
what is known of their plans, as the table of README.md:
    tools/results_table.py runs/demo/results.json
    tools/results_table.py runs/demo/results.json ppo "ppo + random planner" lerl
Rows of a program of a changed tree, or kept from another commit (stale), are for no page: they are refused but
with --allow-dirty."""

import json
import re
import sys


def interval(value):
    return f"{value['mean']:.2f} [{value['low']:.2f}, {value['high']:.2f}]"


def difference(row, reference):
    """The tested difference with its verdict, or that of R_cum where none was tested."""
    entries = [e for e in row.get("differences", []) if e["against"] == reference]
    for entry in entries:
        if entry.get("verdict"):
            p = entry["test"]["p_corrected"]["difference"]
            shown = f"p {p:.3f}" if p >= 0.001 else "p <.001"
            return f"{interval(entry['difference'])} {entry['verdict']}, {shown}"
    return next((interval(e["difference"]) for e in entries if e["metric"] == "R_cum"), "")


def references(rows):
    """(label, metric) of each reference: the claimed metric, or R_cum where nothing was tested."""
    found = {}
    for row in rows:
        for entry in row.get("differences", []):
            if entry.get("verdict") or entry["metric"] == "R_cum":
                if entry.get("verdict") or entry["against"] not in found:
                    found[entry["against"]] = entry["metric"]
    return list(found.items())


COLUMNS = ["policy", "T_int", "R_cum", "R_sin"]
PLANS = ["plans: fresh / cached / nearest / fallback", "in training", "same first 3"]


def origins(plans):
    """Of the plans that cost answers of a model; "" where there are none."""
    counts = [plans[origin] for origin in ("fresh", "cached", "nearest", "fallback")]
    return " / ".join(map(str, counts)) if any(counts) else ""


def cells(row, labels, plans_too):
    metrics = row["metrics"]
    shown = [row["policy"], interval(metrics["T_int"]), interval(metrics["R_cum"]),
             f"{metrics['R_sin']['mean']:.3f}"] + [difference(row, label) for label in labels]
    if not plans_too:
        return shown
    asked = origins(row["plans"])
    return shown + [asked, origins(row["training_plans"]), f"{row['same_first_3']:.0%}" if asked else ""]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = json.load(file)
    chosen = [name for name in sys.argv[2:] if name != "--allow-dirty"]
    for row in rows:
        why = row.get("stale") or ("" if re.fullmatch("[0-9a-f]+", row["commit"]) else f"made at {row['commit']}")
        if why and "--allow-dirty" not in sys.argv and (not chosen or row["policy"] in chosen):
            sys.exit(f"{row['policy']}: {why}; nobody could make this figure again. Make it with the program of a "
                     "commit, or print a draft with --allow-dirty")
    against = references(rows)
    columns = COLUMNS + [f"{metric} against {label}" for label, metric in against]
    columns += [] if chosen else PLANS
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        if not chosen or row["policy"] in chosen:
            print("| " + " | ".join(cells(row, [label for label, _ in against], not chosen)) + " |")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Prints a comparison's results.json as the table of README.md:
    tools/results_table.py runs/demo/results.json"""

import json
import sys


def interval(value):
    return f"{value['mean']:.2f} [{value['low']:.2f}, {value['high']:.2f}]"


def difference(row, metric):
    for entry in row.get("differences", []):
        if entry["metric"] == metric:
            sign = " +" if entry["better"] else " -" if entry["worse"] else ""
            return interval(entry["difference"]) + sign
    return ""


def main():
    rows = json.load(open(sys.argv[1], encoding="utf-8"))
    print("| policy | T_int | R_cum | R_sin | R_cum against ppo | plans: fresh / cached / nearest / fallback | same first 3 |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        metrics, plans = row["metrics"], row["plans"]
        asked = plans["fresh"] + plans["cached"] + plans["nearest"] + plans["fallback"]
        origin = "{fresh} / {cached} / {nearest} / {fallback}".format(**plans) if asked else ""
        same = f"{row['same_first_3']:.0%}" if asked else ""
        print(f"| {row['policy']} | {interval(metrics['T_int'])} | {interval(metrics['R_cum'])} | "
              f"{metrics['R_sin']['mean']:.3f} | {difference(row, 'R_cum')} | {origin} | {same} |")


if __name__ == "__main__":
    main()

#!/usr/bin/env bash
# From a comparison to a table and a figure of a paper.
#   bash examples/05_figure.sh build/release/lerl
set -euo pipefail
lerl=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Three policies that learn nothing, on a made-up matrix: seconds.
cat > "$work/compare.toml" <<TOML
title = "A made-up matrix"
base = "$PWD/configs/matrix_coat_like.toml"
reference = ["popularity"]
rows = [
  { label = "popularity", agent.name = "popularity" },
  { label = "random", agent.name = "random" },
  { label = "greedy (oracle)", agent.name = "greedy" },
]
TOML
"$lerl" --quiet compare --config "$work/compare.toml" --out "$work/out" > /dev/null
(cd "$work/out" && ls -- *.*)

# The table as a paper takes it. --export differences.pdf draws a figure, with gnuplot.
"$lerl" report "$work/out" --export "$work/table.tex" > /dev/null
grep -A 1 random "$work/table.tex"

# A figure of one's own: ten lines of Python.
python3 examples/05_figure.py "$work/out" "$work/figure.pdf"

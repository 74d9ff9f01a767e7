#!/usr/bin/env bash
# From a file of one's own to judged policies.
#   bash examples/04_own_csv.sh build/release/lerl
set -euo pipefail
lerl=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The file has five columns; ten lines of TOML say what they mean.
head -n 2 tests/data/shop/shop.csv
cp tests/data/shop/shop.* tests/data/shop/run.toml "$work"
"$lerl" data info "$work/shop.toml" | head -n 4 | tail -n 3

# Train, then judge on users that no policy was trained on. run.toml names shop.toml as its data.
"$lerl" --quiet train --config "$work/run.toml" --out "$work/runs" > /dev/null
"$lerl" --quiet evaluate --config "$work/run.toml" --runs "$work/runs" --json > "$work/result.json"
grep -o '"policy": "[^"]*"' "$work/result.json"
grep -o '"users": [0-9]*' "$work/result.json"

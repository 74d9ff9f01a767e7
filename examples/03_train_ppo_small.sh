#!/usr/bin/env bash
# Trains PPO inside random plans for a few iterations, and goes on after a stop.
#   bash examples/03_train_ppo_small.sh build/release/lerl
set -euo pipefail
lerl=$1
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

# A run's folder holds its configuration, one line of metrics per iteration, and a checkpoint.
"$lerl" --quiet train --config tests/data/shop/run.toml --out "$runs" > /dev/null
(cd "$runs" && ls ppo+random-*/seed-1)
echo "iterations: $(tail -n +2 "$runs"/ppo+random-*/seed-1/metrics.jsonl | wc -l)"

# A finished run is left as it is; an unfinished one would go on from its checkpoint.
"$lerl" --quiet train --config tests/data/shop/run.toml --out "$runs" --resume > /dev/null
echo "iterations: $(tail -n +2 "$runs"/ppo+random-*/seed-1/metrics.jsonl | wc -l)"

# A misspelt setting is an error that names the nearest one.
"$lerl" train --config tests/data/shop/run.toml --set train.itertions=3 2>&1 || echo "exit code $?"

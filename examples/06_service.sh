#!/usr/bin/env bash
# A policy behind HTTP, and a whole session with it by curl.
#   bash examples/06_service.sh build/release/lerl
set -euo pipefail
lerl=$1
work=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; wait; rm -rf "$work"' EXIT
post() { curl --silent --show-error --header 'Content-Type: application/json' "$@"; echo; }
# field NAME: its values in the JSON that is piped in, a line each.
field() { grep -o "\"$1\":[^][{},]*" | cut -d : -f 2- | tr -d '"'; }

# A service of a run, on a port that is free. It says where it listens once it is ready.
"$lerl" --quiet train --config tests/data/shop/run.toml --out "$work/runs" > /dev/null
"$lerl" serve "$work"/runs/*/seed-1 --port 0 --store "$work/events.sqlite" \
  > "$work/said" 2> "$work/log" &
until grep -q listening "$work/said"; do kill -0 $!; sleep 0.1; done
url=$(sed 's/listening on //' "$work/said")
curl --silent "$url/readyz" | field status

# Whoever is there starts a session. The data know this user; a guest would be served as well.
session=$(post "$url/v1/sessions" --data '{"user": "bob"}' | field session)

# A slate: items in the order to show, each with its probability given those before it.
slate=$(post "$url/v1/sessions/$session/recommendations" --data '{"step": 0}')
echo "step $(field step <<< "$slate"), $(field item <<< "$slate" | wc -l) items"

# What was done with it. An event counts once by its id, so it can be sent again.
item=$(field item <<< "$slate" | head -n 1)
event="{\"id\": \"e-1\", \"step\": 0, \"item\": \"$item\", \"behaviours\": {\"like\": true}}"
post "$url/v1/sessions/$session/feedback" --data "{\"events\": [$event]}"
post "$url/v1/sessions/$session/feedback" --data "{\"events\": [$event]}"

# The next slate knows of it, and shows other items. Asked for again, it is the same.
next=$(post "$url/v1/sessions/$session/recommendations" --data '{"step": 1}')
[ "$next" = "$(post "$url/v1/sessions/$session/recommendations" --data '{"step": 1}')" ]
echo "step $(field step <<< "$next"), $(field item <<< "$next" | grep -cx "$item" || true) items again"

# The end, and what is stored: slates, why it ended, and events.
post --request POST "$url/v1/sessions/$session:end"
stored=$(curl --silent "$url/v1/sessions/$session")
echo "$(field origin <<< "$stored" | wc -l) slates, $(field end <<< "$stored"), $(field id <<< "$stored")"

# What can't be is a problem, in words.
post --request POST "$url/v1/sessions/$session/recommendations" | field type

"""A planner and an agent in Python, behind the bridge python_method.cc. Write yours in place of `rank`, `learn`
and `score`: a question is a line of JSON on standard input, its answer a line on standard output.
"""

import json
import math
import sys

WORTH = []  # of each item


def rank(requests):
    """Scores of the categories for each request: the share of likes in this session, less what was shown."""
    return [[(liked + 1) / (shown + 2) - 0.1 * exposure
             for liked, shown, exposure in zip(r["liked"], r["shown"], r["exposure"])] for r in requests]


def learn(shown, liked):
    """Takes in how often each item was shown and liked in the training rows."""
    WORTH[:] = [(yes + 1) / (n + 4) * math.log(2 + n) for n, yes in zip(shown, liked)]


def score(user, step):  # noqa: ARG001 - everybody gets the same
    """Scores of the items for a user at a step."""
    return WORTH


def main():
    for line in sys.stdin:
        question = json.loads(line)
        kind = question.pop("ask")
        if kind == "rank":
            answer = {"scores": rank(question["requests"])}
        elif kind == "learn":
            learn(**question)
            answer = {}
        else:
            answer = {"scores": score(**question)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

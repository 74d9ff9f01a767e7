"""Workers of a study as tasks of a Ray cluster (`lerl ray`).

Ray schedules: it places the workers, starts them and brings back what they say. How far a cell is stands in the
ledger alone, so that a task, a node or this program may die at any time.

As many workers are asked for as there are cells that wait or run, up to a limit. A worker ends when nothing waits.
Those that Ray has no room for are demand, by which its autoscaler adds nodes, and it takes nodes away that are idle.
"""

import argparse
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time

LOOK_S = 1.0  # between looks at the ledger
PR_SET_PDEATHSIG = 1


def say(text):
    print(f"lerl ray: {text}", file=sys.stderr, flush=True)


def fail(text, code):
    print(f"lerl: {text}", file=sys.stderr, flush=True)
    sys.exit(code)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--study", default="")
    parser.add_argument("--address", required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--cpus", type=float, required=True)
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--resource", action="append", default=[])
    parser.add_argument("--placement", required=True)
    return parser.parse_args()


def study_status(program, study):
    """What the ledger says of the study; it ends this program where it can't be asked."""
    words = [program, "work", "--status", *(["--study", study] if study else [])]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:  # the reason stands on standard error
        sys.exit(done.returncode)
    return json.loads(done.stdout)


def end_with_parent():
    """A worker gets SIGTERM, by which it stops at a checkpoint, when Ray ends the process that started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run_worker(words, variables):
    """A task: runs one worker to its end, hands on what it says, returns its exit status."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env={**os.environ, **variables}, preexec_fn=end_with_parent)
    for line in process.stdout:
        print(line, end="", file=sys.stderr, flush=True)
    return process.wait()


def options_of_task(options):
    resources = {}
    for text in options.resource:
        name, _, amount = text.partition("=")
        try:
            resources[name] = float(amount)
        except ValueError:
            fail(f"--resource {text}: write NAME=AMOUNT", 2)
    return {"num_cpus": options.cpus, "memory": options.memory_mb * 2**20 or None, "resources": resources or None,
            "scheduling_strategy": "SPREAD" if options.placement == "spread" else "DEFAULT", "max_retries": 0}


def ended(ray, task):
    """What became of a worker, in words; nothing where it ended well."""
    try:
        status = ray.get(task)
    except ray.exceptions.RayError as error:
        return str(error).strip().splitlines()[0]
    return "" if status == 0 else f"signal {-status}" if status < 0 else f"exit status {status}"


def run(ray, options):
    status = study_status(options.program, options.study)
    study = status["study"]
    words = [options.program, "work", "--no-wait", "--study", study]
    variables = {"LERL_LEDGER": os.environ["LERL_LEDGER"]}
    task = ray.remote(run_worker).options(**options_of_task(options))
    tasks, failures = [], 0
    most_failures = 3 * options.workers + 3 * (status["waiting"] + status["running"])
    while status["waiting"] + status["running"] > 0:
        wanted = min(options.workers, status["waiting"] + status["running"])
        tasks += [task.remote(words, variables) for _ in range(wanted - len(tasks))]
        over, tasks = ray.wait(tasks, num_returns=len(tasks), timeout=LOOK_S) if tasks else ([], [])
        for reason in filter(None, (ended(ray, worker) for worker in over)):
            failures += 1
            say(f"a worker ended by {reason}; its cell is free once its lease has run out")
        if failures > most_failures:
            fail(f"{study}: {failures} workers have failed; what they said stands above", 10)
        time.sleep(LOOK_S if over else 0)
        status = study_status(options.program, study)
    for waiting in tasks:  # for room, though nothing is left to do
        ray.cancel(waiting)
    say(f"{study}: {status['done']} cells done, {status['failed']} failed, {status['claims']} claims")
    if status["failed"]:
        fail(f"{study}: {status['failed']} cells failed; the command of the study says which and why", 10)


def main():
    options = arguments()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_DEDUP_LOGS", "0")
    try:
        import ray
    except ImportError as error:
        fail(f"Ray can't be imported by {sys.executable} ({error}); `tools/setup.sh ray` fetches it, and then "
             "PYTHONPATH=\"$(tools/cache.sh ray)\" names it", 8)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    try:
        if ":" in options.address:  # Ray itself would try for minutes
            host, _, port = options.address.rpartition(":")
            socket.create_connection((host, int(port)), timeout=10).close()
        ray.init(address=options.address, logging_level="WARNING", log_to_driver=True)
    except (OSError, ValueError, RuntimeError) as error:
        fail(f"--address {options.address}: there is no Ray cluster ({str(error).splitlines()[0]})", 8)
    try:
        run(ray, options)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        ray.shutdown()


main()

"""For the peers written in Python: repeats a batch of work and prints the figure, as bench/lib/measure.ts does."""

import json
import os
import time

SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))


def measure(batch):
    """Repeats batch, which does some operations and returns how many, and prints how many a second it did."""
    _repeat(batch, SECONDS / 3)
    report(opsPerSecond=_repeat(batch, SECONDS))


def report(**figure):
    """Prints the figure, opsPerSecond or seconds, of a subject that measured by itself."""
    print(json.dumps(figure), flush=True)


def _repeat(batch, seconds):
    start = now = time.perf_counter()
    end = start + seconds
    operations = 0
    while now < end:
        operations += batch()
        now = time.perf_counter()
    return operations / (now - start)

"""Logging with Twisted: a call at a level nobody listens to, and events written as text or as JSON."""

import os
import sys
import time

from measure import measure, report
from twisted.logger import (
    FilteringLogObserver,
    LogLevelFilterPredicate,
    LogPublisher,
    Logger,
    jsonFileLogObserver,
    textFileLogObserver,
)

SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))


class CountingFile:
    """A text file that only counts."""

    encoding = "utf-8"
    length = 0

    def write(self, text):
        self.length += len(text)

    def flush(self):
        pass


class Silent:
    def debug(self, format, **fields):
        pass


def disabled():
    """The time of a loop of log calls less that of a loop of empty calls: the median of pieces that run in turn."""
    calls = 2000
    publisher = LogPublisher(FilteringLogObserver(lambda event: None, [LogLevelFilterPredicate()]))
    log = Logger("bench.logger.disabled", observer=publisher)
    silent = Silent()

    def seconds(logger):
        start = time.perf_counter()
        for i in range(calls):
            logger.debug("Received {count} bytes", count=i)
        return time.perf_counter() - start

    differences = []
    end = time.perf_counter() + SECONDS
    while len(differences) < 5 or time.perf_counter() < end:
        differences.append((seconds(log) - seconds(silent)) / calls)
    report(seconds=sorted(differences)[len(differences) // 2])


def written(makeObserver):
    file = CountingFile()
    log = Logger("bench.logger", observer=LogPublisher(makeObserver(file)))

    def batch():
        file.length = 0
        for i in range(100):
            log.info("Received {count} bytes from {peer}", count=i, peer="localhost")
        assert file.length > 100 * 50
        return 100

    measure(batch)


if sys.argv[1] == "disabled":
    disabled()
else:
    written(jsonFileLogObserver if sys.argv[1] == "json" else textFileLogObserver)

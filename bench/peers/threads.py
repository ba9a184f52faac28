"""Calls in threads of a function that does nothing, on Twisted. Argument: "one" after the other, or "many" at once."""

import sys
import time

from measure import SECONDS, report
from twisted.internet import defer, reactor, threads

BATCH = 400
lanes = BATCH if sys.argv[1] == "many" else 1


def nothing():
    pass


@defer.inlineCallbacks
def lane(calls):
    for _ in range(calls):
        yield threads.deferToThread(nothing)


@defer.inlineCallbacks
def repeat(seconds):
    start = now = time.perf_counter()
    operations = 0
    while now < start + seconds:
        yield defer.gatherResults([lane(BATCH // lanes) for _ in range(lanes)])
        operations += BATCH
        now = time.perf_counter()
    return operations / (now - start)


@defer.inlineCallbacks
def main():
    yield repeat(SECONDS / 3)
    report(opsPerSecond=(yield repeat(SECONDS)))
    reactor.stop()


reactor.suggestThreadPoolSize(min(lanes, 4))
reactor.callWhenRunning(main)
reactor.run()

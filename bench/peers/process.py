"""Starts /bin/true and waits for its end, on Twisted. Argument: how many at a time."""

import sys
import time

from measure import SECONDS, report
from twisted.internet import defer, protocol, reactor

BATCH = 32
ABREAST = int(sys.argv[1])


class Waiting(protocol.ProcessProtocol):
    def __init__(self):
        self.ended = defer.Deferred()

    def processEnded(self, reason):
        assert reason.value.exitCode == 0
        self.ended.callback(None)


@defer.inlineCallbacks
def lane(count):
    for _ in range(count):
        waiting = Waiting()
        reactor.spawnProcess(waiting, "/bin/true", ["/bin/true"])
        yield waiting.ended


@defer.inlineCallbacks
def repeat(seconds):
    start = now = time.perf_counter()
    operations = 0
    while now < start + seconds:
        yield defer.gatherResults([lane(BATCH // ABREAST) for _ in range(ABREAST)])
        operations += BATCH
        now = time.perf_counter()
    return operations / (now - start)


@defer.inlineCallbacks
def main():
    yield repeat(SECONDS / 3)
    report(opsPerSecond=(yield repeat(SECONDS)))
    reactor.stop()


reactor.callWhenRunning(main)
reactor.run()

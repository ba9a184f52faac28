"""
Runs programs on Twisted's token buckets and their filters for bucket-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the
list of their traces. What a program can say is written in bucket-traces.test.ts, which does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import math
import sys

from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport
from twisted.protocols import htb


class Filter(htb.HierarchicalBucketFilter):
    def __init__(self, run, limits, parentFilter=None):
        htb.HierarchicalBucketFilter.__init__(self, parentFilter)
        self.run = run
        self.sweepInterval = limits["sweepInterval"]

        class Bucket(htb.Bucket):
            rate, maxburst = limits["rate"], limits["maxburst"]

        self.bucketFactory = Bucket

    def getBucketFor(self, transport):
        # Twisted asks the parent with one argument too many, each time, and forgets parents before their children.
        if self.sweepInterval is not None and htb.time() - self.lastSweep > self.sweepInterval:
            self.sweep()
        key = self.getBucketKey(transport)
        if key not in self.buckets:
            parent = None
            if self.parentFilter is not None:
                parent = self.parentFilter.getBucketFor(transport)
                parent._refcount += 1
            self.buckets[key] = self.bucketFactory(parent)
        return self.buckets[key]

    def sweep(self):
        # Python does not like a dictionary to change while it is looked through.
        for key, bucket in list(self.buckets.items()):
            if bucket.drip() and bucket._refcount == 0:
                del self.buckets[key]
                if bucket.parentBucket is not None:
                    bucket.parentBucket._refcount -= 1
        self.lastSweep = htb.time()


class ByHost(Filter):
    def getBucketKey(self, transport):
        # Twisted takes addresses for tuples, which they were once.
        return transport.getPeer().host


def trace(program):
    now = [0]
    htb.time = lambda: now[0]
    lines = []
    everybody = Filter(None, program["all"])
    hosts = ByHost(None, program["host"], everybody if program["hasParent"] else None)
    for op, who, amount in program["steps"]:
        line = [op]
        if op == "advance":
            now[0] += amount
        elif op == "sweep":
            hosts.sweep()
            everybody.sweep()
        else:
            bucket = hosts.getBucketFor(StringTransport(peerAddress=IPv4Address("TCP", "192.0.2.%d" % who, 1)))
            if op == "add":
                line.append(bucket.add(amount))
            elif op == "drip":
                line.append(bucket.drip())
            else:
                bucket._refcount += 1 if op == "use" else -1 if bucket._refcount > 0 else 0
            line.append(bucket.content)
        line += [len(hosts.buckets), len(everybody.buckets)] + [bucket.content for bucket in everybody.buckets.values()]
        lines.append(" ".join(shown(part) for part in line))
    return lines


def shown(part):
    return part if isinstance(part, str) else str(part).lower() if isinstance(part, bool) else str(math.floor(part * 1e6 + 0.5))


for line in sys.stdin:
    print(json.dumps([trace(program) for program in json.loads(line)]), flush=True)

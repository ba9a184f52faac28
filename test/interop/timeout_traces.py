"""
Runs programs on Twisted's TimeoutMixin for timeout-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the list of their
traces. What a program can say is written in timeout-traces.test.ts, which does the same on Hawser.
"""
import json
import sys

from twisted.internet.task import Clock
from twisted.protocols.policies import TimeoutMixin


class Timed(TimeoutMixin):
    def __init__(self, program):
        self.trace = []
        self.clock = Clock()
        self.callLater = self.clock.callLater
        self.answers = program["answers"]
        self.rings = 0
        for op, amount in program["steps"]:
            if op == "set":
                self.set(amount)
            elif op == "reset":
                self.resetTimeout()
            else:
                self.clock.advance(amount or 0)
            self.trace.append("is %s" % shown(self.timeOut))

    def set(self, amount):
        self.trace.append("was %s" % shown(self.setTimeout(amount)))

    def timeoutConnection(self):
        self.trace.append("rings at %s" % shown(self.clock.seconds()))
        answer = self.answers[self.rings % len(self.answers)]
        self.rings += 1
        if answer == "reset":
            self.resetTimeout()
        elif answer == "again":
            self.set(2)
        elif answer == "never":
            self.set(None)


def shown(seconds):
    return "null" if seconds is None else str(int(seconds)) if seconds == int(seconds) else str(seconds)


for line in sys.stdin:
    print(json.dumps([Timed(program).trace for program in json.loads(line)]), flush=True)

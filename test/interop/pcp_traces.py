"""
Runs programs on Twisted's proxies between producers and consumers for pcp-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout
is the list of their traces. What a program can say is written in pcp-traces.test.ts, which does the same on Hawser.
"""
import json
import sys

from twisted.protocols.pcp import BasicProducerConsumerProxy, ProducerConsumerProxy


class Consumer:
    def __init__(self, trace):
        self.trace = trace

    def registerProducer(self, producer, streaming):
        self.trace.append("consumer has a producer %s" % str(streaming).lower())

    def unregisterProducer(self):
        self.trace.append("consumer has none")

    def write(self, data):
        self.trace.append("written %s" % data)


class Producer:
    """Writes when it is told to go on, as often as `answers` says."""

    def __init__(self, run, number, answers):
        self.run = run
        self.number = number
        self.answers = answers

    def pauseProducing(self):
        self.run.trace.append("%d pauses" % self.number)

    def resumeProducing(self):
        self.run.trace.append("%d resumes" % self.number)
        for _ in range(self.answers):
            self.run.write(3)

    def stopProducing(self):
        self.run.trace.append("%d stops" % self.number)


class Run:
    def __init__(self, program):
        self.trace = []
        self.producers = 0
        self.isStopped = False
        self.written = 0

        class Proxy(BasicProducerConsumerProxy if program["kind"] == "basic" else ProducerConsumerProxy):
            iAmStreaming = program["iAmStreaming"]
            bufferSize = program["bufferSize"]

        self.proxy = Proxy(Consumer(self.trace) if program["hasConsumer"] else None)
        for op, number in program["steps"]:
            # Nothing is written to a consumer that is gone.
            if not self.isStopped:
                getattr(self, op)(number)
            flags = [self.proxy.paused, self.proxy.outstandingPull, self.proxy.producer is not None, self.proxy.consumer is not None]
            self.trace.append("is " + " ".join(str(flag).lower() for flag in flags))

    def pause(self, number):
        self.proxy.pauseProducing()

    def resume(self, number):
        # With no consumer there are errors of Python's.
        if self.proxy.consumer is not None:
            self.proxy.resumeProducing()

    def write(self, number):
        self.written += 1
        self.proxy.write("%d%s" % (self.written % 10, "x" * number) if number > 0 else "")

    def push(self, number):
        self.register(number, True)

    def pull(self, number):
        self.register(number, False)

    def register(self, number, streaming):
        self.producers += 1
        self.proxy.registerProducer(Producer(self, self.producers, number % 3), streaming)

    def unregister(self, number):
        self.proxy.unregisterProducer()

    def stop(self, number):
        self.isStopped = True
        self.proxy.stopProducing()


for line in sys.stdin:
    print(json.dumps([Run(program).trace for program in json.loads(line)]), flush=True)

"""
Runs programs on Twisted's policies for policy-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the list of their
traces. What a program can say is written in policy-traces/program.ts; run-program.ts does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import io
import json
import sys

from twisted.internet import address, error, protocol, task
from twisted.internet.testing import StringTransport
from twisted.protocols import policies
from twisted.python.failure import Failure


class Recorder(protocol.Protocol):
    def __init__(self, events, number):
        self.events = events
        self.number = number

    def connectionMade(self):
        self.events.append("made %d" % self.number)

    def dataReceived(self, data):
        self.events.append("received %d %d" % (self.number, len(data)))

    def connectionLost(self, reason):
        self.events.append("lost %d" % self.number)


class Producer:
    def __init__(self, events, number):
        self.events = events
        self.number = number

    def pauseProducing(self):
        self.events.append("producer pauses %d" % self.number)

    def resumeProducing(self):
        self.events.append("producer resumes %d" % self.number)

    def stopProducing(self):
        self.events.append("producer stops %d" % self.number)


class Recorders(protocol.Factory):
    def __init__(self, run):
        self.run = run

    def buildProtocol(self, addr):
        return Recorder(self.run.events, len(self.run.connections))


class ThrottlingProtocol(policies.ThrottlingProtocol):
    """Twisted's looks for its producer in the transport too, and this transport has an attribute of that name."""

    def throttleWrites(self):
        if "producer" in self.__dict__:
            self.producer.pauseProducing()

    def unthrottleWrites(self):
        if "producer" in self.__dict__:
            self.producer.resumeProducing()


class Throttling(policies.ThrottlingFactory):
    """In Hawser, nothing is left of a throttle when the last connection ends; in Twisted, the timers are cancelled, and once more at the next end."""

    protocol = ThrottlingProtocol

    def unregisterProtocol(self, p):
        policies.ThrottlingFactory.unregisterProtocol(self, p)
        if self.connectionCount == 0:
            self.unthrottleReadsID = self.unthrottleWritesID = None
            self.checkReadBandwidthID = self.checkWriteBandwidthID = None

    def buildProtocol(self, addr):
        # Nor is what was too much then held against those who come next.
        if self.connectionCount == 0:
            if self.readLimit is not None:
                self.readThisSecond = 0
            if self.writeLimit is not None:
                self.writtenThisSecond = 0
        return policies.ThrottlingFactory.buildProtocol(self, addr)


class TimeoutProtocol(policies.TimeoutProtocol):
    """In Hawser, what is written when the time is over is dropped like all that comes after loseConnection; in Twisted, it throws AlreadyCalled."""

    def timeoutFunc(self):
        self.timeoutCall = None
        policies.TimeoutProtocol.timeoutFunc(self)


class Timeouts(policies.TimeoutFactory):
    protocol = TimeoutProtocol


class ByPeer(policies.LimitConnectionsByPeer):
    """Twisted's takes addresses for tuples, which they were once."""

    maxConnectionsPerPeer = 2

    def __init__(self, wrapped):
        policies.LimitConnectionsByPeer.__init__(self, wrapped)
        self.startFactory()

    def buildProtocol(self, addr):
        return policies.LimitConnectionsByPeer.buildProtocol(self, (addr.host, addr.port))

    def unregisterProtocol(self, p):
        host = p.getPeer().host
        self.peerConnections[host] -= 1
        if self.peerConnections[host] == 0:
            del self.peerConnections[host]


class TrafficLogging(policies.TrafficLoggingProtocol):
    """Twisted's elides text, and what is written are bytes."""

    def _mungeData(self, data):
        if self.lengthLimit and len(data) > self.lengthLimit:
            data = data[: self.lengthLimit - 12] + b"<... elided>"
        return data


class Traffic(policies.TrafficLoggingFactory):
    protocol = TrafficLogging

    def open(self, name):
        return self.run.log


class Run:
    def __init__(self, program):
        self.events = []
        self.connections = []
        self.clock = task.Clock()
        self.log = io.StringIO()
        self.kind = program["kind"]
        self.factory = self.make(program)
        self.factory.callLater = self.clock.callLater
        for step in program["steps"]:
            self.step(**step)
            self.look()
        self.events.extend(self.log.getvalue().split("\n"))

    def make(self, program):
        wrapped = Recorders(self)
        if self.kind == "throttle":
            limits = {k: v for k, v in program["limits"].items() if v is not None}
            return Throttling(wrapped, **limits)
        if self.kind == "timeout":
            return Timeouts(wrapped, program["timeoutPeriod"])
        if self.kind == "byPeer":
            return ByPeer(wrapped)
        if self.kind == "traffic":
            factory = Traffic(wrapped, "traffic", program["lengthLimit"])
            factory.run = self
            return factory
        factory = policies.LimitTotalConnectionsFactory()
        factory.connectionLimit = program["connectionLimit"]
        factory.protocol = lambda: Recorder(self.events, len(self.connections))
        factory.overflowProtocol = (lambda: Recorder(self.events, -len(self.connections))) if program["overflow"] else None
        return factory

    def throttled(self):
        if self.kind != "throttle":
            return False
        return self.factory.unthrottleReadsID is not None or self.factory.unthrottleWritesID is not None

    def step(self, op, who=0, size=0):
        if op == "advance":
            self.clock.advance(size / 4)
            return
        if op == "connect":
            if self.throttled():
                return
            peer = address.IPv4Address("TCP", "192.0.2.%d" % who, 1000 + len(self.connections))
            built = self.factory.buildProtocol(peer)
            if built is None:
                self.events.append("refused")
                return
            transport = StringTransport(peerAddress=peer)
            self.connections.append((built, transport))
            built.makeConnection(transport)
            return
        if not self.connections:
            return
        number = who % len(self.connections)
        wrapper, transport = self.connections[number]
        if transport.connected is False:
            return
        if op == "data" and transport.producerState == "producing":
            wrapper.dataReceived(pattern(size))
        if op == "write" and not self.throttled():
            wrapper.write(pattern(size))
        if op == "sequence" and not self.throttled():
            wrapper.writeSequence([pattern(size), b"'"])
        if op == "lose" and self.kind != "throttle":
            wrapper.loseConnection()
        if op == "producer" and transport.producer is None and not self.throttled():
            wrapper.registerProducer(Producer(self.events, number), True)
        if op == "noProducer" and transport.producer is not None and not self.throttled():
            wrapper.unregisterProducer()
        if self.kind == "timeout":
            if op == "setTimeout":
                wrapper.setTimeout(None if size == 0 else size / 4)
            if op == "resetTimeout":
                wrapper.resetTimeout()
            if op == "cancelTimeout":
                wrapper.cancelTimeout()
            period = wrapper.timeoutPeriod
            self.events.append("period %s" % ("null" if period is None else "%g" % period))
        if op == "lost":
            transport.connected = False
            wrapper.connectionLost(Failure(error.ConnectionDone()))

    def look(self):
        for number, (wrapper, transport) in enumerate(self.connections):
            if transport.connected is not False:
                self.events.append(
                    "%d: %d %s %s" % (number, len(transport.value()), transport.producerState, str(bool(transport.disconnecting)).lower())
                )
        if self.kind == "throttle":
            counts = (self.factory.connectionCount, self.factory.readThisSecond, self.factory.writtenThisSecond)
            self.events.append("%d connections, %d read, %d written" % counts)
        self.events.append("%d to do" % len([call for call in self.clock.getDelayedCalls()]) if self.kind != "timeout" else "")


def pattern(size):
    return bytes((7 * at + size) % 256 for at in range(size))


def trace(program):
    return [line for line in Run(program).events if "ConnectionDone" not in line]


StringTransport.connected = True

for line in sys.stdin:
    print(json.dumps([trace(program) for program in json.loads(line)]), flush=True)

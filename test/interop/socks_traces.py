"""
Runs programs on Twisted's SOCKS server for socks-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the list of their
traces. What a program can say is written in socks-traces.test.ts, which does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys

from twisted.internet import defer, error
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport
from twisted.protocols.socks import SOCKSv4, SOCKSv4Outgoing
from twisted.python import log
from twisted.python.failure import Failure


class Server(SOCKSv4):
    def dataReceived(self, data):
        # In Twisted a wrong version fails an assertion when the request is whole.
        if (self.buf + data)[:1] not in (b"", b"\x04") and self.otherConn is None:
            self.transport.loseConnection()
        else:
            SOCKSv4.dataReceived(self, data)

    def _dataReceived2(self, server, user, version, code, port):
        self.isAsked = True
        # In Twisted a wrong command is an error behind the question whether it is allowed, and has no answer.
        if code not in (1, 2):
            self.makeReply(91)
        else:
            SOCKSv4._dataReceived2(self, server, user, version, code, port)

    def authorize(self, code, server, port, user):
        self.run.trace.append("%d %s:%d for %s" % (code, server, port, user.decode("latin-1")))
        return self.run.program["allows"]

    def connectClass(self, host, port, klass, *args):
        self.run.trace.append("connects to %s:%d" % (host, port))
        self.run.connecting = (IPv4Address("TCP", host, port), klass(*args), defer.Deferred())
        return self.run.connecting[2]

    def listenClass(self, port, klass, *args):
        self.run.trace.append("listens")
        # Where a port of Hawser's MemoryReactor is.
        return defer.succeed(("10.0.0.1", 0))


class Run:
    def __init__(self, program):
        self.trace = []
        self.program = program
        self.connecting = self.far = None
        self.near = StringTransport()
        self.server = Server(reactor=self)
        self.server.run = self
        self.server.isAsked = False
        self.server.makeConnection(self.near)
        for op, text in program["steps"]:
            self.take(op, text.encode("latin-1"))
            self.trace.append("%s %s %s" % (op, state(self.near), state(self.far and self.far.transport)))

    def resolve(self, name):
        self.server.isAsked = True
        if self.program["resolves"]:
            return defer.succeed("192.0.2.%d" % len(name))
        return defer.fail(error.DNSLookupError())

    def take(self, op, data):
        if self.near.disconnecting:
            return
        if op == "near":
            # Nothing is read from a client that waits.
            if not self.server.isAsked or self.far is not None:
                self.server.dataReceived(data)
        elif op == "far":
            if self.far is not None:
                self.far.dataReceived(data)
        elif op == "farLost":
            if self.far is not None:
                self.far.connectionLost(Failure(error.ConnectionDone()))
        elif op == "nearLost":
            if self.far is not None:
                self.server.connectionLost(Failure(error.ConnectionDone()))
                self.near.disconnecting = True
        elif self.connecting is not None:
            address, protocol, deferred = self.connecting
            self.connecting = None
            if op == "refused":
                deferred.errback(error.ConnectionRefusedError())
            else:
                self.far = protocol
                protocol.makeConnection(StringTransport(peerAddress=address))
                deferred.callback(protocol)


def state(transport):
    if transport is None:
        return "none"
    written = transport.value()
    transport.clear()
    return "%s %s" % (written.hex(), str(bool(transport.disconnecting)).lower())


log.startLoggingWithObserver(lambda event: None, setStdout=False)
defer.DebugInfo.__del__ = lambda self: None

for line in sys.stdin:
    print(json.dumps([Run(program).trace for program in json.loads(line)]), flush=True)

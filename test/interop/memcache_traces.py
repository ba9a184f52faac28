"""
Runs programs on Twisted's client of memcached for memcache-traces.test.ts: stdin is a list of programs as JSON, stdout the list of their traces.
What a program can say is written in memcache-traces/program.ts; run-program.ts does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import ast
import json
import sys

from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.protocols.memcache import MemCacheProtocol
from twisted.python import log
from twisted.python.failure import Failure


class Client(MemCacheProtocol):
    def timeoutConnection(self):
        # Hawser refuses commands from here on; Twisted sends them, and they fail when the connection is lost.
        self._disconnected = True
        super().timeoutConnection()

    def connectionLost(self, reason):
        # Hawser stops waiting for a server that is gone.
        self.setTimeout(None)
        super().connectionLost(reason)


class Run:
    def __init__(self):
        self.trace = []
        self.calls = []
        self.lost = False
        self.clock = Clock()
        self.transport = StringTransport()
        self.protocol = Client(10)
        self.protocol.callLater = self.clock.callLater
        self.protocol.makeConnection(self.transport)

    def run(self, program):
        for step in program["steps"]:
            self.do(step)
            self.trace.append(f"{self.transport.value().hex()} {str(self.transport.disconnecting).lower()}")
            self.transport.clear()
        return self.trace

    def do(self, step):
        op = step["op"]
        if op == "call":
            self.call(step)
        elif op == "data":
            if not self.lost and not self.transport.disconnecting:
                self.protocol.dataReceived(toBytes(step["bytes"]))
        elif op == "advance":
            self.clock.advance(step["seconds"])
        elif op == "cancel":
            if step["call"] < len(self.calls):
                self.calls[step["call"]].cancel()
        elif op == "lose":
            if not self.lost:
                self.protocol.connectionLost(Failure(ConnectionDone()))
            self.lost = True
        else:
            raise ValueError(op)

    def call(self, step):
        name, number = step["name"], len(self.calls)
        args = [toBytes(arg) for arg in step["args"]]
        deferred = getattr(self.protocol, name)(*args)
        self.calls.append(deferred)

        def ended(end):
            text = errorText(end) if isinstance(end, Failure) else resultText(name, end)
            self.trace.append(f"{number} {text}")
            for following in step["leadsTo"]:
                self.call(following)

        deferred.addBoth(ended)


def resultText(name, result):
    if name == "get":
        return valueText(result)
    if name == "getMultiple":
        return " ".join(f"{key.hex()}={valueText(value)}" for key, value in result.items())
    if name == "stats":
        return " ".join(f"{key.decode()},{value.decode()}" for key, value in result.items())
    if name == "version":
        return result.decode()
    return str(result).lower()


def valueText(value):
    flags, *cas, data = value
    return ",".join([str(flags), *(one.decode() for one in cas), "none" if data is None else data.hex()])


def errorText(failure):
    name = failure.type.__name__
    if name == "RuntimeError":
        return str(failure.value)
    if name in ("ClientError", "ServerError") and str(failure.value).startswith("b'"):
        return f"{name} {ast.literal_eval(str(failure.value)).decode()}"
    return name


def toBytes(value):
    if isinstance(value, list):
        return [toBytes(one) for one in value]
    return value.encode("latin-1") if isinstance(value, str) else value


# Twisted logs what servers complain about.
log.startLoggingWithObserver(lambda event: None, setStdout=False)
json.dump([Run().run(program) for program in json.load(sys.stdin)], sys.stdout)

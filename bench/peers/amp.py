"""
AMP on Twisted: python3 amp.py ABREAST calls a command in a process of its own, as many times at once; python3 amp.py respond responds.
"""

import sys
import time

from twisted.internet import epollreactor

epollreactor.install()

from measure import SECONDS, report
from twisted.internet import defer, endpoints, protocol, reactor
from twisted.protocols import amp

CALLS = 2000


class Sum(amp.Command):
    arguments = [(b"a", amp.Integer()), (b"b", amp.Integer())]
    response = [(b"total", amp.Integer())]


class Calculator(amp.AMP):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    @Sum.responder
    def sum(self, a, b):
        return {"total": a + b}


class Caller(amp.AMP):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)


def callAll(caller, abreast):
    done = defer.Deferred()
    counts = {"made": 0, "answered": 0}

    def call():
        n = counts["made"]
        counts["made"] += 1
        caller.callRemote(Sum, a=n, b=1).addCallback(answered, n).addErrback(done.errback)

    def answered(answer, n):
        assert answer["total"] == n + 1
        counts["answered"] += 1
        if counts["made"] < CALLS:
            call()
        elif counts["answered"] == CALLS:
            done.callback(CALLS)

    for _ in range(abreast):
        call()
    return done


async def repeat(caller, abreast, seconds):
    start = now = time.perf_counter()
    operations = 0
    while now < start + seconds:
        operations += await callAll(caller, abreast)
        now = time.perf_counter()
    return operations / (now - start)


class Responder(protocol.ProcessProtocol):
    def __init__(self, abreast):
        self.abreast = abreast
        self.output = b""

    def outReceived(self, data):
        self.output += data
        if not self.output.endswith(b"\n"):
            return
        endpoint = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", int(self.output))
        defer.ensureDeferred(self.measure(endpoint)).addErrback(lambda failure: failure.printTraceback())

    async def measure(self, endpoint):
        caller = await endpoints.connectProtocol(endpoint, Caller())
        await repeat(caller, self.abreast, SECONDS / 3)
        report(opsPerSecond=await repeat(caller, self.abreast, SECONDS))
        self.transport.signalProcess("KILL")

    def processEnded(self, reason):
        reactor.stop()


def main(argument):
    if argument == "respond":
        factory = protocol.Factory.forProtocol(Calculator)
        port = reactor.listenTCP(0, factory, interface="127.0.0.1")
        print(port.getHost().port, flush=True)
    else:
        command = [sys.executable, __file__, "respond"]
        reactor.spawnProcess(Responder(int(argument)), command[0], command, env=None)
    reactor.run()


main(sys.argv[1])

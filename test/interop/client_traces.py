"""
Runs programs on Twisted for client-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the list of their
traces. What a program can say is written in client-traces/program.ts; run-program.ts does the same on Hawser.

Twisted does not look after a connection that is being prepared. Hawser does, and differs on purpose: a connection that is refused, or that nobody
wants any more, is closed first; one that is lost counts as a failed attempt. Here Twisted is made to do the same: see `prepare` and `lose`.
"""
import json
import sys

from twisted.application.internet import ClientService
from twisted.internet import defer
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.python.failure import Failure


class Refused(Exception):
    pass


class Unprepared(Exception):
    pass


class Closed(Exception):
    pass


# Failures that nobody handles are no subject here.
defer.DebugInfo.__del__ = lambda self: None


class Noted(Protocol):
    def connectionMade(self):
        self.run.note(f"made {self.name}")

    def connectionLost(self, reason):
        self.run.note(f"lost {self.name} {reason.type.__name__}")


class NotedFactory(Factory):
    def __init__(self, run):
        self.run = run
        self.built = 0

    def buildProtocol(self, addr):
        protocol = Noted()
        protocol.run = self.run
        protocol.name = f"protocol {self.built}"
        self.built += 1
        return protocol


class Connection:
    def __init__(self, run, proxy):
        self.run = run
        self.proxy = proxy
        self.isClosing = False
        self.isLost = False
        self.isPrepared = False

    def loseConnection(self):
        self.run.note("loseConnection")
        self.isClosing = True
        if self.run.program["closesAtOnce"]:
            self.lose()

    def abortConnection(self):
        self.run.note("abortConnection")
        self.lose()

    def lose(self):
        if self.isLost:
            return
        self.isLost = True
        self.run.connection = None
        self.proxy.connectionLost(Failure(Closed()))


class Run:
    def __init__(self, program):
        self.program = program
        self.trace = []
        self.clock = Clock()
        self.attempts = 0
        self.pending = None
        self.preparing = None
        self.connection = None
        self.waits = 0
        self.connecteds = []
        self.service = ClientService(
            self,
            NotedFactory(self),
            retryPolicy=self.policy,
            clock=self.clock,
            prepareConnection=self.prepare if program["prepares"] else None,
        )
        for step in program["steps"]:
            self.take(step)
            calls = [shown(call.getTime()) for call in self.clock.getDelayedCalls()]
            self.note(f"is {'true' if self.service.running else 'false'} [{', '.join(calls)}]")

    def note(self, text):
        self.trace.append(text)

    def policy(self, failures):
        self.note(f"failures {failures}")
        delays = self.program["delays"]
        return delays[min(failures, len(delays)) - 1]

    def take(self, step):
        getattr(self, "do_" + step["op"])(step)

    def do_start(self, step):
        self.note("start")
        self.service.startService()

    def do_stop(self, step):
        number = self.waits
        self.waits += 1
        self.note(f"stop {number}")
        self.service.stopService().addBoth(lambda _: self.over(f"stopped {number}", step["script"]))

    def do_when(self, step):
        number = self.waits
        self.waits += 1

        def has(result):
            name = result.type.__name__ if isinstance(result, Failure) else result.name
            self.over(f"{number} has {name}", step["script"])

        connected = self.service.whenConnected(step["failures"])
        self.connecteds.append(connected)
        connected.addBoth(has)

    def do_cancel(self, step):
        if self.connecteds:
            self.connecteds[step["which"] % len(self.connecteds)].cancel()

    def over(self, text, script):
        self.note(text)
        for step in script:
            self.take(step)

    def do_connect(self, step):
        if self.pending is not None:
            self.pending[1]()

    def do_fail(self, step):
        if self.pending is not None:
            self.pending[0].errback(Refused())

    def takePreparing(self):
        preparing, self.preparing = self.preparing, None
        return preparing

    def do_prepared(self, step):
        preparing = self.takePreparing()
        if preparing is not None:
            preparing.callback(None)

    def do_unprepared(self, step):
        preparing = self.takePreparing()
        if preparing is not None:
            preparing.errback(Unprepared())

    def do_lose(self, step):
        connection = self.connection
        if connection is None:
            return
        if connection.isPrepared:
            connection.lose()
            return
        # Where Twisted's machine would refuse the news, it hears that the attempt failed.
        connection.proxy._lostNotification = lambda _: None
        connection.lose()
        self.service._machine._connectionInProgress.cancel()

    def do_closed(self, step):
        if self.connection is not None and self.connection.isClosing:
            self.connection.lose()

    def do_advance(self, step):
        self.clock.advance(step["seconds"])

    def connect(self, factory):
        number = self.attempts
        self.attempts += 1
        self.note(f"attempt {number}")
        d = defer.Deferred(lambda _: self.note(f"cancelled {number}"))

        def done(result):
            if self.pending is not None and self.pending[0] is d:
                self.pending = None
            return result

        d.addBoth(done)

        def connect():
            proxy = factory.buildProtocol(None)
            self.connection = Connection(self, proxy)
            self.connection.isPrepared = not self.program["prepares"]
            proxy.makeConnection(self.connection)
            d.callback(proxy)

        self.pending = (d, connect)
        attempts = self.program["attempts"]
        now = attempts[number % len(attempts)]
        if now == "connect":
            connect()
        elif now == "fail":
            d.errback(Refused())
        return d

    def prepare(self, proxy):
        self.note(f"prepare {proxy.name}")
        connection = self.connection

        def cancelled(_):
            self.preparing = None
            self.note("cancelled preparing")

        self.preparing = defer.Deferred(cancelled)

        def refuse(failure):
            if connection.isLost:
                return Failure(Closed())
            proxy._lostNotification = lambda _: None
            connection.abortConnection()
            return failure

        def ready(_):
            connection.isPrepared = True

        return self.preparing.addCallbacks(ready, refuse)


def shown(seconds):
    return str(int(seconds)) if seconds == int(seconds) else str(seconds)


for line in sys.stdin:
    print(json.dumps([Run(program).trace for program in json.loads(line)]), flush=True)

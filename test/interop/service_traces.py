"""
Runs programs on Twisted's services for service-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the list of their
traces. What a program can say is written in service-traces/program.ts; run-program.ts does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys

from twisted.application.internet import StreamServerEndpointService, TimerService
from twisted.application.service import MultiService, Service
from twisted.internet import defer
from twisted.internet.task import Clock
from twisted.python import log
from twisted.python.failure import Failure

SCRIPT_LIMIT = 60


class E(Exception):
    pass


class NotFound(Exception):
    pass


class Child:
    def setServiceParent(self, parent):
        # In Hawser, a child that is refused has no parent.
        if self.parent is not None:
            self.disownServiceParent()
        self.parent = parent
        try:
            parent.addService(self)
        except Exception:
            if self not in parent.services:
                self.parent = None
            raise


class Leaf(Child, Service):
    def __init__(self, tree, number, plan):
        self.tree, self.number, self.plan = tree, number, plan

    def privilegedStartService(self):
        Service.privilegedStartService(self)
        self.tree.trace.append("privileged %d" % self.number)
        self.tree.script(self.plan["privileging"])

    def startService(self):
        Service.startService(self)
        self.tree.trace.append("start %d" % self.number)
        self.tree.script(self.plan["starting"])
        if self.plan["startThrows"]:
            raise E()

    def stopService(self):
        Service.stopService(self)
        self.tree.trace.append("stop %d" % self.number)
        self.tree.script(self.plan["stopping"])
        ends = self.plan["stopEnds"]
        if ends == "later":
            return self.tree.later()
        if ends == "throws":
            raise E()
        if ends == "fails":
            return defer.fail(E())


class Multi(Child, MultiService):
    def startService(self):
        # In Hawser, a child that is added meanwhile is started once, and one that is removed is not started.
        Service.startService(self)
        for child in list(self.services):
            if child in self.services:
                child.startService()

    def removeService(self, child):
        # In Hawser, what is refused has changed nothing.
        if child not in self.services:
            raise NotFound()
        return MultiService.removeService(self, child)


class Tree:
    def __init__(self, program):
        self.trace = []
        self.services = []
        self.waiting = []
        self.scripted = 0
        self.stops = 0
        for step in program["steps"]:
            self.take(step)
            self.trace.append(" ".join(self.state(each) for each in self.services))

    def later(self):
        deferred = defer.Deferred()
        self.waiting.append(deferred)
        return deferred

    def script(self, steps):
        for step in steps:
            self.scripted += 1
            if self.scripted <= SCRIPT_LIMIT:
                self.take(step)

    def take(self, step):
        try:
            self.do(**step)
        except Exception as error:
            self.trace.append("! %s" % nameOf(error))

    def do(self, op, who=0, name=None, parent=0, fails=False, **plan):
        if op == "make":
            made = Leaf(self, len(self.services), plan) if plan["kind"] == "leaf" else Multi()
            made.setName(name)
            self.services.append(made)
            return
        if op == "fire":
            if self.waiting:
                fire(self.waiting.pop(who % len(self.waiting)), fails)
            return
        if not self.services:
            return
        it = self.services[who % len(self.services)]
        if op == "adopt":
            parents = [each for each in self.services if isinstance(each, Multi)]
            if parents and not isAbove(it, parents[parent % len(parents)]):
                it.setServiceParent(parents[parent % len(parents)])
        elif op == "disown":
            self.follow(it.disownServiceParent)
        elif op == "name":
            it.setName(name)
        elif op == "find":
            if isinstance(it, Multi):
                self.trace.append("found %d" % self.services.index(it.getServiceNamed(name)))
        elif op == "privileged":
            it.privilegedStartService()
        elif op == "start":
            it.startService()
        else:
            self.follow(it.stopService)

    def follow(self, stop):
        number = self.stops
        self.stops += 1
        defer.maybeDeferred(stop).addBoth(lambda result: self.trace.append("over %d %s" % (number, shown(result))))

    def state(self, it):
        children = names = []
        if isinstance(it, Multi):
            children = [str(self.services.index(child)) for child in it]
            names = sorted("%s=%d" % (name, self.services.index(child)) for name, child in it.namedServices.items())
        parent = -1 if it.parent is None else self.services.index(it.parent)
        return "%s %d [%s] [%s]" % (truth(it.running), parent, ",".join(children), ",".join(names))


def isAbove(it, below):
    while below is not None:
        if below is it:
            return True
        below = below.parent
    return False


def fire(deferred, fails):
    if fails:
        deferred.errback(E())
    else:
        deferred.callback("well")


def nameOf(error):
    if isinstance(error, KeyError):
        return "NotFound"
    if isinstance(error, AttributeError):
        return "NoParent"
    if isinstance(error, RuntimeError):
        return "Duplicate" if "same name" in str(error) else "HasParent"
    return type(error).__name__


def truth(value):
    return str(bool(value)).lower()


def shown(result):
    if isinstance(result, Failure):
        return nameOf(result.value)
    if isinstance(result, list):
        return "[%s]" % ", ".join("%s %s" % (truth(ok), shown(value)) for ok, value in result)
    return "nothing" if result is None else str(result)


class Timed(TimerService):
    wasStarted = False

    def startService(self):
        # In Twisted, a timer that runs and is started again goes on twice.
        if self.wasStarted and self._loop.running:
            raise RuntimeError()
        self.wasStarted = True
        TimerService.startService(self)

    def _failed(self, why):
        # In Twisted, the failure of an old call ends what was started meanwhile, too.
        pass

    def stopService(self):
        # So does its end.
        loop = self._loop
        if loop.running:
            loop.stop()

        def stopped(_):
            if self._loop is loop:
                Service.stopService(self)

        return self._loopFinished.addCallback(stopped)


class Timer:
    def __init__(self, program):
        self.trace = []
        self.program = program
        self.clock = Clock()
        self.waiting = []
        self.calls = self.callsOfLife = self.stops = 0
        self.service = Timed(program["step"], self.called)
        self.service.clock = self.clock
        for step in program["steps"]:
            try:
                self.take(**step)
            except RuntimeError:
                self.trace.append("! it runs already")
            calls = ", ".join(number(call.getTime()) for call in self.clock.getDelayedCalls())
            self.trace.append("is %s [%s]" % (truth(self.service.running), calls))

    def take(self, op, who=0, fails=False, seconds=0):
        if op == "start":
            self.callsOfLife = 0
            self.service.startService()
        elif op == "stop":
            if self.service.wasStarted:
                self.stop()
        elif op == "advance":
            self.clock.advance(seconds)
        elif self.waiting:
            fire(self.waiting.pop(who % len(self.waiting)), fails)

    def stop(self):
        stop = self.stops
        self.stops += 1
        self.service.stopService().addBoth(lambda result: self.trace.append("over %d %s" % (stop, shown(result))))

    def called(self):
        what = self.program["calls"][self.calls % len(self.program["calls"])]
        self.trace.append("called %s %s" % (number(self.clock.seconds()), truth(self.service.running)))
        self.calls += 1
        self.callsOfLife += 1
        if what == "later":
            self.waiting.append(defer.Deferred())
            return self.waiting[-1]
        if what == "fired":
            return defer.succeed(None)
        if what == "failed":
            return defer.fail(E())
        if what == "throws":
            raise E()
        if what == "stop" and self.callsOfLife > 1:
            self.stop()


def number(seconds):
    return str(int(seconds)) if seconds == int(seconds) else str(seconds)


class Listening(StreamServerEndpointService):
    def privilegedStartService(self):
        # In Twisted, a second privileged start listens once more.
        if self._waitingForPort is None:
            StreamServerEndpointService.privilegedStartService(self)

    def stopService(self):
        # In Twisted, what was not started cannot be stopped, and what was stopped does not listen again.
        if self._waitingForPort is None:
            self.running = False
            return defer.succeed(None)
        stopped = StreamServerEndpointService.stopService(self)
        self._waitingForPort = None
        return stopped


class Server:
    def __init__(self, program):
        self.trace = []
        self.program = program
        self.opening = self.closing = None
        self.attempts = self.stops = 0
        self.isStopping = False
        self.service = Listening(self, None)
        self.service._raiseSynchronously = program["raisesSynchronously"]
        for step in program["steps"]:
            try:
                self.take(step["op"])
            except E:
                self.trace.append("! E")
            self.trace.append("is %s" % truth(self.service.running))

    def take(self, op):
        if self.isStopping and op in ("privileged", "start", "stop"):
            return
        if op == "privileged":
            self.service.privilegedStartService()
        elif op == "start":
            self.service.startService()
        elif op == "stop":
            stop = self.stops
            self.stops += 1
            self.isStopping = True

            def over(result):
                self.isStopping = False
                self.trace.append("over %d %s" % (stop, shown(result)))

            self.service.stopService().addBoth(over)
        elif op == "closed":
            closing, self.closing = self.closing, None
            if closing is not None:
                closing.callback(None)
        else:
            opening, self.opening = self.opening, None
            if opening is None:
                return
            if op == "refused":
                opening.errback(E())
            else:
                opening.callback(self)

    def listen(self, factory):
        self.trace.append("listen")
        what = self.program["listens"][self.attempts % len(self.program["listens"])]
        self.attempts += 1
        if what == "now":
            return defer.succeed(self)
        if what == "refused":
            return defer.fail(E())

        def cancelled(_):
            self.opening = None
            self.trace.append("cancelled")

        self.opening = defer.Deferred(cancelled)
        return self.opening

    def stopListening(self):
        self.trace.append("stopListening")
        if self.program["closesAtOnce"]:
            return defer.succeed(None)
        self.closing = defer.Deferred()
        return self.closing


KINDS = {"tree": Tree, "timer": Timer, "server": Server}

# Failures that nobody handles are no subject here, nor is what is logged.
defer.DebugInfo.__del__ = lambda self: None
log.startLoggingWithObserver(lambda event: None, setStdout=False)

for line in sys.stdin:
    print(json.dumps([KINDS[program["kind"]](program).trace for program in json.loads(line)]), flush=True)

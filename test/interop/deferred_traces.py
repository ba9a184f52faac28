"""
Runs programs on Twisted for deferred-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the list of
their traces. What a program can say is written in deferred-traces/program.ts; run-program.ts does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys
import threading

from twisted.internet import defer
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher
from twisted.python.failure import Failure

STEP_LIMIT = 300
SELF = -1


class E0(Exception):
    pass


class E1(E0):
    pass


class E2(E0):
    pass


class E3(E1):
    pass


class E4(Exception):
    pass


CLASSES = {
    "E0": E0,
    "E1": E1,
    "E2": E2,
    "E3": E3,
    "E4": E4,
    "Error": Exception,
    "CancelledError": defer.CancelledError,
    "AlreadyCalledError": defer.AlreadyCalledError,
    "TimeoutError": defer.TimeoutError,
}
NAMES = {cls: name for name, cls in CLASSES.items()}


class KnownDebugInfo(defer.DebugInfo):
    """Twisted reports a failure when this is collected; here a list of them is looked at when the program ends."""

    def __init__(self):
        known.append(self)

    def __del__(self):
        pass


known = []
defer.DebugInfo = KnownDebugInfo


def refuseOwnDeferred(*_):
    """Twisted warns of a callback that returns its own Deferred, and waits for ever; Hawser fails."""
    raise TypeError("own Deferred")


defer.warnAboutFunction = refuseOwnDeferred


class CoroutineCancelled(defer.CancelledError):
    """What the cancelled coroutine's first errback is told, and sometimes others get to see: in Hawser it is a CancelledError."""


defer._InternalInlineCallbacksCancelledError = CoroutineCancelled
resume = defer._inlineCallbacks


class NothingAwaited:
    @staticmethod
    def cancel():
        pass


def resumeAndForget(result, generator, status):
    """Cancelling a coroutine while it runs, Twisted cancels what it waited for last, which may wait for something new meanwhile."""
    status.waitingOn = NothingAwaited
    resume(result, generator, status)


defer._inlineCallbacks = resumeAndForget


def secondOfEach(outcomes):
    """What an outsider may have fired gatherResults' Deferred with is taken apart as JavaScript does."""
    if any(outcome is None for outcome in outcomes):
        raise TypeError("no outcome")
    return [outcome[1] if isinstance(outcome, (list, tuple)) and len(outcome) > 1 else None for outcome in outcomes]


defer._parseDeferredListResult = secondOfEach
cancelOne = defer.Deferred.cancel
cancelList = defer.DeferredList.cancel


def cancelUnlessCircle(deferred):
    """Cancelling one of a circle of Deferreds that wait for each other ends Twisted's stack; Hawser does nothing."""
    seen = set()
    target = deferred
    while isinstance(target, defer.Deferred) and type(target).cancel is cancelUnlessCircle:
        if id(target) in seen:
            return
        seen.add(id(target))
        target = getattr(target, "result", None)
    cancelOne(deferred)


def cancelListOnce(deferredList):
    """The same for a list that one of its members waits for: Hawser does not go through a list that is being gone through."""
    if getattr(deferredList, "beingCancelled", False):
        return
    deferredList.beingCancelled = True
    try:
        cancelList(deferredList)
    finally:
        deferredList.beingCancelled = False


defer.Deferred.cancel = cancelUnlessCircle
defer.DeferredList.cancel = cancelListOnce


class Scope:
    def __init__(self, ownDeferred, got):
        self.ownDeferred = ownDeferred
        self.got = got


class Returned:
    def __init__(self, value):
        self.value = value


class Run:
    def __init__(self, program):
        self.trace = []
        self.clock = Clock()
        self.lock = defer.DeferredLock()
        self.semaphore = defer.DeferredSemaphore(program["tokens"])
        self.primitives = {"lock": self.lock, "semaphore": self.semaphore}
        self.queue = defer.DeferredQueue(program["size"], program["backlog"])
        self.places = {}
        self.deferreds = []
        self.names = {}
        self.generators = []
        self.left = STEP_LIMIT
        self.ended = False
        self.steps = program["steps"]

    def runSteps(self):
        del known[:]
        globalLogPublisher.addObserver(self.logged)
        scope = Scope(None, None)
        for step in self.steps:
            self.step(step, scope, False)
        globalLogPublisher.removeObserver(self.logged)
        self.ended = True
        for deferred in self.deferreds:
            self.trace.append(self.state(deferred))
        self.trace.append(
            f"lock {str(self.lock.locked).lower()} semaphore {self.semaphore.tokens}"
            f" queue {len(self.queue.pending)} {len(self.queue.waiting)} calls {len(self.clock.getDelayedCalls())}"
        )
        unhandled = {self.describe(info.failResult) for info in known if info.failResult is not None}
        self.trace.append("unhandled " + " ".join(sorted(unhandled)))
        return self.trace

    def logged(self, event):
        failure = event.get("log_failure")
        if failure is not None:
            self.trace.append(f"log {self.describe(failure)}")

    def spend(self):
        if self.ended:
            return False
        self.left -= 1
        return self.left >= 0

    def step(self, step, scope, inside):
        if not self.spend():
            return
        try:
            self.perform(step, scope)
        except Exception as error:
            self.trace.append(f"! {self.describe(error)}")
            if inside and step.get("loose"):
                raise

    def perform(self, step, scope):
        op = step["op"]
        if "at" in step:
            at = self.at(step["at"], scope)
            if at is None:
                self.trace.append(f"skip {op}")
            else:
                getattr(self, "touch_" + op)(step, at, scope)
        elif "to" in step:
            what, deferred = getattr(self, "make_" + op)(step, scope)
            self.places[step["to"]] = deferred
            self.trace.append(f"{what} {self.name(deferred)}")
        else:
            getattr(self, "do_" + op)(step, scope)

    def make_new(self, step, scope):
        canceller = step.get("canceller")
        if canceller is None:
            return "new", defer.Deferred()

        def cancel(cancelled):
            self.call(canceller, cancelled, None, ())

        return "new", defer.Deferred(cancel)

    def make_succeed(self, step, scope):
        return "succeed", defer.succeed(self.value(step["value"], scope))

    def make_fail(self, step, scope):
        return "fail", defer.fail(makeError(step["error"]))

    def make_execute(self, step, scope):
        return "execute", defer.execute(self.job(step["script"]), *self.values(step["args"], scope))

    def make_maybe(self, step, scope):
        return "maybe", defer.maybeDeferred(self.job(step["script"]), *self.values(step["args"], scope))

    def make_acquire(self, step, scope):
        return f"acquire {step['from']}", self.primitives[step["from"]].acquire()

    def make_run(self, step, scope):
        primitive = self.primitives[step["from"]]
        return f"run {step['from']}", primitive.run(self.job(step["script"]), *self.values(step["args"], scope))

    def make_get(self, step, scope):
        return "get", self.queue.get()

    def make_list(self, step, scope):
        return "list", defer.DeferredList(
            self.members(step["of"]),
            fireOnOneCallback=step["fireOnOneCallback"],
            fireOnOneErrback=step["fireOnOneErrback"],
            consumeErrors=step["consumeErrors"],
        )

    def make_gather(self, step, scope):
        return "gather", defer.gatherResults(self.members(step["of"]), step["consumeErrors"])

    def make_inline(self, step, scope):
        name = step["name"]

        @defer.inlineCallbacks
        def coroutine():
            generator = self.coroutine(name, step["body"])
            # A generator that is collected runs its last statements: not before the program has ended.
            self.generators.append(generator)
            return generator

        return f"inline {name}", coroutine()

    def do_release(self, step, scope):
        self.trace.append(f"release {step['from']}")
        self.primitives[step["from"]].release()

    def do_put(self, step, scope):
        value = self.value(step["value"], scope)
        self.trace.append(f"put {self.describe(value)}")
        if isinstance(value, defer.Deferred):
            # Nobody could get it out: Twisted says so when it is too late, Hawser at once.
            raise TypeError("put a Deferred")
        self.queue.put(value)

    def do_advance(self, step, scope):
        self.trace.append(f"advance {step['seconds']}")
        self.clock.advance(step["seconds"])

    def do_check(self, step, scope):
        if isinstance(scope.got, Failure):
            found = scope.got.check(*[CLASSES[name] for name in step["classes"]])
            self.trace.append(f"check {NAMES.get(found, 'none')}")

    def do_message(self, step, scope):
        if isinstance(scope.got, Failure):
            ours = isinstance(scope.got.value, (E0, E4))
            self.trace.append(f"message {scope.got.getErrorMessage() if ours else 'other'}")

    def touch_callback(self, step, at, scope):
        value = self.value(step["value"], scope)
        self.trace.append(f"callback {self.name(at)} {self.describe(value)}")
        at.callback(value)

    def touch_errback(self, step, at, scope):
        error = makeError(step["error"])
        self.trace.append(f"errback {self.name(at)} {self.describe(error)}")
        at.errback(Failure(error) if step["wrapped"] else error)

    def touch_add(self, step, at, scope):
        self.trace.append(f"add {self.name(at)}")
        args = self.values(step["args"], scope)
        callback, errback, both = (self.hook(step.get(form), at) for form in ("callback", "errback", "both"))
        if both is not None:
            at.addBoth(both, *args)
        elif callback is None:
            if errback is not None:
                at.addErrback(errback, *args)
        elif errback is None:
            at.addCallback(callback, *args)
        else:
            at.addCallbacks(callback, errback, callbackArgs=args, errbackArgs=args[1:])

    def touch_chain(self, step, at, scope):
        other = self.at(step["other"], scope)
        if other is not None:
            self.trace.append(f"chain {self.name(at)} {self.name(other)}")
            at.chainDeferred(other)

    def touch_timeout(self, step, at, scope):
        self.trace.append(f"timeout {self.name(at)}")
        at.addTimeout(step["seconds"], self.clock, self.hook(step.get("script"), at))

    def touch_state(self, step, at, scope):
        self.trace.append(self.state(at))

    def touch_pause(self, step, at, scope):
        self.trace.append(f"pause {self.name(at)}")
        at.pause()

    def touch_unpause(self, step, at, scope):
        self.trace.append(f"unpause {self.name(at)}")
        at.unpause()

    def touch_cancel(self, step, at, scope):
        self.trace.append(f"cancel {self.name(at)}")
        at.cancel()

    def hook(self, script, at):
        if script is None:
            return None
        return lambda got, *args: self.call(script, at, got, args)

    def job(self, script):
        return lambda *args: self.call(script, None, args[0] if args else None, args[1:])

    def call(self, script, ownDeferred, got, args):
        if not self.spend():
            return None
        name, end = script["name"], script["end"]
        self.trace.append(f"{name}({', '.join(self.describe(value) for value in (got, *args))})")
        scope = Scope(ownDeferred, got)
        for step in script["steps"]:
            self.step(step, scope, True)
        if end["end"] == "raise":
            raise makeError(end["error"])
        if end["end"] == "reraise":
            if isinstance(got, Failure):
                got.raiseException()
            raise E0("again")
        if end["end"] == "trap" and isinstance(got, Failure):
            found = got.trap(*[CLASSES[each] for each in end["classes"]])
            self.trace.append(f"{name} traps {NAMES[found]}")
        value = self.value(end["value"], scope)
        self.trace.append(f"{name} returns {self.describe(value)}")
        return value

    def coroutine(self, name, body):
        returned = yield from self.statements(name, body, Scope(None, None))
        self.trace.append(f"{name} ends")
        return None if returned is None else returned.value

    def statements(self, name, body, scope):
        for statement in body:
            returned = yield from self.statement(name, statement, scope)
            if returned is not None:
                return returned

    def statement(self, name, statement, scope):
        op = statement["op"]
        if op == "yield":
            if not self.spend():
                return Returned(None)
            scope.got = yield self.value(statement["value"], scope)
            self.trace.append(f"{name} <- {self.describe(scope.got)}")
        elif op == "raise":
            raise makeError(statement["error"])
        elif op == "return":
            value = self.value(statement["value"], scope)
            return Returned(None if isinstance(value, defer.Deferred) else value)
        elif op == "try":
            try:
                returned = yield from self.statements(name, statement["body"], scope)
                if returned is not None:
                    return returned
            except Exception as error:
                classes = statement["except"]
                if classes is not None and not any(isinstance(error, CLASSES[each]) for each in classes):
                    raise
                self.trace.append(f"{name} catches {self.describe(error)}")
                returned = yield from self.statements(name, statement["caught"], scope)
                if returned is not None:
                    return returned
            finally:
                # Not for a generator that is collected.
                if not self.ended:
                    yield from self.statements(name, statement["last"], scope)
        else:
            self.step(statement, scope, True)

    def at(self, place, scope):
        return scope.ownDeferred if place == SELF else self.places.get(place)

    def members(self, places):
        return [self.places[place] for place in places if place in self.places]

    def value(self, value, scope):
        if value == "got":
            return scope.got
        if not isinstance(value, dict):
            return value
        if "failure" in value:
            return Failure(makeError(value["failure"]))
        return self.at(value["deferred"], scope)

    def values(self, values, scope):
        return tuple(self.value(value, scope) for value in values)

    def name(self, deferred):
        name = self.names.get(id(deferred))
        if name is None:
            self.deferreds.append(deferred)
            name = self.names[id(deferred)] = f"d{len(self.deferreds)}"
        return name

    def state(self, deferred):
        result = f"has {self.describe(deferred.result)}" if deferred.called else "is pending"
        return f"{self.name(deferred)} {result} paused {deferred.paused}"

    def describe(self, value, depth=0):
        if value is None:
            return "none"
        if isinstance(value, defer.Deferred):
            return self.name(value)
        if isinstance(value, Failure):
            return f"Failure {self.describe(value.value, depth)}"
        if isinstance(value, (list, tuple)):
            # One may be in itself.
            items = "..." if depth > 3 else ", ".join(self.describe(item, depth + 1) for item in value)
            return f"[{items}]"
        if isinstance(value, bool):
            return str(value).lower()
        if value is self.lock:
            return "lock"
        if value is self.semaphore:
            return "semaphore"
        if isinstance(value, defer.FirstError):
            return f"FirstError {value.index} {self.describe(value.subFailure, depth)}"
        if isinstance(value, (E0, E4)):
            return f"{type(value).__name__}({value})"
        if isinstance(value, AssertionError):
            # What Twisted asserts, Hawser has errors for.
            return "InvalidStateError" if "release" in str(value) else "TypeError"
        if isinstance(value, CoroutineCancelled):
            return "CancelledError"
        if isinstance(value, Exception):
            return type(value).__name__
        return str(value)


def makeError(spec):
    name, message = spec
    return CLASSES[name](message)


def main():
    for line in sys.stdin:
        traces = [Run(program).runSteps() for program in json.loads(line)]
        sys.stdout.write(json.dumps(traces) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    # Programs nest deep.
    sys.setrecursionlimit(100_000)
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()

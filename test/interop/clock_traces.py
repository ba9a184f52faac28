"""
Runs programs on Twisted for clock-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the list of
their traces. What a program can say is written in clock-traces/program.ts; run-program.ts does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys

from twisted.internet import defer, error, task
from twisted.python.failure import Failure

STEP_LIMIT = 200


class E(Exception):
    pass


NAMES = {
    E: "E",
    error.AlreadyCalled: "AlreadyCalled",
    error.AlreadyCancelled: "AlreadyCancelled",
    task.NotPaused: "NotPaused",
    task.SchedulerStopped: "SchedulerStopped",
    task.TaskDone: "TaskDone",
    task.TaskFailed: "TaskFailed",
    task.TaskStopped: "TaskStopped",
    defer.AlreadyCalledError: "AlreadyCalledError",
    defer.CancelledError: "CancelledError",
    AssertionError: "InvalidState",
}


# Failures that nobody handles are no subject here.
defer.DebugInfo.__del__ = lambda self: None


class Loop(task.LoopingCall):
    """
    A loop may be stopped and started again while it waits for a Deferred. In Twisted its former life then goes on beside the new one, and
    the Deferred that it had from start() never fires. In Hawser the former life ends, and says so, when it has what it waits for.
    """

    def __call__(self):
        life = self._deferred

        def succeeded(_):
            if self.running and self._deferred is life:
                self._scheduleFrom(self.clock.seconds())
            else:
                self._end(life, life.callback, self)

        def failed(failure):
            if self._deferred is life:
                self.running = False
            self._end(life, life.errback, failure)

        self.call = None
        defer.maybeDeferred(self.f, *self.a).addCallback(succeeded).addErrback(failed)

    def _end(self, life, tell, result):
        if self._deferred is life:
            self._deferred = None
        tell(result)


class Task(task.CooperativeTask):
    """
    In Hawser a task that was stopped stays stopped. In Twisted it may complete a second time, by what its last step gives or by a Deferred that
    it still waits for, which ends the tick or the Deferred with an error.
    """

    def _oneWorkUnit(self):
        try:
            result = next(self._iterator)
        except StopIteration:
            if self._completionState is None:
                self._completeWith(task.TaskDone(), self._iterator)
        except E:
            if self._completionState is None:
                self._completeWith(task.TaskFailed(), Failure())
        else:
            if self._completionState is None and isinstance(result, defer.Deferred):
                self.pause()
                result.addCallbacks(lambda _: self.resume(), self._failLater)

    def _failLater(self, failure):
        if self._completionState is None:
            self._completeWith(task.TaskFailed(), failure)


class Cooperator(task.Cooperator):
    def cooperate(self, iterator):
        return Task(iterator, self)

    def coiterate(self, iterator):
        return Task(iterator, self).whenDone()

    def stop(self):
        # Twisted walks through a list from which each task takes itself out, and so forgets every second one; and it forgets those that
        # were added when somebody, told of the end of one, had started the Cooperator again.
        self._stopped = True
        for each in list(self._tasks):
            if each in self._tasks:
                each._completeWith(task.SchedulerStopped(), Failure(task.SchedulerStopped()))
        self._metarator = iter(self._tasks)


class Ticking:
    """A Cooperator with the tick that it has asked for."""

    def __init__(self, run, name, stepsPerTick, started):
        self.run, self.name, self.stepsPerTick = run, name, stepsPerTick
        self.tick = None
        self.cooperator = Cooperator(self.predicate, self.schedule, started)

    def predicate(self):
        steps = 0

        def isOver():
            nonlocal steps
            steps += 1
            return steps >= self.stepsPerTick or self.run.left <= 0

        return isOver

    def schedule(self, tick):
        self.run.note("schedule", self.name)
        self.tick = tick
        return self

    def cancel(self):
        self.run.note("unschedule", self.name)
        self.tick = None


class Steps:
    """The iterator of a task."""

    def __init__(self, run, name, scripts):
        self.run, self.name, self.scripts = run, name, scripts
        self.taken = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.taken += 1
        if self.taken > len(self.scripts):
            raise StopIteration
        return self.run.call(f"{self.name} step {self.taken}", self.scripts[self.taken - 1])


class Run:
    def __init__(self, program):
        self.trace = []
        self.left = STEP_LIMIT
        self.clock = task.Clock()
        self.clock.rightNow = program["rightNow"]
        self.calls, self.deferreds, self.loops, self.cooperators, self.tasks = [], [], [], [], []
        self.iterators = 0
        self.inTick = False
        self.names = {}
        for step in program["steps"]:
            self.step(step)
        self.do_list({})
        for loop in self.loops:
            self.note("loop is", self.names[loop], loop.running, loop.call is None)

    def note(self, *entry):
        self.trace.append([*entry, self.clock.seconds()])

    def step(self, step):
        self.left -= 1
        if self.left < 0:
            return
        try:
            getattr(self, "do_" + step["op"])(step)
        except Exception as e:
            self.note("!", NAMES[type(e)])

    def call(self, name, script, end=None):
        self.left -= 1
        if self.left < 0:
            raise E
        self.note("called", name)
        for step in script["steps"]:
            self.step(step)
        end = end or script["end"]
        if end == "raise":
            raise E
        if end == "deferred":
            return self.keep(defer.Deferred())
        if end == "fired":
            return defer.succeed(1)
        if end == "failed":
            return defer.fail(E())

    def keep(self, deferred):
        self.names[deferred] = f"deferred {len(self.deferreds)}"
        self.deferreds.append(deferred)
        return deferred

    def end(self, result, what, name):
        self.note(what, name, NAMES[result.type] if isinstance(result, Failure) else "well")

    def do_later(self, step):
        name = f"call {len(self.calls)}"
        script = step["script"]
        end = "nothing" if script["end"] == "failed" else None
        call = self.clock.callLater(step["delay"], self.call, name, script, end)
        self.calls.append(call)
        self.names[call] = name
        self.note(name, call.getTime())

    def do_cancel(self, step):
        for call in which(self.calls, step["call"]):
            call.cancel()

    def do_delay(self, step):
        for call in which(self.calls, step["call"]):
            getattr(call, step["op"])(step["seconds"])
            self.note(self.names[call], call.getTime(), call.active())

    do_reset = do_delay

    def do_advance(self, step):
        self.clock.advance(step["seconds"])

    def do_pump(self, step):
        self.clock.pump(step["timings"])

    def do_set(self, step):
        self.clock.rightNow = step["seconds"]

    def do_list(self, step):
        for call in self.clock.getDelayedCalls():
            self.note("pending", self.names.get(call, "unknown"), call.getTime())

    def do_deferLater(self, step):
        name = f"deferred {len(self.deferreds)}"
        self.keep(task.deferLater(self.clock, step["delay"], self.call, name, step["script"]))

    def do_fire(self, step):
        for deferred in which(self.deferreds, step["deferred"]):
            if step["fails"]:
                deferred.errback(E())
            else:
                deferred.callback(1)

    def do_cancelDeferred(self, step):
        for deferred in which(self.deferreds, step["deferred"]):
            deferred.cancel()

    def do_loop(self, step):
        name = f"loop {len(self.loops)}"
        scripts = step["scripts"]
        calls = 0

        def function(count):
            nonlocal calls
            calls += 1
            return self.call(f"{name} calls with {count}", scripts[(calls - 1) % len(scripts)])

        loop = Loop.withCount(function) if step["counts"] else Loop(function, 0)
        loop.clock = self.clock
        self.names[loop] = name
        self.loops.append(loop)

    def do_start(self, step):
        for loop in which(self.loops, step["loop"]):
            loop.start(step["interval"], step["now"]).addBoth(self.end, "loop ends", self.names[loop])

    def do_stop(self, step):
        for loop in which(self.loops, step["loop"]):
            loop.stop()

    def do_resetLoop(self, step):
        for loop in which(self.loops, step["loop"]):
            loop.reset()

    def do_cooperator(self, step):
        name = f"cooperator {len(self.cooperators)}"
        self.cooperators.append(Ticking(self, name, step["stepsPerTick"], step["started"]))

    def do_tick(self, step):
        for ticking in which(self.cooperators, step["cooperator"]):
            if ticking.tick is None or self.inTick:
                continue
            tick, ticking.tick = ticking.tick, None
            self.note("tick", ticking.name)
            self.inTick = True
            tick()
            self.inTick = False

    def do_startCooperator(self, step):
        for ticking in which(self.cooperators, step["cooperator"]):
            ticking.cooperator.start()

    def do_stopCooperator(self, step):
        for ticking in which(self.cooperators, step["cooperator"]):
            ticking.cooperator.stop()

    def iterator(self, scripts):
        self.iterators += 1
        return Steps(self, f"iterator {self.iterators - 1}", scripts)

    def do_cooperate(self, step):
        for ticking in which(self.cooperators, step["cooperator"]):
            each = ticking.cooperator.cooperate(self.iterator(step["scripts"]))
            self.names[each] = f"task {len(self.tasks)}"
            self.tasks.append(each)

    def do_coiterate(self, step):
        for ticking in which(self.cooperators, step["cooperator"]):
            iterator = self.iterator(step["scripts"])
            ticking.cooperator.coiterate(iterator).addBoth(self.end, "ends", iterator.name)

    def do_pause(self, step):
        for each in which(self.tasks, step["task"]):
            each.pause()

    def do_resume(self, step):
        for each in which(self.tasks, step["task"]):
            each.resume()

    def do_stopTask(self, step):
        for each in which(self.tasks, step["task"]):
            each.stop()

    def do_whenDone(self, step):
        for each in which(self.tasks, step["task"]):
            each.whenDone().addBoth(self.end, "ends", self.names[each])


def which(things, number):
    return [things[number % len(things)]] if things else []


for line in sys.stdin:
    print(json.dumps([Run(program).trace for program in json.loads(line)]), flush=True)

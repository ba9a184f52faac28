"""
Runs programs on Twisted for monitor-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the list of their
traces. What a program can say is written in monitor-traces/program.ts; run-program.ts does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys

from twisted.internet.error import ProcessDone, ProcessExitedAlready
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.runner.procmon import ProcessMonitor


class Monitor(ProcessMonitor):
    def removeProcess(self, name):
        ProcessMonitor.removeProcess(self, name)
        # In Twisted it is started again all the same, which then fails, for it is not known any more.
        self.cancelRestart(name)

    def startProcess(self, name):
        if name not in self.protocols and name in self._processes:
            # In Twisted two starts may wait, and the second one comes too early.
            self.cancelRestart(name)
        ProcessMonitor.startProcess(self, name)

    def stopProcess(self, name):
        # A process that is told to end twice is killed twice in Twisted; a call remains when it has ended.
        killing = self.murder.get(name)
        ProcessMonitor.stopProcess(self, name)
        if killing is not None and self.murder[name] is not killing:
            self.murder[name].cancel()
            self.murder[name] = killing

    def cancelRestart(self, name):
        restart = self.restart.pop(name, None)
        if restart is not None and restart.active():
            restart.cancel()


class Transport:
    def __init__(self, run, name):
        self.run = run
        self.name = name
        self.isThere = True

    def signalProcess(self, signal):
        if not self.isThere:
            raise ProcessExitedAlready()
        self.run.note(f"{signal} {self.name}")


class Run(Clock):
    def __init__(self, program):
        Clock.__init__(self)
        self.trace = []
        self.children = {}
        self.monitor = Monitor(self)
        for name in ("threshold", "killTime", "minRestartDelay", "maxRestartDelay"):
            setattr(self.monitor, name, program[name])
        for step in program["steps"]:
            try:
                self.take(step)
            except KeyError:
                self.trace.append("! KeyError")
            calls = ", ".join(sorted_times(self.getDelayedCalls()))
            self.trace.append(f"is {'true' if self.monitor.running else 'false'} [{calls}]")

    def note(self, text):
        self.trace.append(f"{shown(self.seconds())} {text}")

    def spawnProcess(self, protocol, executable, args, uid, gid, env, path):
        assert (executable, uid, gid, env, path) == ("/bin/it", None, None, {}, None)
        self.note(f"spawn {' '.join(args)}")
        transport = Transport(self, args[1])
        self.children[args[1]] = (protocol, transport)
        protocol.makeConnection(transport)

    def take(self, step):
        op, name = step["op"], step.get("name")
        if op == "add":
            self.monitor.addProcess(name, ["/bin/it", name])
        elif op == "advance":
            self.advance(step["seconds"])
        elif op == "die":
            if name in self.children:
                protocol, transport = self.children.pop(name)
                transport.isThere = False
                protocol.processEnded(Failure(ProcessDone(0)))
        elif op == "vanish":
            if name in self.children:
                self.children[name][1].isThere = False
        elif op in ("remove", "start", "stop"):
            getattr(self.monitor, op + "Process")(name)
        else:
            getattr(self.monitor, op)()


def sorted_times(calls):
    return [shown(time) for time in sorted(call.getTime() for call in calls)]


def shown(seconds):
    return str(int(seconds)) if seconds == int(seconds) else str(seconds)


for line in sys.stdin:
    print(json.dumps([Run(program).trace for program in json.loads(line)]), flush=True)

"""Runs scenarios of child processes on Twisted's reactor: JSON in, their traces as JSON out. See process-traces/scenario.ts."""
import json
import sys

from twisted.internet import defer, reactor
from twisted.internet.error import ProcessDone, ProcessExitedAlready
from twisted.internet.protocol import ProcessProtocol


def end_of(reason):
    value = reason.value
    name = "ProcessDone" if reason.check(ProcessDone) else "ProcessTerminated"
    none = lambda number: "none" if number is None else number
    return f"{name} {none(value.exitCode)} {none(value.signal)} {value.status}"


class Actor(ProcessProtocol):
    def __init__(self, scenario):
        self.on = dict(scenario["on"])
        self.trace = []
        self.received = {}
        self.done = defer.Deferred()

    def connectionMade(self):
        self.happens("made")

    def childDataReceived(self, childFD, data):
        self.received[childFD] = self.received.get(childFD, "") + data.decode("latin1")
        self.acts(f"data {childFD} {self.received[childFD]}")

    def childConnectionLost(self, childFD):
        text = self.received.get(childFD)
        if text is not None:
            self.trace.append(f"data {childFD} {len(text)} {text[:40]}")
        self.happens(f"lost {childFD}")

    def processExited(self, reason):
        self.trace.append(f"exited {end_of(reason)}")
        self.acts("exited")

    def processEnded(self, reason):
        self.trace.append(f"ended {end_of(reason)}")
        try:
            self.acts("ended")
        finally:
            self.done.callback(self.trace)

    def happens(self, event):
        self.trace.append(event)
        self.acts(event)

    def acts(self, event):
        for action in self.on.pop(event, []):
            self.act(*action)

    def act(self, name, *args):
        transport = self.transport
        if name == "write":
            transport.write(args[0].encode())
        elif name == "writeSequence":
            transport.writeSequence([piece.encode() for piece in args])
        elif name == "writeToChild":
            transport.writeToChild(args[0], args[1].encode())
        elif name == "signal":
            try:
                transport.signalProcess(args[0])
                self.trace.append("signalled")
            except ProcessExitedAlready:
                self.trace.append("exited already")
        elif name == "pid":
            self.trace.append(f"pid {'none' if transport.pid is None else 'some'}")
        elif name == "throw":
            raise ValueError("thrown")
        else:
            getattr(transport, name)(*args)


def run(scenario):
    actor = Actor(scenario)
    fds = scenario.get("childFDs")
    reactor.spawnProcess(
        actor,
        "/bin/sh",
        ["sh", "-c", scenario["script"], *scenario.get("args", ["sh"])],
        {"PATH": "/bin:/usr/bin", **scenario.get("env", {})},
        scenario.get("path"),
        childFDs=None if fds is None else {int(fd): what for fd, what in fds.items()},
    )
    return actor.done


@defer.inlineCallbacks
def main():
    traces = []
    for scenario in json.load(sys.stdin):
        traces.append((yield run(scenario)))
    json.dump(traces, sys.stdout)
    reactor.stop()


reactor.callWhenRunning(main)
reactor.run()

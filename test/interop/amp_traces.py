"""
Runs programs on Twisted's AMP for amp-traces.test.ts: stdin is a list of programs as JSON, stdout the list of their traces. What a program can
say is written in amp-traces/program.ts; run-program.ts does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys

from twisted.internet import defer
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.protocols import amp
from twisted.python.failure import Failure


class Declared(Exception):
    pass


class Fatal(Exception):
    pass


class Sum(amp.Command):
    arguments = [(b"a", amp.Integer()), (b"b", amp.Integer(optional=True))]
    response = [(b"total", amp.Integer())]
    errors = {Declared: b"DECLARED"}
    fatalErrors = {Fatal: b"FATAL"}


class Later(amp.Command):
    arguments = [(b"text", amp.Unicode())]
    response = [(b"list", amp.ListOf(amp.Unicode())), (b"flag", amp.Boolean(optional=True))]
    errors = {Declared: b"DECLARED"}
    fatalErrors = {Fatal: b"FATAL"}


class Note(amp.Command):
    arguments = [(b"text", amp.Unicode())]
    requiresAnswer = False


class Transport(StringTransport):
    def write(self, data):
        # As over a real connection, nothing is sent behind the end.
        if not self.disconnecting:
            super().write(data)


class Connection(amp.AMP):
    def __init__(self, run):
        super().__init__()
        self.run = run

    def sum(self, a, b):
        self.run.trace.append(f"sum {a} {'none' if b is None else b}")
        if a == 7:
            raise Declared("seven")
        if a == 8:
            raise Fatal("eight")
        if a == 9:
            raise KeyError("nine")
        return {"total": a + (b or 0)}

    Sum.responder(sum)

    def later(self, text):
        self.run.trace.append(f"later {text.encode().hex()}")
        answer = defer.Deferred()
        self.run.waiting.append((answer, text))
        return answer

    Later.responder(later)

    def note(self, text):
        self.run.trace.append(f"note {text.encode().hex()}")
        if text == "bad":
            raise KeyError("bad")
        return {}

    Note.responder(note)

    def amp_ECHO(self, box):
        self.run.trace.append("echo")
        answer = amp.AmpBox(box)
        for key in (b"_ask", b"_command"):
            answer.pop(key, None)
        return answer

    def locateResponder(self, name):
        # Twisted throws an error for a name that is not ASCII; to Hawser it is one that nobody responds to.
        return super().locateResponder(name) if name.isascii() else None

    def dispatchCommand(self, box):
        # Hawser says the name of a command as JSON, not as Python's bytes.
        if self.locateResponder(box[b"_command"]) is None:
            name = json.dumps(box[b"_command"].decode("latin-1"), ensure_ascii=False)
            return defer.fail(amp.RemoteAmpError(b"UNHANDLED", f"Unhandled Command: {name}"))
        return super().dispatchCommand(box)

    def _errorReceived(self, box):
        # Hawser looks at an error before it takes its call.
        box[amp.ERROR_CODE], box[amp.ERROR_DESCRIPTION]
        super()._errorReceived(box)


class Run:
    def __init__(self, program):
        self.program = program
        self.trace = []
        self.waiting = []
        self.transport = Transport()
        self.connection = Connection(self)
        self.connection.makeConnection(self.transport)

    def runSteps(self):
        calls = 0
        for step in self.program["steps"]:
            op = step["op"]
            if op == "data":
                try:
                    self.connection.dataReceived(step["bytes"].encode("latin-1"))
                except (KeyError, amp.NoEmptyBoxes) as error:
                    # Of what a peer does wrong, Hawser hears as the reason of the end.
                    self.end("NoEmptyBoxes" if isinstance(error, amp.NoEmptyBoxes) or error.args[0] in (amp.ERROR_CODE, amp.ERROR_DESCRIPTION) else "UnexpectedAnswer")
                    return self.trace
                if self.connection._keyLengthLimitExceeded:
                    self.end("KeyTooLong")
                    return self.trace
                # Whoever closes hears no more.
                if self.transport.disconnecting:
                    self.end(None)
                    return self.trace
            elif op == "answer":
                if self.waiting:
                    self.answer(step["how"], *self.waiting.pop(step["index"] % len(self.waiting)))
            else:
                self.call(step, calls)
                calls += 1
            self.trace.append(f"{'closing' if self.transport.disconnecting else 'open'} {self.transport.value().hex()}")
            self.transport.clear()
            if self.transport.disconnecting:
                break
        self.end(None)
        return self.trace

    def call(self, step, number):
        op = step["op"]
        if op == "sum":
            call = self.connection.callRemote(Sum, a=step["a"], b=step["b"])
        elif op == "later":
            call = self.connection.callRemote(Later, text=step["text"])
        elif op == "note":
            self.connection.callRemote(Note, text=step["text"])
            return
        else:
            call = self.connection.callRemoteString(step["name"].encode(), **{"x": step["text"].encode()})

        def answered(answer):
            if isinstance(answer, amp.AmpBox):
                said = " ".join(f"{key.hex()}={value.hex()}" for key, value in sorted(answer.items()))
            else:
                said = json.dumps(answer, sort_keys=True, separators=(",", ":"))
            self.trace.append(f"call {number}: {said}")

        def failed(failure):
            error = failure.value
            name = type(error).__name__
            if isinstance(error, amp.RemoteAmpError):
                code = error.errorCode.decode("utf-8", "replace")
                self.trace.append(f"call {number}: {name} {code} {json.dumps(error.description)}")
            elif isinstance(error, (Declared, Fatal)):
                self.trace.append(f"call {number}: {name} {json.dumps(str(error))}")
            elif isinstance(error, amp.UnhandledCommand):
                self.trace.append(f"call {number}: {name} {json.dumps(error.args[1])}")
            elif isinstance(error, (ConnectionDone, amp.TooLong)):
                self.trace.append(f"call {number}: {self.reason or name}")
            else:
                # Hawser has one class for answers that are not as declared.
                self.trace.append(f"call {number}: InvalidArgument")

        call.addCallbacks(answered, failed)

    def answer(self, how, deferred, text):
        if how == "value":
            deferred.callback({"list": [text, ""], "flag": True})
        elif how == "short":
            deferred.callback({"list": []})
        elif how == "bad":
            deferred.callback({"list": 7})
        elif how == "declared":
            deferred.errback(Declared("later"))
        elif how == "fatal":
            deferred.errback(Fatal("later"))
        else:
            deferred.errback(KeyError("later"))

    def end(self, reason):
        self.reason = reason
        self.trace.append(f"end {reason or 'ConnectionDone'} {self.transport.value().hex()}")
        self.connection.connectionLost(Failure(ConnectionDone()))


# What is logged is nobody's concern here.
json.dump([Run(program).runSteps() for program in json.load(sys.stdin)], sys.stdout)

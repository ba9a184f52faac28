"""
Runs programs on Twisted's receivers for receiver-traces.test.ts: stdin is a list of programs as JSON, stdout the list of their traces.
What a program can say is written in receiver-traces/program.ts; run-program.ts does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys

from twisted.internet.testing import StringTransport
from twisted.protocols import basic


class Boom(Exception):
    """What a script throws."""


class Line(basic.LineReceiver):
    exceeded = False

    def lineReceived(self, line):
        self.run.called("line", line)

    def rawDataReceived(self, data):
        self.run.called("raw", data)

    def lineLengthExceeded(self, line):
        if not self.run.called("exceeded", line):
            super().lineLengthExceeded(line)
        self.exceeded = True

    def dataReceived(self, data):
        # Twisted keeps what this callback gives back until more arrives; Hawser delivers it.
        isOutermost = not self._busyReceiving
        super().dataReceived(data)
        while isOutermost and self.exceeded:
            self.exceeded = False
            if not self.transport.disconnecting:
                super().dataReceived(b"")


class LineOnly(basic.LineOnlyReceiver):
    def lineReceived(self, line):
        self.run.called("line", line)

    def lineLengthExceeded(self, line):
        # Hawser calls nobody when the connection is being closed, and does not count the beginning of a delimiter.
        isBeginning = line is self._buffer
        if self.transport.disconnecting or (isBeginning and len(line) < self.MAX_LENGTH + len(self.delimiter)):
            return
        self.run.called("exceeded", b"")
        super().lineLengthExceeded(line)


class Netstring(basic.NetstringReceiver):
    def stringReceived(self, string):
        self.run.called("string", string)

    def _maxLengthSize(self):
        # Twisted has no logarithm of a limit of 0.
        return super()._maxLengthSize() if self.MAX_LENGTH > 0 else 1


class IntN:
    def stringReceived(self, string):
        self.run.called("string", string)

    def lengthLimitExceeded(self, length):
        self.run.trace.append(f"limit {length}")
        super().lengthLimitExceeded(length)


class Int8(IntN, basic.Int8StringReceiver):
    pass


class Int16(IntN, basic.Int16StringReceiver):
    pass


class Int32(IntN, basic.Int32StringReceiver):
    pass


RECEIVERS = {
    "LineReceiver": Line,
    "LineOnlyReceiver": LineOnly,
    "NetstringReceiver": Netstring,
    "Int8StringReceiver": Int8,
    "Int16StringReceiver": Int16,
    "Int32StringReceiver": Int32,
}


class Run:
    def __init__(self, program):
        self.program = program
        self.trace = []
        self.callbacks = 0
        self.transport = StringTransport()
        self.receiver = RECEIVERS[program["receiver"]]()
        self.receiver.run = self
        self.receiver.delimiter = toBytes(program["delimiter"])
        self.receiver.MAX_LENGTH = program["maxLength"]
        self.receiver.makeConnection(self.transport)

    def runSteps(self):
        for step in self.program["steps"]:
            try:
                self.do(step, b"")
            except Boom:
                self.trace.append("threw")
            paused = getattr(self.receiver, "paused", False)
            state = f"{paused} {self.transport.disconnecting}".lower()
            self.trace.append(f"{state} {self.transport.producerState}")
        if isinstance(self.receiver, Line):
            self.trace.append(f"left {self.receiver.clearLineBuffer().hex()}")
        self.trace.append(f"written {self.transport.value().hex()}")
        return self.trace

    def called(self, name, data):
        self.trace.append(f"{name} {data.hex()}")
        index = self.callbacks
        self.callbacks += 1
        if index >= len(self.program["scripts"]):
            return False
        for step in self.program["scripts"][index]:
            self.do(step, data)
        return True

    def do(self, step, data):
        try:
            self.play(step, data)
        except RuntimeError:
            self.trace.append("refused")

    def play(self, step, data):
        receiver, op = self.receiver, step["op"]
        if op == "data":
            if self.transport.disconnecting and not isinstance(receiver, Line):
                return
            receiver.dataReceived(toBytes(step["bytes"]))
        elif op == "pause":
            receiver.pauseProducing()
        elif op == "resume":
            receiver.resumeProducing()
        elif op == "stop":
            receiver.stopProducing()
        elif op == "lose":
            self.transport.loseConnection()
        elif op == "abort":
            self.transport.abortConnection()
        elif op == "raw":
            receiver.setRawMode()
        elif op == "line":
            receiver.setLineMode(toBytes(step["extra"]))
        elif op == "rest":
            receiver.setLineMode(data[step["from"]:])
        elif op == "clear":
            self.trace.append(f"cleared {receiver.clearLineBuffer().hex()}")
        elif op == "delimiter":
            receiver.delimiter = toBytes(step["bytes"])
        elif op == "maxLength":
            receiver.MAX_LENGTH = step["length"]
        elif op == "throw":
            raise Boom()
        elif op == "send":
            send = getattr(receiver, "sendLine", None) or receiver.sendString
            send(toBytes(step["bytes"]))
        else:
            raise ValueError(op)


def toBytes(text):
    return text.encode("latin-1")


json.dump([Run(program).runSteps() for program in json.load(sys.stdin)], sys.stdout)

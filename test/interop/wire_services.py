"""
Runs programs on Twisted's wire services for wire-services.test.ts: stdin is a list of programs as JSON, stdout the list of what each wrote and
came to. What a program can say is written in the test.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import struct
import sys
import time as realTime

from twisted.internet.testing import StringTransport
from twisted.protocols import wire

SECONDS_TO_1970 = 2208988800


class FakeTime:
    """What the module sees as the module `time`."""

    now = 0

    @classmethod
    def time(cls):
        return cls.now

    @staticmethod
    def gmtime(moment):
        return realTime.gmtime(moment)

    @staticmethod
    def asctime(moment):
        # Twisted's Daytime adds bytes to text, which has failed since Python 3: it never answers.
        return realTime.asctime(moment).encode("ascii")


wire.time = FakeTime


class Time(wire.Time):
    def connectionMade(self):
        # RFC 868 counts from 1900, Twisted from 1970, in a number with a sign.
        now = int(wire.time.time()) + SECONDS_TO_1970
        self.transport.write(struct.pack("!I", now % 2**32))
        self.transport.loseConnection()


class QOTD(wire.QOTD):
    def getQuote(self):
        return self.says or wire.QOTD.getQuote(self)


class Who(wire.Who):
    def getUsers(self):
        return self.says or wire.Who.getUsers(self)


SERVICES = {
    "echo": wire.Echo,
    "discard": wire.Discard,
    "chargen": wire.Chargen,
    "qotd": QOTD,
    "who": Who,
    "daytime": wire.Daytime,
    "time": Time,
}


def run(program):
    FakeTime.now = program["now"]
    transport = StringTransport()
    service = SERVICES[program["service"]]()
    service.says = bytes.fromhex(program["says"])
    service.makeConnection(transport)
    trace = [state(transport)]
    for step in program["steps"]:
        if step == "resume":
            if transport.producer is not None:
                transport.producer.resumeProducing()
        else:
            service.dataReceived(bytes.fromhex(step))
        trace.append(state(transport))
    return {"trace": trace, "written": transport.value().hex()}


def state(transport):
    streaming = None if transport.producer is None else bool(transport.streaming)
    return [streaming, transport.disconnecting, transport.producerState]


json.dump([run(program) for program in json.load(sys.stdin)], sys.stdout)

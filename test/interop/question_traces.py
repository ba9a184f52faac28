"""
Runs programs on Twisted's servers of finger and ident for question-traces.test.ts: a line of JSON on stdin is a list of programs, one on stdout is the
list of their traces. What a program can say is written in question-traces.test.ts, which does the same on Hawser.

Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys

from twisted.internet import defer
from twisted.internet.testing import StringTransport
from twisted.protocols.finger import Finger
from twisted.protocols.ident import HiddenUser, IdentError, IdentServer, InvalidPort, NoUser
from twisted.python import log


class Ident(IdentServer):
    """Twisted's takes lines for text, which they were once."""

    MAX_LENGTH = 1000

    def lineReceived(self, line):
        IdentServer.lineReceived(self, line.decode("latin-1"))

    def sendLine(self, line):
        IdentServer.sendLine(self, line.encode("latin-1"))

    def lookup(self, server, client):
        kind = server[1] % 7
        if kind < 4:
            error = [IdentError(), NoUser(), HiddenUser(), InvalidPort()][kind]
            if client[1] % 2:
                return defer.fail(error)
            raise error
        if kind == 4:
            raise ValueError("a bug")
        owner = ("UNIX", "user %d of %s: %d" % (server[1], server[0], client[1]))
        return defer.succeed(owner) if client[1] % 2 else owner


class Asked(Finger):
    MAX_LENGTH = 1000


def trace(program):
    transport = StringTransport()
    protocol = Ident() if program["kind"] == "ident" else Asked()
    protocol.makeConnection(transport)
    lines = []
    for chunk in program["steps"]:
        if not transport.disconnecting:
            protocol.dataReceived(chunk.encode("latin-1"))
        text = transport.value().decode("latin-1")
        if program["kind"] == "finger":
            # In Hawser lines end as RFC 1288 wants it.
            text = text.replace("\n", "\r\n")
        lines.append("%s %s" % (text, str(bool(transport.disconnecting)).lower()))
        transport.clear()
    return lines


log.startLoggingWithObserver(lambda event: None, setStdout=False)

for line in sys.stdin:
    print(json.dumps([trace(program) for program in json.loads(line)]), flush=True)

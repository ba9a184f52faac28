"""
Answers conversations with Twisted's server of lookup tables for postfix.test.ts: stdin is a table and a list of streams as JSON, stdout the list of what
was answered. Where Hawser differs on purpose, Twisted is made to differ the same way; each place says so.
"""
import json
import sys
from urllib.parse import unquote_to_bytes

from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.protocols.postfix import PostfixTCPMapDictServerFactory, PostfixTCPMapServer


class Server(PostfixTCPMapServer):
    callLater = Clock().callLater

    def lineReceived(self, line):
        # To Twisted, a word with spaces behind it is no command.
        super().lineReceived(line.strip() if len(line.split()) == 1 else line)

    def do_get(self, key):
        # Postfix always quotes keys; Twisted gives them to the factory as they are, and so finds none with a space or a letter beyond ASCII.
        super().do_get(None if key is None else unquote_to_bytes(key))


given = json.load(sys.stdin)
factory = PostfixTCPMapDictServerFactory({key.encode(): value.encode() for key, value in given["table"].items()})
factory.protocol = Server
answers = []
for stream in given["streams"]:
    transport = StringTransport()
    server = factory.buildProtocol(None)
    server.makeConnection(transport)
    server.dataReceived(stream.encode())
    answers.append(transport.value().decode("ascii"))
json.dump(answers, sys.stdout)

"""
Twisted's end of the finger protocol for finger.test.ts: `server` says on which port it listens; `client PORT QUESTION ...` asks there, and prints each
answer as JSON. Twisted has no client of its own, so that one is a plain protocol.
"""
import json
import sys

from twisted.internet import defer, endpoints, protocol, task
from twisted.protocols import finger


class Client(protocol.Protocol):
    def __init__(self, question):
        self.question = question
        self.answer = defer.Deferred()
        self.received = b""

    def connectionMade(self):
        self.transport.write(self.question.encode() + b"\r\n")

    def dataReceived(self, data):
        self.received += data

    def connectionLost(self, reason):
        self.answer.callback(self.received.decode())


@defer.inlineCallbacks
def serve(reactor):
    endpoint = endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")
    port = yield endpoint.listen(protocol.Factory.forProtocol(finger.Finger))
    print("port", port.getHost().port, flush=True)
    yield defer.Deferred()


@defer.inlineCallbacks
def ask(reactor, port, *questions):
    for question in questions:
        endpoint = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", int(port))
        client = yield endpoints.connectProtocol(endpoint, Client(question))
        print(json.dumps((yield client.answer)), flush=True)


task.react({"server": serve, "client": ask}[sys.argv[1]], sys.argv[2:])

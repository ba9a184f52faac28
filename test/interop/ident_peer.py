"""
Twisted's end of the identification protocol for ident.test.ts: `server` says on which port it listens, `client PORT` asks there.

Twisted's classes take lines for text, and LineOnlyReceiver has bytes: they do not work with Python 3 as they are. `Text` stands between.
"""
import sys

from twisted.internet import defer, endpoints, protocol, task
from twisted.protocols import ident


class Text:
    def lineReceived(self, line):
        super().lineReceived(line.decode())

    def sendLine(self, line):
        super().sendLine(line.encode())


class Server(Text, ident.IdentServer):
    def lookup(self, serverAddress, clientAddress):
        port = serverAddress[1]
        errors = {1: ident.NoUser, 2: ident.HiddenUser, 3: ident.InvalidPort, 4: ident.IdentError, 5: ValueError}
        if port in errors:
            raise errors[port]()
        return defer.succeed(("UNIX", f"user{port} of {serverAddress[0]} for {clientAddress[0]}:{clientAddress[1]}"))


class Client(Text, ident.IdentClient):
    pass


@defer.inlineCallbacks
def serve(reactor):
    endpoint = endpoints.TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")
    port = yield endpoint.listen(protocol.Factory.forProtocol(Server))
    print("port", port.getHost().port, flush=True)
    yield defer.Deferred()


@defer.inlineCallbacks
def ask(reactor, port):
    endpoint = endpoints.TCP4ClientEndpoint(reactor, "127.0.0.1", int(port))
    client = yield endpoints.connectProtocol(endpoint, Client())
    for asked in [client.lookup(n, 40000) for n in [1, 2, 3, 4, 5, 22, 70000]]:
        try:
            print(*(yield asked))
        except ident.IdentError as error:
            print(type(error).__name__)
    client.transport.loseConnection()


task.react({"server": serve, "client": ask}[sys.argv[1]], sys.argv[2:])

"""
Twisted as the other end of a TLS connection.

    tls_peer.py server CERTIFICATE KEY AUTHORITY [--require]   echoes lines in capitals, prints its port and what happens
    tls_peer.py starttls CERTIFICATE KEY AUTHORITY             speaks lines in plain text until STARTTLS
    tls_peer.py client PORT AUTHORITY [CERTIFICATE KEY]        says hello, prints the answer and what happens
    tls_peer.py startclient PORT AUTHORITY                     asks for STARTTLS, then says hello
"""
import sys

from twisted.internet import interfaces, protocol, reactor, ssl
from twisted.protocols.basic import LineReceiver
from zope.interface import implementer


def say(*words):
    print(*words, flush=True)


def read(path):
    with open(path, "rb") as file:
        return file.read()


@implementer(interfaces.IHandshakeListener)
class Server(LineReceiver):
    def handshakeCompleted(self):
        peer = self.transport.getPeerCertificate()
        say("handshake", getattr(self.transport, "negotiatedProtocol", None), peer and peer.get_subject().CN)

    def lineReceived(self, line):
        say("line", line.decode())
        if line == b"STARTTLS":
            self.sendLine(b"GO AHEAD")
            self.transport.startTLS(self.factory.options)
        elif line == b"QUIT":
            self.transport.loseConnection()
        else:
            self.sendLine(line.upper())

    def connectionLost(self, reason):
        say("lost", reason.type.__name__)


@implementer(interfaces.IHandshakeListener)
class Client(LineReceiver):
    asks = False

    def connectionMade(self):
        if self.asks:
            self.sendLine(b"STARTTLS")
        else:
            self.sendLine(b"hello from twisted")

    def handshakeCompleted(self):
        say("handshake", getattr(self.transport, "negotiatedProtocol", None))

    def lineReceived(self, line):
        say("line", line.decode())
        if line == b"GO AHEAD":
            self.transport.startTLS(self.factory.options)
            self.sendLine(b"hello from twisted")
        else:
            self.transport.loseConnection()

    def connectionLost(self, reason):
        say("lost", reason.type.__name__)
        reactor.stop()


def certificate(paths):
    return ssl.PrivateCertificate.loadPEM(read(paths[0]) + read(paths[1]))


def authority(path):
    return ssl.trustRootFromCertificates([ssl.Certificate.loadPEM(read(path))])


def main(mode, *args):
    if mode in ("server", "starttls"):
        mine = certificate(args)
        options = ssl.CertificateOptions(
            privateKey=mine.privateKey.original,
            certificate=mine.original,
            trustRoot=authority(args[2]) if "--require" in args else None,
            acceptableProtocols=[b"h2", b"http/1.1"],
        )
        factory = protocol.Factory.forProtocol(Server)
        factory.options = options
        if mode == "server":
            port = reactor.listenSSL(0, factory, options, interface="127.0.0.1")
        else:
            port = reactor.listenTCP(0, factory, interface="127.0.0.1")
        say("port", port.getHost().port)
    else:
        extra = {}
        if len(args) > 2:
            extra["clientCertificate"] = certificate(args[2:])
        options = ssl.optionsForClientTLS(
            "localhost", authority(args[1]), acceptableProtocols=[b"http/1.1"], **extra
        )
        factory = protocol.ClientFactory()
        factory.protocol = Client
        factory.options = options
        if mode == "client":
            reactor.connectSSL("127.0.0.1", int(args[0]), factory, options)
        else:
            Client.asks = True
            reactor.connectTCP("127.0.0.1", int(args[0]), factory)
    reactor.run()


main(*sys.argv[1:])

"""The same on Twisted. Arguments: the files of the certificate and of its key, UNIT (0 sends back)."""

import sys

from twisted.internet import epollreactor

epollreactor.install()

from twisted.internet import protocol, reactor, ssl

with open(sys.argv[1]) as certificate, open(sys.argv[2]) as key:
    PEM = certificate.read() + key.read()
UNIT = int(sys.argv[3])


class Echo(protocol.Protocol):
    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data):
        self.transport.write(data)


class Sink(protocol.Protocol):
    received = 0

    def dataReceived(self, data):
        self.received += len(data)
        while self.received >= UNIT:
            self.received -= UNIT
            self.transport.write(b".")


factory = protocol.Factory.forProtocol(Echo if UNIT == 0 else Sink)
factory.noisy = False
contexts = ssl.PrivateCertificate.loadPEM(PEM).options()
port = reactor.listenSSL(0, factory, contexts, backlog=8192, interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()

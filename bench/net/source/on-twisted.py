"""The source on Twisted. Argument: UNIT."""

import sys

from twisted.internet import epollreactor

epollreactor.install()

from zope.interface import implementer

from twisted.internet import interfaces, protocol, reactor

UNIT = int(sys.argv[1])
CHUNK = b"x" * (64 * 1024)


@implementer(interfaces.IPushProducer)
class Source(protocol.Protocol):
    owed = 0
    paused = False

    def connectionMade(self):
        self.transport.registerProducer(self, True)

    def dataReceived(self, data):
        self.owed += len(data) * UNIT
        self.send()

    def pauseProducing(self):
        self.paused = True

    def resumeProducing(self):
        self.paused = False
        self.send()

    def stopProducing(self):
        self.owed = 0

    def send(self):
        while self.owed > 0 and not self.paused:
            chunk = CHUNK[: self.owed]
            self.owed -= len(chunk)
            self.transport.write(chunk)


factory = protocol.Factory.forProtocol(Source)
factory.noisy = False
port = reactor.listenTCP(0, factory, interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()

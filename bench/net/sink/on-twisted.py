"""The sink on Twisted. Argument: UNIT."""

import sys

from twisted.internet import epollreactor

epollreactor.install()

from twisted.internet import protocol, reactor

UNIT = int(sys.argv[1])


class Sink(protocol.Protocol):
    received = 0

    def dataReceived(self, data):
        self.received += len(data)
        while self.received >= UNIT:
            self.received -= UNIT
            self.transport.write(b".")


factory = protocol.Factory.forProtocol(Sink)
factory.noisy = False
port = reactor.listenTCP(0, factory, interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()

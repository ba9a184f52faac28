"""The receiver of lines on Twisted. Argument: UNIT."""

import sys

from twisted.internet import epollreactor

epollreactor.install()

from twisted.internet import protocol, reactor
from twisted.protocols.basic import LineReceiver

UNIT = int(sys.argv[1])


class Counter(LineReceiver):
    delimiter = b"\n"
    lines = 0

    def lineReceived(self, line):
        self.lines += 1
        if self.lines % UNIT == 0:
            self.transport.write(b".")


factory = protocol.Factory.forProtocol(Counter)
factory.noisy = False
port = reactor.listenTCP(0, factory, interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()

"""The same on Twisted."""

from twisted.internet import epollreactor

epollreactor.install()

from twisted.internet import protocol, reactor


class Echo(protocol.DatagramProtocol):
    noisy = False

    def datagramReceived(self, datagram, sender):
        self.transport.write(datagram, sender)


port = reactor.listenUDP(0, Echo(), interface="127.0.0.1")
print(port.getHost().port, flush=True)
reactor.run()

"""The UDP echo server on Twisted. Arguments: the length of the datagrams, and the command of the load generator."""

import json
import os
import subprocess
import sys
import time

from twisted.internet import protocol, reactor

SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))


class Echo(protocol.DatagramProtocol):
    echoed = 0

    def datagramReceived(self, datagram, address):
        self.echoed += 1
        self.transport.write(datagram, address)


def begin():
    reactor.callLater(SECONDS, finish, echo.echoed, time.process_time())


def finish(before, start):
    print(json.dumps({"opsPerSecond": (echo.echoed - before) / (time.process_time() - start)}))
    load.kill()
    reactor.stop()


echo = Echo()
port = reactor.listenUDP(0, echo, interface="127.0.0.1")
load = subprocess.Popen([*sys.argv[2:], str(port.getHost().port), sys.argv[1]])
reactor.callLater(0.3 + SECONDS / 3, begin)
reactor.run()

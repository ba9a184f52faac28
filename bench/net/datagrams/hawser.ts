/** Sends each datagram back; prints its port. The environment says on which reactor. */
import { DatagramProtocol, reactor } from "hawser";
import type { InternetAddress } from "hawser/transport";

class Echo extends DatagramProtocol {
  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    this.transport.write(datagram, address);
  }
}

const port = reactor.listenUDP(0, new Echo(), { interface: "127.0.0.1" });
reactor.callWhenRunning(() => console.log(port.getHost().port));
await reactor.run();

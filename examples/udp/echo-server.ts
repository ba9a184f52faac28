/** Sends each datagram back to where it came from. Argument: the port, 9999 unless given. */
import { DatagramProtocol, reactor } from "hawser";
import type { InternetAddress } from "hawser/transport";

class Echo extends DatagramProtocol {
  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    console.log(`received "${datagram.toString()}" from ${address.toString()}`);
    this.transport.write(datagram, address);
  }
}

const port = reactor.listenUDP(Number(process.argv[2] ?? 9999), new Echo(), { interface: "127.0.0.1" });
reactor.callWhenRunning(() => console.log(`Echo on ${port.getHost().toString()}`));
await reactor.run();

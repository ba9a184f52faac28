/**
 * Says hello over a connected port, which sends to one address and takes from it alone, and prints the answers.
 * Arguments: host and port, 127.0.0.1 and 9999 unless given.
 */
import { DatagramProtocol, reactor } from "hawser";
import type { InternetAddress } from "hawser/transport";

const host = process.argv[2] ?? "127.0.0.1";
const port = Number(process.argv[3] ?? 9999);

class Helloer extends DatagramProtocol {
  override startProtocol(): void {
    this.transport.connect(host, port);
    console.log(`now we can only send to host ${host} port ${port}`);
    this.transport.write("hello"); // no need for an address
  }

  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    console.log(`received "${datagram.toString()}" from ${address.toString()}`);
  }

  // Called, if the network says so, when nobody listens where we send to.
  override connectionRefused(): void {
    console.log("No one listening");
  }
}

// 0 is any free port: nobody has to know it.
reactor.listenUDP(0, new Helloer());
await reactor.run();

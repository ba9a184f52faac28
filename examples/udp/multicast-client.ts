/**
 * Pings the members of a multicast group and prints their answers. Arguments: their port, 9999 unless given, and the address of the interface to
 * send by; the system chooses one unless it is given.
 */
import { DatagramProtocol, reactor } from "hawser";
import type { Failure } from "hawser";
import type { InternetAddress, MulticastTransport } from "hawser/transport";

const GROUP = "228.0.0.5";
const port = Number(process.argv[2] ?? 9999);
const networkInterface = process.argv[3];

class MulticastPingClient extends DatagramProtocol<MulticastTransport> {
  override startProtocol(): void {
    if (networkInterface === undefined) this.#ping();
    else this.transport.setOutgoingInterface(networkInterface).addCallbacks(() => this.#ping(), refused);
  }

  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    console.log(`Datagram "${datagram.toString()}" received from ${address.toString()}`);
  }

  #ping(): void {
    // Whoever is a member gets this. To send to a group, one need not be a member.
    this.transport.write("Client: Ping", { host: GROUP, port });
  }
}

function refused(failure: Failure): void {
  console.error(failure.getErrorMessage());
  process.exit(1);
}

// A port of our own: where two programs share one, an answer may be given to either.
reactor.listenMulticast(0, new MulticastPingClient());
await reactor.run();

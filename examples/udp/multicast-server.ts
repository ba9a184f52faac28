/**
 * A member of a multicast group that answers pings. Arguments: the port, 9999 unless given, and the address of the interface to join the group on,
 * such as 127.0.0.1 to stay on this machine; the system chooses one unless it is given.
 */
import { DatagramProtocol, reactor } from "hawser";
import type { InternetAddress, MulticastTransport } from "hawser/transport";

const GROUP = "228.0.0.5";

class MulticastPingPong extends DatagramProtocol<MulticastTransport> {
  override startProtocol(): void {
    // More than 1, so that what we sent to the group would cross routers.
    this.transport.setTTL(5);
    this.transport.joinGroup(GROUP, process.argv[3]).addCallbacks(
      () => console.log(`Joined ${GROUP}, port ${this.transport.getHost().port}`),
      (failure) => {
        console.error(failure.getErrorMessage());
        process.exit(1);
      },
    );
  }

  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    console.log(`Datagram "${datagram.toString()}" received from ${address.toString()}`);
    // The answer goes to the one who asked, not to the group.
    if (datagram.toString() === "Client: Ping") this.transport.write("Server: Pong", address);
  }
}

// Several members may run on this machine.
reactor.listenMulticast(Number(process.argv[2] ?? 9999), new MulticastPingPong(), { listenMultiple: true });
await reactor.run();

/** The echo server on Hawser. Argument: the length of the datagrams. */
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { measureEcho } from "./measure-echo.ts";

let echoed = 0;

class Echo extends DatagramProtocol {
  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    echoed++;
    this.transport.write(datagram, address);
  }
}

const reactor = new NodeReactor();
const port = reactor.listenUDP(0, new Echo(), { interface: "127.0.0.1" });
measureEcho(port.getHost().port, () => echoed);
await reactor.run();

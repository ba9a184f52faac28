/** A reactor in a worker that shares a port with others: says its port, and what it received. */
import { parentPort, workerData } from "node:worker_threads";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { Protocol } from "../../../src/protocol/protocol.ts";
import type { InternetAddress } from "../../../src/transport/address.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- this is a port, not a window */

class Greeter extends Protocol {
  override connectionMade(): void {
    parentPort!.postMessage("accepted");
    this.transport.loseConnection();
  }
}

const factory = Factory.forProtocol(Greeter);
factory.noisy = false;
const reactor = new EpollReactor();
const port = reactor.listenTCP(workerData as number, factory, { interface: "127.0.0.1", reusePort: true });
parentPort!.postMessage((port.getHost() as InternetAddress).port);
parentPort!.on("message", () => reactor.stop());
await reactor.run({ installSignalHandlers: false });
parentPort!.close();

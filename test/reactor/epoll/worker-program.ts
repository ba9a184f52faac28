/** A reactor in a worker thread, or several. What it is to do is its data; it says its port, and what happened. */
import { parentPort, workerData } from "node:worker_threads";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { Protocol } from "../../../src/protocol/protocol.ts";
import type { InternetAddress } from "../../../src/transport/address.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- this is a port, not a window */

const task = workerData as "echo" | "exit" | "spin" | "throw" | "leave";

class Served extends Protocol {
  override dataReceived(data: Buffer): void {
    if (task === "exit") process.exit(7);
    if (task === "throw")
      process.nextTick(() => {
        throw new RangeError("not caught");
      });
    if (task === "spin") {
      parentPort!.postMessage("spinning");
      for (;;);
    }
    this.transport.write(data);
  }
}

const factory = Factory.forProtocol(Served);
factory.noisy = false;
const reactor = new EpollReactor();
const port = reactor.listenTCP(0, factory, { interface: "127.0.0.1" });
parentPort!.postMessage((port.getHost() as InternetAddress).port);
parentPort!.on("message", () => reactor.stop());
// Without a reactor that runs, nothing holds the worker but the channel to its parent.
if (task === "leave") parentPort!.unref();
else {
  await reactor.run({ installSignalHandlers: false });
  parentPort!.close();
}

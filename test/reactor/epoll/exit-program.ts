/** Ends the process inside a callback of the reactor, as its argument says. */
import { connect } from "node:net";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { Protocol } from "../../../src/protocol/protocol.ts";
import type { InternetAddress } from "../../../src/transport/address.ts";

const [how = ""] = process.argv.slice(2);

class Last extends Protocol {
  override dataReceived(): void {
    if (how === "exit") process.exit(7);
    if (how === "throw") {
      process.nextTick(() => {
        throw new RangeError("not caught");
      });
    }
    if (how === "reject") void Promise.reject(new RangeError("not caught"));
    if (how === "crash") {
      reactor.crash();
      this.transport.write("from beyond");
      peer.once("data", (data) => {
        console.log(String(data));
        peer.destroy();
      });
    }
  }
}

const reactor = new EpollReactor();
process.on("exit", (code) => console.log(`exit ${code}`));
const factory = Factory.forProtocol(Last);
factory.noisy = false;
const port = reactor.listenTCP(0, factory, { interface: "127.0.0.1" });
const peer = connect((port.getHost() as InternetAddress).port, "127.0.0.1", () => peer.write("x"));
await reactor.run({ installSignalHandlers: false });

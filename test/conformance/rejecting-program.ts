/** A `dataReceived` that calls an async function, which fails. Arguments: the reactor; whether the program listens to unhandled rejections, or ends by them. */
import { Factory, Protocol, reactor } from "hawser";
import { installReactor } from "hawser/reactor";
import type { InternetAddress } from "hawser/transport";
import { connect } from "node:net";

installReactor(process.argv[2] === "epoll" ? "epoll" : "node");

class Echo extends Protocol {
  #pieces = 0;

  override dataReceived(data: Buffer): void {
    if (this.#pieces++ > 0) this.transport.write(data);
    else void fail();
  }
}

async function fail(): Promise<void> {
  await Promise.resolve();
  throw new Error("broken");
}

const port = reactor.listenTCP(0, Factory.forProtocol(Echo), { interface: "127.0.0.1" });
await port.whenListening();
const finished = reactor.run();
const socket = connect((port.getHost() as InternetAddress).port, "127.0.0.1", () => socket.write("first"));
socket.on("data", (data) => {
  console.log(String(data));
  socket.destroy();
  reactor.stop();
});
if (process.argv[3] === "listens") {
  process.on("unhandledRejection", (error: Error) => {
    console.log("rejected:", error.message);
    socket.write("echo");
  });
}
await finished;

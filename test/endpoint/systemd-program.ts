/** Echoes one connection on the socket that systemd has named "echo", then ends: started by over-sockets.test.ts. */
import { serverFromString } from "../../src/endpoint/server-from-string.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";

const reactor = new NodeReactor();

class EchoOnce extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }

  override connectionLost(): void {
    reactor.stop();
  }
}

reactor.callWhenRunning(() => {
  serverFromString(reactor, "systemd:INET:name=echo")
    .listen(Factory.forProtocol(EchoOnce))
    .addErrback((failure) => {
      failure.printTraceback();
      process.exit(1);
    });
});
await reactor.run();

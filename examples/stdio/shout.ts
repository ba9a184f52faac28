/** A filter: says its input in capitals, and at the end how long it was. Try: echo hello | node examples/stdio/shout.js */
import { Protocol, reactor } from "hawser";
import { serverFromString } from "hawser/endpoint";
import type { Failure } from "hawser";
import type { HalfCloseableTransport } from "hawser/transport";

class Shouter extends Protocol<HalfCloseableTransport> {
  #length = 0;

  override connectionMade(): void {
    // Whoever reads our output slowly slows our input down.
    this.transport.registerProducer(this.transport, true);
  }

  override dataReceived(data: Buffer): void {
    this.#length += data.length;
    this.transport.write(data.toString("latin1").toUpperCase());
  }

  readConnectionLost(): void {
    this.transport.unregisterProducer();
    this.transport.write(`${this.#length} bytes\n`);
    this.transport.loseConnection();
  }

  writeConnectionLost(): void {}

  override connectionLost(reason: Failure): void {
    const error = reason.value as Error;
    if (error.name !== "ConnectionDone") console.error(error.name, String((error.cause as { code?: unknown })?.code));
    if (reactor.running) reactor.stop();
  }
}

const factory = { buildProtocol: () => new Shouter(), doStart() {}, doStop() {} };
await serverFromString(reactor, "stdio:").listen(factory);
await reactor.run();

/** Sends UNIT bytes for each byte that it receives; prints its port. Argument: UNIT. The environment says on which reactor. */
import { Factory, Protocol, reactor } from "hawser";
import type { InternetAddress, PushProducer } from "hawser/transport";

const UNIT = Number(process.argv[2]);
const CHUNK = Buffer.alloc(64 * 1024, "x");

class Source extends Protocol implements PushProducer {
  #owed = 0;
  #paused = false;

  override connectionMade(): void {
    this.transport.registerProducer(this, true);
  }

  override dataReceived(data: Buffer): void {
    this.#owed += data.length * UNIT;
    this.#send();
  }

  pauseProducing(): void {
    this.#paused = true;
  }

  resumeProducing(): void {
    this.#paused = false;
    this.#send();
  }

  stopProducing(): void {
    this.#owed = 0;
  }

  #send(): void {
    while (this.#owed > 0 && !this.#paused) {
      const chunk = this.#owed < CHUNK.length ? CHUNK.subarray(0, this.#owed) : CHUNK;
      this.#owed -= chunk.length;
      this.transport.write(chunk);
    }
  }
}

const port = reactor.listenTCP(0, Factory.forProtocol(Source), { interface: "127.0.0.1" });
port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
await reactor.run();

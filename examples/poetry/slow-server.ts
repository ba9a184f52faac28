/**
 * Serves a poem slowly, some bytes at a time, to each client at its own pace.
 * Arguments: the file; the port, 0 unless given; the seconds between two pieces; the bytes in a piece.
 */
import { readFileSync } from "node:fs";
import { Factory, Protocol, reactor } from "hawser";
import { LoopingCall } from "hawser/clock";

const [file, port = "0", delay = "0.7", bytes = "10"] = process.argv.slice(2);
if (file === undefined) {
  console.error("Usage: slow-server.js FILE [PORT] [DELAY] [BYTES]");
  process.exit(2);
}
const poem = readFileSync(file);

class SlowPoetry extends Protocol {
  #sent = 0;
  readonly #loop = new LoopingCall(() => this.#sendSome());

  override connectionMade(): void {
    this.#loop.clock = reactor;
    void this.#loop.start(Number(delay));
  }

  override connectionLost(): void {
    if (this.#loop.running) this.#loop.stop();
  }

  #sendSome(): void {
    const piece = poem.subarray(this.#sent, this.#sent + Number(bytes));
    this.#sent += piece.length;
    this.transport.write(piece);
    if (this.#sent === poem.length) {
      this.#loop.stop();
      this.transport.loseConnection();
    }
  }
}

const listening = reactor.listenTCP(Number(port), Factory.forProtocol(SlowPoetry), { interface: "127.0.0.1" });
listening.whenListening().addCallback((open) => console.log(`Serving ${file} on ${open.getHost().toString()}`));
await reactor.run();

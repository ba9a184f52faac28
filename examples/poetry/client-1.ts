/**
 * Fetches poems with sockets of its own, which the reactor only watches: how things look below protocols. It needs the epoll reactor.
 */
import { reactor } from "hawser";
import { NotSupportedByReactorError, Socket } from "hawser/reactor";
import { ConnectionDone, ConnectionLost } from "hawser/transport";
import { parseAddresses } from "./addresses.ts";
import type { PoetryAddress } from "./addresses.ts";

class PoetrySocket {
  poem = "";
  readonly #taskNum: number;
  readonly #address: PoetryAddress;
  readonly #socket: Socket;

  constructor(taskNum: number, address: PoetryAddress) {
    this.#taskNum = taskNum;
    this.#address = address;
    this.#socket = new Socket("inet", "stream");
    // The socket never blocks: connecting goes on while the reactor watches.
    this.#socket.connect(address);
    reactor.addReader(this);
  }

  fileno(): number {
    return this.#socket.fileno();
  }

  connectionLost(_reason: unknown): void {
    reactor.removeReader(this);
    this.#socket.close();
    if (!reactor.getReaders().some((reader) => reader instanceof PoetrySocket)) reactor.stop();
  }

  doRead(): unknown {
    let bytes = "";
    for (;;) {
      let data: Buffer | "wouldBlock";
      try {
        data = this.#socket.recv(1024);
      } catch (error) {
        console.error(`Task ${this.#taskNum} failed: ${(error as Error).message}`);
        return new ConnectionLost(undefined, { cause: error });
      }
      if (data === "wouldBlock" || data.length === 0) break;
      bytes += data.toString();
    }
    if (bytes === "") {
      console.log(`Task ${this.#taskNum} finished`);
      return new ConnectionDone();
    }
    const { host, port } = this.#address;
    console.log(`Task ${this.#taskNum}: got ${bytes.length} bytes of poetry from ${host}:${port}`);
    this.poem += bytes;
    return undefined;
  }

  logPrefix(): string {
    return "poetry";
  }
}

const addresses = parseAddresses("Usage: client-1.js [host:]port ...");
const start = reactor.seconds();
try {
  const sockets = addresses.map((address, index) => new PoetrySocket(index + 1, address));
  await reactor.run();
  for (const [index, { poem }] of sockets.entries()) console.log(`Task ${index + 1}: ${poem.length} bytes of poetry`);
  console.log(`Got ${addresses.length} poems in ${(reactor.seconds() - start).toFixed(1)} seconds`);
} catch (error) {
  if (!(error instanceof NotSupportedByReactorError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

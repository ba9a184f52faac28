/** Fetches poems with a function that calls back when a poem is there, or could not be had. */
import { ClientFactory, Protocol, reactor } from "hawser";
import type { Failure } from "hawser/deferred";
import type { Connector } from "hawser/transport";
import { parseAddresses } from "./addresses.ts";

class PoetryProtocol extends Protocol {
  declare factory: PoetryClientFactory;
  #poem = "";

  override dataReceived(data: Buffer): void {
    this.#poem += data.toString();
  }

  override connectionLost(): void {
    this.factory.callback(this.#poem);
  }
}

class PoetryClientFactory extends ClientFactory<PoetryProtocol> {
  override protocol = PoetryProtocol;
  readonly callback: (poem: string) => void;
  readonly errback: (reason: Failure) => void;

  constructor(callback: (poem: string) => void, errback: (reason: Failure) => void) {
    super();
    this.callback = callback;
    this.errback = errback;
  }

  override clientConnectionFailed(_connector: Connector, reason: Failure): void {
    this.errback(reason);
  }
}

/** Downloads a poem and calls `callback` with it, or `errback` with the reason why there is none. */
function getPoetry(
  host: string,
  port: number,
  callback: (poem: string) => void,
  errback: (reason: Failure) => void,
): void {
  reactor.connectTCP(host, port, new PoetryClientFactory(callback, errback));
}

const addresses = parseAddresses("Usage: client-3.js [host:]port ...");
const poems: string[] = [];
let failed = 0;

function stopWhenDone(): void {
  if (poems.length + failed === addresses.length) reactor.stop();
}

for (const { host, port } of addresses) {
  getPoetry(
    host,
    port,
    (poem) => {
      poems.push(poem);
      stopWhenDone();
    },
    (reason) => {
      console.error("Poem failed:", reason.getErrorMessage());
      failed++;
      stopWhenDone();
    },
  );
}
await reactor.run();
for (const poem of poems) console.log(poem);

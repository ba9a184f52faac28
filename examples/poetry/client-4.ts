/** Fetches poems with a function that answers a Deferred. */
import { ClientFactory, Deferred, Protocol, reactor } from "hawser";
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
    this.factory.poemFinished(this.#poem);
  }
}

class PoetryClientFactory extends ClientFactory<PoetryProtocol> {
  override protocol = PoetryProtocol;
  #deferred: Deferred<string> | undefined;

  constructor(deferred: Deferred<string>) {
    super();
    this.#deferred = deferred;
  }

  poemFinished(poem: string): void {
    this.#takeDeferred()?.callback(poem);
  }

  override clientConnectionFailed(_connector: Connector, reason: Failure): void {
    this.#takeDeferred()?.errback(reason);
  }

  /** A Deferred is fired once: who takes it lets go of it. */
  #takeDeferred(): Deferred<string> | undefined {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    return deferred;
  }
}

/** A Deferred for the complete text of a poem, or for the reason why it could not be downloaded. */
function getPoetry(host: string, port: number): Deferred<string> {
  const deferred = new Deferred<string>();
  reactor.connectTCP(host, port, new PoetryClientFactory(deferred));
  return deferred;
}

const addresses = parseAddresses("Usage: client-4.js [host:]port ...");
const poems: string[] = [];
const errors: Failure[] = [];

for (const { host, port } of addresses) {
  getPoetry(host, port)
    .addCallbacks(
      (poem) => void poems.push(poem),
      (failure) => {
        console.error("Poem failed:", failure.getErrorMessage());
        errors.push(failure);
      },
    )
    .addBoth(() => {
      if (poems.length + errors.length === addresses.length) reactor.stop();
    });
}
await reactor.run();
for (const poem of poems) console.log(poem);

/** Fetches poems at the same time, and says how each task is getting on. */
import { ClientFactory, Protocol, reactor } from "hawser";
import type { Failure } from "hawser/deferred";
import type { Address, Connector } from "hawser/transport";
import { parseAddresses } from "./addresses.ts";

class PoetryProtocol extends Protocol {
  declare factory: PoetryClientFactory;
  #poem = "";
  taskNum = 0;

  override dataReceived(data: Buffer): void {
    this.#poem += data.toString();
    console.log(`Task ${this.taskNum}: got ${data.length} bytes of poetry from ${this.transport.getPeer().toString()}`);
  }

  override connectionLost(): void {
    this.factory.poemFinished(this.taskNum, this.#poem);
  }
}

class PoetryClientFactory extends ClientFactory<PoetryProtocol> {
  override protocol = PoetryProtocol;
  readonly #poems = new Map<number, string>();
  #poetryCount: number;
  #taskNum = 1;

  constructor(poetryCount: number) {
    super();
    this.#poetryCount = poetryCount;
  }

  override buildProtocol(address: Address): PoetryProtocol | null {
    const protocol = super.buildProtocol(address);
    if (protocol !== null) protocol.taskNum = this.#taskNum++;
    return protocol;
  }

  poemFinished(taskNum?: number, poem?: string): void {
    if (taskNum !== undefined && poem !== undefined) this.#poems.set(taskNum, poem);
    this.#poetryCount--;
    if (this.#poetryCount > 0) return;
    for (const [task, text] of this.#poems) console.log(`Task ${task}: ${text.length} bytes of poetry`);
    reactor.stop();
  }

  override clientConnectionFailed(connector: Connector, _reason: Failure): void {
    console.log("Failed to connect to:", connector.getDestination().toString());
    this.poemFinished();
  }
}

const addresses = parseAddresses("Usage: client-2.js [host:]port ...");
const start = reactor.seconds();
const factory = new PoetryClientFactory(addresses.length);
for (const { host, port } of addresses) reactor.connectTCP(host, port, factory);
await reactor.run();
console.log(`Got ${addresses.length} poems in ${(reactor.seconds() - start).toFixed(1)} seconds`);

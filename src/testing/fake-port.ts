/** A port that only says that it listens. */
import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/maybe-deferred.ts";
import type { Address } from "../transport/address.ts";
import type { ListeningPort } from "../transport/transport.ts";

/**
 * What the `listen` methods of `MemoryReactor` answer.
 *
 * @example
 * import { IPv4Address } from "hawser/transport";
 * const port = new FakePort(new IPv4Address("TCP", "0.0.0.0", 80));
 * port.stopListening();
 * assert.equal(port.listening, false);
 */
export class FakePort implements ListeningPort {
  /** Whether the port has not been closed, or has been opened again. */
  listening: boolean = true;
  readonly #hostAddress: Address;

  /** @param hostAddress what `getHost` answers */
  constructor(hostAddress: Address) {
    this.#hostAddress = hostAddress;
  }

  startListening(): void {
    this.listening = true;
  }

  stopListening(): Deferred<void> {
    this.listening = false;
    return succeed();
  }

  getHost(): Address {
    return this.#hostAddress;
  }

  whenListening(): Deferred<ListeningPort> {
    return succeed<ListeningPort>(this);
  }
}

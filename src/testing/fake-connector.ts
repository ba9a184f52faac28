/** A connector that connects when a test says so. */
import { InvalidStateError } from "../errors.ts";
import type { Address } from "../transport/address.ts";
import { NotConnectingError } from "../transport/errors.ts";
import type { Connector, Transport } from "../transport/transport.ts";

/**
 * What the `connect` methods of `MemoryReactor` answer. It notes what it is asked and tells the factory nothing: a test does, or a
 * `ConnectionCompleter`.
 *
 * @example
 * import { IPv4Address } from "hawser/transport";
 * const connector = new FakeConnector(new IPv4Address("TCP", "192.0.2.1", 80));
 * connector.connect();
 * connector.stopConnecting();
 * assert.equal(connector.stoppedConnecting, true);
 */
export class FakeConnector implements Connector {
  /** For a test to set when it makes or refuses the connection. */
  state: "disconnected" | "connecting" | "connected" = "disconnected";
  /** Whether `stopConnecting` has been called. */
  stoppedConnecting: boolean = false;
  /** Whether `disconnect` has been called. */
  disconnected: boolean = false;
  /** The connection, where there is one: `disconnect` closes it. */
  transport: Pick<Transport, "loseConnection"> | undefined = undefined;
  readonly #destination: Address;
  readonly #attempt: (connector: FakeConnector) => void;

  /**
   * @param destination what `getDestination` answers
   * @param attempt called by `connect`
   */
  constructor(destination: Address, attempt: (connector: FakeConnector) => void = () => {}) {
    this.#destination = destination;
    this.#attempt = attempt;
  }

  connect(): void {
    if (this.state !== "disconnected") {
      throw new InvalidStateError(`Cannot connect: the connector is ${this.state}, expected disconnected`);
    }
    this.state = "connecting";
    this.#attempt(this);
  }

  stopConnecting(): void {
    if (this.state !== "connecting") {
      throw new NotConnectingError(`Cannot stop connecting: the connector is ${this.state}, expected connecting`);
    }
    this.state = "disconnected";
    this.stoppedConnecting = true;
  }

  disconnect(): void {
    this.disconnected = true;
    if (this.state === "connecting") this.stopConnecting();
    else if (this.transport !== undefined) this.transport.loseConnection();
    else this.state = "disconnected";
  }

  getDestination(): Address {
    return this.#destination;
  }
}

/** Closes connections on which nothing happens. */
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Failure } from "../deferred/failure.ts";
import { ProtocolTimeout } from "../protocol/protocol-timeout.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { Transport } from "../transport/transport.ts";
import { ProtocolWrapper } from "./protocol-wrapper.ts";
import type { WrapperOwner } from "./protocol-wrapper.ts";
import { WrappingFactory } from "./wrapping-factory.ts";
import type { WrappedFactory } from "./wrapping-factory.ts";

const HALF_AN_HOUR = 30 * 60;

/** Closes its connection when nothing has been read or written for a while. A `TimeoutFactory` makes it. */
export class TimeoutProtocol extends ProtocolWrapper {
  /** The seconds of silence after which the connection is closed; `null` for any number. */
  timeoutPeriod: number | null;
  readonly #timeout: ProtocolTimeout;

  constructor(
    factory: WrapperOwner & { readonly clock: ReactorTime },
    wrappedProtocol: ProtocolLike,
    timeoutPeriod: number | null,
  ) {
    super(factory, wrappedProtocol);
    this.timeoutPeriod = timeoutPeriod;
    this.#timeout = new ProtocolTimeout(factory.clock, () => this.timeoutFunc());
  }

  override makeConnection(transport: Transport): void {
    this.#timeout.setTimeout(this.timeoutPeriod);
    super.makeConnection(transport);
  }

  /** Begins to wait anew, for another number of seconds; for ever where there is none. */
  setTimeout(timeoutPeriod: number | null = null): void {
    this.#timeout.setTimeout(timeoutPeriod);
    this.timeoutPeriod = timeoutPeriod;
  }

  /** Waits no more. */
  cancelTimeout(): void {
    this.setTimeout(null);
  }

  /** Begins to wait anew, if it waits: something has happened. */
  resetTimeout(): void {
    this.#timeout.resetTimeout();
  }

  override write(data: string | Uint8Array): void {
    this.#timeout.resetTimeout();
    super.write(data);
  }

  override writeSequence(pieces: Iterable<string | Uint8Array>): void {
    this.#timeout.resetTimeout();
    super.writeSequence(pieces);
  }

  override dataReceived(data: Buffer): void {
    this.#timeout.resetTimeout();
    super.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.cancelTimeout();
    super.connectionLost(reason);
  }

  /** Called when the time is over: closes the connection. A class of your own may do something else. */
  timeoutFunc(): void {
    this.loseConnection();
  }
}

export interface TimeoutOptions {
  /** The seconds of silence after which a connection is closed; half an hour unless told otherwise, `null` for any number. */
  readonly timeoutPeriod?: number | null;
}

/**
 * Closes the connections of another factory on which nothing has been read or written for a while.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * import { Factory, Protocol } from "hawser/protocol";
 * new TimeoutFactory(Factory.forProtocol(Protocol), new Clock(), { timeoutPeriod: 60 });
 */
export class TimeoutFactory extends WrappingFactory {
  readonly clock: ReactorTime;
  timeoutPeriod: number | null;

  constructor(
    wrappedFactory: WrappedFactory,
    clock: ReactorTime,
    { timeoutPeriod = HALF_AN_HOUR }: TimeoutOptions = {},
  ) {
    super(wrappedFactory);
    if (timeoutPeriod !== null && !(timeoutPeriod >= 0)) {
      throw new RangeError(
        `Cannot wait for ${inspect(timeoutPeriod)}: expected a number of seconds, 0 or more, or null`,
      );
    }
    this.clock = clock;
    this.timeoutPeriod = timeoutPeriod;
  }

  protected override wrapProtocol(protocol: ProtocolLike, _address: Address): ProtocolWrapper {
    return new TimeoutProtocol(this, protocol, this.timeoutPeriod);
  }
}

/** A Duplex of Node over a connection of ours, with what libraries expect of a `net.Socket` that is connected. */
import { InvalidStateError } from "../errors.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { TLSTransport, Transport } from "../transport/transport.ts";
import { SocketDuplex } from "./socket-duplex.ts";
import { StreamTimer } from "./stream-timer.ts";
import type { StreamClock } from "./stream-timer.ts";

/** A transport whose protocol can be replaced, as that of every connection can. */
export interface TakenTransport extends Transport {
  protocol: ProtocolLike;
  readonly connected?: boolean;
}

export interface TransportDuplexOptions {
  /**
   * Whether the stream can still be written to when the peer has ended its direction; `true` unless told otherwise. With `false` it ends by itself, as
   * a `net.Socket` does, for a library that counts on that. `node:tls` does not: what it still has to write would be lost.
   */
  readonly allowHalfOpen?: boolean;
  /** How many bytes are kept for the reader before the transport is paused, and from the writer before `write` answers `false`. */
  readonly highWaterMark?: number;
  /** Who measures time for the stream, such as the transport's reactor; the runtime where nobody does. */
  readonly clock?: StreamClock;
}

/** For so many seconds a stream that was ended and destroyed goes on sending what was written. */
const PATIENCE = 10;

export class TransportDuplex extends SocketDuplex {
  declare readonly transport: Transport;
  readonly connecting: boolean = false;
  readonly pending: boolean = false;
  readonly #patience: StreamTimer;
  #isPatient = false;

  constructor(transport: TakenTransport, options: TransportDuplexOptions = {}) {
    const { allowHalfOpen = true, highWaterMark, clock } = options;
    super(clock, { allowHalfOpen, ...(highWaterMark === undefined ? {} : { highWaterMark }) });
    if (transport.connected === false) {
      throw new InvalidStateError("Cannot make a stream of the transport: it is closed, expected a connection");
    }
    this.#patience = new StreamTimer(clock, () => super.destroy());
    // Throws where there is another producer.
    transport.registerProducer({ pauseProducing() {}, resumeProducing() {}, stopProducing() {} }, true);
    transport.unregisterProducer();
    const undelivered = transport.protocol?.takeUndelivered?.();
    transport.protocol = this.protocol;
    this.connectionMade(transport);
    if (undelivered !== undefined && undelivered.length > 0) this.received(Buffer.from(undelivered));
  }

  /** Whether there is TLS below. */
  get encrypted(): boolean {
    return (this.transport as Partial<TLSTransport>).security !== undefined;
  }

  /**
   * Closes. After `end`, what was written before is given some time to be sent: `node:tls` destroys what it runs over before it can know. Otherwise,
   * and with an error, the connection is aborted, unless the peer has ended its direction.
   */
  override destroy(error?: Error | null): this {
    const isUnderWay = this.writableEnded && !this.writableFinished && !this.isLost && !this.destroyed;
    if (!isUnderWay || (error !== undefined && error !== null)) return super.destroy(error ?? undefined);
    if (this.#isPatient) return this;
    this.#isPatient = true;
    this.#patience.start(PATIENCE);
    this.once("finish", () => super.destroy());
    return this;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#patience.stop();
    super._destroy(error, callback);
  }

  protected override closeTransport(transport: Transport, isPolite: boolean): void {
    if (isPolite) transport.loseConnection();
    else transport.abortConnection();
  }
}

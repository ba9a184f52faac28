/**
 * Connections through a proxy. A connection to the proxy is made by another endpoint; on it, a negotiation, which is a machine of the proxy's protocol, asks for the
 * destination. When the proxy has agreed, the connection is the protocol's, and the negotiation is gone.
 */
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { ConnectError, NoProtocol, TimeoutError } from "../transport/errors.ts";
import { StreamConnection } from "../transport/stream-connection.ts";
import type { Transport } from "../transport/transport.ts";
import type { FactoryOf, StreamClientEndpoint } from "./endpoint.ts";
import { cancelled } from "./wrapping-factory.ts";

/** The proxy did not connect; `reply` is what it has said. */
export class ProxyConnectError extends ConnectError {
  override readonly name: string = "ProxyConnectError";
  override readonly code: string = "ERR_PROXY_CONNECT";
  /** The proxy's own words or number for it; empty where it has not said anything that could be understood. */
  readonly reply: string;

  constructor(message: string, options: ErrorOptions & { readonly reply?: string } = {}) {
    super(message, options);
    this.reply = options.reply ?? "";
  }
}

/** The proxy did not connect, for it wants to know who asks, and was not told, or not to its content. */
export class ProxyAuthenticationError extends ProxyConnectError {
  override readonly name: string = "ProxyAuthenticationError";
  override readonly code: string = "ERR_PROXY_AUTHENTICATION";
}

/** What asks the proxy. */
export interface TunnelNegotiation {
  /** What is sent first. */
  begin(): Uint8Array;
  receive(chunk: Uint8Array): void;
  /** What is to be sent next, `"needData"`, or `"open"` when the proxy has agreed. Throws where it has not. */
  step(): Uint8Array | "needData" | "open";
  /** What has come behind the proxy's agreement. */
  takeRest(): Buffer;
}

export interface TunnelOptions {
  /** The seconds after which asking the proxy fails, once there is a connection to it; 30 unless told otherwise, 0 for no limit. */
  readonly timeout?: number;
}

const TIMEOUT = 30;

/** Connects to `destination` through the proxy that `proxy` connects to. */
export function connectThrough<P extends ProtocolLike>(
  clock: Pick<ReactorTime, "callLater">,
  proxy: StreamClientEndpoint,
  factory: FactoryOf<P>,
  destination: Address,
  negotiation: TunnelNegotiation,
  { timeout = TIMEOUT }: TunnelOptions = {},
): Deferred<P> {
  const state: { tunnel: Tunnel<P> | undefined } = { tunnel: undefined };
  const opened = new Deferred<P>((deferred, cause) => {
    deferred.errback(cancelled(destination, cause));
    if (state.tunnel === undefined) toProxy.cancel();
    else state.tunnel.giveUp();
  });
  const tunnels: FactoryOf<Tunnel<P>> = {
    doStart: () => factory.doStart(),
    doStop: () => factory.doStop(),
    buildProtocol: () => {
      state.tunnel = new Tunnel(clock, factory, destination, negotiation, timeout, opened);
      return state.tunnel;
    },
  };
  const toProxy: Deferred<unknown> = proxy.connect(tunnels);
  toProxy.addErrback((failure) => {
    if (!opened.called) opened.errback(failure);
  });
  return opened;
}

class Tunnel<P extends ProtocolLike> implements ProtocolLike {
  readonly #clock: Pick<ReactorTime, "callLater">;
  readonly #factory: FactoryOf<P>;
  readonly #destination: Address;
  readonly #negotiation: TunnelNegotiation;
  readonly #timeout: number;
  readonly #opened: Deferred<P>;
  #timer: DelayedCallLike | undefined = undefined;
  #transport: Transport | undefined = undefined;
  #protocol: P | undefined = undefined;
  // A transport looks at whether they are there.
  declare readConnectionLost?: () => void;
  declare writeConnectionLost?: () => void;
  declare handshakeCompleted?: () => void;

  constructor(
    clock: Pick<ReactorTime, "callLater">,
    factory: FactoryOf<P>,
    destination: Address,
    negotiation: TunnelNegotiation,
    timeout: number,
    opened: Deferred<P>,
  ) {
    this.#clock = clock;
    this.#factory = factory;
    this.#destination = destination;
    this.#negotiation = negotiation;
    this.#timeout = timeout;
    this.#opened = opened;
  }

  get borrowsData(): boolean {
    return this.#protocol?.borrowsData === true;
  }

  makeConnection(transport: Transport): void {
    this.#transport = transport;
    if (this.#opened.called) {
      transport.abortConnection();
      return;
    }
    if (this.#timeout > 0) {
      this.#timer = this.#clock.callLater(this.#timeout, () => {
        this.#timer = undefined;
        this.#fail(new TimeoutError(`The proxy has not connected within ${this.#timeout} seconds`));
      });
    }
    try {
      transport.write(this.#negotiation.begin());
    } catch (error) {
      this.#fail(error);
    }
  }

  dataReceived(data: Buffer): void {
    if (this.#protocol !== undefined) {
      this.#protocol.dataReceived(data);
      return;
    }
    if (this.#opened.called) return;
    this.#negotiation.receive(data);
    // What the protocol throws is not the proxy's fault.
    if (this.#negotiate() === "open") this.#open();
  }

  connectionLost(reason: Failure): void {
    this.#stopTimer();
    if (this.#protocol !== undefined) this.#protocol.connectionLost(reason);
    else if (!this.#opened.called) {
      const message = "The proxy closed the connection and has not answered";
      this.#opened.errback(new ProxyConnectError(message, { cause: reason.value }));
    }
  }

  /** What came behind the proxy's answer, for `startTLS`. */
  takeUndelivered(): Uint8Array {
    return this.#protocol === undefined
      ? this.#negotiation.takeRest()
      : (this.#protocol.takeUndelivered?.() ?? Buffer.alloc(0));
  }

  logPrefix(): string {
    return this.#protocol?.logPrefix?.() ?? `${this.#factory.constructor.name} (through a proxy)`;
  }

  /** Nobody wants it any more. */
  giveUp(): void {
    this.#stopTimer();
    this.#transport?.abortConnection();
  }

  #negotiate(): "needData" | "open" | "failed" {
    try {
      let next = this.#negotiation.step();
      for (; next !== "needData" && next !== "open"; next = this.#negotiation.step()) this.#transport!.write(next);
      return next;
    } catch (error) {
      const message = "The proxy could not be understood";
      this.#fail(error instanceof ConnectError ? error : new ProxyConnectError(message, { cause: error }));
      return "failed";
    }
  }

  #open(): void {
    this.#stopTimer();
    const transport = this.#transport!;
    let protocol: P | null;
    try {
      protocol = this.#factory.buildProtocol(this.#destination);
      if (protocol === null)
        throw new NoProtocol(`The factory has no protocol for a connection to ${this.#destination.toString()}`);
    } catch (error) {
      this.#fail(error);
      return;
    }
    // It may put TLS into the connection, which asks here for the rest; or another protocol into its own place.
    try {
      protocol.makeConnection(transport);
    } catch (error) {
      if (!this.#opened.called) this.#opened.errback(error);
      this.#becomes(protocol);
      throw error;
    }
    const rest = this.#negotiation.takeRest();
    this.#becomes(protocol);
    if (!this.#opened.called) this.#opened.callback(protocol);
    if (rest.length === 0) return;
    if (transport instanceof StreamConnection) transport.handOn(rest);
    else protocol.dataReceived(rest);
  }

  /** Leaves the connection to the protocol, or passes on everything where that cannot be. */
  #becomes(protocol: P): void {
    this.#protocol = protocol;
    if (this.#transport instanceof StreamConnection) {
      if (this.#transport.protocol === this) this.#transport.protocol = protocol;
      return;
    }
    if (protocol.readConnectionLost !== undefined) this.readConnectionLost = () => protocol.readConnectionLost?.();
    if (protocol.writeConnectionLost !== undefined) this.writeConnectionLost = () => protocol.writeConnectionLost?.();
    if (protocol.handshakeCompleted !== undefined) this.handshakeCompleted = () => protocol.handshakeCompleted?.();
  }

  #fail(reason: unknown): void {
    this.#stopTimer();
    if (!this.#opened.called) this.#opened.errback(reason instanceof Failure ? reason : new Failure(reason));
    this.#transport?.abortConnection();
  }

  #stopTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}

/**
 * TLS over any transport, for whoever layers protocols: the factory wraps another one, and the protocols that it builds are a protocol to the
 * transport below and a transport to the protocol above.
 *
 * Where the transport itself can `startTLS`, that costs less; this works over what can not, and inside of TLS as well.
 */
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import type { ClientFactoryLike, FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { SendFileOptions } from "../transport/file-transfer.ts";
import type { PullProducer, PushProducer } from "../transport/producer.ts";
import { checkContextFactory } from "../transport/secure-stream.ts";
import type { SecureOptions, TLSContextFactory } from "../transport/secure-stream.ts";
import { StreamConnection } from "../transport/stream-connection.ts";
import type { Connector, Transport } from "../transport/transport.ts";
import { WriteBatch } from "../transport/write-batch.ts";
import { TransportHandle } from "./transport-handle.ts";

export interface TLSMemoryBIOOptions extends SecureOptions {
  /** Who measures the timeouts; the runtime unless told otherwise. */
  readonly clock?: Pick<ReactorTime, "callLater">;
}

/** Writes of all connections that are layered this way go out when the event that is dispatched is over. */
let batch: WriteBatch | undefined;

/**
 * TLS between a transport and a protocol.
 *
 * It is made by `TLSMemoryBIOFactory`.
 *
 * @example
 * import { Protocol } from "hawser/protocol";
 * const contextFactory = new ContextFactory(new TLSContext({ serverName: "example.com", peerName: "example.com" }));
 * const secured = new TLSMemoryBIOProtocol(new Protocol(), contextFactory, true);
 * assert.equal(secured.getTLSVersion(), undefined);
 */
export class TLSMemoryBIOProtocol extends StreamConnection implements ProtocolLike {
  /** What carries the ciphertext; there is one from `makeConnection` on. */
  declare transport: Transport;
  readonly #below: TransportHandle;
  readonly #contextFactory: TLSContextFactory;
  readonly #isClient: boolean;
  readonly #options: TLSMemoryBIOOptions;
  #hasProducer = false;
  /** How many files are being sent. */
  #files = 0;

  constructor(
    wrapped: ProtocolLike,
    contextFactory: TLSContextFactory,
    isClient: boolean,
    options: TLSMemoryBIOOptions = {},
  ) {
    const below = new TransportHandle();
    batch ??= new WriteBatch();
    super(wrapped, below, NO_ADDRESSES, { isClient, clock: options.clock, connectionClosed: () => {} }, batch);
    below.connect(this);
    this.#below = below;
    this.#contextFactory = contextFactory;
    this.#isClient = isClient;
    this.#options = options;
  }

  /** The protocol above. */
  get wrappedProtocol(): ProtocolLike {
    return this.protocol;
  }

  override getHost(): Address {
    return this.transport.getHost();
  }

  override getPeer(): Address {
    return this.transport.getPeer();
  }

  override registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    this.#hasProducer = true;
    this.#watch();
    super.registerProducer(producer, streaming);
  }

  override unregisterProducer(): void {
    super.unregisterProducer();
    this.#hasProducer = false;
    this.#watch();
  }

  override sendFile(fd: number, options?: SendFileOptions): Deferred<number> {
    this.#files++;
    this.#watch();
    return super.sendFile(fd, options).addBoth((result) => {
      this.#files--;
      this.#watch();
      return result;
    });
  }

  /** Whoever sends much has to know when it is too much. */
  #watch(): void {
    this.#below.watch(this.#hasProducer || this.#files > 0);
  }

  // What the transport below calls.

  makeConnection(transport: Transport): void {
    this.transport = transport;
    this.#below.over(transport);
    const { clock: _, ...options } = this.#options;
    this.startTLS(this.#contextFactory, { ...options, isClient: this.#isClient, received: NOTHING });
    this.start();
  }

  get borrowsData(): boolean {
    return this.#below.borrowsData;
  }

  dataReceived(data: Buffer): void {
    this.#below.dataReceived(data);
  }

  readConnectionLost(): void {
    this.#below.readConnectionLost();
  }

  writeConnectionLost(): void {}

  connectionLost(reason: Failure): void {
    this.#below.connectionLost(reason);
  }

  logPrefix(): string {
    return `${this.protocol.logPrefix?.() ?? this.protocol.constructor.name} over TLS`;
  }
}

const NOTHING = Buffer.alloc(0);

/** The transport below has them. */
const NO_ADDRESSES = { host: undefined as never, peer: undefined as never };

/**
 * Adds TLS to the connections of another factory.
 *
 * @example
 * import { ClientFactory, Protocol } from "hawser/protocol";
 * const contextFactory = new ContextFactory(new TLSContext({ serverName: "example.com", peerName: "example.com" }));
 * const factory = new TLSMemoryBIOFactory(contextFactory, true, ClientFactory.forProtocol(Protocol), { handshakeTimeout: 10 });
 * factory.doStart();
 * factory.doStop();
 */
export class TLSMemoryBIOFactory implements ClientFactoryLike {
  readonly wrappedFactory: FactoryLike;
  readonly #contextFactory: TLSContextFactory;
  readonly #isClient: boolean;
  readonly #options: TLSMemoryBIOOptions;

  /** Throws a `TypeError` for what is no context factory, or cannot be used for this side. */
  constructor(
    contextFactory: TLSContextFactory,
    isClient: boolean,
    wrappedFactory: FactoryLike,
    options: TLSMemoryBIOOptions = {},
  ) {
    this.#contextFactory = checkContextFactory("add TLS to a factory", contextFactory, isClient ? "client" : "server");
    this.#isClient = isClient;
    this.wrappedFactory = wrappedFactory;
    this.#options = options;
  }

  doStart(): void {
    this.wrappedFactory.doStart();
  }

  doStop(): void {
    this.wrappedFactory.doStop();
  }

  buildProtocol(address: Address): TLSMemoryBIOProtocol | null {
    const wrapped = this.wrappedFactory.buildProtocol(address);
    if (wrapped === null) return null;
    return new TLSMemoryBIOProtocol(wrapped, this.#contextFactory, this.#isClient, this.#options);
  }

  startedConnecting(connector: Connector): void {
    this.#client.startedConnecting?.(connector);
  }

  clientConnectionFailed(connector: Connector, reason: Failure): void {
    this.#client.clientConnectionFailed?.(connector, reason);
  }

  clientConnectionLost(connector: Connector, reason: Failure): void {
    this.#client.clientConnectionLost?.(connector, reason);
  }

  toString(): string {
    return `<${this.wrappedFactory.constructor.name} over TLS>`;
  }

  get #client(): Partial<ClientFactoryLike> {
    return this.wrappedFactory;
  }
}

/** Shapes what the protocols of a factory send. */
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Failure } from "../deferred/failure.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { PullProducer, PushProducer } from "../transport/producer.ts";
import type { FileTransport, HalfCloseableTransport, TLSTransport, Transport } from "../transport/transport.ts";
import type { BucketFilter } from "./bucket-filter.ts";
import { ProtocolWrapper } from "./protocol-wrapper.ts";
import type { WrapperOwner } from "./protocol-wrapper.ts";
import { ShapedConsumer } from "./shaped-consumer.ts";
import { WrappingFactory } from "./wrapping-factory.ts";
import type { WrappedFactory } from "./wrapping-factory.ts";

/** A transport whose bytes go through a bucket; those of files and of handshakes do not. A `ShapedProtocolFactory` makes it. */
export class ShapedTransport extends ProtocolWrapper {
  readonly #filter: BucketFilter;
  readonly #clock: Pick<ReactorTime, "callLater">;
  #consumer: ShapedConsumer | undefined = undefined;
  #isClosing = false;

  constructor(
    factory: WrapperOwner,
    wrappedProtocol: ProtocolLike,
    filter: BucketFilter,
    clock: Pick<ReactorTime, "callLater">,
  ) {
    super(factory, wrappedProtocol);
    this.#filter = filter;
    this.#clock = clock;
  }

  override makeConnection(transport: Transport): void {
    this.#consumer = new ShapedConsumer(transport, this.#filter.getBucketFor(transport), this.#clock);
    const { loseWriteConnection, startTLS, sendFile } = transport as Partial<
      HalfCloseableTransport & TLSTransport & FileTransport
    >;
    if (loseWriteConnection !== undefined) {
      this.loseWriteConnection = () => this.#consumer?.end(() => loseWriteConnection.call(transport));
    }
    // What was written before goes out before, as it is.
    if (startTLS !== undefined) {
      this.startTLS = (contextFactory, options) => {
        this.#consumer?.writeKept();
        startTLS.call(transport, contextFactory, options);
      };
    }
    if (sendFile !== undefined) {
      this.sendFile = (fd, options) => {
        this.#consumer?.writeKept();
        return sendFile.call(transport, fd, options);
      };
    }
    super.makeConnection(transport);
  }

  override get disconnecting(): boolean {
    return this.#isClosing || super.disconnecting;
  }

  override write(data: string | Uint8Array): void {
    this.#consumer?.write(data);
  }

  override writeSequence(pieces: Iterable<string | Uint8Array>): void {
    for (const piece of pieces) this.write(piece);
  }

  override registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    this.#consumer?.registerProducer(producer, streaming);
  }

  override unregisterProducer(): void {
    this.#consumer?.unregisterProducer();
  }

  override loseConnection(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.transport.pauseProducing();
    this.#consumer?.end(() => this.transport.loseConnection());
  }

  override connectionLost(reason: Failure): void {
    this.#consumer?.stopProducing();
    super.connectionLost(reason);
  }
}

/**
 * Shapes what the protocols of another factory send: each connection has the bucket that `filter` finds for it.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * import { Factory, Protocol } from "hawser/protocol";
 * const clock = new Clock();
 * const filter = new FilterByHost(clock, { rate: 100_000, maxburst: 20_000 });
 * new ShapedProtocolFactory(Factory.forProtocol(Protocol), filter, clock);
 */
export class ShapedProtocolFactory extends WrappingFactory {
  readonly #filter: BucketFilter;
  readonly #clock: Pick<ReactorTime, "callLater">;

  constructor(wrappedFactory: WrappedFactory, filter: BucketFilter, clock: Pick<ReactorTime, "callLater">) {
    super(wrappedFactory);
    this.#filter = filter;
    this.#clock = clock;
  }

  protected override wrapProtocol(protocol: ProtocolLike, _address: Address): ProtocolWrapper {
    return new ShapedTransport(this, protocol, this.#filter, this.#clock);
  }
}

/**
 * Limits on the bytes per second of all connections of a factory together, and on their number.
 *
 * Bytes are counted for a second. Whoever had too many then waits for as long as it would have taken at the limit, so that in the long run the limit holds;
 * within a second it may be exceeded.
 */
import { inspect } from "node:util";
import type { DelayedCallLike, ReactorTime } from "../clock/reactor-time.ts";
import { Logger } from "../logger/logger.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { PullProducer, PushProducer } from "../transport/producer.ts";
import type { Transport } from "../transport/transport.ts";
import { ProtocolWrapper } from "./protocol-wrapper.ts";
import { ThrottledProducer } from "./throttled-producer.ts";
import { WrappingFactory } from "./wrapping-factory.ts";
import type { WrappedFactory } from "./wrapping-factory.ts";

export interface ThrottlingOptions {
  /** How many connections there may be at a time; any number unless told otherwise. */
  readonly maxConnectionCount?: number;
  /** How many bytes per second may be read; any number unless told otherwise. */
  readonly readLimit?: number;
  /** How many bytes per second may be written, by protocols that register a producer; any number unless told otherwise. */
  readonly writeLimit?: number;
}

const log = new Logger({ namespace: "hawser.policies" });

/** Tells its factory what it reads and writes, and can be told to hold. A `ThrottlingFactory` makes it. */
export class ThrottlingProtocol extends ProtocolWrapper {
  declare factory: ThrottlingFactory;
  #reading: ThrottledProducer | undefined = undefined;
  #writing: ThrottledProducer | undefined = undefined;

  override makeConnection(transport: Transport): void {
    this.#reading = new ThrottledProducer(transport, true, false);
    super.makeConnection(transport);
  }

  override write(data: string | Uint8Array): void {
    this.factory.registerWritten(lengthOf(data));
    super.write(data);
  }

  override writeSequence(pieces: Iterable<string | Uint8Array>): void {
    const list = [...pieces];
    this.factory.registerWritten(list.reduce((sum, piece) => sum + lengthOf(piece), 0));
    super.writeSequence(list);
  }

  override dataReceived(data: Buffer): void {
    this.factory.registerRead(data.length);
    super.dataReceived(data);
  }

  override pauseProducing(): void {
    this.#reading?.pauseProducing();
  }

  override resumeProducing(): void {
    this.#reading?.resumeProducing();
  }

  override registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    const throttled = new ThrottledProducer(producer, streaming, this.factory.throttlesWrites);
    super.registerProducer(throttled, streaming);
    this.#writing = throttled;
  }

  override unregisterProducer(): void {
    this.#writing = undefined;
    super.unregisterProducer();
  }

  throttleReads(): void {
    // A transport that closes reads no more, and some do not like to be told to pause then.
    if (!this.disconnecting) this.#reading?.throttle();
  }

  unthrottleReads(): void {
    if (!this.disconnecting) this.#reading?.unthrottle();
  }

  throttleWrites(): void {
    this.#writing?.throttle();
  }

  unthrottleWrites(): void {
    this.#writing?.unthrottle();
  }
}

/**
 * Throttles the connections of another factory: so many bytes per second for all of them together, so many connections.
 *
 * Writing is throttled where the protocol has registered a producer, for nobody else can be told to wait.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * import { Factory, Protocol } from "hawser/protocol";
 * new ThrottlingFactory(Factory.forProtocol(Protocol), new Clock(), { readLimit: 10_000, maxConnectionCount: 100 });
 */
export class ThrottlingFactory extends WrappingFactory {
  declare readonly protocols: Set<ThrottlingProtocol>;
  /** How many connections there are. */
  connectionCount = 0;
  maxConnectionCount: number;
  /** How many bytes have been read since it was last looked at, which is each second where there is a limit. */
  readThisSecond = 0;
  /** The same of those that have been written. */
  writtenThisSecond = 0;
  readonly #reads: Meter | undefined;
  readonly #writes: Meter | undefined;

  constructor(
    wrappedFactory: WrappedFactory,
    clock: Pick<ReactorTime, "callLater">,
    { maxConnectionCount = Infinity, readLimit, writeLimit }: ThrottlingOptions = {},
  ) {
    super(wrappedFactory);
    if (!(maxConnectionCount >= 0)) {
      throw new RangeError(`Cannot allow ${inspect(maxConnectionCount)} connections: expected a number, 0 or more`);
    }
    this.maxConnectionCount = maxConnectionCount;
    this.#reads = this.#meter(clock, "reads", readLimit);
    this.#writes = this.#meter(clock, "writes", writeLimit);
  }

  /** Whether nobody may write for the time being. */
  get throttlesWrites(): boolean {
    return this.#writes?.throttles === true;
  }

  /** Called by protocols: so many bytes were written. */
  registerWritten(length: number): void {
    this.writtenThisSecond += length;
  }

  /** Called by protocols: so many bytes were read. */
  registerRead(length: number): void {
    this.readThisSecond += length;
  }

  throttleReads(): void {
    for (const protocol of this.protocols) protocol.throttleReads();
  }

  unthrottleReads(): void {
    for (const protocol of this.protocols) protocol.unthrottleReads();
  }

  throttleWrites(): void {
    for (const protocol of this.protocols) protocol.throttleWrites();
  }

  unthrottleWrites(): void {
    for (const protocol of this.protocols) protocol.unthrottleWrites();
  }

  override buildProtocol(address: Address): ProtocolWrapper | null {
    if (this.connectionCount >= this.maxConnectionCount) {
      log.info("Max connection count reached: {factory} has {count}", { factory: this, count: this.connectionCount });
      return null;
    }
    const protocol = super.buildProtocol(address);
    if (protocol === null) return null;
    if (this.connectionCount === 0) {
      this.#reads?.start();
      this.#writes?.start();
    }
    this.connectionCount++;
    return protocol;
  }

  protected override wrapProtocol(protocol: ProtocolLike, _address: Address): ProtocolWrapper {
    return new ThrottlingProtocol(this, protocol);
  }

  override registerProtocol(wrapper: ProtocolWrapper): void {
    super.registerProtocol(wrapper);
    if (this.#reads?.throttles === true) (wrapper as ThrottlingProtocol).throttleReads();
  }

  override unregisterProtocol(wrapper: ProtocolWrapper): void {
    super.unregisterProtocol(wrapper);
    this.connectionCount--;
    if (this.connectionCount > 0) return;
    this.#reads?.stop();
    this.#writes?.stop();
  }

  #meter(clock: Pick<ReactorTime, "callLater">, what: "reads" | "writes", limit?: number): Meter | undefined {
    if (limit === undefined) return undefined;
    if (!(limit > 0)) {
      throw new RangeError(`Cannot limit ${what} to ${inspect(limit)} bytes per second: expected a number above 0`);
    }
    const [throttle, unthrottle, counted] =
      what === "reads"
        ? ([() => this.throttleReads(), () => this.unthrottleReads(), "readThisSecond"] as const)
        : ([() => this.throttleWrites(), () => this.unthrottleWrites(), "writtenThisSecond"] as const);
    return new Meter(
      clock,
      limit,
      () => {
        const count = this[counted];
        this[counted] = 0;
        return count;
      },
      () => {
        log.info("Throttling {what} on {factory}", { what, factory: this });
        throttle();
      },
      () => {
        log.info("Stopped throttling {what} on {factory}", { what, factory: this });
        unthrottle();
      },
    );
  }
}

/** Looks at a count of bytes, second by second, and says when there were too many and when that is made up for. */
class Meter {
  readonly #clock: Pick<ReactorTime, "callLater">;
  readonly #limit: number;
  readonly #takeCount: () => number;
  readonly #throttle: () => void;
  readonly #unthrottle: () => void;
  #check: DelayedCallLike | undefined = undefined;
  #release: DelayedCallLike | undefined = undefined;

  constructor(
    clock: Pick<ReactorTime, "callLater">,
    limit: number,
    takeCount: () => number,
    throttle: () => void,
    unthrottle: () => void,
  ) {
    this.#clock = clock;
    this.#limit = limit;
    this.#takeCount = takeCount;
    this.#throttle = throttle;
    this.#unthrottle = unthrottle;
  }

  get throttles(): boolean {
    return this.#release !== undefined;
  }

  start(): void {
    this.#takeCount();
    this.#check = this.#clock.callLater(1, () => this.#checkBandwidth());
  }

  stop(): void {
    this.#check?.cancel();
    this.#release?.cancel();
    this.#check = undefined;
    this.#release = undefined;
  }

  #checkBandwidth(): void {
    const seconds = this.#takeCount() / this.#limit - 1;
    if (seconds > 0) this.#hold(seconds);
    this.#check = this.#clock.callLater(1, () => this.#checkBandwidth());
  }

  #hold(seconds: number): void {
    if (this.#release === undefined) {
      this.#release = this.#clock.callLater(seconds, () => this.#makeUp());
      this.#throttle();
    } else {
      // They went on nevertheless: the debts add up.
      this.#release.delay(seconds);
    }
  }

  #makeUp(): void {
    this.#release = undefined;
    this.#unthrottle();
  }
}

function lengthOf(data: string | Uint8Array): number {
  return typeof data === "string" ? Buffer.byteLength(data) : data.length;
}

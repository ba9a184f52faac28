/** Writes all that passes into files, one for each connection. */
import { closeSync, openSync, writeSync } from "node:fs";
import type { Failure } from "../deferred/failure.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import { bytesText } from "./bytes-text.ts";
import { ProtocolWrapper } from "./protocol-wrapper.ts";
import type { WrapperOwner } from "./protocol-wrapper.ts";
import { WrappingFactory } from "./wrapping-factory.ts";
import type { WrappedFactory } from "./wrapping-factory.ts";

/** Where lines are written. */
export interface TrafficLog {
  write(text: string): void;
  close(): void;
}

const ELIDED = "<... elided>";

/** Writes what it receives (`C`) and sends (`S`) into a log. A `TrafficLoggingFactory` makes it. */
export class TrafficLoggingProtocol extends ProtocolWrapper {
  readonly #log: TrafficLog;
  readonly #lengthLimit: number | null;
  readonly #number: number;

  constructor(
    factory: WrapperOwner,
    wrappedProtocol: ProtocolLike,
    logfile: TrafficLog,
    { lengthLimit = null, number = 0 }: { readonly lengthLimit?: number | null; readonly number?: number } = {},
  ) {
    super(factory, wrappedProtocol);
    this.#log = logfile;
    this.#lengthLimit = lengthLimit;
    this.#number = number;
  }

  override connectionMade(): void {
    this.#note("*");
    super.connectionMade();
  }

  override dataReceived(data: Buffer): void {
    this.#note(`C ${this.#number}: ${this.#shown(data)}`);
    super.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.#note(`C ${this.#number}: ${String(reason.value)}`);
    this.#log.close();
    super.connectionLost(reason);
  }

  override write(data: string | Uint8Array): void {
    this.#note(`S ${this.#number}: ${this.#shown(data)}`);
    super.write(data);
  }

  override writeSequence(pieces: Iterable<string | Uint8Array>): void {
    const list = [...pieces];
    this.#note(`SV ${this.#number}: [${list.map((piece) => this.#shown(piece)).join(", ")}]`);
    super.writeSequence(list);
  }

  override loseConnection(): void {
    this.#note(`S ${this.#number}: *`);
    super.loseConnection();
  }

  #note(line: string): void {
    this.#log.write(`${line}\n`);
  }

  #shown(data: string | Uint8Array): string {
    const bytes = Buffer.from(data as string);
    const limit = this.#lengthLimit;
    if (limit === null || bytes.length <= limit) return bytesText(bytes);
    return bytesText(Buffer.concat([bytes.subarray(0, Math.max(0, limit - ELIDED.length)), Buffer.from(ELIDED)]));
  }
}

export interface TrafficLoggingOptions {
  /** How many bytes of what was received or written at once are shown; all unless told otherwise. */
  readonly lengthLimit?: number | null;
}

/**
 * Writes all that the protocols of another factory receive and send into files: `PREFIX-1` for the first connection, `PREFIX-2` for the second. Each write
 * waits for the disk: for looking at a protocol, not for use.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * new TrafficLoggingFactory(Factory.forProtocol(Protocol), "/tmp/traffic", { lengthLimit: 200 });
 */
export class TrafficLoggingFactory extends WrappingFactory {
  readonly #logfilePrefix: string;
  readonly #lengthLimit: number | null;
  #counter = 0;

  constructor(
    wrappedFactory: WrappedFactory,
    logfilePrefix: string,
    { lengthLimit = null }: TrafficLoggingOptions = {},
  ) {
    super(wrappedFactory);
    this.#logfilePrefix = logfilePrefix;
    this.#lengthLimit = lengthLimit;
  }

  /** Opens a log: the place to write elsewhere. */
  protected open(name: string): TrafficLog {
    const fd = openSync(name, "w");
    return { write: (text) => void writeSync(fd, text), close: () => closeSync(fd) };
  }

  /** The next connection is the first again. */
  resetCounter(): void {
    this.#counter = 0;
  }

  protected override wrapProtocol(protocol: ProtocolLike, _address: Address): ProtocolWrapper {
    const number = ++this.#counter;
    const logfile = this.open(`${this.#logfilePrefix}-${number}`);
    return new TrafficLoggingProtocol(this, protocol, logfile, { lengthLimit: this.#lengthLimit, number });
  }
}

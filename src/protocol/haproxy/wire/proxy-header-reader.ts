/**
 * The machine that reads a PROXY header, of version 1 or 2, from the beginning of a stream.
 *
 * "The receiver MUST be configured to only receive the protocol [...] and MUST NOT try to guess": whatever is no header is an error, at the first
 * byte that shows it.
 */
import { InvalidProxyHeaderError, ProxyHeaderTooLongError } from "./errors.ts";
import type { ProxyHeader } from "./proxy-header.ts";
import { MAX_LINE, PREFIX, parseVersion1 } from "./version-1.ts";
import { FIXED_LENGTH, SIGNATURE, lengthOfRest, parseVersion2 } from "./version-2.ts";

export interface ProxyHeaderReaderOptions {
  /** How long a header of version 2 may be; 4096 bytes unless told otherwise. Those of version 1 have 107 at most. */
  readonly maxLength?: number;
}

const MAX_LENGTH = 4096;
const CR = 0x0d;
const LF = 0x0a;

export class ProxyHeaderReader {
  readonly #maxLength: number;
  #received: Buffer = Buffer.alloc(0);
  #state: "reading" | "done" | "failed" = "reading";

  constructor(options: ProxyHeaderReaderOptions = {}) {
    this.#maxLength = options.maxLength ?? MAX_LENGTH;
  }

  receive(chunk: Uint8Array): void {
    if (this.#state === "failed") return;
    this.#received = Buffer.concat([this.#received, chunk]);
  }

  /** The header, once. Throws `InvalidProxyHeaderError` where there is none. */
  nextEvent(): ProxyHeader | "needData" {
    if (this.#state !== "reading") return "needData";
    try {
      return this.#read();
    } catch (error) {
      this.#state = "failed";
      this.#received = Buffer.alloc(0);
      throw error;
    }
  }

  /** What came behind the header, or before it is known to be one. */
  takeRest(): Buffer {
    const rest = this.#received;
    this.#received = Buffer.alloc(0);
    return rest;
  }

  #read(): ProxyHeader | "needData" {
    if (beginsWith(this.#received, SIGNATURE)) return this.#readVersion2();
    if (beginsWith(this.#received, PREFIX)) return this.#readVersion1();
    throw new InvalidProxyHeaderError(
      `The connection begins with ${JSON.stringify(this.#received.toString("latin1", 0, SIGNATURE.length))}, expected a PROXY header`,
    );
  }

  #readVersion1(): ProxyHeader | "needData" {
    const line = this.#received.subarray(0, MAX_LINE);
    const end = line.indexOf(LF);
    if (end === -1) {
      if (line.length < MAX_LINE) return "needData";
      throw new ProxyHeaderTooLongError(`The PROXY line is longer than ${MAX_LINE} bytes`);
    }
    if (line[end - 1] !== CR) throw new InvalidProxyHeaderError("The PROXY line ends with LF alone, expected CR LF");
    const header = parseVersion1(line.toString("latin1", 0, end - 1));
    this.#done(end + 1);
    return header;
  }

  #readVersion2(): ProxyHeader | "needData" {
    if (this.#received.length < FIXED_LENGTH) return "needData";
    const length = FIXED_LENGTH + lengthOfRest(this.#received);
    if (length > this.#maxLength) {
      throw new ProxyHeaderTooLongError(
        `The PROXY header has ${length} bytes, expected ${this.#maxLength} at most (maxLength)`,
      );
    }
    if (this.#received.length < length) return "needData";
    const header = parseVersion2(this.#received.subarray(0, length));
    this.#done(length);
    return header;
  }

  #done(length: number): void {
    this.#state = "done";
    this.#received = this.#received.subarray(length);
  }
}

/** Whether `bytes` begin with `prefix`, as far as they go. */
function beginsWith(bytes: Buffer, prefix: Buffer): boolean {
  const length = Math.min(bytes.length, prefix.length);
  return bytes.compare(prefix, 0, length, 0, length) === 0;
}

/** What a process writes goes to the log, line by line. */
import type { Failure } from "../deferred/failure.ts";
import type { Logger } from "../logger/logger.ts";
import { ProcessProtocol } from "../protocol/process-protocol.ts";

/** The longest line in bytes; a longer one is logged in pieces. */
const MAX_LENGTH = 16_384;
const NEWLINE = 10;

/** What a `LoggingProtocol` needs to know. */
export interface LoggingProtocolOptions {
  /** What the lines of the process are marked with. */
  readonly name: string;
  readonly log: Logger;
  /** Asked about each line first: whether it has dealt with it, and it is not to be logged. */
  readonly takes?: (line: Buffer, stream: "stdout" | "stderr") => boolean;
  /** Called when the process has ended and everything that it wrote is logged. */
  readonly ended: (reason: Failure) => void;
}

/**
 * Logs each line that a process writes to its standard output or error: `[name] line`. The event has `tag`, `line` and `stream`.
 *
 * @example
 * import { Logger, capturedLogs } from "hawser/logger";
 * const events = capturedLogs();
 * const protocol = new LoggingProtocol({ name: "worker", log: new Logger(), ended: () => {} });
 * protocol.outReceived(Buffer.from("ready\nhalf a li"));
 * protocol.outReceived(Buffer.from("ne\n"));
 * events.stop();
 * assert.deepEqual(
 *   events.map((event) => event["line"]),
 *   ["ready", "half a line"],
 * );
 */
export class LoggingProtocol extends ProcessProtocol {
  readonly #options: LoggingProtocolOptions;
  readonly #output: LogLines;
  readonly #error: LogLines;

  constructor(options: LoggingProtocolOptions) {
    super();
    this.#options = options;
    this.#output = new LogLines((line) => this.#log(line, "stdout"));
    this.#error = new LogLines((line) => this.#log(line, "stderr"));
  }

  override outReceived(data: Buffer): void {
    this.#output.take(data);
  }

  override errReceived(data: Buffer): void {
    this.#error.take(data);
  }

  override processEnded(reason: Failure): void {
    this.#output.end();
    this.#error.end();
    this.#options.ended(reason);
  }

  #log(line: Buffer, stream: "stdout" | "stderr"): void {
    if (this.#options.takes?.(line, stream) === true) return;
    this.#options.log.info("[{tag}] {line}", { tag: this.#options.name, line: textOf(line), stream });
  }
}

/** Lines out of what comes in pieces; one that is too long is cut. */
export class LogLines {
  readonly #deliver: (line: Buffer) => void;
  #rest: Buffer[] = [];
  #length = 0;

  constructor(deliver: (line: Buffer) => void) {
    this.#deliver = deliver;
  }

  take(data: Buffer): void {
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      this.#add(data.subarray(start, end));
      this.#flush();
      start = end + 1;
    }
    this.#add(data.subarray(start));
  }

  end(): void {
    if (this.#length > 0) this.#flush();
  }

  #add(piece: Buffer): void {
    let rest = piece;
    while (this.#length + rest.length > MAX_LENGTH) {
      const room = MAX_LENGTH - this.#length;
      this.#keep(rest.subarray(0, room));
      this.#flush();
      rest = rest.subarray(room);
    }
    this.#keep(rest);
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    // What is given may be a view of memory that is used again.
    this.#rest.push(Buffer.from(piece));
    this.#length += piece.length;
  }

  #flush(): void {
    const line = Buffer.concat(this.#rest);
    this.#rest = [];
    this.#length = 0;
    this.#deliver(line);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** As text, where it is UTF-8; else with the bytes that are no ASCII in hexadecimal. */
function textOf(line: Buffer): string {
  try {
    return utf8.decode(line);
  } catch {
    return line
      .toString("latin1")
      .replaceAll(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
  }
}

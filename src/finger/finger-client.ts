/** The client of the finger protocol (RFC 1288): asks one question, and hears the answer when the server has closed the connection. */
import { ByteQueue } from "../bytes/byte-queue.ts";
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { fail } from "../deferred/maybe-deferred.ts";
import { connectProtocol } from "../endpoint/connect-protocol.ts";
import type { StreamClientEndpoint } from "../endpoint/endpoint.ts";
import { Protocol } from "../protocol/protocol.ts";
import { ConnectionDone } from "../transport/errors.ts";
import type { Transport } from "../transport/transport.ts";
import { AnswerTooLong } from "./wire/errors.ts";
import { plainText } from "./wire/plain-text.ts";
import { queryLine } from "./wire/query.ts";

/** Where finger servers listen. */
export const DEFAULT_PORT = 79;
const DEFAULT_MAX_LENGTH = 1024 * 1024;

export interface FingerOptions {
  /** Whether more is wanted; not unless told otherwise. */
  readonly isVerbose?: boolean;
  /** How many bytes an answer may have; 1 MiB unless told otherwise. */
  readonly maxLength?: number;
}

/**
 * Asks a server about `user`, or about everybody who is there where it is empty; `user@host` asks the server to ask that host. The Deferred fires with
 * the answer, without control characters; it fails with `InvalidQuery` for what is no name, with `AnswerTooLong`, and with the reason where
 * there is no connection, or it is lost. To cancel it, as `addTimeout` does, aborts the connection.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * import { TCP4ClientEndpoint } from "hawser/endpoint";
 * const reactor = new MemoryReactor();
 * const answer = finger(new TCP4ClientEndpoint(reactor, "192.0.2.1", DEFAULT_PORT), "ada");
 * assert.equal(reactor.tcpClients.length, 1);
 * answer.addErrback(() => "nobody answered");
 * answer.cancel();
 */
export function finger(endpoint: StreamClientEndpoint, user = "", options: FingerOptions = {}): Deferred<string> {
  const { isVerbose = false, maxLength = DEFAULT_MAX_LENGTH } = options;
  if (!(typeof maxLength === "number" && maxLength >= 0)) {
    throw new RangeError(`Cannot take answers of up to ${String(maxLength)} bytes: expected a number, 0 or more`);
  }
  let line: string;
  try {
    line = queryLine(user, isVerbose);
  } catch (error) {
    return fail(error as Error);
  }
  return connectProtocol(endpoint, new FingerClient(line, maxLength)).addCallback((client) => client.answer);
}

/** A connection with its question. */
export class FingerClient<T extends Transport = Transport> extends Protocol<T> {
  /** Fires with the answer, when the connection is closed. */
  readonly answer: Deferred<string> = new Deferred(() => {
    this.#isCancelled = true;
    this.transport.abortConnection();
  });
  readonly #line: string;
  readonly #maxLength: number;
  readonly #received: ByteQueue = new ByteQueue();
  #offence: AnswerTooLong | undefined = undefined;
  #isCancelled = false;

  /** `line` is the question, with its end. */
  constructor(line: string, maxLength: number) {
    super();
    this.#line = line;
    this.#maxLength = maxLength;
  }

  override connectionMade(): void {
    this.transport.write(this.#line);
  }

  override dataReceived(data: Buffer): void {
    if (this.#offence !== undefined || this.#isCancelled) return;
    this.#received.append(data);
    if (this.#received.length <= this.#maxLength) return;
    this.#received.takeAll();
    this.#offence = new AnswerTooLong(`The answer has more than the ${this.#maxLength} bytes that maxLength allows`);
    this.transport.abortConnection();
  }

  override connectionLost(reason: Failure): void {
    if (this.#isCancelled) return;
    if (this.#offence !== undefined) this.answer.errback(this.#offence);
    else if (!(reason.value instanceof ConnectionDone)) this.answer.errback(reason);
    else this.answer.callback(plainText(this.#received.takeAll().toString()));
  }
}

/**
 * A service over datagrams, which answers whoever asks: also those who give another's address for their own. Three things keep that small. An answer has a
 * limit; ports that services have are not answered, for two services could go on answering each other for ever; and of answers that take time, only so
 * many are looked for at once.
 */
import { inspect } from "node:util";
import type { Deferred } from "../deferred/deferred.ts";
import { asDeferred } from "../deferred/maybe-deferred.ts";
import { isThenable } from "../deferred/thenable.ts";
import { Logger } from "../logger/logger.ts";
import { DatagramProtocol } from "../protocol/datagram-protocol.ts";
import type { InternetAddress } from "../transport/address.ts";
import type { Answer } from "./answer.ts";

const log = new Logger({ namespace: "hawser.wire-services" });

/** The most that a datagram can hold. */
export const MAX_DATAGRAM = 65_507;
/** What RFC 864 and RFC 865 allow. */
const MAX_ANSWER = 512;
/** Ports below are for services. */
const FIRST_CLIENT_PORT = 1024;
const MAX_PENDING = 100;

export interface DatagramServiceOptions {
  /** The bytes that an answer may have: what is longer is cut off. 512 unless told otherwise; for `DatagramEcho` 65,507, and what is longer is not answered. */
  readonly maxAnswer?: number;
  /** Whether datagrams from ports below 1024, and from this port's own number, are answered as well; `false` unless told otherwise. */
  readonly answersServicePorts?: boolean;
  /** How many answers may be looked for at a time; datagrams that come while there are so many are dropped. 100 unless told otherwise. */
  readonly maxPending?: number;
}

/** Answers datagrams with what `answer` gives. */
export abstract class DatagramService extends DatagramProtocol {
  protected readonly maxAnswer: number;
  readonly #answersServicePorts: boolean;
  readonly #maxPending: number;
  readonly #pending: Set<Deferred<string | Uint8Array>> = new Set();

  constructor({
    maxAnswer = MAX_ANSWER,
    answersServicePorts = false,
    maxPending = MAX_PENDING,
  }: DatagramServiceOptions = {}) {
    super();
    this.maxAnswer = checkCount("answer with", maxAnswer, "bytes", MAX_DATAGRAM);
    this.#maxPending = checkCount("look for", maxPending, "answers", Number.MAX_SAFE_INTEGER);
    this.#answersServicePorts = answersServicePorts;
  }

  /** What to answer; `undefined` for nothing. */
  protected abstract answer(datagram: Buffer): Answer | undefined;

  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    if (!this.#answers(address) || this.#pending.size >= this.#maxPending) return;
    const answer = this.answer(datagram);
    if (isThenable(answer)) this.#sendLater(answer, address);
    else this.#send(answer, address);
  }

  override stopProtocol(): void {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const answering of pending) answering.cancel();
  }

  #answers({ port }: InternetAddress): boolean {
    // Nobody can be at port 0.
    if (port === 0) return false;
    return this.#answersServicePorts || (port >= FIRST_CLIENT_PORT && port !== this.transport.getHost().port);
  }

  #sendLater(answer: PromiseLike<string | Uint8Array>, address: InternetAddress): void {
    const answering = asDeferred(answer);
    this.#pending.add(answering);
    answering
      // It is not there any more when the port has been closed meanwhile.
      .addBoth((result) => (this.#pending.delete(answering) ? result : undefined))
      .addCallback((bytes) => this.#send(bytes, address))
      .addErrback((failure) => log.failure("{protocol} has no answer", failure, { protocol: this.logPrefix() }));
  }

  #send(answer: string | Uint8Array | undefined, address: InternetAddress): void {
    if (answer === undefined) return;
    const bytes = typeof answer === "string" ? Buffer.from(answer) : answer;
    this.transport.write(bytes.subarray(0, this.maxAnswer), address);
  }
}

function checkCount(what: string, count: number, of: string, most: number): number {
  if (Number.isInteger(count) && count >= 0 && count <= most) return count;
  throw new RangeError(`Cannot ${what} ${inspect(count)} ${of}: expected a whole number from 0 to ${most}`);
}

/**
 * The client of memcached: commands go out as they are given, and the answers come in the same order.
 *
 * One limit of time is for all commands that wait: as long as something comes from the server, it begins anew. When it is over, or when the server
 * sends what makes no sense, nobody knows any more which answer is whose: then all of them fail, and the connection is aborted.
 */
import type { ReactorTime } from "../clock/reactor-time.ts";
import { Deferred } from "../deferred/deferred.ts";
import { TimeoutError } from "../deferred/errors.ts";
import { Failure } from "../deferred/failure.ts";
import { Fifo } from "../deferred/fifo.ts";
import { fail } from "../deferred/maybe-deferred.ts";
import { InvalidStateError, RemoteProtocolError } from "../errors.ts";
import { ProtocolTimeout } from "../protocol/protocol-timeout.ts";
import { Protocol } from "../protocol/protocol.ts";
import type { Transport } from "../transport/transport.ts";
import { arithmeticCommand } from "./wire/arithmetic-command.ts";
import type { Command } from "./wire/command.ts";
import { UnexpectedReply } from "./wire/errors.ts";
import type { Key } from "./wire/key.ts";
import { deleteCommand, flushCommand, versionCommand } from "./wire/plain-command.ts";
import type { ReplyLimits } from "./wire/reply-reader.ts";
import { ReplyReader } from "./wire/reply-reader.ts";
import type { Reply } from "./wire/reply.ts";
import type { CachedValue, IdentifiedValue } from "./wire/retrieval-command.ts";
import { retrievalCommand } from "./wire/retrieval-command.ts";
import { statsCommand } from "./wire/stats-command.ts";
import type { StorageName, StoreOptions } from "./wire/storage-command.ts";
import { storageCommand } from "./wire/storage-command.ts";

/** Where memcached listens. */
export const DEFAULT_PORT = 11_211;
const DEFAULT_TIME_OUT = 60;
const DEFAULT_MAX_STATISTICS = 10_000;

export interface MemCacheOptions extends ReplyLimits {
  /** The seconds that the server may be silent while a command waits; 60 unless told otherwise, `null` for any number. */
  readonly timeOut?: number | null;
  /** How many statistics `stats` takes; 10,000 unless told otherwise. */
  readonly maxStatistics?: number;
}

/** Whether the version of a value is wanted as well. */
export interface GetOptions<W extends boolean = boolean> {
  /** Asks for the identifier that `checkAndSet` wants, too. */
  readonly withIdentifier?: W;
}

/** A command that waits for its answer. */
interface Call {
  readonly command: Command<unknown>;
  readonly answer: Deferred<unknown>;
}

/**
 * Connect it, and call its methods; each answers a Deferred. A Deferred fails with `ClientError`, `ServerError` or `NoSuchCommand` where the server
 * says so, with `ClientError` for a key that cannot be one (nothing is sent then), with `TimeoutError` where the server is silent, with a
 * `RemoteProtocolError` where it sends what makes no sense, and with the reason where the connection ends before there is an answer.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * import { StringTransport } from "hawser/testing";
 * const cache = new MemCacheProtocol(new Clock());
 * const transport = new StringTransport();
 * cache.makeConnection(transport);
 * const stored = cache.set("greeting", "hello");
 * const found = cache.get("greeting");
 * assert.equal(transport.value(), "set greeting 0 0 5\r\nhello\r\nget greeting\r\n");
 * cache.dataReceived(Buffer.from("STORED\r\nVALUE greeting 0 5\r\nhello\r\nEND\r\n"));
 * assert.equal(await stored, true);
 * assert.equal((await found).value?.toString(), "hello");
 */
export class MemCacheProtocol<T extends Transport = Transport> extends Protocol<T> {
  /** The seconds that the server may be silent while a command waits; a change counts from the next time on that none waits. */
  persistentTimeOut: number | null;
  readonly #reader: ReplyReader;
  readonly #timeout: ProtocolTimeout;
  readonly #maxStatistics: number;
  readonly #calls: Fifo<Call> = new Fifo();
  #state: "unconnected" | "open" | "lost" = "unconnected";

  /** Throws a `RangeError` for limits that are none. */
  constructor(clock: ReactorTime, options: MemCacheOptions = {}) {
    super();
    const { timeOut = DEFAULT_TIME_OUT, maxStatistics = DEFAULT_MAX_STATISTICS } = options;
    if (!(typeof maxStatistics === "number" && maxStatistics >= 0)) {
      throw new RangeError(`Cannot take ${String(maxStatistics)} statistics: expected a number, 0 or more`);
    }
    this.persistentTimeOut = timeOut;
    this.#maxStatistics = maxStatistics;
    this.#reader = new ReplyReader(options);
    this.#timeout = new ProtocolTimeout(clock, () => this.timeoutConnection());
  }

  /** Stores a value. Answers true. */
  set(key: Key, value: string | Uint8Array, options?: StoreOptions): Deferred<boolean> {
    return this.#store("set", key, value, options);
  }

  /** Stores a value under a key that has none. Answers false where it has one. */
  add(key: Key, value: string | Uint8Array, options?: StoreOptions): Deferred<boolean> {
    return this.#store("add", key, value, options);
  }

  /** Stores a value under a key that has one. Answers false where it has none. */
  replace(key: Key, value: string | Uint8Array, options?: StoreOptions): Deferred<boolean> {
    return this.#store("replace", key, value, options);
  }

  /** Stores a value if the one that there is has still the identifier `cas`, which `get` has answered. Answers false otherwise. */
  checkAndSet(key: Key, value: string | Uint8Array, cas: string, options?: StoreOptions): Deferred<boolean> {
    return this.#store("cas", key, value, options, cas);
  }

  /** Adds bytes behind a value. Answers false where there is none. */
  append(key: Key, value: string | Uint8Array): Deferred<boolean> {
    return this.#store("append", key, value);
  }

  /** Adds bytes before a value. Answers false where there is none. */
  prepend(key: Key, value: string | Uint8Array): Deferred<boolean> {
    return this.#store("prepend", key, value);
  }

  /** Answers the value and the flags of a key, and with `withIdentifier` which version this is. */
  get(key: Key, options: GetOptions<true>): Deferred<IdentifiedValue>;
  get(key: Key, options?: GetOptions): Deferred<CachedValue>;
  get(key: Key, { withIdentifier = false }: GetOptions = {}): Deferred<CachedValue> {
    return this.#ask(() => retrievalCommand([key], withIdentifier)).addCallback((values) =>
      withIdentifier ? values.get(key)! : withoutIdentifier(values.get(key)!),
    );
  }

  /** Answers what `get` does for each of `keys`, in a map. */
  getMultiple<K extends Key>(keys: Iterable<K>, options: GetOptions<true>): Deferred<Map<K, IdentifiedValue>>;
  getMultiple<K extends Key>(keys: Iterable<K>, options?: GetOptions): Deferred<Map<K, CachedValue>>;
  getMultiple<K extends Key>(
    keys: Iterable<K>,
    { withIdentifier = false }: GetOptions = {},
  ): Deferred<Map<K, CachedValue>> {
    return this.#ask(() => retrievalCommand([...keys], withIdentifier)).addCallback((values) =>
      withIdentifier ? values : new Map([...values].map(([key, value]) => [key, withoutIdentifier(value)])),
    );
  }

  /** Adds to the number that is stored. Answers the sum, or false where nothing is stored. Give a bigint where it can be above 2^53. */
  increment(key: Key, by?: number): Deferred<number | false>;
  increment(key: Key, by: bigint): Deferred<bigint | false>;
  increment(key: Key, by: number | bigint = 1): Deferred<number | bigint | false> {
    return this.#ask(() => arithmeticCommand("incr", key, by));
  }

  /** Takes away from the number that is stored; it is never below 0. Answers what is left, or false where nothing is stored. */
  decrement(key: Key, by?: number): Deferred<number | false>;
  decrement(key: Key, by: bigint): Deferred<bigint | false>;
  decrement(key: Key, by: number | bigint = 1): Deferred<number | bigint | false> {
    return this.#ask(() => arithmeticCommand("decr", key, by));
  }

  /** Removes a value. Answers false where there was none. */
  delete(key: Key): Deferred<boolean> {
    return this.#ask(() => deleteCommand(key));
  }

  /** Answers what the server counts, by name; `which` chooses others, such as `"items"`. */
  stats(which = ""): Deferred<Map<string, string>> {
    return this.#ask(() => statsCommand(which, this.#maxStatistics));
  }

  /** Answers the version of the server. */
  version(): Deferred<string> {
    return this.#ask(versionCommand);
  }

  /** Removes all values. Answers true. */
  flushAll(): Deferred<boolean> {
    return this.#ask(flushCommand);
  }

  override makeConnection(transport: T): void {
    this.#state = "open";
    super.makeConnection(transport);
  }

  override dataReceived(data: Buffer): void {
    if (this.#state !== "open") return;
    const reader = this.#reader;
    reader.receive(data);
    try {
      for (;;) {
        const reply = reader.nextEvent();
        if (reply === "needData") break;
        this.#timeout.resetTimeout();
        this.#replied(reply);
        // What an answer has led to may be the end.
        if (this.#isLost()) return;
      }
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      this.#giveUp(error);
      return;
    }
    if (reader.isInsideValue) this.#timeout.resetTimeout();
  }

  /** Called when the server has been silent for too long: all commands fail, and the connection is aborted. */
  timeoutConnection(): void {
    this.#giveUp(new TimeoutError(`The server has been silent for ${this.persistentTimeOut} seconds`));
  }

  override connectionLost(reason: Failure): void {
    this.#lose(reason);
  }

  #store(
    name: StorageName,
    key: Key,
    value: string | Uint8Array,
    options?: StoreOptions,
    cas?: string,
  ): Deferred<boolean> {
    return this.#ask(() => storageCommand(name, key, value, options, cas));
  }

  #ask<R>(makeCommand: () => Command<R>): Deferred<R> {
    if (this.#state !== "open") {
      return fail(
        new InvalidStateError(`Cannot ask the server: the connection is ${this.#state}, expected it to be open`),
      );
    }
    let command: Command<R>;
    try {
      command = makeCommand();
    } catch (error) {
      return fail(error as Error);
    }
    // A Deferred that is cancelled keeps its place: its answer comes, and belongs to nobody else.
    const answer = new Deferred<R>();
    if (this.#calls.length === 0) this.#timeout.setTimeout(this.persistentTimeOut);
    this.#calls.push({ command, answer });
    this.transport.writeSequence(command.bytes);
    return answer;
  }

  #replied(reply: Reply): void {
    const call = this.#calls.first();
    if (call === undefined) throw new UnexpectedReply("The server has sent a reply that nobody has asked for");
    const step = reply.kind === "error" ? reply : call.command.take(reply);
    if (step === "more") return;
    this.#calls.shift();
    if ("error" in step) call.answer.errback(step.error);
    else call.answer.callback(step.result);
    if (this.#calls.length === 0) this.#timeout.setTimeout(null);
  }

  #giveUp(error: Error): void {
    this.#lose(new Failure(error));
    this.transport.abortConnection();
  }

  /** From here on, nothing can be asked: who asks again because of a failure is told at once. */
  #lose(reason: Failure): void {
    this.#state = "lost";
    this.#timeout.setTimeout(null);
    while (this.#calls.length > 0) this.#calls.shift().answer.errback(reason);
  }

  #isLost(): boolean {
    return this.#state === "lost";
  }
}

function withoutIdentifier({ flags, value }: IdentifiedValue): CachedValue {
  return { flags, value };
}

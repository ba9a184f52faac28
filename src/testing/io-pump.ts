/**
 * Two protocols back to back in memory, and the pump that moves the bytes between them.
 *
 * The transports are those of the reactors, over handles in memory. Everything that a protocol is told, it is told in a round of the pump, and
 * never from within a call that it made. Rounds are run by hand, or by themselves on a later turn.
 */
import { AssertionError } from "node:assert";
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Failure } from "../deferred/failure.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { IPv4Address } from "../transport/address.ts";
import type { InternetAddress } from "../transport/address.ts";
import { ConnectionClosed } from "../transport/errors.ts";
import type { ConnectionOwner, StreamConnection } from "../transport/stream-connection.ts";
import { TCPConnection } from "../transport/tcp-connection.ts";
import { MemoryHandle } from "./memory-handle.ts";
import { MemoryWire } from "./memory-wire.ts";
import { RoundBatch } from "./round-batch.ts";

const log = new Logger({ namespace: "hawser.testing" });

const DEFAULT_WINDOW_SIZE = 64 * 1024;
const DEFAULT_MAX_ROUNDS = 100_000;
/** How many turns without anything to move say that the pair has settled: one more than none, for what promises do meanwhile. */
const QUIET_TURNS = 2;

export interface ConnectedPairOptions {
  /** The most bytes that `dataReceived` gets at once: 1 is byte by byte. Unless told otherwise, all that have arrived. */
  readonly chunkSize?: number;
  /** Whether rounds are run by themselves, each on a later turn; `true` unless told otherwise. They can be run by hand in any case. */
  readonly automatic?: boolean;
  /** Runs the automatic rounds, with a delay of 0, instead of the runtime's loop. */
  readonly clock?: ReactorTime;
  /** How many bytes are on their way at most; more wait with their sender until the other end reads. 64 KiB unless told otherwise. */
  readonly windowSize?: number;
  /** How many rounds `flush`, `settled` or the turns of an uninterrupted exchange may take; 100,000 unless told otherwise. */
  readonly maxRounds?: number;
  /** The address of the server; 10.0.0.1, port 12345 unless told otherwise. */
  readonly serverAddress?: InternetAddress;
  /** The address of the client; 192.168.1.1, port 54321 unless told otherwise. */
  readonly clientAddress?: InternetAddress;
}

/** What `connectedPair` answers. */
export class IOPump<S extends ProtocolLike = ProtocolLike, C extends ProtocolLike = ProtocolLike> {
  readonly server: S;
  readonly client: C;
  readonly serverTransport: TCPConnection;
  readonly clientTransport: TCPConnection;
  readonly #handles: readonly [server: MemoryHandle, client: MemoryHandle];
  readonly #batch: RoundBatch = new RoundBatch(() => this.#schedule());
  readonly #clock: ReactorTime | undefined;
  readonly #maxRounds: number;
  readonly #owner: ConnectionOwner | undefined;
  /** `"halted"`: the exchange did not come to an end, and goes on by hand only. */
  #mode: "automatic" | "manual" | "halted";
  #isScheduled = false;
  #inRound = false;
  /** How many calls of `settled` see to the rounds. */
  #settling = 0;
  /** How many automatic rounds there have been without one in which nothing happened, and when. */
  #busyRounds = 0;
  #busySince: number | undefined = undefined;
  /** What the protocols threw and nobody was told. */
  #errors: unknown[] = [];

  /** Pairs are made by `connectedPair`. `owner` is told when an end is closed. */
  constructor(server: S, client: C, options: ConnectedPairOptions = {}, owner?: ConnectionOwner) {
    const chunkSize = positive("chunkSize", options.chunkSize, Infinity);
    const windowSize = positive("windowSize", options.windowSize, DEFAULT_WINDOW_SIZE);
    this.#maxRounds = positive("maxRounds", options.maxRounds, DEFAULT_MAX_ROUNDS);
    this.#mode = options.automatic === false ? "manual" : "automatic";
    this.#clock = options.clock;
    this.#owner = owner;
    this.server = server;
    this.client = client;

    const toServer = new MemoryWire(windowSize);
    const toClient = new MemoryWire(windowSize);
    const handleOptions = { chunkSize, wake: () => this.#schedule() };
    const serverHandle = new MemoryHandle(toClient, toServer, handleOptions);
    const clientHandle = new MemoryHandle(toServer, toClient, handleOptions);
    serverHandle.peer = clientHandle;
    clientHandle.peer = serverHandle;
    this.#handles = [serverHandle, clientHandle];

    const serverAddress = options.serverAddress ?? new IPv4Address("TCP", "10.0.0.1", 12345);
    const clientAddress = options.clientAddress ?? new IPv4Address("TCP", "192.168.1.1", 54321);
    this.serverTransport = this.#connection(server, serverHandle, { host: serverAddress, peer: clientAddress });
    this.clientTransport = this.#connection(client, clientHandle, { host: clientAddress, peer: serverAddress });
  }

  /** @internal Connects both protocols. */
  start(): void {
    this.serverTransport.start();
    this.clientTransport.start();
  }

  /**
   * Runs one round: what was written before is delivered, what the protocols write meanwhile waits for the next. Answers whether anything
   * happened.
   *
   * What a protocol throws closes its connection, as over TCP, and is then thrown here as well. Throws `InvalidStateError` when it is called from
   * within a protocol.
   */
  pump(): boolean {
    const moved = this.#round();
    this.#throwErrors();
    return moved;
  }

  /**
   * Runs rounds until nothing happens any more, and answers whether anything did. Throws as `pump` does, and an `AssertionError` where there is
   * no end.
   */
  flush(): boolean {
    let rounds = 0;
    while (this.pump()) {
      if (++rounds > this.#maxRounds) throw this.#endless();
    }
    return rounds > 0;
  }

  /**
   * Runs rounds, each on a turn of its own, until nothing happens any more: for protocols that wait for promises between what they read and what
   * they write. Rejects where `flush` throws.
   */
  async settled(): Promise<void> {
    this.#settling++;
    let quietTurns = 0;
    try {
      for (let rounds = 0; quietTurns < QUIET_TURNS; rounds++) {
        if (rounds > this.#maxRounds) throw this.#endless();
        await new Promise((resolve) => setImmediate(resolve));
        quietTurns = this.pump() ? 0 : quietTurns + 1;
      }
    } finally {
      this.#settling--;
      if (quietTurns < QUIET_TURNS) this.#schedule();
    }
  }

  #connection(
    protocol: ProtocolLike,
    handle: MemoryHandle,
    addresses: { readonly host: InternetAddress; readonly peer: InternetAddress },
  ): TCPConnection {
    const owner: ConnectionOwner = {
      isClient: protocol === this.client,
      clock: this.#clock,
      connectionClosed: (end, reason) => this.#connectionClosed(end, reason),
    };
    const connection = new TCPConnection(protocol, handle, addresses, owner, this.#batch);
    handle.events = connection;
    return connection;
  }

  #connectionClosed(connection: StreamConnection, reason: Failure): void {
    // A reason of another kind is what the protocol threw.
    if (reason.check(ConnectionClosed) === null) this.#errors.push(reason.value);
    try {
      this.#owner?.connectionClosed(connection, reason);
    } catch (error) {
      this.#errors.push(error);
      log.failure("The owner of a connected pair threw an error", error);
    }
  }

  #round(): boolean {
    if (this.#inRound) {
      throw new InvalidStateError("Cannot pump: a round is under way, expected a call from outside of the protocols");
    }
    this.#inRound = true;
    try {
      this.#batch.flush();
      let moved = false;
      for (const handle of this.#handles) moved = handle.sendRound() || moved;
      for (const handle of this.#handles) moved = handle.receiveRound() || moved;
      return moved;
    } finally {
      this.#inRound = false;
    }
  }

  #schedule(): void {
    if (this.#mode !== "automatic" || this.#isScheduled || this.#settling > 0) return;
    this.#isScheduled = true;
    if (this.#clock === undefined) setImmediate(this.#automaticRound);
    else this.#clock.callLater(0, this.#automaticRound);
  }

  readonly #automaticRound = (): void => {
    const now = this.#clock?.seconds();
    const moved = this.#round();
    // Not before the round, for what it leads to is asked for below.
    this.#isScheduled = false;
    if (!moved) {
      this.#busyRounds = 0;
      return;
    }
    this.#busyRounds = now === this.#busySince ? this.#busyRounds + 1 : 1;
    this.#busySince = now;
    if (this.#busyRounds <= this.#maxRounds) {
      this.#schedule();
      return;
    }
    this.#mode = "halted";
    const error = this.#endless();
    this.#errors.push(error);
    log.failure("A connected pair was halted", error);
  };

  #throwErrors(): void {
    const errors = this.#errors;
    if (errors.length === 0) return;
    this.#errors = [];
    if (errors.length === 1) throw errors[0];
    throw new AggregateError(errors, "Both protocols of a connected pair threw errors");
  }

  #endless(): AssertionError {
    const message =
      `The exchange between ${nameOf(this.server)} and ${nameOf(this.client)} did not come to an end ` +
      `in ${this.#maxRounds} rounds (maxRounds)`;
    return new AssertionError({ message });
  }
}

function nameOf(protocol: ProtocolLike): string {
  return protocol.logPrefix?.() ?? protocol.constructor.name;
}

function positive(name: string, value: number | undefined, unlessTold: number): number {
  if (value === undefined) return unlessTold;
  if ((Number.isInteger(value) && value > 0) || value === Infinity) return value;
  const message = `Cannot connect a pair with a ${name} of ${inspect(value, { depth: 0 })}: expected a whole number, 1 or more`;
  throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
}

/** A protocol that keeps what it is told. */
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { Protocol } from "../protocol/protocol.ts";
import type { Transport } from "../transport/transport.ts";

/**
 * Keeps all data and the end of the connection. A factory that has a Deferred in `protocolConnectionMade`, such as
 * `AccumulatingProtocolFactory`, gets it fired with the first protocol that is connected.
 *
 * @example
 * const protocol = new AccumulatingProtocol();
 * protocol.makeConnection(new StringTransport());
 * protocol.dataReceived(Buffer.from("ab"));
 * protocol.dataReceived(Buffer.from("c"));
 * assert.equal(protocol.data.toString(), "abc");
 */
export class AccumulatingProtocol extends Protocol<Transport> {
  /** Whether `connectionMade` has been called. */
  made: boolean = false;
  /** Whether `connectionLost` has been called. */
  closed: boolean = false;
  /** What it was called with. */
  closedReason: Failure | null = null;
  /** A Deferred put here fires when `connectionLost` is called. */
  closedDeferred: Deferred<void> | null = null;
  #pieces: Buffer[] = [];

  /** All data so far. */
  get data(): Buffer {
    // Joined when somebody looks: joining at each piece takes forever where they come byte by byte.
    const data = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [data];
    return data;
  }

  override connectionMade(): void {
    this.made = true;
    const factory: { protocolConnectionMade?: unknown } | undefined = this.factory;
    const waiting = factory?.protocolConnectionMade;
    if (!(waiting instanceof Deferred)) return;
    factory!.protocolConnectionMade = null;
    waiting.callback(this);
  }

  override dataReceived(data: Buffer): void {
    this.#pieces.push(data);
  }

  override connectionLost(reason: Failure): void {
    this.closed = true;
    this.closedReason = reason;
    const waiting = this.closedDeferred;
    if (waiting === null) return;
    this.closedDeferred = null;
    waiting.callback();
  }
}

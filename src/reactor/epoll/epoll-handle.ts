/** A slot of the core as the handle of a stream connection. */
import type { Address } from "../../transport/address.ts";
import type { StreamConnection } from "../../transport/stream-connection.ts";
import type { TCPHandle } from "../../transport/tcp-connection.ts";
import type { EpollCore, SlotOwner } from "./epoll-core.ts";
import { Interest } from "./native-core.ts";
import { addressFromName } from "./slot-address.ts";
import { systemError } from "./system-error.ts";

/** Up to this length a piece is copied to be sent with the others of the turn; longer ones are sent by themselves. */
const GATHER_LIMIT = 16 * 1024;

const TCP_NODELAY = 0;
const SO_KEEPALIVE = 1;
const CLOSED = -1;

export class EpollHandle implements TCPHandle, SlotOwner {
  readonly #core: EpollCore;
  #slot: number;
  #connection: StreamConnection | undefined = undefined;
  /** What the system did not take, oldest first. */
  #queue: Uint8Array[] = [];
  #queued = 0;
  #reading = false;
  #then: "nothing" | "end writing" | "close" = "nothing";
  #reportsEachDrain = false;
  #reportUnderway = false;

  /** For a slot that the core has opened. */
  constructor(core: EpollCore, slot: number) {
    this.#core = core;
    this.#slot = core.own(slot, "socket", this);
  }

  /** Sends the slot's events to `connection`, from now on. */
  connect(connection: StreamConnection): void {
    this.#connection = connection;
  }

  /** The address of this end or of the peer's; `undefined` for the peer of a connection that has been reset. */
  address(end: "host" | "peer"): Address | undefined {
    const name = this.#core.native.name(this.#core.handle, this.#slot, end === "peer" ? 1 : 0);
    return typeof name === "string" ? addressFromName(name) : undefined;
  }

  get unsent(): number {
    return this.#queued;
  }

  send(pieces: readonly Uint8Array[]): void {
    this.#send(pieces);
    if (this.#reportsEachDrain) this.#reportSoon();
  }

  gather(piece: Uint8Array): boolean {
    return (
      this.#queued === 0 &&
      !this.#reportsEachDrain &&
      this.#slot !== CLOSED &&
      piece.length <= GATHER_LIMIT &&
      this.#core.gather(this.#slot, piece)
    );
  }

  reportEachDrain(enabled: boolean): void {
    this.#reportsEachDrain = enabled;
  }

  startReading(): void {
    this.#reading = true;
    this.#watch();
  }

  stopReading(): void {
    this.#reading = false;
    this.#watch();
  }

  endWriting(): void {
    this.#then = "end writing";
    this.#finishIfSent();
  }

  closeGracefully(): void {
    this.#then = "close";
    this.#finishIfSent();
  }

  close(): void {
    this.#release(false, undefined);
  }

  reset(): void {
    this.#release(true, undefined);
  }

  setNoDelay(enabled: boolean): void {
    this.#setOption(TCP_NODELAY, enabled);
  }

  setKeepAlive(enabled: boolean): void {
    this.#setOption(SO_KEEPALIVE, enabled);
  }

  received(core: EpollCore, offset: number, length: number): void {
    const connection = this.#connection!;
    connection.received(core.bytes(offset, length, connection.protocol.borrowsData === true));
  }

  ended(): void {
    this.#reading = false;
    this.#connection?.readingEnded();
  }

  failed(error: Error): void {
    this.#release(false, error);
  }

  writable(): void {
    // What is queued is sent as if it were new, until the system does not take all of it again.
    const queue = this.#queue;
    this.#queue = [];
    this.#queued = 0;
    this.#send(queue);
    this.#core.flush();
    this.#watch();
    if (this.#queued > 0) return;
    this.#finishIfSent();
    if (this.#then !== "close") this.#connection?.drained();
  }

  sentPartly(sent: number, rest: Uint8Array): void {
    if (sent < 0) this.failed(systemError(this.#core.native, "write", sent));
    else this.#enqueue(rest);
  }

  #send(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      if (this.#slot === CLOSED) return;
      if (this.#queued > 0) this.#enqueue(piece);
      else if (piece.length > GATHER_LIMIT || !this.#core.gather(this.#slot, piece)) this.#sendNow(piece);
    }
  }

  #sendNow(piece: Uint8Array): void {
    this.#core.flush();
    // That may have shown that there is no room, or nobody any more.
    if (this.#slot === CLOSED) return;
    if (this.#queued > 0) {
      this.#enqueue(piece);
      return;
    }
    const sent = this.#core.native.send(this.#core.handle, this.#slot, piece, 0);
    if (sent < 0) this.failed(systemError(this.#core.native, "write", sent));
    else if (sent < piece.length) this.#enqueue(piece.subarray(sent));
  }

  #enqueue(piece: Uint8Array): void {
    this.#queue.push(this.#core.isBorrowed(piece) ? Buffer.from(piece) : piece);
    this.#queued += piece.length;
    if (this.#queued === piece.length) this.#watch();
  }

  #finishIfSent(): void {
    if (this.#slot === CLOSED || this.#then === "nothing") return;
    this.#core.flush();
    if (this.#queued > 0 || this.#slot === (CLOSED as number)) return;
    if (this.#then === "close") {
      this.#release(false, undefined);
      return;
    }
    this.#then = "nothing";
    const status = this.#core.native.shutdown(this.#core.handle, this.#slot);
    if (status < 0) this.failed(systemError(this.#core.native, "shutdown", status));
    else process.nextTick(() => this.#connection?.writingEnded());
  }

  /** Closes the slot at once; the connection is told later, never inside a call of its own. */
  #release(reset: boolean, error: Error | undefined): void {
    if (this.#slot === CLOSED) return;
    this.#core.release(this.#slot, reset);
    this.#slot = CLOSED;
    this.#queue = [];
    this.#queued = 0;
    process.nextTick(() => this.#connection?.closed(error));
  }

  #watch(): void {
    if (this.#slot === CLOSED) return;
    this.#core.watch(this.#slot, (this.#reading ? Interest.READ : 0) | (this.#queued > 0 ? Interest.WRITE : 0));
  }

  /** In a later turn, so that a producer that is asked again at once does not keep the loop from its other work. */
  #reportSoon(): void {
    if (this.#reportUnderway) return;
    this.#reportUnderway = true;
    setImmediate(() => {
      this.#reportUnderway = false;
      if (this.#reportsEachDrain && this.#queued === 0) this.#connection?.drained();
    });
  }

  #setOption(option: number, enabled: boolean): void {
    if (this.#slot !== CLOSED) this.#core.native.setOption(this.#core.handle, this.#slot, option, enabled ? 1 : 0);
  }
}

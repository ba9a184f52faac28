/**
 * One end of a connection in memory, as the handle below a stream connection.
 *
 * Nothing happens when it is asked for something: it takes note and says that it needs a round. A round has two halves, `send` for both
 * ends and then `receive` for both; all events are reported from there, so that no protocol is ever called while another one, or
 * itself, is at work.
 *
 * The rules are those of TCP. What was sent before the end arrives before the end. A reset is noticed by an end that reads, once it has read
 * what came before, and by one that tries to send; an end that is paused and silent notices nothing.
 */
import type { StreamEvents } from "../transport/stream-handle.ts";
import type { TCPHandle } from "../transport/tcp-connection.ts";
import type { MemoryWire } from "./memory-wire.ts";

/** What the two ends of a pair have in common. */
export interface MemoryHandleOptions {
  /** The most bytes that are handed over in one piece. */
  readonly chunkSize: number;
  /** Called when there is something to do in the next round. */
  readonly wake: () => void;
}

export class MemoryHandle implements TCPHandle {
  /** Who is told; to be set before the first round. */
  declare events: StreamEvents;
  /** The other end; to be set before the first round. */
  declare peer: MemoryHandle;
  readonly #outgoing: MemoryWire;
  readonly #incoming: MemoryWire;
  readonly #options: MemoryHandleOptions;
  /** `"closing"` when everything is sent; `"abandoned"` and `"resetting"` in the next round. */
  #life: "open" | "closing" | "abandoned" | "resetting" | "closed" = "open";
  #reading: "stopped" | "started" | "ended" = "stopped";
  #writing: "open" | "ending" | "ended" = "open";
  /** Whether the other end has answered that there is no connection any more. */
  #wasReset = false;
  #pieces: Uint8Array[] = [];
  #unsent = 0;

  constructor(outgoing: MemoryWire, incoming: MemoryWire, options: MemoryHandleOptions) {
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    this.#options = options;
  }

  connect(events: StreamEvents): void {
    this.events = events;
  }

  get unsent(): number {
    return this.#unsent;
  }

  send(pieces: readonly Uint8Array[]): void {
    if (this.#life !== "open") return;
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#unsent += piece.length;
    }
    this.#options.wake();
  }

  /** Each drain is reported in any case: there is always a time, up to the next round, in which nothing can be sent. */
  reportEachDrain(): void {}

  startReading(): void {
    if (this.#reading === "stopped") this.#reading = "started";
    this.#options.wake();
  }

  stopReading(): void {
    if (this.#reading === "started") this.#reading = "stopped";
  }

  endWriting(): void {
    if (this.#writing === "open") this.#writing = "ending";
    this.#options.wake();
  }

  closeGracefully(): void {
    this.#close("closing");
  }

  close(): void {
    this.#close("abandoned");
  }

  reset(): void {
    this.#close("resetting");
  }

  setNoDelay(): void {}

  setKeepAlive(): void {}

  /** The first half of a round: puts on the wire what is to be sent, and closes what is to be closed. Answers whether anything happened. */
  sendRound(): boolean {
    if (this.#life === "closed") return false;
    if (this.#life === "abandoned") return this.#closed();
    if (this.#life === "resetting") {
      this.peer.#wasReset = true;
      return this.#closed();
    }
    if (this.#wasReset && this.#noticesResetBySending()) return this.#closed(resetError("write"));

    const moved = this.#putOnWire();
    if (this.#unsent > 0) return moved;
    // An event may lead to the next one, but no further than to what is to be done in the next round.
    if (moved) this.events.drained();
    if (this.#unsent > 0) return moved;
    if (this.#writing === "ending") {
      this.#writing = "ended";
      this.#outgoing.finished = true;
      this.events.writingEnded();
      return true;
    }
    return this.#life === "closing" ? this.#closed() : moved;
  }

  /** The second half: hands over what has arrived. Answers whether anything happened. */
  receiveRound(): boolean {
    const incoming = this.#incoming;
    if (this.#life === "closed") {
      if (incoming.length === 0) return false;
      // Nobody is here any more: the answer is a reset.
      incoming.clear();
      this.peer.#wasReset = true;
      return true;
    }
    let moved = false;
    while (this.#isReading() && incoming.length > 0) {
      moved = true;
      this.events.received(incoming.take(this.#options.chunkSize));
    }
    if (!this.#isReading()) return moved;
    if (incoming.finished) {
      this.#reading = "ended";
      this.events.readingEnded();
      return true;
    }
    return this.#wasReset ? this.#closed(resetError("read")) : moved;
  }

  #isReading(): boolean {
    return this.#reading === "started" && this.#life === "open";
  }

  /** Whether it is about to send, or has nothing else to wait for. */
  #noticesResetBySending(): boolean {
    if (this.#reading === "ended") return this.#life === "open";
    return this.#unsent > 0 && !this.#isReading();
  }

  /** Puts as much on the wire as there is room for. Answers whether that was anything. */
  #putOnWire(): boolean {
    if (this.#unsent === 0) return false;
    const outgoing = this.#outgoing;
    const before = this.#unsent;
    let sent = 0;
    for (; sent < this.#pieces.length; sent++) {
      const piece = this.#pieces[sent]!;
      const { room } = outgoing;
      if (piece.length > room) {
        if (room > 0) outgoing.put(piece.subarray(0, room));
        this.#pieces[sent] = piece.subarray(room);
        this.#unsent -= room;
        break;
      }
      outgoing.put(piece);
      this.#unsent -= piece.length;
    }
    this.#pieces.splice(0, sent);
    return this.#unsent < before;
  }

  #close(how: "closing" | "abandoned" | "resetting"): void {
    if (this.#life === "closed") return;
    this.#life = how;
    this.#options.wake();
  }

  /** Closes, and reports it. */
  #closed(error?: Error): true {
    if (this.#life !== "resetting") this.#outgoing.finished = true;
    this.#life = "closed";
    this.#pieces = [];
    this.#unsent = 0;
    this.events.closed(error);
    return true;
  }
}

/** What the system says of a connection that was reset. */
function resetError(syscall: "read" | "write"): Error {
  return Object.assign(new Error(`${syscall} ECONNRESET`), { code: "ECONNRESET", syscall });
}

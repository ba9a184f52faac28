/** A slot of the core as the handle of a stream connection. */
import { setImmediate } from "../../runtime.ts";
import type { Address } from "../../transport/address.ts";
import type { FileTransfer } from "../../transport/file-transfer.ts";
import type { StreamEvents } from "../../transport/stream-handle.ts";
import type { TCPHandle } from "../../transport/tcp-connection.ts";
import type { PeerCredentials } from "../../transport/transport.ts";
import type { UNIXConnection, UNIXHandle } from "../../transport/unix-connection.ts";
import type { EpollCore, SlotOwner } from "./epoll-core.ts";
import { Interest } from "./native-core.ts";
import { addressFromName } from "./slot-address.ts";
import { systemError } from "./system-error.ts";
import { UnsentDescriptors } from "./unsent-descriptors.ts";

/** Up to this length a piece is copied to be sent with the others of the turn; longer ones are sent by themselves. */
const GATHER_LIMIT = 16 * 1024;

const TCP_NODELAY = 0;
const SO_KEEPALIVE = 1;
const CLOSED = -1;
/** So much of a file is sent in one go, so that others get their turn. */
const FILE_PIECE = 256 * 1024;
/** What the system says of files, not of connections: EIO, EBADF, EISDIR, EINVAL, EOVERFLOW. */
const FILE_ERRORS: ReadonlySet<number> = new Set([-5, -9, -21, -22, -75]);
const EAGAIN = -11;

export class EpollHandle implements TCPHandle, UNIXHandle, SlotOwner {
  readonly #core: EpollCore;
  #slot: number;
  #connection: StreamEvents | undefined = undefined;
  /** What the system did not take, oldest first. */
  #queue: (Uint8Array | FileTransfer)[] = [];
  #descriptors: UnsentDescriptors | undefined = undefined;
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

  connect(events: StreamEvents): void {
    this.#connection = events;
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
      this.#descriptors === undefined &&
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

  sendFile(file: FileTransfer): void {
    this.#sendFile(file);
    if (this.#reportsEachDrain) this.#reportSoon();
  }

  peerCredentials(): PeerCredentials {
    const facts = new Int32Array(3);
    const status = this.#core.native.peerCredentials(this.#core.handle, this.#slot, facts);
    if (status < 0) throw systemError(this.#core.native, "getsockopt", status);
    return { pid: facts[0]!, uid: facts[1]! >>> 0, gid: facts[2]! >>> 0 };
  }

  sendDescriptor(fd: number): void {
    if (this.#slot === CLOSED) return;
    (this.#descriptors ??= new UnsentDescriptors(this.#core.native)).add(fd);
    // It goes with what is to be sent already, for nothing else may ever be.
    const bytes = this.#core.ungather(this.#slot);
    if (bytes.length > 0) this.#sendNow(bytes);
  }

  descriptor(core: EpollCore, index: number): void {
    const connection = this.#connection as UNIXConnection | undefined;
    connection?.descriptorArrived?.(() => core.native.takeDescriptor(core.handle, index));
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

  #send(pieces: readonly (Uint8Array | FileTransfer)[]): void {
    for (const piece of pieces) {
      if (this.#slot === CLOSED) return;
      if ("fd" in piece) this.#sendFile(piece);
      else if (this.#queued > 0) this.#enqueue(piece);
      else if (piece.length > GATHER_LIMIT || this.#descriptors !== undefined || !this.#core.gather(this.#slot, piece))
        this.#sendNow(piece);
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
    const sent =
      this.#descriptors === undefined
        ? this.#core.native.send(this.#core.handle, this.#slot, piece, 0)
        : this.#descriptors.sendWith(this.#core.handle, this.#slot, piece);
    if (sent > 0) this.#descriptors = undefined;
    if (sent < 0) this.failed(systemError(this.#core.native, "write", sent));
    else if (sent < piece.length) this.#enqueue(piece.subarray(sent));
  }

  #sendFile(file: FileTransfer): void {
    this.#core.flush();
    if (file.isOver || this.#slot === CLOSED) return;
    if (this.#queued === 0) {
      const { native, handle } = this.#core;
      const length = Math.min(file.left, FILE_PIECE);
      const sent = length === 0 ? 0 : native.sendFile(handle, this.#slot, file.fd, file.position, length);
      if (sent > 0) file.advance(sent);
      else if (length > 0 && sent === 0) file.endedEarly();
      else if (FILE_ERRORS.has(sent)) file.fail(systemError(native, "sendfile", sent));
      else if (sent < 0 && sent !== EAGAIN) this.failed(systemError(native, "sendfile", sent));
      if (file.left === 0) file.finish();
      if (file.isOver || this.#slot === (CLOSED as number)) return;
    }
    this.#queue.push(file);
    this.#queued += file.left;
    if (this.#queued === file.left) this.#watch();
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
    this.#descriptors?.close();
    this.#descriptors = undefined;
    process.nextTick(() => this.#connection?.closed(error));
  }

  #watch(): void {
    if (this.#slot === CLOSED) return;
    const interest = (this.#reading ? Interest.READ : 0) | (this.#queued > 0 ? Interest.WRITE : 0);
    try {
      this.#core.watch(this.#slot, interest);
    } catch (error) {
      // The system has no memory for it, or the user has too many: nobody would ever hear of this connection again.
      this.failed(error as Error);
    }
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

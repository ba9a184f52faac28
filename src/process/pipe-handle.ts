/**
 * The socket of a child's descriptor.
 *
 * Node makes a socket that only writes of what leads to standard input, and would not notice before the next write that the child has closed
 * it. So what is below the socket is read here: there is nothing to be had but the end. That is not documented, and is the same from Node 20
 * to 26; where it is not there, the next write is what shows that the child has closed its input.
 */
import type { Socket } from "node:net";
import { SocketHandle } from "../reactor/node/socket-handle.ts";
import type { StreamEvents } from "../transport/stream-handle.ts";

/** What Node has below a socket; it is not documented. */
interface NativeHandle {
  /** Called with what was read, and with nothing at the end and for an error. */
  onread: (data: ArrayBuffer | undefined) => void;
  readStart(): void;
}

export class PipeHandle extends SocketHandle {
  readonly #pipe: Socket;
  readonly #writesOnly: boolean;
  #closed: () => void = () => {};
  #ended: () => void = () => {};

  /** `writesOnly` says that Node's socket does not read. */
  constructor(pipe: Socket, writesOnly: boolean) {
    super(pipe);
    this.#pipe = pipe;
    this.#writesOnly = writesOnly;
  }

  override connect(events: StreamEvents): void {
    super.connect(events);
    this.#closed = () => events.closed(undefined);
    this.#ended = () => events.readingEnded();
  }

  override startReading(): void {
    if (this.#writesOnly) this.#watchForEnd();
    else super.startReading();
  }

  override stopReading(): void {
    if (!this.#writesOnly) super.stopReading();
  }

  /**
   * Where everything is sent, the descriptor is closed at once, and that is told in the next tick. The runtime goes the way of a half-closed
   * socket, and tells it when the child may have taken notice, and have exited.
   */
  override closeGracefully(): void {
    if (this.#pipe.writableLength > 0) {
      super.closeGracefully();
      return;
    }
    this.#pipe.destroy();
    process.nextTick(this.#closed);
  }

  #watchForEnd(): void {
    const { _handle: native } = this.#pipe as unknown as { readonly _handle?: Partial<NativeHandle> | null };
    if (typeof native?.readStart !== "function") return;
    native.onread = (data) => {
      if (data === undefined) this.#ended();
    };
    native.readStart();
  }
}

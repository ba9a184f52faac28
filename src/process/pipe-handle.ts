/** The socket of a child's descriptor. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Socket } from "node:net";
import { SocketHandle } from "../reactor/node/socket-handle.ts";
import type { StreamEvents } from "../transport/stream-handle.ts";

export class PipeHandle extends SocketHandle {
  readonly #pipe: Socket;
  #closed: () => void = () => {};

  constructor(pipe: Socket) {
    super(pipe);
    this.#pipe = pipe;
  }

  override connect(events: StreamEvents): void {
    super.connect(events);
    this.#closed = AsyncLocalStorage.bind(() => events.closed(undefined));
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
}

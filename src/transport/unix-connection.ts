/** A UNIX connection: a stream connection that knows who its peer is and carries descriptors, where its backend does. */
import { Logger } from "../logger/logger.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { NotSupportedByReactorError } from "../reactor/errors.ts";
import type { Address } from "./address.ts";
import { StreamConnection } from "./stream-connection.ts";
import type { ConnectionOwner } from "./stream-connection.ts";
import type { StreamHandle } from "./stream-handle.ts";
import type { PeerCredentials, UNIXTransport } from "./transport.ts";
import type { WriteBatch } from "./write-batch.ts";

const log = new Logger({ namespace: "hawser.transport" });

/** A handle that may know more than bytes. */
export interface UNIXHandle extends StreamHandle {
  peerCredentials?(): PeerCredentials;
  /** Sends a duplicate of the descriptor with the next bytes that go out. */
  sendDescriptor?(fd: number): void;
}

export class UNIXConnection extends StreamConnection implements UNIXTransport {
  readonly #unix: UNIXHandle;
  #complained = false;

  constructor(
    protocol: ProtocolLike,
    handle: UNIXHandle,
    addresses: { readonly host: Address; readonly peer: Address },
    owner: ConnectionOwner,
    batch: WriteBatch,
  ) {
    super(protocol, handle, addresses, owner, batch);
    this.#unix = handle;
  }

  getPeerCredentials(): PeerCredentials {
    return this.#unix.peerCredentials === undefined ? refuse("tell the peer") : this.#unix.peerCredentials();
  }

  sendFileDescriptor(fd: number): void {
    if (this.#unix.sendDescriptor === undefined) refuse("send a descriptor");
    if (!Number.isInteger(fd) || fd < 0) {
      throw new RangeError(`Cannot send the descriptor ${String(fd)}: expected a whole number, 0 or more`);
    }
    if (this.connected && !this.disconnecting) this.#unix.sendDescriptor(fd);
  }

  /** A descriptor has arrived, which `take` gives; whoever does not take it leaves it to be closed. */
  descriptorArrived(take: () => number): void {
    const { protocol } = this;
    if (protocol.fileDescriptorReceived !== undefined) {
      this.tell(() => protocol.fileDescriptorReceived!(take()));
    } else if (!this.#complained) {
      this.#complained = true;
      log.warn("{protocol} takes no descriptors: those that its peer sends are closed", {
        protocol: protocol.logPrefix?.() ?? protocol.constructor.name,
      });
    }
  }
}

function refuse(what: string): never {
  throw new NotSupportedByReactorError(
    `Cannot ${what} of a UNIX connection: its reactor has no means for it, use the epoll reactor`,
  );
}

/** A TCP connection: a stream connection with the options of TCP. */
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { InternetAddress } from "./address.ts";
import type { StartTLSOptions, TLSContextFactory } from "./secure-stream.ts";
import { StreamConnection } from "./stream-connection.ts";
import type { ConnectionOwner } from "./stream-connection.ts";
import type { StreamHandle } from "./stream-handle.ts";
import type { TCPTransport } from "./transport.ts";
import type { WriteBatch } from "./write-batch.ts";

/** A handle that also sets the options of TCP. */
export interface TCPHandle extends StreamHandle {
  setNoDelay(enabled: boolean): void;
  setKeepAlive(enabled: boolean): void;
}

export class TCPConnection extends StreamConnection implements TCPTransport {
  readonly #tcp: TCPHandle;
  /** `undefined` until somebody says so. */
  #noDelay: boolean | undefined = undefined;
  #keepAlive = false;

  constructor(
    protocol: ProtocolLike,
    handle: TCPHandle,
    addresses: { readonly host: InternetAddress; readonly peer: InternetAddress },
    owner: ConnectionOwner,
    batch: WriteBatch,
  ) {
    super(protocol, handle, addresses, owner, batch);
    this.#tcp = handle;
  }

  override getHost(): InternetAddress {
    return super.getHost() as InternetAddress;
  }

  override getPeer(): InternetAddress {
    return super.getPeer() as InternetAddress;
  }

  getTcpNoDelay(): boolean {
    return this.#noDelay === true;
  }

  setTcpNoDelay(enabled: boolean): void {
    this.#noDelay = enabled;
    this.#tcp.setNoDelay(enabled);
  }

  /**
   * With TLS, sends small records at once (`TCP_NODELAY`), unless the protocol has said what it wants: what is behind the handshake would wait
   * until the peer has acknowledged the end of it, which he puts off. Writes of one event are one record all the same.
   */
  override startTLS(contextFactory: TLSContextFactory, options?: StartTLSOptions): void {
    if (this.#noDelay === undefined) this.setTcpNoDelay(true);
    super.startTLS(contextFactory, options);
  }

  getTcpKeepAlive(): boolean {
    return this.#keepAlive;
  }

  setTcpKeepAlive(enabled: boolean): void {
    this.#keepAlive = enabled;
    this.#tcp.setKeepAlive(enabled);
  }
}

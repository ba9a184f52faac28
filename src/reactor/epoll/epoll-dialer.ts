/** Connecting with the core. */
import type { ProtocolLike } from "../../protocol/protocol.ts";
import { UNIXAddress } from "../../transport/address.ts";
import type { Address, HostAndPort, InternetAddress } from "../../transport/address.ts";
import { ConnectBindError } from "../../transport/errors.ts";
import type { ConnectionOwner, StreamConnection } from "../../transport/stream-connection.ts";
import { internetAddress } from "../../transport/ports.ts";
import { TCPConnection } from "../../transport/tcp-connection.ts";
import { UNIXConnection } from "../../transport/unix-connection.ts";
import type { WriteBatch } from "../../transport/write-batch.ts";
import type { Attempt, AttemptResult } from "../base-connector.ts";
import { failSoon } from "../stream-dialer.ts";
import type { StreamDialer } from "../stream-dialer.ts";
import type { EpollCore, SlotOwner } from "./epoll-core.ts";
import { EpollHandle } from "./epoll-handle.ts";
import { systemError } from "./system-error.ts";

/** The core adds this to an error that is about the address to connect from. */
const BIND_ERROR = 1000;
const UNIX = -1;

type MakeConnection = (handle: EpollHandle, protocol: ProtocolLike) => StreamConnection;

export class EpollDialer implements StreamDialer {
  readonly #core: () => EpollCore;
  readonly #batch: WriteBatch;

  constructor(core: () => EpollCore, batch: WriteBatch) {
    this.#core = core;
    this.#batch = batch;
  }

  dialTCP(
    destination: HostAndPort,
    from: Partial<HostAndPort> | undefined,
    owner: ConnectionOwner,
    result: AttemptResult,
  ): Attempt {
    const { host, port } = destination;
    const any = host.includes(":") ? "::" : "0.0.0.0";
    const peer = internetAddress("TCP", host, port);
    const source = from === undefined ? "" : (from.host ?? any);
    return this.#dial(host, port, source, from?.port ?? 0, peer, result, (handle, protocol) => {
      const addresses = {
        host: handle.address("host") as InternetAddress,
        // Who has reset the connection already has no address any more.
        peer: (handle.address("peer") as InternetAddress | undefined) ?? peer,
      };
      return new TCPConnection(protocol, handle, addresses, owner, this.#batch);
    });
  }

  dialUNIX(path: string, owner: ConnectionOwner, result: AttemptResult): Attempt {
    const addresses = { host: new UNIXAddress(null), peer: new UNIXAddress(path) };
    return this.#dial(
      path,
      UNIX,
      "",
      0,
      addresses.peer,
      result,
      (handle, protocol) => new UNIXConnection(protocol, handle, addresses, owner, this.#batch),
    );
  }

  #dial(
    host: string,
    port: number,
    from: string,
    fromPort: number,
    peer: Address,
    result: AttemptResult,
    makeConnection: MakeConnection,
  ): Attempt {
    const core = this.#core();
    const slot = core.native.connect(core.handle, host, port, from, fromPort);
    if (slot >= 0) return new Dialling(core, slot, peer, result, makeConnection);
    if (slot > -BIND_ERROR) return failSoon(result, systemError(core.native, "connect", slot));
    const cause = systemError(core.native, "bind", slot + BIND_ERROR);
    return failSoon(result, new ConnectBindError(cause.message, { cause }));
  }
}

/** A slot that connects. */
class Dialling implements SlotOwner, Attempt {
  readonly #core: EpollCore;
  readonly #slot: number;
  readonly #peer: Address;
  readonly #result: AttemptResult;
  readonly #makeConnection: MakeConnection;

  constructor(core: EpollCore, slot: number, peer: Address, result: AttemptResult, makeConnection: MakeConnection) {
    this.#core = core;
    this.#slot = core.own(slot, "connect", this);
    this.#peer = peer;
    this.#result = result;
    this.#makeConnection = makeConnection;
  }

  connected(): void {
    const handle = new EpollHandle(this.#core, this.#slot);
    this.#result.connected(this.#peer, (protocol) => {
      const connection = this.#makeConnection(handle, protocol);
      handle.connect(connection);
      return connection;
    });
  }

  failed(error: Error): void {
    this.#core.release(this.#slot);
    // The core does not know what a slot was about when the system refused it.
    const { errno = 0 } = error as NodeJS.ErrnoException;
    this.#result.failed(errno < 0 ? systemError(this.#core.native, "connect", errno) : error);
  }

  cancel(): void {
    this.#core.release(this.#slot);
  }
}

/**
 * Ports for datagrams over UNIX sockets. One that listens sends to paths; one that is connected sends to its peer, and tells its protocol, instead
 * of its caller, why it could not be opened.
 *
 * Where the receiver has no room, which is after some ten datagrams, a port that is connected waits, with a limit, and one that is not
 * drops the datagram: the system does not say when there is room for whom.
 */
import { chmodSync, unlinkSync } from "node:fs";
import { inspect } from "node:util";
import type { Deferred } from "../../deferred/deferred.ts";
import { Failure } from "../../deferred/failure.ts";
import { InvalidStateError } from "../../errors.ts";
import { UNIXAddress } from "../../transport/address.ts";
import { CannotListenError, ConnectError, MessageLengthError, getConnectError } from "../../transport/errors.ts";
import type { UNIXDatagramTransport } from "../../transport/transport.ts";
import { BaseDatagramPort } from "../base-datagram-port.ts";
import type { PortReactor } from "../base-datagram-port.ts";
import type {
  ConnectUNIXDatagramOptions,
  ConnectedUNIXDatagramProtocolLike,
  ListenUNIXDatagramOptions,
  UNIXDatagramProtocolLike,
} from "../reactor.ts";
import { DatagramSlot } from "./datagram-slot.ts";
import type { DatagramReceiver } from "./datagram-slot.ts";
import type { EpollCore } from "./epoll-core.ts";
import { unixAddressFromName } from "./slot-address.ts";

const DEFAULT_MODE = 0o666;
const LONGEST_DATAGRAM = 65_536;
/** For a path there is no port. */
const NO_PORT = -1;

/** What a port needs of its reactor. */
export interface UNIXDatagramReactor extends PortReactor {
  core(): EpollCore;
}

type UNIXSlot = DatagramSlot<UNIXAddress>;

export class UNIXDatagramPort
  extends BaseDatagramPort<UNIXDatagramProtocolLike, UNIXSlot>
  implements UNIXDatagramTransport, DatagramReceiver<UNIXAddress>
{
  readonly #reactor: UNIXDatagramReactor;
  readonly #path: string | undefined;
  readonly #mode: number;
  protected readonly peer: string | undefined = undefined;

  constructor(
    path: string | undefined,
    protocol: UNIXDatagramProtocolLike,
    reactor: UNIXDatagramReactor,
    { maxPacketSize, mode = DEFAULT_MODE }: ListenUNIXDatagramOptions,
  ) {
    super(protocol, reactor, maxPacketSize);
    this.#path = path;
    this.#reactor = reactor;
    this.#mode = mode;
  }

  whenListening(): Deferred<this> {
    return this.listening(this);
  }

  getHost(): UNIXAddress {
    return unixAddressFromName(this.requireHandle("tell the address").name);
  }

  getPeer(): UNIXAddress {
    if (this.peer !== undefined) return new UNIXAddress(this.peer);
    throw new InvalidStateError("Cannot tell the peer of the port: it is not connected, expected it to be");
  }

  write(packet: string | Uint8Array, address?: string | UNIXAddress): void {
    const slot = this.requireHandle("send a datagram");
    const bytes = bytesOf(packet);
    this.traffic.bytesSent += bytes.length;
    if (this.peer === undefined) slot.send(bytes, pathOf(address), NO_PORT);
    else if (address === undefined || pathOf(address) === this.peer) slot.sendToPeer(bytes);
    else throw new InvalidStateError(`Cannot send to ${String(address)}: the port is connected to ${this.peer}`);
  }

  received(datagram: Buffer, address: UNIXAddress): void {
    if (!this.listens) return;
    this.traffic.bytesReceived += datagram.length;
    try {
      this.protocol.datagramReceived(datagram, address);
    } catch (error) {
      this.notTaken(error);
    }
  }

  protected override open(): UNIXSlot {
    const path = this.#path ?? "";
    try {
      const core = this.#reactor.core();
      const bound = core.native.bindDatagrams(core.handle, path, NO_PORT, this.maxPacketSize, 0);
      const slot = new DatagramSlot(core, bound, this, unixAddressFromName);
      if (!this.isConnected()) slot.dropWithoutRoom();
      if (isFile(path)) chmodSync(path, this.#mode);
      return slot;
    } catch (error) {
      throw new CannotListenError({ interface: path, port: null }, { cause: error });
    }
  }

  protected override start(): void {
    this.protocol.makeConnection(this);
  }

  protected override isConnected(): boolean {
    return this.peer !== undefined;
  }

  protected override where(slot: UNIXSlot): string {
    return JSON.stringify(slot.name);
  }

  protected override forget(): void {
    if (this.#path === undefined || !isFile(this.#path)) return;
    try {
      unlinkSync(this.#path);
    } catch {
      // Somebody has removed it already.
    }
  }
}

export class ConnectedUNIXDatagramPort extends UNIXDatagramPort {
  protected override readonly peer: string;
  readonly #connected: ConnectedUNIXDatagramProtocolLike;

  constructor(
    peer: string,
    protocol: ConnectedUNIXDatagramProtocolLike,
    reactor: UNIXDatagramReactor,
    options: ConnectUNIXDatagramOptions,
  ) {
    super(options.bindAddress, protocol, reactor, options);
    this.peer = peer;
    this.#connected = protocol;
  }

  override startListening(): void {
    let failure: Failure | undefined;
    try {
      super.startListening();
    } catch (error) {
      // Anything else was thrown by the protocol, or is the fault of who called.
      if (!(error instanceof CannotListenError || error instanceof ConnectError)) throw error;
      failure = new Failure(error);
    }
    if (failure !== undefined) this.#connected.connectionFailed(failure);
  }

  protected override open(): UNIXSlot {
    const slot = super.open();
    try {
      slot.connect(this.peer, NO_PORT);
    } catch (error) {
      slot.close();
      this.forget();
      throw getConnectError(error);
    }
    return slot;
  }
}

function bytesOf(packet: string | Uint8Array): Uint8Array {
  const bytes = typeof packet === "string" ? Buffer.from(packet) : packet;
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot send ${inspect(packet, { depth: 0 })}: expected a string or a Uint8Array`);
  }
  if (bytes.length <= LONGEST_DATAGRAM) return bytes;
  throw new MessageLengthError(`Cannot send a datagram of ${bytes.length} bytes: expected ${LONGEST_DATAGRAM} at most`);
}

function pathOf(address: string | UNIXAddress | undefined): string {
  const path = address instanceof UNIXAddress ? address.name : address;
  if (typeof path === "string" && path !== "") return path;
  throw new TypeError(`Cannot send to ${inspect(address)}: expected the path of a UNIX socket that is bound to one`);
}

/** Abstract names, which begin with a zero, are no files. */
function isFile(path: string): boolean {
  return path !== "" && !path.startsWith("\0");
}

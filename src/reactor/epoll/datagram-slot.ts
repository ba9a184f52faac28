/** A slot for datagrams: what UDP and UNIX sockets share. */
import type { Address } from "../../transport/address.ts";
import { ADDRESS_SPACE, DatagramAddresses, TO_PEER } from "./datagram-addresses.ts";
import type { EpollCore, SlotOwner } from "./epoll-core.ts";
import { Interest } from "./native-core.ts";
import { systemError } from "./system-error.ts";

/** Datagrams that the system has no room for wait, where it says when it has some; when this many bytes do, further ones are dropped. */
const QUEUE_LIMIT = 256 * 1024;
const NOTHING = new Uint8Array(0);

/** Who is told what comes. */
export interface DatagramReceiver<A extends Address> {
  received(datagram: Buffer, address: A): void;
  failed(error: Error): void;
}

export class DatagramSlot<A extends Address> implements SlotOwner {
  readonly core: EpollCore;
  readonly slot: number;
  readonly #receiver: DatagramReceiver<A>;
  readonly #addresses: DatagramAddresses<A>;
  /** Whether the system says when there is room again for what it did not take. */
  #waits = true;
  /** Datagrams that are to be sent, with the addresses before them. */
  #queue: Uint8Array[] = [];
  #queued = 0;

  /** For a slot that the core has opened, or the error that it answered instead, which is thrown. */
  constructor(core: EpollCore, slot: number, receiver: DatagramReceiver<A>, fromText: (text: string) => A) {
    this.core = core;
    this.#receiver = receiver;
    this.#addresses = new DatagramAddresses(core.native, fromText);
    this.slot = core.own(slot, "bind", this);
  }

  /** The name of this end, as the core tells it. */
  get name(): string {
    const name = this.core.native.name(this.core.handle, this.slot, 0);
    return typeof name === "string" ? name : "";
  }

  /** For each datagram that there is no room for: it is dropped from now on. */
  dropWithoutRoom(): void {
    this.#waits = false;
  }

  /** Sends to a host and a port, or to a path, whose port is -1. */
  send(bytes: Uint8Array, host: string, port: number): void {
    const address = this.#addresses.encode(host, port);
    if (typeof address === "number") throw systemError(this.core.native, "sendto", address);
    this.#send(address, bytes);
  }

  sendToPeer(bytes: Uint8Array): void {
    this.#send(TO_PEER, bytes);
  }

  /** Connects to a host and a port, or to a path, whose port is -1. */
  connect(host: string, port: number): void {
    this.check("connect", this.core.native.connectDatagrams(this.core.handle, this.slot, host, port));
  }

  close(): void {
    this.core.release(this.slot);
    this.#queue = [];
    this.#queued = 0;
  }

  /** Throws what the system said. */
  check(syscall: string, status: number): void {
    if (status < 0) throw systemError(this.core.native, syscall, status);
  }

  datagram(core: EpollCore, offset: number, length: number): void {
    const address = this.#addresses.at(core.slab, offset);
    this.#receiver.received(core.bytes(offset + ADDRESS_SPACE, length, false), address);
  }

  failed(error: Error): void {
    this.#receiver.failed(error);
  }

  sentPartly(sent: number, rest: Uint8Array): void {
    const error = systemError(this.core.native, "sendmsg", sent) as NodeJS.ErrnoException;
    if (error.code !== "EAGAIN") this.#receiver.failed(error);
    else if (this.#waits && this.#queued < QUEUE_LIMIT) this.#enqueue(rest);
  }

  writable(): void {
    // What is queued is sent as if it were new, until there is no room again.
    const queue = this.#queue;
    this.#queue = [];
    this.#queued = 0;
    for (const datagram of queue) this.#gather(datagram, NOTHING);
    this.core.flush();
    if (this.#queued === 0) this.core.watch(this.slot, Interest.READ);
  }

  #send(address: Uint8Array, bytes: Uint8Array): void {
    if (this.#queued === 0) this.#gather(address, bytes);
    else if (this.#queued < QUEUE_LIMIT) this.#enqueue(Buffer.concat([address, bytes]));
  }

  #gather(address: Uint8Array, bytes: Uint8Array): void {
    const { core, slot } = this;
    if (core.gatherDatagram(slot, address, bytes)) return;
    core.flush();
    core.gatherDatagram(slot, address, bytes);
  }

  #enqueue(datagram: Uint8Array): void {
    if (this.#queued === 0) this.core.watch(this.slot, Interest.READ | Interest.WRITE);
    this.#queue.push(datagram);
    this.#queued += datagram.length;
  }
}

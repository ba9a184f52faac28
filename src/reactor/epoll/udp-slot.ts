/** A slot of the core as the handle of a UDP port. */
import type { InternetAddress } from "../../transport/address.ts";
import type { DatagramEvents, DatagramHandle } from "../../transport/datagram-handle.ts";
import type { DatagramPlace, DatagramSocketOptions } from "../datagram-port.ts";
import { DatagramSlot } from "./datagram-slot.ts";
import type { EpollCore } from "./epoll-core.ts";
import { internetAddressFromName } from "./slot-address.ts";

const BROADCAST = 0;
const MULTICAST_TTL = 1;
const MULTICAST_LOOPBACK = 2;

export class UDPSlot implements DatagramHandle {
  readonly #slot: DatagramSlot<InternetAddress>;
  #host: InternetAddress;

  /** For a slot that the core has opened, or the error that it answered instead, which is thrown. */
  constructor(core: EpollCore, slot: number, events: DatagramEvents) {
    this.#slot = new DatagramSlot(core, slot, events, udpAddress);
    this.#host = udpAddress(this.#slot.name);
  }

  getHost(): InternetAddress {
    return this.#host;
  }

  send(bytes: Uint8Array, host: string, port: number): void {
    this.#slot.send(bytes, host, port);
  }

  sendToPeer(bytes: Uint8Array): void {
    this.#slot.sendToPeer(bytes);
  }

  connect(host: string, port: number): InternetAddress {
    const { core, slot } = this.#slot;
    this.#slot.connect(host, port);
    // A socket that was bound to all addresses is now bound to the one that leads to the peer.
    this.#host = udpAddress(this.#slot.name);
    return udpAddress(String(core.native.name(core.handle, slot, 1)));
  }

  setBroadcast(enabled: boolean): void {
    this.#setOption(BROADCAST, enabled ? 1 : 0);
  }

  setMulticastTTL(ttl: number): void {
    this.#setOption(MULTICAST_TTL, ttl);
  }

  setMulticastLoopback(enabled: boolean): void {
    this.#setOption(MULTICAST_LOOPBACK, enabled ? 1 : 0);
  }

  setMulticastInterface(address: string): void {
    const { core, slot } = this.#slot;
    this.#slot.check("setsockopt", core.native.setMulticastInterface(core.handle, slot, address, 0));
  }

  joinGroup(group: string, networkInterface: string | undefined): void {
    this.#setMembership(1, group, networkInterface);
  }

  leaveGroup(group: string, networkInterface: string | undefined): void {
    this.#setMembership(0, group, networkInterface);
  }

  close(): void {
    this.#slot.close();
  }

  #setOption(option: number, value: number): void {
    const { core, slot } = this.#slot;
    this.#slot.check("setsockopt", core.native.setDatagramOption(core.handle, slot, option, value));
  }

  #setMembership(join: number, group: string, networkInterface = ""): void {
    const { core, slot } = this.#slot;
    this.#slot.check("setsockopt", core.native.setMembership(core.handle, slot, join, group, networkInterface, 0));
  }
}

/** Binds a socket of the core, or takes one over. */
export function bindUDP(
  core: EpollCore,
  place: DatagramPlace,
  events: DatagramEvents,
  { family, reuseAddr, reusePort, maxPacketSize }: DatagramSocketOptions,
): UDPSlot {
  const { native, handle } = core;
  if (!("fd" in place)) {
    const host = place.address || "0.0.0.0";
    return new UDPSlot(
      core,
      native.bindDatagrams(handle, host, place.port, maxPacketSize, (reuseAddr ? 1 : 0) | (reusePort === true ? 2 : 0)),
      events,
    );
  }
  const slot = new UDPSlot(core, native.adoptDatagrams(handle, place.fd, maxPacketSize), events);
  const isIPv6 = slot.getHost().host.includes(":");
  if (isIPv6 === (family === "ipv6")) return slot;
  slot.close();
  // Nothing would arrive.
  throw new TypeError(`Cannot use a socket of the family ${isIPv6 ? "IPv6" : "IPv4"}: expected ${family}`);
}

function udpAddress(name: string): InternetAddress {
  return internetAddressFromName("UDP", name);
}

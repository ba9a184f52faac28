/** A socket for datagrams on a simulated machine, as the handle of a datagram port. */
import type { BindDatagrams, DatagramPlace, DatagramSocketOptions } from "../reactor/datagram-port.ts";
import { refuse } from "../reactor/not-supported.ts";
import type { InternetAddress } from "../transport/address.ts";
import type { DatagramEvents, DatagramHandle } from "../transport/datagram-handle.ts";
import { internetAddress } from "../transport/ports.ts";
import { ipAddressBytes, ipAddressText } from "../bytes/ip-address.ts";
import type { DatagramReceiver } from "./bound-sockets.ts";
import { isLoopback, isMulticast, isWildcard, loopbackOf } from "./machine-address.ts";
import type { HostLife } from "./host-life.ts";
import type { Machine } from "./machine.ts";
import { sendDatagram } from "./send-datagram.ts";
import { systemError } from "./system-error.ts";
import type { Wiring } from "./wiring.ts";

/** How many bytes wait for a program that does not take them; what comes on top is lost. */
const RECEIVE_BUFFER = 212_992;

export class DatagramSocket implements DatagramHandle, DatagramReceiver {
  readonly shares: boolean;
  readonly port: number;
  address: string;
  readonly #machine: Machine;
  readonly #wiring: Wiring;
  readonly #life: HostLife;
  readonly #events: DatagramEvents;
  readonly #groups: Set<string> = new Set();
  #peer: { readonly address: string; readonly port: number } | undefined = undefined;
  #multicastTTL = 1;
  #loopsBack = true;
  #source: string | undefined = undefined;
  #lastSender: InternetAddress | undefined = undefined;
  #waiting = 0;
  #isClosed = false;

  constructor(
    machine: Machine,
    wiring: Wiring,
    place: DatagramPlace,
    events: DatagramEvents,
    { family, reuseAddr }: Pick<DatagramSocketOptions, "family" | "reuseAddr">,
  ) {
    if ("fd" in place) refuse("sim", "adopt a descriptor", "use the epoll reactor");
    this.#machine = machine;
    this.#wiring = wiring;
    this.#life = machine.life;
    this.#events = events;
    this.shares = reuseAddr;
    this.address = normal(place.address || (family === "ipv4" ? "0.0.0.0" : "::"));
    const canBind = isWildcard(this.address) || isMulticast(this.address) || machine.has(this.address);
    if (!canBind) throw systemError("bind", "EADDRNOTAVAIL");
    this.port = machine.udp.choosePort(this, place.port);
    machine.udp.add(this);
  }

  getHost(): InternetAddress {
    return internetAddress("UDP", this.address, this.port);
  }

  send(bytes: Uint8Array, host: string, port: number): void {
    const to = normal(host);
    const target = isWildcard(to) ? loopbackOf(to) : to;
    let from: string;
    try {
      from = this.#sourceFor(target);
    } catch (error) {
      this.#tell(() => this.#events.failed(error as Error));
      return;
    }
    sendDatagram(this.#machine, this.#wiring, {
      socket: this,
      from,
      to: target,
      port,
      bytes: Buffer.from(bytes),
      ttl: this.#multicastTTL,
      loopsBack: this.#loopsBack,
    });
  }

  sendToPeer(bytes: Uint8Array): void {
    this.send(bytes, this.#peer!.address, this.#peer!.port);
  }

  connect(host: string, port: number): InternetAddress {
    const address = normal(host);
    const source = this.#sourceFor(address);
    this.address = source;
    this.#peer = { address, port };
    return internetAddress("UDP", address, port);
  }

  /** Whether broadcasts are allowed is asked of the port. */
  setBroadcast(): void {}

  setMulticastTTL(ttl: number): void {
    this.#multicastTTL = ttl;
  }

  setMulticastLoopback(enabled: boolean): void {
    this.#loopsBack = enabled;
  }

  setMulticastInterface(address: string): void {
    const source = normal(address);
    if (!isWildcard(source) && !this.#machine.has(source)) throw systemError("setsockopt", "EADDRNOTAVAIL");
    this.#source = isWildcard(source) ? undefined : source;
  }

  joinGroup(given: string, networkInterface: string | undefined): void {
    const group = this.#checkedGroup(given, networkInterface);
    if (this.#groups.has(group)) throw systemError("setsockopt", "EADDRINUSE");
    this.#groups.add(group);
  }

  leaveGroup(given: string, networkInterface: string | undefined): void {
    const group = this.#checkedGroup(given, networkInterface);
    if (!this.#groups.delete(group)) throw systemError("setsockopt", "EADDRNOTAVAIL");
  }

  close(): void {
    this.#isClosed = true;
    this.#machine.udp.remove(this);
  }

  isMember(group: string): boolean {
    return this.#groups.has(group);
  }

  accepts(address: string, port: number): boolean {
    const peer = this.#peer;
    return peer === undefined || (peer.address === address && peer.port === port);
  }

  hasRoom(size: number): boolean {
    return this.#waiting + size <= RECEIVE_BUFFER;
  }

  arrived(data: Buffer, sender: InternetAddress): void {
    this.#waiting += data.length;
    // Most datagrams come from where the last one came from, and addresses are values: they share one object.
    const from = this.#lastSender?.equals(sender) === true ? this.#lastSender : sender;
    this.#lastSender = from;
    this.#life.run(() => {
      this.#waiting -= data.length;
      if (!this.#isClosed) this.#events.received(data, from);
    });
  }

  refused(address: string, port: number): void {
    const peer = this.#peer;
    if (peer === undefined || peer.address !== address || peer.port !== port) return;
    this.#tell(() => this.#events.failed(systemError("recvmsg", "ECONNREFUSED")));
  }

  /** Tells the port something, as an event of its own. */
  #tell(call: () => void): void {
    this.#life.runLater(0, () => !this.#isClosed && call());
  }

  /** The address to send from; throws where there is no way from here. */
  #sourceFor(destination: string): string {
    const bound = isWildcard(this.address) ? undefined : this.address;
    if (isMulticast(destination) || destination === "255.255.255.255") {
      const source = this.#source ?? bound ?? this.#machine.sourceFor(destination);
      if (source === undefined) throw systemError("send", "EHOSTUNREACH");
      return source;
    }
    // A loopback address leads nowhere else.
    if (bound !== undefined && isLoopback(bound) && !this.#machine.has(destination))
      throw systemError("send", "EINVAL");
    const source = bound ?? this.#machine.sourceFor(destination);
    if (source === undefined) throw systemError("send", "EHOSTUNREACH");
    return source;
  }

  #checkedGroup(group: string, networkInterface: string | undefined): string {
    const address = normal(group);
    if (!isMulticast(address)) throw systemError("setsockopt", "EINVAL");
    const on = networkInterface === undefined ? undefined : normal(networkInterface);
    if (on !== undefined && !isWildcard(on) && !this.#machine.has(on)) throw systemError("setsockopt", "ENODEV");
    return address;
  }
}

/** What binds the sockets of a machine. */
export function bindDatagramsOn(machine: Machine, wiring: Wiring): BindDatagrams {
  return (place, events, options) => new DatagramSocket(machine, wiring, place, events, options);
}

/** An address as the system writes it. */
function normal(address: string): string {
  const bytes = ipAddressBytes(address);
  return bytes === undefined ? address : (ipAddressText(bytes) ?? address);
}

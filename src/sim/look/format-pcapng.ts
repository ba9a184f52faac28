/** What a simulated network's packets would look like to a sniffer: a file for Wireshark, tshark and others. */
import { ipAddressBytes } from "../../bytes/ip-address.ts";
import type { Packet, SimulationEvent } from "../simulation-event.ts";
import { TCPNumbers } from "./tcp-numbers.ts";
import type { SegmentNumbers } from "./tcp-numbers.ts";
import { IPProtocol, ipHeader, longestContent } from "./wire/ip-packet.ts";
import type { IPAddresses } from "./wire/ip-packet.ts";
import { enhancedPacket, interfaceDescription, nameResolution, sectionHeader } from "./wire/pcapng-blocks.ts";
import { TCPFlag, TCP_LENGTH, tcpHeader } from "./wire/tcp-segment.ts";
import { UDP_LENGTH, udpHeader } from "./wire/udp-datagram.ts";

/** The options of `formatPcapng`. */
export interface PcapngOptions {
  /**
   * The host at whose interface to listen: the file has what it sent, and what arrived, at the times when it did. Default: everywhere; the file
   * has what all hosts sent, when they sent it, each with an interface of its own name.
   */
  readonly at?: string;
  /** The date, in milliseconds since 1970, at which the virtual time begins. Default: 0 */
  readonly start?: number;
}

/**
 * The packets of a log as a pcapng file, which Wireshark opens.
 *
 * Packets that got lost have a comment that says why. Where the log has no bytes (a network with `record: "bytes"` keeps them), a packet is cut
 * behind its headers, and says how long it was. What streams sent in pieces too long for IP is several segments, and of a datagram too long
 * for IP as much as fits. The packets of UNIX sockets are left out, for they never are on a wire.
 *
 * @example
 * const here = { host: "a", address: "10.0.0.1", port: 4000 };
 * const there = { host: "b", address: "10.0.0.2", port: 5000 };
 * const numbers = { id: 1, flow: 0, flags: "", sequence: 0, acknowledged: 0 } as const;
 * const payload = Buffer.from("hello");
 * const packet = { ...numbers, protocol: "udp", from: here, to: there, size: 5, payload } as const;
 * const file = formatPcapng([{ time: 1000, kind: "sent", host: "a", text: "", packet }]);
 * assert.equal(file.readUInt32LE(0), 0x0a0d0d0a);
 * assert.ok(file.includes("hello"));
 */
export function formatPcapng(events: readonly SimulationEvent[], options: PcapngOptions = {}): Buffer {
  const start = BigInt(Math.round((options.start ?? 0) * 1e6));
  const capture = new Capture(start, lossesOf(events), options.at);
  for (const event of events) capture.add(event);
  return capture.finish();
}

/** Why the packets that got lost did, by their ids. */
function lossesOf(events: readonly SimulationEvent[]): Map<number, string> {
  const losses = new Map<number, string>();
  for (const { kind, packet, text } of events) if (kind === "lost" && packet !== undefined) losses.set(packet.id, text);
  return losses;
}

const NOTHING = Buffer.alloc(0);

class Capture {
  readonly #start: bigint;
  readonly #losses: ReadonlyMap<number, string>;
  readonly #at: string | undefined;
  readonly #numbers = new TCPNumbers();
  /** Of packets that are on their way to the host that listens. */
  readonly #awaited = new Map<number, SegmentNumbers>();
  readonly #addresses = new Map<string, Buffer>();
  readonly #names = new Map<string, Set<string>>();
  readonly #interfaces = new Map<string, number>();
  readonly #blocks: Buffer[] = [];

  constructor(start: bigint, losses: ReadonlyMap<number, string>, at: string | undefined) {
    this.#start = start;
    this.#losses = losses;
    this.#at = at;
    if (at !== undefined) this.#interfaces.set(at, 0);
  }

  add({ kind, time, packet }: SimulationEvent): void {
    if (packet === undefined || packet.protocol === "unix" || (kind !== "sent" && kind !== "arrived")) return;
    const isTCP = packet.protocol === "tcp";
    const at = this.#at;
    const isOwn = at === undefined || packet.from.host === at;
    if (kind === "sent") {
      const numbers = isTCP ? this.#numbers.sent(packet) : undefined;
      if (isOwn) this.#write(time, packet, numbers, at === undefined ? undefined : "outbound");
      else if (numbers !== undefined && packet.to.host === at) this.#awaited.set(packet.id, numbers);
      return;
    }
    if (isTCP) this.#numbers.arrived(packet);
    // What a host sends to itself is seen once.
    if (isOwn || packet.to.host !== at) return;
    // Where the log has lost its beginning, packets arrive that nobody sent.
    const numbers = isTCP ? (this.#awaited.get(packet.id) ?? this.#numbers.sent(packet)) : undefined;
    this.#awaited.delete(packet.id);
    this.#write(time, packet, numbers, "inbound");
  }

  finish(): Buffer {
    const interfaces = [...this.#interfaces.keys()].map((name) => interfaceDescription(name));
    // An address of several hosts, such as that of a broadcast or of the loopback interface, is the name of none.
    const own = [...this.#names].filter(([, hosts]) => hosts.size === 1);
    const names = own.map(([address, hosts]) => ({ address: this.#addressOf(address), name: [...hosts][0]! }));
    return Buffer.concat([sectionHeader("Hawser"), ...interfaces, nameResolution(names), ...this.#blocks]);
  }

  #write(
    time: number,
    packet: Packet,
    numbers: SegmentNumbers | undefined,
    direction: "inbound" | "outbound" | undefined,
  ): void {
    const addresses = this.#addressesOf(packet);
    const loss = this.#losses.get(packet.id);
    const seenAt = direction === "inbound" ? packet.to.host : packet.from.host;
    const record: Seen = {
      interface: this.#interfaceOf(seenAt),
      time: this.#start + BigInt(time),
      direction,
      comment: loss === undefined ? "" : `Lost: ${loss}`,
    };
    const blocks =
      numbers === undefined
        ? [datagramBlock(record, packet, addresses)]
        : segmentBlocks(record, packet, numbers, addresses);
    for (const block of blocks) this.#blocks.push(block);
  }

  #interfaceOf(host: string): number {
    let index = this.#interfaces.get(host);
    if (index === undefined) this.#interfaces.set(host, (index = this.#interfaces.size));
    return index;
  }

  #addressesOf({ from, to }: Packet): IPAddresses {
    const source = this.#addressOf(from.address);
    const destination = this.#addressOf(to.address);
    this.#learnName(from.address, source, from.host);
    this.#learnName(to.address, destination, to.host);
    if (source.length === destination.length) return { source, destination };
    return { source: asIPv6(source), destination: asIPv6(destination) };
  }

  #addressOf(text: string): Buffer {
    let bytes = this.#addresses.get(text);
    if (bytes === undefined) {
      bytes = ipAddressBytes(text.replace(/%.*$/s, ""));
      if (bytes === undefined)
        throw new RangeError(`Cannot capture a packet of ${JSON.stringify(text)}: expected an IP address`);
      this.#addresses.set(text, bytes);
    }
    return bytes;
  }

  #learnName(address: string, bytes: Buffer, host: string): void {
    const names = this.#names.get(address);
    if (names !== undefined) names.add(host);
    else if (!isOfGroup(bytes)) this.#names.set(address, new Set([host]));
  }
}

/** What the blocks of a packet have in common. */
interface Seen {
  readonly interface: number;
  readonly time: bigint;
  readonly direction: "inbound" | "outbound" | undefined;
  readonly comment: string;
}

/** A segment, or several where it is too long for one. */
function segmentBlocks(record: Seen, packet: Packet, numbers: SegmentNumbers, addresses: IPAddresses): Buffer[] {
  const { from, to, id, size } = packet;
  const known = (packet.payload ?? NOTHING).subarray(0, size);
  const longest = longestContent(addresses) - TCP_LENGTH;
  const blocks: Buffer[] = [];
  for (let at = 0; at === 0 || at < size; at += longest) {
    const length = Math.min(longest, size - at);
    const isLast = at + length === size;
    const fields = {
      sourcePort: from.port,
      destinationPort: to.port,
      sequence: (numbers.sequence + at) % 0x1_0000_0000,
      acknowledgment: numbers.acknowledgment,
      flags: isLast ? numbers.flags : numbers.flags & ~(TCPFlag.fin | TCPFlag.psh),
    };
    const payload = known.subarray(at, at + length);
    const header = tcpHeader(addresses, fields, payload, length);
    const content = header.length + length;
    const parts = [ipHeader(addresses, IPProtocol.tcp, content, id), header, payload];
    blocks.push(enhancedPacket({ ...record, parts, length: parts[0]!.length + content }));
  }
  return blocks;
}

function datagramBlock(record: Seen, packet: Packet, addresses: IPAddresses): Buffer {
  const { from, to, id, size } = packet;
  const length = Math.min(size, longestContent(addresses) - UDP_LENGTH);
  const payload = (packet.payload ?? NOTHING).subarray(0, length);
  const header = udpHeader(addresses, { sourcePort: from.port, destinationPort: to.port }, payload, length);
  const parts = [ipHeader(addresses, IPProtocol.udp, UDP_LENGTH + length, id), header, payload];
  const cut = length === size ? "" : `The datagram had ${size} bytes, more than IP can carry`;
  const comment = [record.comment, cut].filter((text) => text !== "").join(". ");
  return enhancedPacket({ ...record, comment, parts, length: parts[0]!.length + UDP_LENGTH + length });
}

/** RFC 4291 section 2.5.5.2. */
function asIPv6(address: Buffer): Buffer {
  return address.length === 16 ? address : Buffer.concat([Buffer.alloc(10), Buffer.of(0xff, 0xff), address]);
}

/** Multicast, or broadcast to all. */
function isOfGroup(address: Buffer): boolean {
  return address.length === 4 ? address[0]! >= 224 : address[0] === 0xff;
}

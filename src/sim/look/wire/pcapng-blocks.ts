/**
 * The blocks of a pcapng file: draft-ietf-opsawg-pcapng, section 4. All numbers are little-endian, and all blocks end at a multiple of
 * four bytes.
 */

/** What begins a file. */
export function sectionHeader(application: string): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(1, 4);
  // Nobody has to know how long the section is: -1.
  body.fill(0xff, 8);
  return block(BlockType.sectionHeader, body, options([Option.userApplication, utf8(application)]));
}

/** An interface whose packets begin with their IP header; their times are in nanoseconds. Interfaces are numbered from 0 as they come. */
export function interfaceDescription(name: string): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(LINKTYPE_RAW, 0);
  // The last four bytes are the snap length: 0, nothing is cut for being long.
  return block(
    BlockType.interfaceDescription,
    body,
    options([Option.interfaceName, utf8(name)], [Option.timeResolution, Buffer.of(9)]),
  );
}

/** An address and the name that it has. */
export interface NameRecord {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly name: string;
}

export function nameResolution(records: readonly NameRecord[]): Buffer {
  const encoded = records.map(({ address, name }) => {
    const type = address.length === 4 ? NameRecordType.ipv4 : NameRecordType.ipv6;
    // The name ends with a zero, so that it cannot have one inside.
    const text = utf8(name.replaceAll("\0", ""), 0xffff - address.length - 1);
    return option(type, Buffer.concat([address, text, Buffer.of(0)]));
  });
  return block(BlockType.nameResolution, ...encoded, Buffer.alloc(4));
}

/** A packet that was seen at an interface. */
export interface CapturedPacket {
  readonly interface: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** The bytes that are known, in parts. */
  readonly parts: readonly Uint8Array[];
  /** How long the packet was, known or not. */
  readonly length: number;
  readonly direction: "inbound" | "outbound" | undefined;
  readonly comment: string;
}

export function enhancedPacket(packet: CapturedPacket): Buffer {
  const { time, parts, direction, comment } = packet;
  const captured = parts.reduce((sum, part) => sum + part.length, 0);
  const body = Buffer.alloc(20);
  body.writeUInt32LE(packet.interface, 0);
  body.writeUInt32LE(Number((time >> 32n) & 0xffff_ffffn), 4);
  body.writeUInt32LE(Number(time & 0xffff_ffffn), 8);
  body.writeUInt32LE(captured, 12);
  body.writeUInt32LE(packet.length, 16);
  const said: [number, Uint8Array][] = [];
  if (comment !== "") said.push([Option.comment, utf8(comment)]);
  if (direction !== undefined) said.push([Option.packetFlags, Buffer.of(direction === "inbound" ? 1 : 2, 0, 0, 0)]);
  return block(BlockType.enhancedPacket, body, ...parts, padding(captured), options(...said));
}

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** "Raw IP; the packet begins with an IPv4 or IPv6 header". */
const LINKTYPE_RAW = 101;

const BlockType = { interfaceDescription: 1, nameResolution: 4, enhancedPacket: 6, sectionHeader: 0x0a0d0d0a } as const;

/** The numbers of options; what a number means depends on the block, except 0 and 1. */
const Option = { end: 0, comment: 1, packetFlags: 2, interfaceName: 2, userApplication: 4, timeResolution: 9 } as const;

const NameRecordType = { ipv4: 1, ipv6: 2 } as const;

/** Type and length stand in front, and the length once more at the end, so that files can be read backwards. */
function block(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 12);
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(length, 4);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.writeUInt32LE(length, at);
  return bytes;
}

/** "The option list is terminated by an option which uses the special 'End of Option' code", where there is any. */
function options(...list: readonly (readonly [number, Uint8Array])[]): Buffer {
  if (list.length === 0) return Buffer.alloc(0);
  return Buffer.concat([...list.map(([code, value]) => option(code, value)), option(Option.end, Buffer.alloc(0))]);
}

function option(code: number, value: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(code, 0);
  header.writeUInt16LE(value.length, 2);
  return Buffer.concat([header, value, padding(value.length)]);
}

function padding(length: number): Buffer {
  return Buffer.alloc(-length & 3);
}

/** As many whole characters of `text` as there is room for; a length has 16 bits. */
function utf8(text: string, room: number = 0xffff): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length <= room) return bytes;
  const { written } = new TextEncoder().encodeInto(text, bytes.subarray(0, room));
  return bytes.subarray(0, written);
}

/** IP headers: version 4 (RFC 791) and version 6 (RFC 8200), without options, extensions and fragments. */
import { internetChecksum } from "./internet-checksum.ts";

/** From where to where: addresses of 4 bytes each, or of 16 each. */
export interface IPAddresses {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/** The numbers of the protocols inside. */
export const IPProtocol = { tcp: 6, udp: 17 } as const;

/** How many bytes may follow the header: version 4 counts itself. */
export function longestContent({ source }: IPAddresses): number {
  return source.length === 4 ? 0xffff - IPV4_LENGTH : 0xffff;
}

/** The header of a packet; `length` counts what follows it. */
export function ipHeader(addresses: IPAddresses, protocol: number, length: number, identification: number): Buffer {
  return addresses.source.length === 4
    ? ipv4Header(addresses, protocol, length, identification)
    : ipv6Header(addresses, protocol, length);
}

/** What TCP and UDP put in front of themselves when they compute a checksum: RFC 9293 section 3.1, RFC 8200 section 8.1. */
export function pseudoHeader({ source, destination }: IPAddresses, protocol: number, length: number): Buffer {
  const isVersion4 = source.length === 4;
  const header = Buffer.alloc(isVersion4 ? 12 : 40);
  header.set(source, 0);
  header.set(destination, source.length);
  if (isVersion4) {
    header[9] = protocol;
    header.writeUInt16BE(length, 10);
  } else {
    header.writeUInt32BE(length, 32);
    header[39] = protocol;
  }
  return header;
}

const IPV4_LENGTH = 20;
const IPV6_LENGTH = 40;
const HOP_LIMIT = 64;
const DO_NOT_FRAGMENT = 0x4000;

function ipv4Header(addresses: IPAddresses, protocol: number, length: number, identification: number): Buffer {
  const { source, destination } = addresses;
  const header = Buffer.alloc(IPV4_LENGTH);
  header[0] = 0x45;
  header.writeUInt16BE(IPV4_LENGTH + length, 2);
  header.writeUInt16BE(identification & 0xffff, 4);
  header.writeUInt16BE(DO_NOT_FRAGMENT, 6);
  header[8] = hopLimit((destination[0]! & 0xf0) === 0xe0);
  header[9] = protocol;
  header.set(source, 12);
  header.set(destination, 16);
  header.writeUInt16BE(internetChecksum(header), 10);
  return header;
}

function ipv6Header({ source, destination }: IPAddresses, protocol: number, length: number): Buffer {
  const header = Buffer.alloc(IPV6_LENGTH);
  header[0] = 0x60;
  header.writeUInt16BE(length, 4);
  header[6] = protocol;
  header[7] = hopLimit(destination[0] === 0xff);
  header.set(source, 8);
  header.set(destination, 24);
  return header;
}

/** What systems send to a group goes no further than the next router, unless a program asks for more. */
function hopLimit(isMulticast: boolean): number {
  return isMulticast ? 1 : HOP_LIMIT;
}

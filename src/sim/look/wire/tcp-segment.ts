/** The header of a TCP segment: RFC 9293 section 3.1. */
import { internetChecksum } from "./internet-checksum.ts";
import { IPProtocol, pseudoHeader } from "./ip-packet.ts";
import type { IPAddresses } from "./ip-packet.ts";

/** The control bits. */
export const TCPFlag = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

export interface TCPFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
}

/** The length of the header without options. */
export const TCP_LENGTH = 20;

/**
 * The header of a segment with `size` bytes of data. Of these, `payload` are known and counted in the checksum, the others are taken to be 0.
 *
 * No window is ever the limit: it is as wide as can be, and RFC 7323 window scaling, which segments with SYN offer, makes it a gibibyte.
 */
export function tcpHeader(addresses: IPAddresses, fields: TCPFields, payload: Uint8Array, size: number): Buffer {
  const options = (fields.flags & TCPFlag.syn) === 0 ? [] : OPENING_OPTIONS;
  const length = TCP_LENGTH + options.length;
  const header = Buffer.alloc(length);
  header.writeUInt16BE(fields.sourcePort, 0);
  header.writeUInt16BE(fields.destinationPort, 2);
  header.writeUInt32BE(fields.sequence, 4);
  header.writeUInt32BE(fields.acknowledgment, 8);
  header[12] = (length / 4) << 4;
  header[13] = fields.flags;
  header.writeUInt16BE(0xffff, 14);
  header.set(options, TCP_LENGTH);
  const pseudo = pseudoHeader(addresses, IPProtocol.tcp, length + size);
  header.writeUInt16BE(internetChecksum(pseudo, header, payload), 16);
  return header;
}

/**
 * The longest segment (RFC 9293 section 3.7.1), as long as IPv4 allows; behind an option that does nothing, the scale of the window (RFC 7323
 * section 2.2), with the largest shift that is allowed.
 */
const OPENING_OPTIONS = [2, 4, 0xff, 0xd7, 1, 3, 3, 14];

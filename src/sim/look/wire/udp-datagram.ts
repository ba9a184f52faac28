/** The header of a UDP datagram: RFC 768. */
import { internetChecksum } from "./internet-checksum.ts";
import { IPProtocol, pseudoHeader } from "./ip-packet.ts";
import type { IPAddresses } from "./ip-packet.ts";

export interface UDPFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export const UDP_LENGTH = 8;

/** The header of a datagram with `size` bytes of data. Of these, `payload` are known and counted in the checksum, the others are taken to be 0. */
export function udpHeader(addresses: IPAddresses, fields: UDPFields, payload: Uint8Array, size: number): Buffer {
  const header = Buffer.alloc(UDP_LENGTH);
  header.writeUInt16BE(fields.sourcePort, 0);
  header.writeUInt16BE(fields.destinationPort, 2);
  header.writeUInt16BE(UDP_LENGTH + size, 4);
  const pseudo = pseudoHeader(addresses, IPProtocol.udp, UDP_LENGTH + size);
  // "If the computed checksum is zero, it is transmitted as all ones": a zero says that there is none.
  header.writeUInt16BE(internetChecksum(pseudo, header, payload) || 0xffff, 6);
  return header;
}

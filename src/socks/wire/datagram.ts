/** Datagrams between a client and a proxy: RFC 1928 section 7. */
import { SOCKSProtocolError } from "./errors.ts";
import { formatAddress, parseAddress } from "./socks-address.ts";
import type { SOCKSAddress } from "./socks-address.ts";

/** A datagram with the place that it goes to, or comes from. */
export interface SOCKSDatagram {
  readonly address: SOCKSAddress;
  readonly payload: Buffer;
}

const HEADER = Buffer.alloc(3);

export function formatDatagram({ address, payload }: SOCKSDatagram): Buffer {
  return Buffer.concat([HEADER, formatAddress(address), payload]);
}

/** Throws `SOCKSProtocolError` for what is none. */
export function parseDatagram(bytes: Buffer): SOCKSDatagram {
  // "An implementation that does not support fragmentation MUST drop any datagram whose FRAG field is other than X'00'."
  if (bytes.length < 3 || bytes[2] !== 0)
    throw new SOCKSProtocolError("The datagram is a fragment, expected a whole one");
  const parsed = parseAddress(bytes, 3);
  if (typeof parsed === "string") throw new SOCKSProtocolError("The datagram has no address, expected one");
  return { address: parsed.address, payload: bytes.subarray(parsed.end) };
}

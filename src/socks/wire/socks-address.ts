/** Addresses in messages of version 5: RFC 1928 section 5. */
import { ipAddressBytes, ipAddressText } from "../../bytes/ip-address.ts";
import { LocalProtocolError } from "../../errors.ts";

/** A place: an IP address or a name, and a port. */
export interface SOCKSAddress {
  readonly host: string;
  readonly port: number;
}

const IPV4 = 1;
const DOMAIN_NAME = 3;
const IPV6 = 4;
const LONGEST_NAME = 255;

/** An address that says nothing: for replies where there is none to tell. */
export const NO_ADDRESS: SOCKSAddress = { host: "0.0.0.0", port: 0 };

/** Throws `LocalProtocolError` for a host that is no address and too long for a name. */
export function formatAddress({ host, port }: SOCKSAddress): Buffer {
  const bytes = ipAddressBytes(host.split("%", 1)[0]!);
  const name = bytes ?? Buffer.from(host);
  if (name.length === 0 || name.length > LONGEST_NAME) {
    throw new LocalProtocolError(`Cannot send a host of ${name.length} bytes: expected 1 to ${LONGEST_NAME}`);
  }
  const head = bytes === undefined ? [DOMAIN_NAME, name.length] : [bytes.length === 4 ? IPV4 : IPV6];
  return Buffer.from([...head, ...name, port >> 8, port & 255]);
}

/**
 * The address at `start`, and where it ends. `"needData"` where it goes on; `"unsupported"` where it is of a kind that there is not, so that nobody knows
 * where it ends.
 */
export function parseAddress(
  bytes: Buffer,
  start: number,
): { readonly address: SOCKSAddress; readonly end: number } | "needData" | "unsupported" {
  const type = bytes[start];
  if (type === undefined) return "needData";
  const isName = type === DOMAIN_NAME;
  if (!isName && type !== IPV4 && type !== IPV6) return "unsupported";
  const from = start + (isName ? 2 : 1);
  const length = isName ? bytes[start + 1] : type === IPV4 ? 4 : 16;
  if (length === undefined || bytes.length < from + length + 2) return "needData";
  const host = isName
    ? bytes.toString("utf8", from, from + length)
    : ipAddressText(bytes.subarray(from, from + length))!;
  return { address: { host, port: bytes.readUInt16BE(from + length) }, end: from + length + 2 };
}

/** Checks of what programs give to be sent as a datagram, and where to. */
import { isIP } from "node:net";
import { inspect } from "node:util";
import { InvalidAddressError, MessageLengthError } from "./errors.ts";

/** The families of the internet's addresses. */
export type InternetFamily = "ipv4" | "ipv6";

/** What fits into a packet of 65,535 bytes beside the headers; in IPv6 those of the packet do not count. */
const LONGEST_DATAGRAM: Readonly<Record<InternetFamily, number>> = { ipv4: 65_535 - 20 - 8, ipv6: 65_535 - 8 };
/** Twisted's name for everybody on this network. */
const EVERYBODY = "<broadcast>";
const LIMITED_BROADCAST = "255.255.255.255";

/** The bytes of `packet`, strings as UTF-8. Throws `TypeError`, or `MessageLengthError` if no datagram of that family can be as long. */
export function datagramBytes(packet: string | Uint8Array, family: InternetFamily): Uint8Array {
  const bytes = typeof packet === "string" ? Buffer.from(packet) : packet;
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot send ${inspect(packet, { depth: 0 })}: expected a string or a Uint8Array`);
  }
  const longest = LONGEST_DATAGRAM[family];
  if (bytes.length <= longest) return bytes;
  throw new MessageLengthError(`Cannot send a datagram of ${bytes.length} bytes: expected ${longest} at most`);
}

/** The IP address for `host`, if a port of that family can send there. Names are refused: looking them up takes time. */
export function destinationHost(host: string, family: InternetFamily): string {
  if (host === EVERYBODY && family === "ipv4") return LIMITED_BROADCAST;
  const version = typeof host === "string" ? isIP(host) : 0;
  if (version === (family === "ipv4" ? 4 : 6)) return host;
  const expected = `expected an ${family === "ipv4" ? "IPv4" : "IPv6"} address`;
  throw new InvalidAddressError(
    host,
    `Cannot send to ${inspect(host)}: ${expected}${version === 0 ? ", not a name" : ""}`,
  );
}

/** `port`, if it is one that can be sent to. */
export function destinationPort(port: number): number {
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  const message = `Cannot send to port ${inspect(port)}: expected a whole number from 1 to 65535`;
  throw typeof port === "number" ? new RangeError(message) : new TypeError(message);
}

/** Whether `host` is everybody on this network, which has to be allowed. */
export function isLimitedBroadcast(host: string): boolean {
  return host === LIMITED_BROADCAST;
}

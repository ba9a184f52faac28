/** Checks of what programs give as ports and addresses. */
import { isIP } from "node:net";
import { inspect } from "node:util";
import { IPv4Address, IPv6Address } from "./address.ts";
import type { InternetAddress, InternetProtocol } from "./address.ts";
import { InvalidAddressError } from "./errors.ts";

/** `port`, if it is a port number. `what` completes "Cannot ...". */
export function checkPort(what: string, port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  const message = `Cannot ${what} port ${inspect(port)}: expected a whole number from 0 to 65535`;
  throw typeof port === "number" ? new RangeError(message) : new TypeError(message);
}

/** `address`, if it is an IP address. */
export function checkIPAddress(what: string, address: string): string {
  if (typeof address === "string" && isIP(address) !== 0) return address;
  throw new InvalidAddressError(address, `Cannot ${what} ${inspect(address)}: expected an IPv4 or IPv6 address`);
}

/** Whether `address` is an IPv4 address. */
export function isIPAddress(address: string): boolean {
  return isIP(address) === 4;
}

/** Whether `address` is an IPv6 address. */
export function isIPv6Address(address: string): boolean {
  return isIP(address) === 6;
}

/** The address object for an IP address, which may name a scope: `fe80::1%eth0`. */
export function internetAddress(type: InternetProtocol, host: string, port: number): InternetAddress {
  if (!host.includes(":")) return new IPv4Address(type, host, port);
  const scope = host.indexOf("%");
  return new IPv6Address(type, host, port, 0, scope < 0 ? "" : host.slice(scope + 1));
}

/** Addresses as the command writes them. */
import type { Address } from "../transport/address.ts";
import { UNIXAddress } from "../transport/address.ts";

/** Where something listens, as one would write it. */
export function addressText(address: Address): string {
  if (address instanceof UNIXAddress) return String(address.name);
  if (!("host" in address)) return String(address);
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** What connects to it from this machine. */
export function netcatCommand(address: Address): string {
  if (!("host" in address)) return `nc -U ${addressText(address)}`;
  // What listens on all interfaces is not to be reached by that address.
  const host = address.host === "0.0.0.0" ? "127.0.0.1" : address.host === "::" ? "::1" : address.host;
  return `nc ${host} ${address.port}`;
}

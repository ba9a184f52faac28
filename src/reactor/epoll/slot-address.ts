/** Addresses as the core tells them. */
import { UNIXAddress } from "../../transport/address.ts";
import type { Address } from "../../transport/address.ts";
import { internetAddress } from "../../transport/ports.ts";

/** The address for "host port", or for the name of a UNIX socket, which may be empty. */
export function addressFromName(name: string): Address {
  const match = /^([0-9a-f:.]+(?:%\S+)?) (\d+)$/.exec(name);
  if (match === null) return new UNIXAddress(name === "" ? null : name);
  return internetAddress("TCP", match[1]!, Number(match[2]));
}

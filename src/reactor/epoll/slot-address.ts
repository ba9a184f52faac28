/** Addresses as the core tells them. */
import { UNIXAddress } from "../../transport/address.ts";
import type { Address, InternetAddress, InternetProtocol } from "../../transport/address.ts";
import { internetAddress } from "../../transport/ports.ts";

const HOST_AND_PORT = /^([0-9a-f:.]+(?:%\S+)?) (\d+)$/;

/** The address of a stream's end for "host port", or for the name of a UNIX socket, which may be empty. */
export function addressFromName(name: string): Address {
  return HOST_AND_PORT.test(name) ? internetAddressFromName("TCP", name) : unixAddressFromName(name);
}

/** The address for "host port". */
export function internetAddressFromName(type: InternetProtocol, name: string): InternetAddress {
  const [, host = "", port] = HOST_AND_PORT.exec(name) ?? [];
  return internetAddress(type, host, Number(port ?? 0));
}

/** The address for the name of a UNIX socket, which may be empty. */
export function unixAddressFromName(name: string): UNIXAddress {
  return new UNIXAddress(name === "" ? null : name);
}

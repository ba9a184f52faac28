/**
 * The tables of connections that Linux has as text, `/proc/net/tcp` and `/proc/net/tcp6` (proc(5)).
 *
 * Addresses are numbers of 32 bits in hexadecimal, each in the byte order of the machine; ports are hexadecimal, too.
 */
import { ipAddressBytes, ipAddressText } from "../../bytes/ip-address.ts";

/** One end of a connection. */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** A connection, and the number of the user who owns it. */
export interface OwnedConnection {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly uid: number;
}

const ENTRY = /^\s*\d+: ([\dA-F]+):([\dA-F]{4}) ([\dA-F]+):([\dA-F]{4}) ([\dA-F]{2}) \S+ \S+ \S+\s+(\d+)\s/i;
/** In these states the kernel has the connection by itself, and says 0 for the user: SYN_RECV, TIME_WAIT, LISTEN, NEW_SYN_RECV. */
const OWNERLESS: ReadonlySet<number> = new Set([0x03, 0x06, 0x0a, 0x0c]);
const MAPPED = /^::ffff:(?=\d+\.)/;

/** The connection that a line of a table is; `undefined` for a line that is none, or has no owner. */
export function parseProcLine(line: string, isLittleEndian: boolean): OwnedConnection | undefined {
  const match = ENTRY.exec(line);
  if (match === null || OWNERLESS.has(Number.parseInt(match[5]!, 16))) return undefined;
  const local = hostOf(match[1]!, isLittleEndian);
  const remote = hostOf(match[3]!, isLittleEndian);
  if (local === undefined || remote === undefined) return undefined;
  return {
    local: { host: local, port: Number.parseInt(match[2]!, 16) },
    remote: { host: remote, port: Number.parseInt(match[4]!, 16) },
    uid: Number(match[6]),
  };
}

/** An address in the one form that addresses are compared in: without a zone, as RFC 5952 has it, and IPv4 as IPv4. */
export function plainHost(host: string): string {
  const bytes = ipAddressBytes(host.replace(/%.*$/, ""));
  return bytes === undefined ? host : ipAddressText(bytes)!.replace(MAPPED, "");
}

function hostOf(hexadecimal: string, isLittleEndian: boolean): string | undefined {
  const bytes = Buffer.from(hexadecimal, "hex");
  if (bytes.length !== 4 && bytes.length !== 16) return undefined;
  if (isLittleEndian) bytes.swap32();
  return plainHost(ipAddressText(bytes)!);
}

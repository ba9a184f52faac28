/** Version 1 of the PROXY protocol: a line for people (section 2.1). */
import { ipAddressBytes, ipAddressText } from "../../../bytes/ip-address.ts";
import { InvalidProxyHeaderError } from "./errors.ts";
import type { ProxyAddress, ProxyHeader } from "./proxy-header.ts";

/** What such a line begins with. */
export const PREFIX: Buffer = Buffer.from("PROXY ");
/** The longest line, with its end: "a 108-byte buffer is always enough to store all the line and a trailing zero". */
export const MAX_LINE = 107;

const WORDS = { TCP4: "ipv4", TCP6: "ipv6" } as const;
/** "Heading zeroes are not permitted". */
const PORT = /^(?:0|[1-9]\d{0,4})$/;

/** The header that `line` is, without its end. */
export function parseVersion1(line: string): ProxyHeader {
  const [, protocol, ...fields] = line.split(" ");
  // "The receiver must ignore anything presented before the CRLF".
  if (protocol === "UNKNOWN") {
    return { version: 1, command: "PROXY", source: undefined, destination: undefined, tlvs: [] };
  }
  if (protocol !== "TCP4" && protocol !== "TCP6") {
    throw new InvalidProxyHeaderError(
      `The PROXY header is for ${JSON.stringify(protocol ?? "")}, expected TCP4, TCP6 or UNKNOWN`,
    );
  }
  if (fields.length !== 4) {
    throw new InvalidProxyHeaderError(
      `The PROXY header has ${fields.length} fields behind ${protocol}, expected two addresses and two ports`,
    );
  }
  const [source, destination, sourcePort, destinationPort] = fields as [string, string, string, string];
  const family = WORDS[protocol];
  return {
    version: 1,
    command: "PROXY",
    source: { family, transport: "TCP", host: hostOf(source, family), port: portOf(sourcePort) },
    destination: { family, transport: "TCP", host: hostOf(destination, family), port: portOf(destinationPort) },
    tlvs: [],
  };
}

/** The line, with its end. Throws a `RangeError` for addresses that have no place in it. */
export function formatVersion1(source: ProxyAddress | undefined, destination: ProxyAddress | undefined): Buffer {
  if (source === undefined || destination === undefined) return Buffer.from("PROXY UNKNOWN\r\n");
  if (source.family === "unix" || destination.family === "unix" || source.family !== destination.family) {
    throw new RangeError(
      `Cannot write a PROXY line from ${source.family} to ${destination.family}: expected two IP addresses of one family`,
    );
  }
  const word = source.family === "ipv4" ? "TCP4" : "TCP6";
  return Buffer.from(`PROXY ${word} ${source.host} ${destination.host} ${source.port} ${destination.port}\r\n`);
}

function hostOf(text: string, family: "ipv4" | "ipv6"): string {
  const bytes = ipAddressBytes(text);
  if (bytes?.length !== (family === "ipv4" ? 4 : 16)) {
    throw new InvalidProxyHeaderError(
      `The PROXY header has the address ${JSON.stringify(text)}, expected one of ${family === "ipv4" ? "IPv4" : "IPv6"}`,
    );
  }
  return ipAddressText(bytes)!;
}

function portOf(text: string): number {
  const port = PORT.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return port;
  throw new InvalidProxyHeaderError(`The PROXY header has the port ${JSON.stringify(text)}, expected 0 to 65535`);
}

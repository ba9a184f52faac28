/** Version 2 of the PROXY protocol: bytes for machines (section 2.2). */
import { ipAddressBytes, ipAddressText } from "../../../bytes/ip-address.ts";
import { crc32c } from "./crc32c.ts";
import { InvalidProxyHeaderError } from "./errors.ts";
import type { ProxyAddress, ProxyHeader, ProxyTLV } from "./proxy-header.ts";

/** "Not likely to be sent by any other protocol". */
export const SIGNATURE: Buffer = Buffer.from("0d0a0d0a000d0a515549540a", "hex");
/** Signature, version and command, family and transport, length of the rest. */
export const FIXED_LENGTH = 16;

const FAMILIES = { 1: "ipv4", 2: "ipv6", 3: "unix" } as const;
const TRANSPORTS = { 1: "TCP", 2: "UDP" } as const;
const ADDRESS_LENGTH = { ipv4: 4, ipv6: 16, unix: 108 } as const;
const CRC32C = 3;

/** How many bytes stand behind the fixed ones. */
export function lengthOfRest(header: Buffer): number {
  return header.readUInt16BE(14);
}

/** The header that `bytes` are, all of it. */
export function parseVersion2(bytes: Buffer): ProxyHeader {
  const [version, command] = nibbles(bytes[12]!);
  const [family, transport] = nibbles(bytes[13]!);
  if (version !== 2) throw new InvalidProxyHeaderError(`The PROXY header has the version ${version}, expected 2`);
  if (command > 1) {
    throw new InvalidProxyHeaderError(`The PROXY header has the command ${command}, expected 0 (LOCAL) or 1 (PROXY)`);
  }
  // "The receiver must [...] ignore the protocol block including the family".
  if (command === 0) return { version: 2, command: "LOCAL", source: undefined, destination: undefined, tlvs: [] };
  if (family > 3 || transport > 2) {
    throw new InvalidProxyHeaderError(
      `The PROXY header has the family ${family} and the transport ${transport}, expected 0 to 3 and 0 to 2`,
    );
  }
  const name = FAMILIES[family as keyof typeof FAMILIES] as (typeof FAMILIES)[keyof typeof FAMILIES] | undefined;
  const kind = TRANSPORTS[transport as keyof typeof TRANSPORTS] as "TCP" | "UDP" | undefined;
  if (name === undefined) {
    const tlvs = tlvsOf(bytes, FIXED_LENGTH);
    return { version: 2, command: "PROXY", source: undefined, destination: undefined, tlvs };
  }
  const end = FIXED_LENGTH + addressesLength(name);
  if (bytes.length < end) {
    throw new InvalidProxyHeaderError(
      `The PROXY header has ${bytes.length - FIXED_LENGTH} bytes behind its fixed ones, expected ${end - FIXED_LENGTH} or more`,
    );
  }
  const [source, destination] = addressesOf(bytes.subarray(FIXED_LENGTH, end), name, kind ?? "TCP");
  const isSaid = kind !== undefined;
  return {
    version: 2,
    command: "PROXY",
    source: isSaid ? source : undefined,
    destination: isSaid ? destination : undefined,
    tlvs: tlvsOf(bytes, end),
  };
}

export interface Version2Options {
  /** `"PROXY"` unless told otherwise. */
  readonly command?: "PROXY" | "LOCAL";
  readonly tlvs?: readonly ProxyTLV[];
}

/** The header in bytes. Throws a `RangeError` for addresses that cannot stand together, and for more than there is room for. */
export function formatVersion2(
  source: ProxyAddress | undefined,
  destination: ProxyAddress | undefined,
  options: Version2Options = {},
): Buffer {
  const { command = "PROXY", tlvs = [] } = options;
  const addresses = command === "LOCAL" ? undefined : addressBlock(source, destination);
  const rest = Buffer.concat([
    addresses?.bytes ?? Buffer.alloc(0),
    ...tlvs.map(({ type, value }) => {
      if (value.length > 0xffff)
        throw new RangeError(`Cannot write a TLV of ${value.length} bytes: expected 65535 at most`);
      return Buffer.concat([Buffer.of(type, value.length >> 8, value.length & 0xff), value]);
    }),
  ]);
  if (rest.length > 0xffff) {
    throw new RangeError(
      `Cannot write a PROXY header with ${rest.length} bytes of addresses and TLVs: expected 65535 at most`,
    );
  }
  const fixed = Buffer.of(
    command === "LOCAL" ? 0x20 : 0x21,
    addresses?.kind ?? 0,
    rest.length >> 8,
    rest.length & 0xff,
  );
  return Buffer.concat([SIGNATURE, fixed, rest]);
}

function nibbles(byte: number): [high: number, low: number] {
  return [byte >> 4, byte & 0x0f];
}

function addressesLength(family: "ipv4" | "ipv6" | "unix"): number {
  return 2 * (ADDRESS_LENGTH[family] + (family === "unix" ? 0 : 2));
}

function addressesOf(block: Buffer, family: "ipv4" | "ipv6" | "unix", transport: "TCP" | "UDP"): ProxyAddress[] {
  const length = ADDRESS_LENGTH[family];
  return [0, 1].map((index): ProxyAddress => {
    const bytes = block.subarray(index * length, (index + 1) * length);
    if (family === "unix") return { family, name: pathOf(bytes) };
    return { family, transport, host: ipAddressText(bytes)!, port: block.readUInt16BE(2 * length + 2 * index) };
  });
}

/** A path ends with its first zero; an abstract name begins with one. */
function pathOf(bytes: Buffer): string | null {
  let end = bytes.indexOf(0);
  if (end === -1) end = bytes.length;
  if (end === 0) {
    end = bytes.length;
    while (end > 0 && bytes[end - 1] === 0) end--;
  }
  return end === 0 ? null : bytes.toString("utf8", 0, end);
}

function tlvsOf(bytes: Buffer, start: number): ProxyTLV[] {
  const tlvs: ProxyTLV[] = [];
  for (let at = start; at < bytes.length;) {
    const end = at + 3 <= bytes.length ? at + 3 + bytes.readUInt16BE(at + 1) : Infinity;
    if (end > bytes.length) throw new InvalidProxyHeaderError("The PROXY header ends in the middle of a TLV");
    const type = bytes[at]!;
    const value = bytes.subarray(at + 3, end);
    if (type === CRC32C) checkSum(bytes, at + 3, value);
    // A copy: whoever keeps it shall not keep what came with it.
    tlvs.push({ type, value: Buffer.from(value) });
    at = end;
  }
  return tlvs;
}

/** Section 2.2.3: "the checksum [is] calculated [...] with the checksum field [...] filled with zeros". */
function checkSum(bytes: Buffer, at: number, value: Buffer): void {
  const zeroed = Buffer.from(bytes);
  zeroed.fill(0, at, at + value.length);
  if (value.length === 4 && value.readUInt32BE(0) === crc32c(zeroed)) return;
  throw new InvalidProxyHeaderError("The PROXY header has another checksum than its bytes, it was changed on its way");
}

function addressBlock(
  source: ProxyAddress | undefined,
  destination: ProxyAddress | undefined,
): { readonly kind: number; readonly bytes: Buffer } | undefined {
  if (source === undefined || destination === undefined) return undefined;
  if (source.family === "unix" && destination.family === "unix") {
    return { kind: 0x31, bytes: Buffer.concat([source, destination].map(({ name }) => pathBytes(name))) };
  }
  if (source.family === "unix" || destination.family === "unix" || source.family !== destination.family) {
    throw new RangeError(
      `Cannot write a PROXY header from ${source.family} to ${destination.family}: expected two addresses of one family`,
    );
  }
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(source.port, 0);
  ports.writeUInt16BE(destination.port, 2);
  const hosts = [source, destination].map(({ host, family }) => {
    const bytes = ipAddressBytes(host);
    if (bytes?.length === ADDRESS_LENGTH[family]) return bytes;
    throw new RangeError(
      `Cannot write the address ${JSON.stringify(host)} into a PROXY header: expected one of ${family}`,
    );
  });
  const kind = (source.family === "ipv4" ? 0x10 : 0x20) | (source.transport === "TCP" ? 1 : 2);
  return { kind, bytes: Buffer.concat([...hosts, ports]) };
}

function pathBytes(name: string | null): Buffer {
  const bytes = Buffer.from(name ?? "");
  if (bytes.length > ADDRESS_LENGTH.unix) {
    throw new RangeError(`Cannot write a path of ${bytes.length} bytes into a PROXY header: expected 108 at most`);
  }
  return Buffer.concat([bytes, Buffer.alloc(ADDRESS_LENGTH.unix - bytes.length)]);
}

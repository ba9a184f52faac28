/** Addresses that are not for everybody: those of this host, of a private network, of one link, of many at a time, of nobody. */
import { ipAddressBytes } from "../../bytes/ip-address.ts";

/** Networks of IPv4, as addresses and lengths of prefixes: what IANA's registry calls not globally reachable, but for the examples of documents. */
const IPV4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

const IPV6: readonly (readonly [string, number])[] = [
  ["::", 127],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001:2::", 48],
  ["5f00::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
];

/** Prefixes of IPv6 behind which there is an address of IPv4, and where that begins: mapped, compatible, translated, 6to4. */
const EMBEDDING: readonly (readonly [prefix: string, length: number, at: number])[] = [
  ["::ffff:0:0", 96, 12],
  ["::", 96, 12],
  ["64:ff9b::", 96, 12],
  ["2002::", 16, 2],
];

/** Whether `host` is such an address. What is no address is taken for one, for who knows what it means to whom. */
export function isSpecialAddress(host: string): boolean {
  const bytes = ipAddressBytes(host.split("%", 1)[0]!);
  if (bytes === undefined) return true;
  if (bytes.length === 4) return isIn(bytes, IPV4);
  if (isIn(bytes, IPV6)) return true;
  return EMBEDDING.some(
    ([prefix, length, at]) => isIn(bytes, [[prefix, length]]) && isIn(bytes.subarray(at, at + 4), IPV4),
  );
}

function isIn(bytes: Buffer, networks: readonly (readonly [string, number])[]): boolean {
  return networks.some(([network, length]) => {
    const prefix = ipAddressBytes(network)!;
    const whole = length >> 3;
    const mask = (0xff00 >> (length & 7)) & 255;
    if (bytes.compare(prefix, 0, whole, 0, whole) !== 0) return false;
    return mask === 0 || ((bytes[whole]! ^ prefix[whole]!) & mask) === 0;
  });
}

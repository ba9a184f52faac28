/** Random PROXY headers. */
import fc from "fast-check";
import { ipAddressBytes, ipAddressText } from "../../src/bytes/ip-address.ts";
import type { ProxyAddress } from "../../src/protocol/haproxy/wire/proxy-header.ts";

const port = fc.nat({ max: 65535 });
const canonical = (text: string): string => ipAddressText(ipAddressBytes(text)!)!;

/** Two addresses that can stand in one header. */
export function proxyAddresses(
  families: readonly ("ipv4" | "ipv6" | "unix")[],
  transports: readonly ("TCP" | "UDP")[],
): fc.Arbitrary<[ProxyAddress, ProxyAddress]> {
  return fc.tuple(fc.constantFrom(...families), fc.constantFrom(...transports)).chain(([family, transport]) => {
    const address: fc.Arbitrary<ProxyAddress> =
      family === "unix"
        ? fc.stringMatching(/^\/[a-z/]{0,107}$/).map((name) => ({ family, name }))
        : fc
            .tuple(family === "ipv4" ? fc.ipV4() : fc.ipV6(), port)
            .map(([host, number]) => ({ family, transport, host: canonical(host), port: number }));
    return fc.tuple(address, address);
  });
}

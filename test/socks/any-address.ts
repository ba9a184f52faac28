/** Places, as clients of SOCKS may name them. */
import fc from "fast-check";
import { ipAddressText } from "../../src/bytes/ip-address.ts";

export const anyAddress: fc.Arbitrary<{ host: string; port: number }> = fc.record(
  {
    host: fc.oneof(
      fc.ipV4(),
      fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => ipAddressText(bytes)!),
      fc.domain().filter((name) => name.length <= 255),
    ),
    port: fc.nat({ max: 65_535 }),
  },
  { noNullPrototype: true },
);

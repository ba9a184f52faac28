/** RFC 1071: the checksum of IPv4, TCP and UDP. */

/** The checksum over `parts`, one behind the other. All but the last have to have an even length. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    const even = part.length & ~1;
    for (let at = 0; at < even; at += 2) sum += (part[at]! << 8) | part[at + 1]!;
    // "If the total length is odd, the received data is padded with one octet of zeros" (RFC 792).
    if (even < part.length) sum += part[even]! << 8;
  }
  // Numbers are exact up to 2^53, so that the carries can be folded in at the end.
  while (sum > 0xffff) sum = (sum % 0x1_0000) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

/** IP addresses between text and bytes, for machines, which have no `node:net`. What is read is read strictly. */

/** The 4 or 16 bytes of an address; `undefined` where `text` is none. An address with a zone is none. */
export function ipAddressBytes(text: string): Buffer | undefined {
  return text.includes(":") ? ipv6Bytes(text) : ipv4Bytes(text);
}

/** The text of an address of 4 or 16 bytes, as RFC 5952 has it; `undefined` where it has another length. */
export function ipAddressText(bytes: Uint8Array): string | undefined {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!);
  // RFC 5952 section 5: the recognized mapped prefix.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${bytes.subarray(12).join(".")}`;
  }
  const { start, length } = longestZeros(groups);
  if (length < 2) return hexadecimal(groups);
  return `${hexadecimal(groups.slice(0, start))}::${hexadecimal(groups.slice(start + length))}`;
}

const BYTE = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[\da-f]{1,4}$/i;

function ipv4Bytes(text: string): Buffer | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => BYTE.test(part) && Number(part) < 256)) return undefined;
  return Buffer.from(parts.map(Number));
}

function ipv6Bytes(text: string): Buffer | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const left = groupsOf(halves[0]!, halves.length === 1);
  const right = groupsOf(halves[1] ?? "", true);
  if (left === undefined || right === undefined) return undefined;
  const count = left.length + right.length;
  // A "::" stands for one group at least.
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined;
  const bytes = Buffer.alloc(16);
  for (const [index, group] of left.entries()) bytes.writeUInt16BE(group, index * 2);
  for (const [index, group] of right.entries()) bytes.writeUInt16BE(group, 16 - (right.length - index) * 2);
  return bytes;
}

/** The groups between colons; the last may be an IPv4 address where the text ends with it. */
function groupsOf(text: string, isAtEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const bytes = isAtEnd && index === parts.length - 1 ? ipv4Bytes(part) : undefined;
    if (bytes === undefined) return undefined;
    groups.push(bytes.readUInt16BE(0), bytes.readUInt16BE(2));
  }
  return groups;
}

function hexadecimal(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index <= groups.length; index++) {
    if (groups[index] === 0) continue;
    if (index - start > best.length) best = { start, length: index - start };
    start = index + 1;
  }
  return best;
}

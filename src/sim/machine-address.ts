/** What addresses say of themselves. */

export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** Whether it stands for all addresses of its family. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

export function isMulticast(address: string): boolean {
  if (address.includes(":")) return /^ff/i.test(address);
  const first = Number.parseInt(address, 10);
  return first >= 224 && first <= 239;
}

/** The loopback address of a family. */
export function loopbackOf(address: string): string {
  return address.includes(":") ? "::1" : "127.0.0.1";
}

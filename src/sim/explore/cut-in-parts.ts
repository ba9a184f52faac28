/** Lists in parts. */

/** The list in `count` parts, whose sizes differ by one at most. A list that is shorter than that has empty parts. */
export function cutInParts<T>(list: readonly T[], count: number): T[][] {
  const cut = (part: number): number => Math.floor((part * list.length) / count);
  return Array.from({ length: count }, (_, part) => list.slice(cut(part), cut(part + 1)));
}

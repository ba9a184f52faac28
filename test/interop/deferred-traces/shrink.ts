/** Makes a program small: takes away whatever can be missing while it still does what it was kept for. */
import type { Program } from "./program.ts";

/** Answers, for each candidate, whether it still shows what the program is kept for. */
export type StillShows = (candidates: readonly Program[]) => Promise<readonly boolean[]>;

/** The smallest program that is found by single cuts, again and again until none is left that could be made. */
export async function shrink(program: Program, stillShows: StillShows): Promise<Program> {
  let smallest = program;
  for (;;) {
    const candidates = [...cuts(smallest)] as Program[];
    const shown = await stillShows(candidates);
    const next = candidates[shown.indexOf(true)];
    if (next === undefined) return smallest;
    smallest = next;
  }
}

/** All that `node` becomes by one cut anywhere in it: the large ones first. */
function* cuts(node: unknown): Generator<unknown> {
  if (Array.isArray(node)) {
    const items = node as readonly unknown[];
    for (let size = items.length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from + size <= items.length; from += size) {
        if (isSteps(items)) yield [...items.slice(0, from), ...items.slice(from + size)];
      }
    }
    for (const [index, item] of items.entries()) {
      for (const smaller of cuts(item)) yield items.with(index, smaller);
    }
    return;
  }
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (isOptional(key, node)) {
      const { [key]: _, ...rest } = node as Readonly<Record<string, unknown>>;
      yield rest;
    }
    if (key === "end" && typeof value === "string" && value !== "return") yield { end: "return", value: null };
    if (key === "value" && value !== null) yield { ...node, value: null };
    if (key === "args" || key === "of" || key === "classes") yield* shorter(node, key, value as readonly unknown[]);
    for (const smaller of cuts(value)) yield { ...node, [key]: smaller };
  }
}

/** Whether `node` is what it should be without its field `key`. */
function isOptional(key: string, node: object): boolean {
  if (key === "callback" || key === "errback") return "callback" in node && "errback" in node;
  return key === "canceller" || key === "loose" || (key === "script" && "op" in node && node.op === "timeout");
}

/** Whether these are steps or statements, any of which can be missing. */
function isSteps(items: readonly unknown[]): boolean {
  return items.every((item) => typeof item === "object" && item !== null && "op" in item);
}

function* shorter(node: object, key: string, items: readonly unknown[]): Generator<unknown> {
  for (const index of items.keys()) yield { ...node, [key]: items.toSpliced(index, 1) };
}

/** Finds import cycles, of values and of types: files in a cycle can only be understood, tested and loaded together. */
import { readImports } from "./imports.mjs";

/**
 * @param {string} root
 * @returns {string[]} one line for each cycle that a depth-first walk closes
 */
export function findCycles(root) {
  /** @type {Map<string, Set<string>>} */
  const graph = new Map();
  for (const { from, to } of readImports(root)) graph.set(from, (graph.get(from) ?? new Set()).add(to));

  /** @type {string[]} */
  const cycles = [];
  /** @type {string[]} */
  const path = [];
  const done = new Set();
  for (const file of graph.keys()) visit(file);
  return cycles;

  /** @param {string} file */
  function visit(file) {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  }
}

/**
 * The layer rule (ARCHITECTURE.md): imports point down only.
 *
 * A folder of `src/` that is not listed below is a protocol family. Whatever is below a folder called `wire/` is a machine: it
 * counts as a part of its family for those who import it, but is pure and imports next to nothing itself. `src/index.ts` stands above all; the other index files belong to their folder's layer.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "../lib/files.mjs";
import { lineAt, readImports, withoutComments } from "./imports.mjs";

/** @typedef {import("./imports.mjs").Import} Import */

const LAYERS = ["base", "engine", "family", "application", "cli", "front"];

/** What stands directly in `src/`, by layer. */
const PLACES = {
  base: ["built-folder.ts", "errors.ts", "bytes", "runtime.ts", "stackless.ts"],
  engine: [
    "clock",
    "deferred",
    "endpoint",
    "inspectable.ts",
    "logger",
    "process",
    "protocol",
    "reactor",
    "sim",
    "streams",
    "testing",
    "threads",
    "tls",
    "transport",
  ],
  application: ["application", "inetd"],
  cli: ["cli"],
  front: ["index.ts"],
};

/** What a machine may import from Node. */
const PURE_MODULES = ["node:buffer", "node:crypto"];
/** The lint rules find the other ways in which a machine could look at a clock or at dice. */
const CLOCK = /\bnew Date\(\)|\bDate\(\)/g;

/**
 * @param {string} root
 * @returns {string[]} one line for each offence
 */
export function findLayerOffences(root) {
  const imports = readImports(root).flatMap((found) => {
    const reason = offenceOf(found);
    return reason === undefined ? [] : [`${found.from}:${found.line} imports ${found.to}: ${reason}`];
  });
  return [...imports, ...clocksInMachines(root)];
}

/**
 * @param {Import} found
 * @returns {string | undefined}
 */
function offenceOf({ from, to, clause }) {
  const machine = machineOf(from);
  if (!to.startsWith("src/")) {
    if (to === "hawser" || to.startsWith("hawser/")) return "a source imports the file, not the package";
    if (machine !== undefined && !PURE_MODULES.includes(to)) return "a machine is pure";
    return undefined;
  }
  if (from === "src/index.ts") return undefined;
  if (to.endsWith("/index.ts")) return "a source imports the file, not the index";
  if (importsGlobalReactor(to, clause) && !isProgram(from))
    return "only programs use the global reactor, take it as an argument";
  if (machine !== undefined && to.startsWith(machine)) return undefined;
  if (machine !== undefined && layerOf(to) !== "base")
    return "a machine imports src/bytes, src/errors.ts and its own folder";
  if (LAYERS.indexOf(layerOf(to)) > LAYERS.indexOf(layerOf(from))) return `${layerOf(from)} is below ${layerOf(to)}`;
  return undefined;
}

/**
 * @param {string} file
 * @returns {string} the name of its layer
 */
function layerOf(file) {
  const place = file.split("/")[1] ?? "";
  return Object.entries(PLACES).find(([, places]) => places.includes(place))?.[0] ?? "family";
}

/**
 * @param {string} file
 * @returns {string | undefined} the `wire/` folder that it is in
 */
function machineOf(file) {
  return /^.*?\/wire\//.exec(file)?.[0];
}

/**
 * @param {string} to
 * @param {string} clause
 */
function importsGlobalReactor(to, clause) {
  return to.startsWith("src/reactor/") && /\b(reactor|installReactor)\b/.test(clause);
}

/** @param {string} file */
function isProgram(file) {
  // `react` is how a program begins.
  return layerOf(file) === "cli" || file.endsWith("/index.ts") || file === "src/reactor/react.ts";
}

/** @param {string} root */
function clocksInMachines(root) {
  return listFiles(root, "src", ".ts")
    .filter((file) => machineOf(file) !== undefined)
    .flatMap((file) => {
      const code = withoutComments(readFileSync(join(root, file), "utf8"));
      return [...code.matchAll(CLOCK)].map(
        (match) => `${file}:${lineAt(code, match.index)} reads the clock: ${match[0]}`,
      );
    });
}

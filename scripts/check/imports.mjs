/**
 * Reads the import graph of `src/`.
 *
 * No parser: the formatter, which is checked as well, puts every import and re-export at the start of a line and its
 * specifier in double quotes. Dynamic imports and `import("...")` types are looked for in code without its comments.
 */
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { listFiles } from "../lib/files.mjs";

/**
 * @typedef {object} Import
 * @property {string} from the importing file, relative to the root
 * @property {number} line
 * @property {string} to the imported file, relative to the root, or the specifier of a package
 * @property {string} clause what stands between `import` and `from`
 */

const STATIC = /^(?:import\s(?:(?<clause>[^;"=()]*?)\bfrom\s*)?|export\s[^;"=()]*?\bfrom\s*)"(?<specifier>[^"]+)";$/gm;
const DYNAMIC = /\bimport\(\s*"(?<specifier>[^"]+)"/g;
const COMMENT = /\/\*.*?\*\/|^\s*\/\/.*?$/gms;

/**
 * @param {string} root
 * @returns {Import[]} of all files of `src/`, types included
 */
export function readImports(root) {
  return listFiles(root, "src", ".ts").flatMap((from) => {
    const code = withoutComments(readFileSync(join(root, from), "utf8"));
    return [...code.matchAll(STATIC), ...code.matchAll(DYNAMIC)].map((match) => {
      const { specifier = "", clause = "" } = match.groups ?? {};
      const to = specifier.startsWith(".") ? posix.normalize(posix.join(dirname(from), specifier)) : specifier;
      return { from, line: lineAt(code, match.index), to, clause };
    });
  });
}

/**
 * Blanks the comments out and keeps the lines where they are.
 *
 * @param {string} text
 * @returns {string}
 */
export function withoutComments(text) {
  return text.replace(COMMENT, (comment) => comment.replace(/[^\n]/g, " "));
}

/**
 * @param {string} text
 * @param {number} index
 * @returns {number} counted from 1
 */
export function lineAt(text, index) {
  return text.slice(0, index).split("\n").length;
}

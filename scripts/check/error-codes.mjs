/** Compares the table in `docs/errors.md` with the error classes of `src/`, both ways: every stable code has its line. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "../lib/files.mjs";
import { withoutComments } from "./imports.mjs";

/** `class Name` or the `code` that the class above it declares; comparisons such as `code === "..."` don't match. */
const CLASS_OR_CODE = /\bclass (?<name>\w+)|\bcode\b[^;\n=]*=\s*"(?<code>ERR_\w+)"/g;
const LINE = /^\| *`?(?<code>ERR_\w+)`? *\| *`?(?<name>\w+)`? *\|(?<meaning>.*)\|$/gm;

/**
 * @param {string} root
 * @returns {string[]} one line for each code that is missing, stale, or said twice
 */
export function compareErrorCodes(root) {
  const declared = declaredCodes(root);
  const path = join(root, "docs/errors.md");
  const document = existsSync(path) ? readFileSync(path, "utf8") : "";
  /** @type {string[]} */
  const problems = [];
  const documented = new Set();
  for (const { groups } of document.matchAll(LINE)) {
    const entry = `${groups?.["code"]} ${groups?.["name"]}`;
    if (documented.has(entry)) problems.push(`docs/errors.md says ${entry} twice`);
    if (!declared.has(entry)) problems.push(`docs/errors.md is stale: no class in src declares ${entry}`);
    if (groups?.["meaning"]?.trim() === "") problems.push(`docs/errors.md does not say what ${entry} means`);
    documented.add(entry);
  }
  for (const [entry, file] of declared) {
    if (!documented.has(entry)) problems.push(`docs/errors.md lacks ${entry}, declared in ${file}`);
  }
  return problems;
}

/**
 * @param {string} root
 * @returns {Map<string, string>} `code class` to the file that declares it
 */
function declaredCodes(root) {
  const declared = new Map();
  for (const file of listFiles(root, "src", ".ts")) {
    let name = "";
    for (const { groups } of withoutComments(readFileSync(join(root, file), "utf8")).matchAll(CLASS_OR_CODE)) {
      if (groups?.["name"] !== undefined) name = groups["name"];
      else declared.set(`${groups?.["code"]} ${name}`, file);
    }
  }
  return declared;
}

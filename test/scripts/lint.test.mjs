/** What the lint configuration must find: a corpus of lines, each marked with the rule that complains about it, or with none. */
import assert from "node:assert/strict";
import { copyFileSync, cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot, toolPath } from "../../scripts/lib/files.mjs";
import { runCommand } from "../../scripts/lib/run-command.mjs";
import { temporaryTree } from "./temporary-tree.mjs";

const dropped = `import { test } from "node:test";
import type { ReactorTime } from "../src/clock/reactor-time.ts";
import { Deferred } from "../src/deferred/deferred.ts";

declare function fetchPage(url: string): Deferred<string>;
declare function load(): Promise<string>;
declare const d: Deferred<string>;
declare const clock: ReactorTime;

export async function program(): Promise<void> {
  fetchPage("a"); // no-floating-promises
  d.then(() => 1); // no-floating-promises
  d.addCallback(() => 1);
  d.addCallback(() => 1).addErrback(() => 2);
  fetchPage("b").addBoth(() => 1);
  d.addCallbacks(
    () => 1,
    () => 2,
  );
  d.addTimeout(1, clock);
  d.chainDeferred(new Deferred<string>());
  void fetchPage("c");
  await fetchPage("d");
  load(); // no-floating-promises
  load().then(() => 1); // no-floating-promises
  load().catch(() => 1);
  void load();
  await load();
  const lookalike = { addCallback: (): Promise<number> => Promise.resolve(1) };
  lookalike.addCallback(); // no-floating-promises
  [1].forEach(async () => load()); // no-misused-promises
}

test("a test, which the runner waits for", async () => program());
`;

const impure = `import { createHash, randomBytes } from "node:crypto"; // no-restricted-imports

export const now: number = Date.now(); // no-restricted-properties
export const chance: number = Math.random(); // no-restricted-properties
export const later: unknown = setTimeout(() => now, 1); // no-restricted-globals
export const hidden: unknown = globalThis.setTimeout; // no-restricted-globals
export const fine: unknown = [createHash("sha256"), randomBytes, new Date(5)];
`;

const habits = `export const loose: any = 1; // no-explicit-any
console.log(loose); // no-console
export default loose; // no-default-export
`;

test("lint configuration, finds what each line of the corpus is marked with, and nothing else", async (t) => {
  const corpus = { "test/dropped.ts": dropped, "src/family/wire/impure.ts": impure, "src/family/habits.ts": habits };
  const root = temporaryTree(t, corpus);
  for (const file of [".oxlintrc.json", "package.json", "tsconfig.json"]) {
    copyFileSync(join(repositoryRoot, file), join(root, file));
  }
  for (const source of ["clock", "deferred", "errors.ts"]) {
    cpSync(join(repositoryRoot, "src", source), join(root, "src", source), { recursive: true });
  }
  symlinkSync(join(repositoryRoot, "node_modules"), join(root, "node_modules"));

  const oxlint = [toolPath("oxlint", "bin/oxlint"), "--format", "unix", ...Object.keys(corpus)];
  const { code, output } = await runCommand(process.execPath, oxlint, { cwd: root });
  assert.equal(code, 1, output);
  assert.deepEqual(
    complaintsIn(output),
    Object.entries(corpus)
      .flatMap(([file, text]) => marksIn(file, text))
      .sort(),
    output,
  );
});

/**
 * @param {string} output lines such as `src/a.ts:3:8: Text [Error/plugin(rule)]`
 * @returns {string[]} such as `src/a.ts:3 rule`
 */
function complaintsIn(output) {
  const found = [...output.matchAll(/^(\S+?:\d+):\d+: .*\/[a-z-]+\(([a-z-]+)\)\]$/gm)];
  return found.map(([, place, rule]) => `${place} ${rule}`).sort();
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {string[]} the same for the marks at the ends of lines
 */
function marksIn(file, text) {
  return text.split("\n").flatMap((line, index) => {
    const mark = / \/\/ ([a-z-]+)$/.exec(line);
    return mark === null ? [] : [`${file}:${index + 1} ${mark[1]}`];
  });
}

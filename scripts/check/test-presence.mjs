/** Every source file with code in it has a test at the mirrored path: `src/a/b.ts` has `test/a/b.test.ts`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "../lib/files.mjs";

/** A declaration that leaves code behind when the types are erased; nested ones are indented and do not count. */
const CODE = /^(export )?(abstract class|async function|class|const|function|let)\b/m;

/**
 * @param {string} root
 * @returns {string[]} one line for each test that is missing
 */
export function missingTests(root) {
  return listFiles(root, "src", ".ts")
    .filter((file) => needsTest(root, file))
    .map((file) => file.replace(/^src/, "test").replace(/\.ts$/, ".test.ts"))
    .filter((test) => !existsSync(join(root, test)))
    .map((test) => `${test} is missing`);
}

/**
 * False for the index files, which only re-export, and for files that hold only types.
 *
 * @param {string} root
 * @param {string} file a source, relative to `root`
 * @returns {boolean}
 */
export function needsTest(root, file) {
  return !file.endsWith("/index.ts") && CODE.test(readFileSync(join(root, file), "utf8"));
}

/** Where things are: the repository, its files, its tools. Every script sees the same ones in the same order. */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Every file below `folder`, as paths relative to `root` with forward slashes, sorted. A folder that is missing has none.
 *
 * @param {string} root
 * @param {string} folder relative to `root`
 * @param {string} [ending] such as ".test.js"
 * @returns {string[]}
 */
export function listFiles(root, folder, ending = "") {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/**
 * The path of a script of an installed tool: started with `node`, it needs neither npx nor a shell.
 *
 * @param {string} tool the name of its package
 * @param {string} script relative to the package
 * @returns {string}
 */
export function toolPath(tool, script) {
  return join(repositoryRoot, "node_modules", tool, script);
}

/**
 * Whether the module at `url` is the program that was started, rather than one that was imported.
 *
 * @param {string} url its `import.meta.url`
 * @returns {boolean}
 */
export function isMain(url) {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(url);
}

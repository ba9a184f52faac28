/**
 * What the package exports: `exports` in package.json lists each index.ts of `src/` and nothing else, an index only
 * re-exports by name, and publint and attw have nothing to say about the packed tarball.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUNDLE } from "../bundle.mjs";
import { listFiles, toolPath } from "../lib/files.mjs";
import { runCommand } from "../lib/run-command.mjs";
import { withoutComments } from "./imports.mjs";

const RE_EXPORT = /export (?:type )?\{[^}]*\} from "\.[^"]+";/g;

/**
 * @param {string} root
 * @returns {string[]} one line for each difference between package.json and the index files
 */
export function compareExports(root) {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const wanted = new Map([["./package.json", JSON.stringify("./package.json")]]);
  /** @type {string[]} */
  const problems = [];
  for (const index of listFiles(root, "src", "index.ts").filter((file) => file.endsWith("/index.ts"))) {
    const folder = index.slice("src".length, -"/index.ts".length);
    const file = folder === "" ? "/index" : folder;
    const target = { types: `./dist/src${folder}/index.d.ts`, default: `./${BUNDLE}${file}.js` };
    wanted.set(`.${folder}`, JSON.stringify(target));
    const rest = withoutComments(readFileSync(join(root, index), "utf8"))
      .replace(RE_EXPORT, "")
      .trim();
    if (rest !== "") problems.push(`${index} does more than re-export by name: ${rest.split("\n")[0]}`);
  }
  for (const [subpath, target] of wanted) {
    if (JSON.stringify(exports[subpath]) !== target)
      problems.push(`package.json exports lacks "${subpath}": ${target}`);
  }
  for (const subpath of Object.keys(exports)) {
    if (!wanted.has(subpath)) problems.push(`package.json exports "${subpath}", which has no index.ts`);
  }
  return problems;
}

/**
 * Packs what `npm publish` would send and has it looked at.
 *
 * @param {string} root with its `dist/` built
 * @returns {Promise<string[]>} the tools' complaints
 */
export async function inspectTarball(root) {
  const folder = mkdtempSync(join(tmpdir(), "hawser-pack-"));
  try {
    const packed = await runCommand("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      cwd: root,
    });
    if (packed.code !== 0) return [packed.output];
    const [tarball = ""] = listFiles(folder, ".", ".tgz");
    const path = join(folder, tarball);
    const inspections = await Promise.all([
      runCommand(process.execPath, [toolPath("publint", "src/cli.js"), "run", path, "--strict"], { cwd: root }),
      runCommand(
        process.execPath,
        [toolPath("@arethetypeswrong/cli", "dist/index.js"), path, "--profile", "esm-only"],
        { cwd: root },
      ),
    ]);
    return inspections.flatMap(({ code, output }) => (code === 0 ? [] : [output.trim()]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles the native core for the package, into `native/prebuilt/`: one file for each processor that Linux runs on most. `npm pack` and `npm publish` do this first.
 *
 * Each runs on every Node from 20 on, with glibc and with musl. The compiler of this machine is enough for its own processor; where the
 * one for another is missing, a line says so, and the package goes without that file: there Hawser uses the node reactor.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildNative } from "./build-native.mjs";
import { isMain, repositoryRoot } from "./lib/files.mjs";

/** The compilers for each processor, the preferred ones first. */
const TARGETS = [
  { arch: "x64", triple: "x86_64-linux-gnu" },
  { arch: "arm64", triple: "aarch64-linux-gnu" },
];

/**
 * @param {string} root
 * @returns {Promise<{ built: string[], skipped: string[], complaints: string }>} the files, why others are missing, and what is wrong with
 *   the sources
 */
export async function prebuild(root) {
  const folder = "native/prebuilt";
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  /** @type {string[]} */
  const built = [];
  /** @type {string[]} */
  const skipped = [];
  for (const { arch, triple } of TARGETS) {
    const output = `${folder}/linux-${arch}.node`;
    const compiler = arch === process.arch ? "cc" : `${triple}-gcc`;
    const result = await buildNative(root, { compiler, output });
    if (result.complaints !== "") return { built, skipped, complaints: result.complaints };
    if (result.skipped === "") built.push(output);
    else skipped.push(`${output}: ${result.skipped}`);
  }
  return { built, skipped, complaints: "" };
}

if (isMain(import.meta.url)) {
  const { built, skipped, complaints } = await prebuild(repositoryRoot);
  // Standard output is for what `npm pack --json` says.
  for (const file of built) console.error(`Built ${file}`);
  for (const reason of skipped) console.error(`Not built: ${reason}`);
  if (complaints !== "") {
    console.error(complaints);
    process.exitCode = 1;
  }
}

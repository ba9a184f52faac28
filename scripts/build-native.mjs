/**
 * Compiles the native core, `native/*.c`, into `dist/native/hawser.node` with the system's compiler, in one step. Without a
 * compiler or Node's headers it says so in a line, and the node reactor does the work.
 */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isMain, listFiles, repositoryRoot } from "./lib/files.mjs";
import { runCommand } from "./lib/run-command.mjs";

/** N-API is plain C and the same in every Node; warnings are errors. */
const FLAGS = [
  "-std=c11",
  "-D_GNU_SOURCE",
  "-O2",
  "-fPIC",
  "-shared",
  "-fvisibility=hidden",
  // A thread may still wait for a child when the worker that had loaded the core is gone.
  "-Wl,-z,nodelete",
  "-Wall",
  "-Wextra",
  "-Werror",
];

/**
 * What makes one file do for glibc, of any version, and for musl: it names no library, and takes the functions of the one that Node has
 * loaded. Sanitizers bring libraries of their own.
 */
const PORTABLE_FLAGS = ["-nostdlib", "-fno-stack-protector", "-s", "-Wl,-z,relro,-z,now,-z,noexecstack"];

/** Where Node's headers may be: where npm is told to look, beside the program, where Debian puts them. */
function headerFolders() {
  const told = process.env["npm_config_nodedir"];
  return [
    ...(told === undefined ? [] : [join(told, "include/node")]),
    join(dirname(process.execPath), "../include/node"),
    "/usr/include/node",
  ];
}

/**
 * @param {string} root
 * @param {{ flags?: readonly string[], output?: string, compiler?: string }} [options] more flags, such as those of a sanitizer, another
 *   place, another compiler than that of the environment
 * @returns {Promise<{ complaints: string, skipped: string }>} what is wrong with the sources, or why nothing was compiled
 */
export async function buildNative(root, { flags = [], output = "dist/native/hawser.node", compiler } = {}) {
  const sources = listFiles(root, "native", ".c");
  if (sources.length === 0) return { complaints: "", skipped: "" };
  if (process.platform !== "linux")
    return { complaints: "", skipped: `it is for Linux, and this is ${process.platform}` };
  const target = join(root, output);
  const newest = Math.max(...listFiles(root, "native").map((file) => statSync(join(root, file)).mtimeMs));
  if (flags.length === 0 && existsSync(target) && statSync(target).mtimeMs > newest)
    return { complaints: "", skipped: "" };
  const headers = headerFolders().find(
    (folder) => existsSync(join(folder, "node_api.h")) && existsSync(join(folder, "uv.h")),
  );
  if (headers === undefined) return { complaints: "", skipped: "Node's headers (node_api.h, uv.h) were not found" };
  mkdirSync(dirname(target), { recursive: true });
  const extra = flags.length === 0 ? PORTABLE_FLAGS : flags;
  const args = [...FLAGS, ...extra, "-I", headers, "-o", target, ...sources];
  const program = compiler ?? process.env["CC"] ?? "cc";
  const { code, output: said } = await runCommand(program, args, { cwd: root });
  if (code === 127) return { complaints: "", skipped: `there is no C compiler called ${program}` };
  if (code !== 0 && !(await hasHeaders(program)))
    return { complaints: "", skipped: `${program} has no headers of the C library` };
  return { complaints: code === 0 ? "" : said.trim() || `${program} ended with code ${code}`, skipped: "" };
}

/**
 * Whether a compiler has the headers of its machine: one for another machine may have been installed without them.
 *
 * @param {string} program
 */
async function hasHeaders(program) {
  const { code } = await runCommand(program, ["-fsyntax-only", "-include", "stdlib.h", "-x", "c", "/dev/null"]);
  return code === 0;
}

if (isMain(import.meta.url)) {
  const { complaints, skipped } = await buildNative(repositoryRoot);
  if (skipped !== "") console.log(`The native core was not built: ${skipped}. The node reactor is used.`);
  if (complaints !== "") {
    console.error(complaints);
    process.exitCode = 1;
  }
}

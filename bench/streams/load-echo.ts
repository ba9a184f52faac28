/**
 * Measures an echo server: starts it, on the first processor where `taskset` is there, and loads it from the second.
 * Arguments: the server's module; connections; bytes of a message; messages under way on each connection.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { report } from "../lib/measure.ts";
import { compileLoad } from "../load/compile.ts";

const [server = "", connections = "1", size = "64", pipeline = "1"] = process.argv.slice(2);
const seconds = process.env["BENCH_SECONDS"] ?? "1";

const canPin = spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;

function pinned(processor: number, command: string, ...args: string[]): [string, string[]] {
  return canPin ? ["taskset", ["-c", String(processor), command, ...args]] : [command, args];
}

const generator = compileLoad("tcp-load");
const module = fileURLToPath(new URL(server, import.meta.url));
const child = spawn(...pinned(0, process.execPath, module), { stdio: ["ignore", "pipe", "inherit"] });
const [port] = (await once(child.stdout, "data")) as [Buffer];
try {
  const load = pinned(1, generator, port.toString().trim(), connections, size, seconds, pipeline);
  report({ opsPerSecond: Number(execFileSync(...load).toString()) });
} finally {
  child.kill();
  await once(child, "exit");
}

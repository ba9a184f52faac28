/**
 * Measures a server, which does not measure itself: starts it, puts load on it, and prints the load generator's figures.
 * Arguments: the generator, a C file of this folder without its end; what else the generator is told; `--`; the server's command.
 *
 * A server prints its port as its first line and runs until it is killed. It may be a C or Go file, which is compiled then. A proxy that is told
 * where to connect to prints that port as well, which the generator finds in `BENCH_BEHIND`. Where `taskset` is there, the server has the first
 * processor and the generator the second.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { compile } from "../lib/compile.ts";

const separator = process.argv.indexOf("--");
const [generator = "", ...details] = process.argv.slice(2, separator);
const [server = "", ...args] = process.argv.slice(separator + 1);

/** No load takes so long; a server that hangs must not outlive its run. */
const TIMEOUT_MS = 120_000;

const canPin = spawnSync("taskset", ["-c", "0,1", "true"]).status === 0;

function pinned(processor: number, command: string, ...rest: string[]): [string, string[]] {
  return canPin ? ["taskset", ["-c", String(processor), command, ...rest]] : [command, rest];
}

const load = compile(`load/${generator}.c`);
const command = /\.(c|go)$/.test(server) ? compile(server) : server;
const child = spawn(...pinned(0, command, ...args), { stdio: ["ignore", "pipe", "inherit"] });
const ended = once(child, "exit");
const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [unknown];
if (typeof line === "string") {
  const [port = "", behind] = line.split(" ");
  const program = pinned(1, load, port, String(child.pid), ...details);
  const measured = spawnSync(...program, {
    stdio: "inherit",
    timeout: TIMEOUT_MS,
    env: behind === undefined ? process.env : { ...process.env, BENCH_BEHIND: behind },
  });
  // Why it failed it has said.
  process.exitCode = measured.status ?? 1;
  child.kill("SIGKILL");
  await ended;
} else {
  console.error(`The server ended with ${String(line)}, expected it to print its port`);
  process.exitCode = 1;
}

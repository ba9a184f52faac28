/**
 * `npm start`: the main job on a fresh machine. Installs and builds what is missing, then `hawser chat` on the loopback interface.
 * Argument: the port, a free one unless given; or options of the command.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} command @param {string[]} args */
function step(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(`${root}/node_modules/typescript`)) step("npm", ["ci"]);
step(process.execPath, ["scripts/build.mjs"]);

const [first = "", ...others] = process.argv.slice(2);
const options = /^\d+$/.test(first)
  ? ["--listen", `tcp:${first}:interface=127.0.0.1`, ...others]
  : process.argv.slice(2);
const program = spawn(process.execPath, ["bin/hawser", "chat", ...options], {
  cwd: root,
  stdio: "inherit",
});
// Ctrl-C reaches the program as well; it stops in its own time.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => program.kill(signal));
program.on("exit", (code) => process.exit(code ?? 1));

/** The command `hawser socks` on the reactor that the first argument says; prints its port, and that of the server behind it, which is the last argument. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../lib/paths.ts";
import { dieTogether } from "../portforward/die-together.ts";

const [reactor = "", behind] = process.argv.slice(2);
const command = [join(repositoryRoot(), "bin/hawser"), "socks", "--listen", "tcp:0:backlog=4096:interface=127.0.0.1"];
const options = ["--reactor", reactor, "--log-level", "warn", "--allow-private", "--max-connections", "10000"];
const child = spawn(...dieTogether(process.execPath, ...command, ...options), { stdio: ["ignore", "pipe", "inherit"] });
createInterface(child.stdout).on("line", (line) => {
  const port = /listens on .*:(\d+)$/.exec(line)?.[1];
  if (port !== undefined) console.log(`${port} ${behind}`);
});

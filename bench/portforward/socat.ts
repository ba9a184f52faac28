/** socat as a forwarder to the port that its argument says, in its fastest form; prints its own port. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { peer } from "../lib/peers.ts";
import { dieTogether } from "./die-together.ts";

const from = "TCP4-LISTEN:0,bind=127.0.0.1,fork,backlog=4096,nodelay";
// With its usual 8 KiB it is slower.
const args = ["-d", "-d", "-b", "65536", from, `TCP4:127.0.0.1:${process.argv[2]},nodelay`];
const child = spawn(...dieTogether(peer("socat").command, ...args), { stdio: ["ignore", "ignore", "pipe"] });
createInterface(child.stderr).on("line", (line) => {
  const port = /listening on .*:(\d+)$/.exec(line)?.[1];
  if (port !== undefined) console.log(port);
});

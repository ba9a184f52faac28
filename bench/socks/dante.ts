/** dante as a SOCKS proxy that lets everybody reach this machine, and says nothing; prints its port, and that of the server behind it, which is its argument. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../lib/peers.ts";
import { dieTogether } from "../portforward/die-together.ts";
import { freePort, untilItAnswers } from "./port-of-a-peer.ts";

const port = await freePort();
const folder = mkdtempSync(join(tmpdir(), "hawser-bench-"));
const path = join(folder, "danted.conf");
writeFileSync(
  path,
  [
    `internal: 127.0.0.1 port = ${port}`,
    "external: 127.0.0.1",
    "clientmethod: none",
    "socksmethod: none",
    "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }",
    "socks pass { from: 0.0.0.0/0 to: 127.0.0.0/8 }",
  ].join("\n"),
);
const args = ["-f", path, "-p", join(folder, "danted.pid")];
spawn(...dieTogether(peer("dante").command, ...args), { stdio: ["ignore", "ignore", "inherit"] });
await untilItAnswers(port);
console.log(`${port} ${process.argv[2]}`);
// It lives as long as this does, which is until it is killed.
setInterval(() => {}, 1_000_000);

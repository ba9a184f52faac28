/** `ssh -D` as a SOCKS proxy, and the sshd behind it; prints its port, and that of the server behind both, which is its argument. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { peer } from "../lib/peers.ts";
import { dieTogether } from "../portforward/die-together.ts";
import { freePort, untilItAnswers } from "./port-of-a-peer.ts";

// Where it is root, it wants to have a place for its children to be shut up in.
if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
const key = join(mkdtempSync(join(tmpdir(), "hawser-bench-")), "key");
spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
const [serverPort, port] = [await freePort(), await freePort()];
const options = (...texts: string[]): string[] => texts.flatMap((text) => ["-o", text]);
const server = ["-D", "-e", "-f", "/dev/null", "-p", String(serverPort), "-h", key].concat(
  options(`AuthorizedKeysFile=${key}.pub`, "StrictModes=no", "PidFile=none", "ListenAddress=127.0.0.1"),
  options("UsePAM=no", "PermitRootLogin=yes"),
);
spawn(...dieTogether(peer("sshd").command, ...server), { stdio: "ignore" });
await untilItAnswers(serverPort);
const client = ["-F", "/dev/null", "-N", "-i", key, "-p", String(serverPort), "-D", `127.0.0.1:${port}`].concat(
  options("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"),
);
spawn(...dieTogether("ssh", ...client, `${userInfo().username}@127.0.0.1`), { stdio: ["ignore", "ignore", "inherit"] });
await untilItAnswers(port);
console.log(`${port} ${process.argv[2]}`);
// They live as long as this does, which is until it is killed.
setInterval(() => {}, 1_000_000);

/** HAProxy as a forwarder to the port that its argument says, on one thread; prints its own port. It is given the socket, so that nobody has to guess a free port. */
import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../lib/peers.ts";
import { dieTogether } from "./die-together.ts";

const socket = createServer();
await new Promise<void>((resolve) => socket.listen(0, "127.0.0.1", 8192, resolve));
const { port } = socket.address() as AddressInfo;
const { fd } = (socket as unknown as { readonly _handle: { readonly fd: number } })._handle;
const path = join(mkdtempSync(join(tmpdir(), "hawser-bench-")), "haproxy.cfg");
const times = ["timeout connect 5s", "timeout client 60s", "timeout server 60s"];
writeFileSync(
  path,
  `global\n  nbthread 1\n  maxconn 4096\ndefaults\n  mode tcp\n  ${times.join("\n  ")}\nlisten here\n  bind fd@3\n  server there 127.0.0.1:${process.argv[2]}\n`,
);
spawn(...dieTogether(peer("haproxy").command, "-db", "-f", path), { stdio: ["ignore", "ignore", "inherit", fd] });
socket.close();
console.log(port);
// It lives as long as this does, which is until it is killed.
setInterval(() => {}, 1_000_000);

/** The node reactor under the suite of endpoints; and a process that is given its socket as systemd gives it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { peer } from "../support/peers.ts";
import { endpointSuite } from "./over-sockets.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

endpointSuite("node", () => new NodeReactor(), folder);

/** Opens a socket as descriptor 3, says its port, and becomes the program: the process stays the same, and so does its number. */
const ACTIVATE = `
import os, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
if listener.fileno() == 3:
    os.set_inheritable(3, True)
else:
    os.dup2(listener.fileno(), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="echo")
os.execv(sys.argv[1], sys.argv[1:])
`;

// Twisted's Python, which is Debian's own.
const python = peer("twisted");

test("serverFromString, systemd: in a process with a socket, listens on it", { skip: python.skip }, async () => {
  const program = fileURLToPath(new URL("systemd-program.js", import.meta.url));
  const child = spawn(python.command, ["-c", ACTIVATE, process.execPath, program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  try {
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const socket = connect(Number(port), "127.0.0.1");
    socket.end("hello");
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);
    assert.equal(answer, "hello");
    assert.deepEqual(await ended, [0, null]);
  } finally {
    child.kill();
    await ended;
  }
});

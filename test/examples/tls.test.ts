/** The programs of `examples/tls`, run as a user runs them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Program } from "../support/program.ts";

describe("examples/tls", () => {
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  after(() => rmSync(folder, { recursive: true }));

  before(async () => {
    const { stdout } = await Program.run("examples/tls/certificates", [folder]);
    assert.equal(
      stdout,
      "server.pem: CN=server, signed by CN=Example authority\nclient.pem: CN=client, signed by CN=Example authority\n",
    );
  });

  async function withServer(path: string, body: (port: string) => Promise<void>): Promise<Program> {
    const server = new Program(path, [folder, "0"]);
    try {
      const [, port = ""] = await server.prints(/127\.0\.0\.1', (\d+)/);
      await body(port);
    } finally {
      assert.equal(await server.stop(), 0, server.stderr);
    }
    return server;
  }

  test("echo, client and server know each other, and who shows no certificate is not talked to", async () => {
    const server = await withServer("examples/tls/echo-server", async (port) => {
      const { stdout } = await Program.run("examples/tls/echo-client", [folder, port]);
      assert.equal(stdout, "TLSv1.3 with server\nServer said: Hello, world!\nConnection lost: ConnectionDone\n");
      const anonymous = await Program.run("examples/tls/echo-client", [folder, port, "anonymous"]);
      assert.match(anonymous.stdout, /Connection lost: (?:AlertError|ConnectionLost)\n$/);
      assert.doesNotMatch(anonymous.stdout, /Server said/);
    });
    assert.match(server.stdout, /\nHello, client\n$/);
  });

  test("starttls, lines are plain text first, then over TLS", async () => {
    const server = await withServer("examples/tls/starttls-server", async (port) => {
      const { stdout } = await Program.run("examples/tls/starttls-client", [folder, port]);
      assert.equal(
        stdout,
        "Server said: HELLO\nServer said: READY\nNow it is TLSv1.3\nServer said: A SECRET\nConnection lost: ConnectionDone\n",
      );
    });
    const lines = server.stdout.split("\n").slice(1, -1);
    assert.deepEqual(lines, ["In plain text: hello", "In plain text: STARTTLS", "Over TLS: a secret"]);
  });
});

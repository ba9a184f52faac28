import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { portforward } from "../../../src/cli/services/portforward.ts";
import { Program } from "../../support/program.ts";

test("portforward, passes on what it gets, and the answer back", async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const to = `tcp:127.0.0.1:${(server.address() as AddressInfo).port}`;
  const program = new Program("bin/hawser", [portforward.name, "--to", to]);
  const [, port] = await program.prints(/portforward listens on 127\.0\.0\.1:(\d+)\n/);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true }, () => socket.end("Hello"));
    socket.on("data", (data) => (text += data.toString()));
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
  assert.equal(answer, "Hello");
  assert.equal(await program.stop(), 0, program.stderr);
  server.close();
});

test("portforward, names the option that is missing or wrong", async () => {
  const missing = await Program.run("bin/hawser", ["portforward"]);
  assert.equal(missing.stderr, "hawser: portforward: --to: it is missing, expected --to ENDPOINT\n");
  const wrong = await Program.run("bin/hawser", ["portforward", "--to", "tcp:here"]);
  assert.match(wrong.stderr, /^hawser: portforward: --to: Cannot make an endpoint of "tcp:here": port is missing/);
  assert.deepEqual([await missing.ended(), await wrong.ended()], [2, 2]);
});

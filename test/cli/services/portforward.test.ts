import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
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

/** Forwards to a server that sends back what it gets. */
async function forwarding(
  args: readonly string[],
  body: (port: number, server: Server) => Promise<void>,
): Promise<void> {
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const to = `tcp:127.0.0.1:${(server.address() as AddressInfo).port}`;
  const program = new Program("bin/hawser", [portforward.name, "--to", to, ...args]);
  const [, port] = await program.prints(/portforward listens on 127\.0\.0\.1:(\d+)\n/);
  await body(Number(port), server);
  assert.equal(await program.stop(), 0, program.stderr);
  server.close();
}

for (const [option, most] of [
  ["--max-connections", 2],
  ["--max-per-host", 1],
] as const) {
  test(`portforward, refuses more connections than ${option} says`, () =>
    forwarding([option, String(most)], async (port) => {
      const open: Socket[] = [];
      for (let number = 0; number < most; number++) {
        const socket = connect(port, "127.0.0.1");
        socket.write("x");
        await once(socket, "data");
        open.push(socket);
      }
      const refused = connect(port, "127.0.0.1");
      refused.on("error", () => {});
      await once(refused, "close");
      for (const socket of open) socket.destroy();
    }));
}

test("portforward, closes connections on which nothing happens for as long as --timeout says", () =>
  forwarding(["--timeout", "0.2"], async (port) => {
    const socket = connect(port, "127.0.0.1");
    socket.write("x");
    await once(socket, "data");
    socket.resume();
    await once(socket, "end");
    socket.destroy();
  }));

test("portforward, reads no faster than --read-limit says", () =>
  forwarding(["--read-limit", "1000"], async (port) => {
    const socket = connect(port, "127.0.0.1");
    socket.write("x".repeat(4000));
    let length = 0;
    const gets = async (wanted: number): Promise<void> => {
      while (length < wanted) length += ((await once(socket, "data")) as [Buffer])[0].length;
    };
    await gets(4000);
    // What was too much is noticed within a second, and made up for in three.
    await setTimeout(1300);
    const begin = performance.now();
    socket.write("y");
    await gets(4001);
    assert.ok(performance.now() - begin > 1000);
    socket.destroy();
  }));

test("portforward, goes through a proxy", async () => {
  const proxy = new Program("bin/hawser", ["socks", "--allow-private"]);
  const [, proxyPort] = await proxy.prints(/127\.0\.0\.1:(\d+)\n/);
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: serverPort } = server.address() as AddressInfo;
  const via = `via=tcp\\:127.0.0.1\\:${proxyPort}`;
  const program = new Program("bin/hawser", [portforward.name, "--to", `socks5:127.0.0.1:${serverPort}:${via}`]);
  const [, port] = await program.prints(/127\.0\.0\.1:(\d+)\n/);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write("through");
  const [data] = (await once(socket, "data")) as [Buffer];
  assert.equal(data.toString(), "through");
  socket.destroy();
  assert.deepEqual([await program.stop(), await proxy.stop()], [0, 0], program.stderr);
  server.close();
});

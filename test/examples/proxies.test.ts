/** The programs of `examples/proxies/`, one behind the other, and `docs/proxies.md`, which shows them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { repositoryRoot } from "../../bench/lib/paths.ts";
import { Program } from "../support/program.ts";

const PORT = /127\.0\.0\.1'?,? (\d+)/;

test("examples/proxies, a port that is forwarded through the SOCKS server to the echo, and the client", async () => {
  const servers: Program[] = [];
  const start = async (path: string, ...args: string[]): Promise<string> => {
    const server = new Program(path, args);
    servers.push(server);
    return (await server.prints(PORT))[1]!;
  };
  try {
    const echo = await start("examples/echo/server", "0");
    const socks = await start("examples/proxies/socks-server", "0");
    const via = `socks5:localhost:${echo}:via=tcp\\:127.0.0.1\\:${socks}:user=ada:password=secret`;
    const forward = await start("examples/proxies/forward", "0", via);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(Number(forward), "127.0.0.1", () => socket.end("hello"));
      socket.on("data", (data) => (text += data.toString()));
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
    });
    assert.equal(answer, "hello");
    const through = await Program.run("examples/proxies/through", [socks, echo]);
    assert.equal(through.stdout, "The server says: hello\n", through.stderr);
  } finally {
    for (const server of servers) assert.equal(await server.stop(), 0, server.stderr);
  }
});

test("docs/proxies.md, what it shows is what is run", () => {
  const read = (path: string): string => readFileSync(`${repositoryRoot()}/${path}`, "utf8");
  const blocks = [...read("docs/proxies.md").matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => match[1]!);
  assert.equal(blocks.length, 3);
  const programs = ["socks-server", "forward", "through"].map((name) => read(`examples/proxies/${name}.ts`));
  for (const block of blocks) {
    assert.ok(
      programs.some((program) => program.endsWith(block)),
      block,
    );
  }
});

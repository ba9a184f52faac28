/** The programs of `examples/udp/`, run as a user runs them. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { describe, test } from "node:test";
import { probeMulticast } from "../conformance/multicast.ts";
import { Program } from "../support/program.ts";

const HOST = "127.0.0.1";
const UDP_ADDRESS = String.raw`IPv4Address\(UDP, '127\.0\.0\.1', (\d+)\)`;

/** Runs `body` with a program that has printed what it listens on, and stops it. */
async function withProgram(
  path: string,
  args: readonly string[],
  ready: RegExp,
  body: (match: RegExpExecArray, program: Program) => Promise<void>,
): Promise<void> {
  const program = new Program(path, args);
  try {
    await body(await program.prints(ready), program);
  } finally {
    assert.equal(await program.stop(), 0, program.stderr);
  }
}

/** A port number that nobody listens on: one that has just been closed. */
function closedPort(): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.bind(0, HOST, () => {
      const { port } = socket.address();
      socket.close(() => resolve(String(port)));
    });
  });
}

describe("examples/udp", async () => {
  test("echo-client and echo-server, talk to each other", async () => {
    await withProgram(
      "examples/udp/echo-server",
      ["0"],
      new RegExp(`Echo on ${UDP_ADDRESS}`),
      async (match, server) => {
        const client = await Program.run("examples/udp/echo-client", [match[1]!]);
        const lines = ["Hello, world!", "What a fine day it is.", "Bye-bye!"];
        assert.equal(client.stdout, lines.map((line) => `The server said: ${line}\n`).join(""));
        await server.prints(/Bye-bye/);
        for (const line of lines)
          assert.match(server.stdout, new RegExp(`received "${line.replaceAll(".", "\\.")}" from ${UDP_ADDRESS}`));
      },
    );
  });

  test("echo-client, without a server, says so and ends", async () => {
    const client = await Program.run("examples/udp/echo-client", [await closedPort()]);
    assert.equal(client.stdout, "No one listening\n");
    assert.equal(await client.ended(), 0);
  });

  test("echo-client, of a server that says nothing, tries three times", async () => {
    const silent = createSocket("udp4");
    let received = 0;
    silent.on("message", () => received++);
    await new Promise<void>((resolve) => silent.bind(0, HOST, resolve));
    const client = await Program.run("examples/udp/echo-client", [String(silent.address().port), "0.05"]);
    silent.close();
    assert.equal(client.stdout, "No answer\n");
    assert.equal(received, 3);
  });

  test("helloer, says hello to one address and prints the answer", async () => {
    await withProgram("examples/udp/echo-server", ["0"], new RegExp(UDP_ADDRESS), async ([, port]) => {
      const greeting = new RegExp(
        `^now we can only send to host ${HOST} port ${port}\nreceived "hello" from ${UDP_ADDRESS}\n`,
      );
      await withProgram("examples/udp/helloer", [HOST, port!], greeting, async (match) => {
        assert.equal(match[1], port);
      });
    });
  });

  test("helloer, to nobody, is told that no one listens", async () => {
    await withProgram("examples/udp/helloer", [HOST, await closedPort()], /No one listening\n/, async () => {});
  });

  test("helloer, to a name, is refused", async () => {
    const program = await Program.run("examples/udp/helloer", ["localhost"]);
    assert.equal(await program.ended(), 1);
    assert.match(
      program.stderr,
      /InvalidAddressError: Cannot send to 'localhost': expected an IPv4 address, not a name/,
    );
  });

  test(
    "multicast-client, is answered by each multicast-server of the group",
    { skip: await probeMulticast() },
    async () => {
      const joined = /Joined 228\.0\.0\.5, port (\d+)/;
      await withProgram("examples/udp/multicast-server", ["0", HOST], joined, async ([, port], first) => {
        await withProgram("examples/udp/multicast-server", [port!, HOST], joined, async (_, second) => {
          const pong = `Datagram "Server: Pong" received from ${UDP_ADDRESS}\n`;
          await withProgram(
            "examples/udp/multicast-client",
            [port!, HOST],
            new RegExp(`^${pong}${pong}`),
            async (match) => {
              assert.deepEqual([match[1], match[2]], [port, port]);
            },
          );
          for (const server of [first, second])
            await server.prints(new RegExp(`Datagram "Client: Ping" received from ${UDP_ADDRESS}`));
        });
      });
    },
  );

  test("the multicast programs, on an interface of another machine, say so and end with 1", async () => {
    for (const which of ["server", "client"]) {
      const program = await Program.run(`examples/udp/multicast-${which}`, ["0", "198.51.100.1"]);
      assert.equal(await program.ended(), 1);
      assert.match(program.stderr, /^Cannot (join the multicast group 228|send to groups from 198)/);
    }
  });
});

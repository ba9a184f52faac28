/** Descriptors of every kind, in a program that was given them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { streamsOf } from "../../src/streams/descriptor-streams.ts";
import { StandardIO } from "../../src/streams/standard-io.ts";
import { Recorder } from "../conformance/stream-fixtures.ts";
import { probe } from "../support/peers.ts";

const PROGRAM = fileURLToPath(new URL("./shouting-program.js", import.meta.url));
const script = probe({ command: "script", args: ["--version"], prints: /util-linux/, package: "bsdutils" });

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

function start(
  input: number,
  output: number,
  stdio: readonly ("pipe" | "ignore" | number | Socket)[],
): { readonly child: ChildProcess; readonly ended: Promise<unknown>; readonly errors: Promise<string> } {
  const child = spawn(process.execPath, [PROGRAM, String(input), String(output)], { stdio: [...stdio] });
  return { child, ended: once(child, "close"), errors: text(child.stderr!) };
}

test("StandardIO, descriptors 0 and 1, and pipes that a parent has passed on, are read and written", async () => {
  for (const [input, output] of [
    [0, 1],
    [3, 4],
  ] as const) {
    const { child, ended, errors } = start(input, output, ["pipe", "pipe", "pipe", "pipe", "pipe"]);
    const [to, from] = [child.stdio[input] as Writable, child.stdio[output] as Readable];
    to.write("hello\n");
    to.end("world\n");
    assert.equal(await text(from), "HELLO\nWORLD\n");
    assert.deepEqual([await ended, await errors], [[0, null], "ConnectionDone\n"]);
  }
});

test("StandardIO, descriptors of files, are read from and written to where they stand", async () => {
  writeFileSync(join(folder, "in"), "left out\nhello\n");
  writeFileSync(join(folder, "out"), "before\n");
  const input = openSync(join(folder, "in"), "r");
  const output = openSync(join(folder, "out"), "a");
  const { ended, errors } = start(3, 4, ["ignore", "ignore", "pipe", input, output]);
  closeSync(input);
  closeSync(output);
  assert.deepEqual([await ended, await errors], [[0, null], "ConnectionDone\n"]);
  assert.equal(readFileSync(join(folder, "out"), "utf8"), "before\nLEFT OUT\nHELLO\n");
});

test("StandardIO, one socket, is read and written", async () => {
  const { child, ended, errors } = start(3, 3, ["ignore", "ignore", "pipe", "pipe"]);
  const socket = child.stdio[3] as unknown as Duplex;
  socket.write("hello\nbye\n");
  assert.equal(await text(socket), "HELLO\nBYE\n");
  assert.deepEqual([await ended, await errors], [[0, null], "ConnectionDone\n"]);
});

test("StandardIO, a connection of TCP that the program inherits, as of inetd, is read and written", async () => {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { connect } = await import("node:net");
  const client = connect((server.address() as { readonly port: number }).port, "127.0.0.1");
  const [inherited] = (await once(server, "connection")) as [Socket];
  const { ended, errors } = start(0, 0, [inherited, "ignore", "pipe"]);
  inherited.destroy();
  server.close();
  client.end("hello\n");
  assert.equal(await text(client), "HELLO\n");
  assert.deepEqual([await ended, await errors], [[0, null], "ConnectionDone\n"]);
});

test("StandardIO, a terminal, is read line by line and written; ^D is its end", { skip: script.skip }, async () => {
  for (const [input, output] of [
    [0, 1],
    [3, 4],
  ] as const) {
    for (const [last, lines] of [
      ["bye\n", "HELLO\nBYE\nConnectionDone\n"],
      ["\u0004", "HELLO\nConnectionDone\n"],
    ] as const) {
      const quoted = [process.execPath, PROGRAM].map((part) => `'${part}'`).join(" ");
      // Nobody echoes what is typed, so that what is read is all the program's.
      const command = `stty -echo -onlcr; echo ready; exec ${quoted} ${input} ${output} 3<&0 4>&1`;
      const child = spawn(script.command, ["-qec", command, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
      const ended = once(child, "close");
      let screen = "";
      child.stdout.setEncoding("utf8").on("data", (shown: string) => {
        if (screen === "" && shown.includes("ready")) child.stdin.write("hello\n");
        if (!screen.includes("HELLO") && (screen + shown).includes("HELLO")) child.stdin.write(last);
        screen += shown;
      });
      assert.deepEqual(await ended, [0, null]);
      assert.equal(screen.replaceAll("\r", "").replace("ready\n", ""), lines);
      child.stdin.destroy();
    }
  }
});

test("StandardIO, numbers that are no open descriptors, are refused, and nothing is opened", () => {
  const open = openSync(folder, "r");
  const protocol = new Recorder();
  assert.throws(() => new StandardIO(protocol, { stdin: -1 }), {
    name: "RangeError",
    message: "Cannot read from the descriptor -1: expected an integer from 0 to 2147483647",
  });
  assert.throws(() => new StandardIO(protocol, { stdin: 0, stdout: 1.5 }), RangeError);
  assert.throws(() => new StandardIO(protocol, { stdin: 123_456 }), {
    name: "TypeError",
    message: "Cannot read from the descriptor 123456: EBADF: bad file descriptor, fstat, expected an open one",
  });
  assert.throws(() => new StandardIO(protocol, { stdout: open }), /Cannot write to the descriptor \d+: it is a folder/);
  closeSync(open);
  assert.deepEqual(protocol.events, []);
  assert.equal(streamsOf(0, 2).writable, process.stderr);
});

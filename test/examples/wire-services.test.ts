/** The program of `examples/wire-services/`, run as a user runs it. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { test } from "node:test";
import { Program } from "../support/program.ts";

test("examples/wire-services, answers over TCP and UDP", async () => {
  const program = new Program("examples/wire-services/server", []);
  try {
    const [, tcp] = await program.prints(/qotd .*IPv4Address\(TCP, '127\.0\.0\.1', (\d+)\)/);
    const [, udp] = await program.prints(/qotd .*IPv4Address\(UDP, '127\.0\.0\.1', (\d+)\)/);
    let heard = "";
    for await (const chunk of connect(Number(tcp), "127.0.0.1")) heard += String(chunk);
    assert.equal(heard, "Less is more.\r\n");
    const socket = createSocket("udp4");
    const answer = new Promise<Buffer>((resolve) => socket.once("message", resolve));
    socket.send("?", Number(udp), "127.0.0.1");
    assert.equal((await answer).toString(), "Less is more.\r\n");
    socket.close();
  } finally {
    assert.equal(await program.stop(), 0, program.stderr);
  }
});

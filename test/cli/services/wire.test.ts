import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { WIRE_SUMMARIES, qotd, wire } from "../../../src/cli/services/wire.ts";
import { wireServices } from "../../../src/wire-services/wire-services.ts";
import { Program } from "../../support/program.ts";

/** What the service says to `text`, up to `length` bytes, or to its end. */
async function answerOf(name: string, text: string, length: number, ...options: string[]): Promise<Buffer> {
  const program = new Program("bin/hawser", [name, ...options]);
  const [, port] = await program.prints(/ listens on 127\.0\.0\.1:(\d+)\n/);
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port: Number(port), host: "127.0.0.1" }, () => text !== "" && socket.write(text));
    socket.on("data", (data) => {
      chunks.push(data);
      if (Buffer.concat(chunks).length >= length) socket.destroy();
    });
    socket.on("close", () => resolve(Buffer.concat(chunks)));
    socket.on("error", reject);
  });
  assert.equal(await program.stop(), 0, program.stderr);
  return answer;
}

test("wire services, answer as their protocols do", async () => {
  const [echo, chargen, daytime, time] = await Promise.all([
    answerOf("echo", "Hello", 5),
    answerOf("chargen", "", 100),
    answerOf("daytime", "", Infinity),
    answerOf("time", "", Infinity),
  ]);
  assert.equal(echo.toString(), "Hello");
  assert.ok(chargen.length >= 100);
  assert.match(daytime.toString(), /\d{4}.*\r\n$/);
  assert.equal(time.length, 4);
});

test("qotd, says what it is told to", async () => {
  const said = await answerOf("qotd", "", Infinity, "--quote", "Enough is as good as a feast.");
  assert.equal(said.toString(), "Enough is as good as a feast.\r\n");
});

test("wire services, say in the list what those of the family say", () => {
  for (const [name, summary] of Object.entries(WIRE_SUMMARIES)) {
    assert.equal(summary.toLowerCase(), wireServices[name as keyof typeof WIRE_SUMMARIES].summary);
  }
  assert.deepEqual([wire("discard").name, qotd.name], ["discard", "qotd"]);
});

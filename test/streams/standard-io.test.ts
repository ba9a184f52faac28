/** Given streams; `test/examples/stdio.test.ts` and the programs there have the real ones. */
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { StandardIO } from "../../src/streams/standard-io.ts";
import { PipeAddress } from "../../src/transport/address.ts";
import { until } from "../conformance/running.ts";
import { HalfClosingRecorder, Recorder } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

test("StandardIO, is the transport of its protocol, between two pipes", async () => {
  const protocol = new Recorder();
  const [stdin, stdout] = [new PassThrough(), new PassThrough().setEncoding("utf8")];
  const transport = new StandardIO(protocol, { stdin, stdout });
  assert.equal(protocol.transport, transport);
  assert.ok(transport.getHost() instanceof PipeAddress);
  assert.ok(transport.getPeer() instanceof PipeAddress);
  stdin.write("question");
  await until(() => protocol.text === "question");
  transport.write("answer");
  transport.loseConnection();
  let output = "";
  for await (const text of stdout) output += String(text);
  assert.equal(output, "answer");
  await until(() => protocol.lost !== undefined);
  assert.deepEqual([protocol.reason, stdin.destroyed], ["ConnectionDone", true]);
});

test("StandardIO, the end of the input, is readConnectionLost for those who know it, else the end", async () => {
  const plain = new Recorder();
  const stdin = new PassThrough();
  const stdout = new PassThrough().resume();
  plain.onData = () => plain.transport.write("answer");
  void new StandardIO(plain, { stdin, stdout });
  stdin.end("question");
  await until(() => plain.lost !== undefined);
  assert.deepEqual([plain.events, plain.reason], [["made", "lost"], "ConnectionDone"]);

  const halfClosing = new HalfClosingRecorder();
  const input = new PassThrough();
  const output = new PassThrough().setEncoding("utf8");
  void new StandardIO(halfClosing, { stdin: input, stdout: output });
  input.end();
  await until(() => halfClosing.events.includes("read lost"));
  halfClosing.transport.write("still here");
  halfClosing.transport.loseConnection();
  let text = "";
  for await (const piece of output) text += String(piece);
  await until(() => halfClosing.lost !== undefined);
  assert.deepEqual([text, halfClosing.events], ["still here", ["made", "read lost", "lost"]]);
});

/** Each load generator, for a moment, against our own servers: they agree about what is sent and what is answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { peer } from "../../../bench/lib/peers.ts";
import type { Figures } from "../../../bench/lib/question.ts";
import { runSubject } from "../../../bench/lib/run-subject.ts";
import { loaded } from "../../../bench/load/loaded.ts";

const SECONDS = 0.05;
const options = { skip: peer("cc").skip };

/** What a generator says of the server of a role; its details follow, then, after "--", the server's arguments. */
function load(role: string, generator: string, ...rest: string[]): Promise<Figures> {
  const at = rest.indexOf("--");
  const [details, args] = at < 0 ? [rest, []] : [rest.slice(0, at), rest.slice(at + 1)];
  const module = fileURLToPath(new URL(`../../../bench/net/${role}/hawser.js`, import.meta.url));
  const server = { name: role, command: [process.execPath, module, ...args] as const };
  return runSubject(loaded(server, generator, ...details), { seconds: SECONDS, rate: 4000 });
}

test("tcp-echo, tells the messages per second", options, async () => {
  const { "": only } = await load("echo", "tcp-echo", "3", "64", "2");
  assert.deepEqual(Object.keys(only!), ["opsPerSecond"]);
});

test("tcp-stream, tells the bytes per second, without an end or after a number of bytes", options, async () => {
  const { "": endless } = await load("sink", "tcp-stream", "1", "100000", "0", "--", "100000");
  assert.deepEqual(Object.keys(endless!), ["bytesPerSecond"]);
  const { "": ended } = await load("sink", "tcp-stream", "1", "100000", "1000000000", "--", "100000");
  assert.deepEqual(Object.keys(ended!), ["bytesPerSecond"]);
});

test("tcp-drain, tells the bytes per second", options, async () => {
  const { "": only } = await load("source", "tcp-drain", "100001", "10000000", "--", "100001");
  assert.deepEqual(Object.keys(only!), ["bytesPerSecond"]);
});

test("tcp-stream, tells the lines per second", options, async () => {
  const { "": only } = await load("lines", "tcp-stream", "64", "100", "0", "--", "100");
  assert.deepEqual(Object.keys(only!), ["opsPerSecond"]);
});

test("tcp-connect, tells the connections per second", options, async () => {
  const { "": only } = await load("echo", "tcp-connect", "4");
  assert.deepEqual(Object.keys(only!), ["opsPerSecond"]);
});

test("tcp-idle, tells the bytes per connection", options, async () => {
  const { "": only } = await load("echo", "tcp-idle", "3000");
  assert.deepEqual(Object.keys(only!), ["bytes"]);
});

test("tcp-pace, tells latencies in their order, and the processor time", options, async () => {
  const figures = (await load("echo", "tcp-pace", "5", "64")) as Record<string, { seconds: number }>;
  assert.deepEqual(Object.keys(figures), ["p50", "p99", "p99.9", "processor for a million"]);
  const [p50, p99, p999, processor] = Object.values(figures).map(({ seconds }) => seconds) as [
    number,
    number,
    number,
    number,
  ];
  assert.ok(p50 > 0 && p50 <= p99 && p99 <= p999, `${p50} ${p99} ${p999}`);
  // The system says what a running process has used as of its last tick: in so short a time that may be nothing.
  assert.ok(processor >= 0 && processor < 1e6 * SECONDS, String(processor));
});

test("udp-echo, tells the datagrams per second", options, async () => {
  const { "": only } = await load("datagrams", "udp-echo", "2", "4", "64");
  assert.deepEqual(Object.keys(only!), ["opsPerSecond"]);
});

test("run, says what is wrong, when the server ends or the load fails", options, async () => {
  const server = (program: string) => ({
    name: "it",
    command: [process.execPath, "--eval", program] as const,
  });
  const run = (program: string): Promise<Figures> =>
    runSubject(loaded(server(program), "tcp-echo", "1", "64", "1"), { seconds: SECONDS });
  await assert.rejects(run("process.exit(3)"), /The server ended with 3, expected it to print its port/);
  await assert.rejects(run("console.log(1); setInterval(() => {}, 1000)"), /Cannot run it:[^]*connect/);
});

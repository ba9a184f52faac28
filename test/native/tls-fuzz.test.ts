/**
 * Whatever the functions for TLS are given, the process lives: they answer, or throw a TypeError or a RangeError. And a worker that ends
 * in the midst of it takes all of it along.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { NativeTLS } from "../../src/reactor/epoll/native-core.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { testCertificates } from "../support/test-certificates.ts";

const native = loadNativeCore() as NativeTLS | null;
const skip = native?.tlsMemory === undefined ? "the native core does no TLS here" : false;
const MILLISECONDS = 1000;
const seed = Number(process.env["HAWSER_SEED"] ?? Date.now() % 2 ** 31);

/** xorshift32: the same numbers for the same seed. */
function randomNumbers(start: number): (below: number) => number {
  let state = start | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

test(`every function for TLS, random arguments, never ends the process (HAWSER_SEED=${seed})`, { skip }, (t) => {
  const random = randomNumbers(seed);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)]!;
  const { server, authority } = testCertificates();
  const functions = Object.entries(native as unknown as Record<string, (...args: unknown[]) => unknown>).filter(
    ([name]) => name.startsWith("tls"),
  );
  assert.ok(functions.length >= 14);
  const memory = native!.tlsMemory();
  const facts = new Int32Array(memory, 0, 4);
  const slabs = Buffer.from(memory, 16);
  const ciphers = slabs.subarray(2 * 65_536);
  const contexts: number[] = [];
  const sessions: number[] = [];
  // What sessions have said, for others to hear.
  const wire: Buffer[] = [Buffer.alloc(0)];

  const bytes = (): unknown =>
    pick<() => unknown>([
      () => pick(wire),
      () => Buffer.concat([pick(wire), pick(wire)]),
      () => Buffer.from(Array.from({ length: random(100) }, () => random(256))),
      () => new Uint8Array(pick([0, 1, 5, 20_000, 200_000])),
      () => new Uint8Array(new SharedArrayBuffer(64)),
      () => slabs,
      () => slabs.subarray(random(65_536)),
      () => new Int32Array(8),
    ])();
  const number = (): number => pick([0, 1, 2, -1, random(20), 2 ** 31 - 1, -(2 ** 31), 2 ** 40, NaN, 1 << 20, 2 << 20]);
  const text = (): string =>
    pick([
      "",
      "localhost",
      "127.0.0.1",
      "::1",
      "\0",
      "x".repeat(300),
      "ALL",
      "X25519",
      server.certificate,
      server.key,
      "nöwhere",
    ]);
  const anything = (): unknown =>
    pick<() => unknown>([
      number,
      bytes,
      text,
      () => pick(contexts),
      () => pick(sessions),
      () => pick([undefined, null, {}, true, Symbol("s"), 10n, () => {}, new Proxy({}, {})]),
    ])();

  const likely: Record<string, () => unknown[]> = {
    tlsContext: () => [random(2)],
    tlsContextSet: () =>
      pick([
        () => [pick(contexts), 1, server.certificate],
        () => [pick(contexts), 2, server.key],
        () => [pick(contexts), pick([3, 4]), authority.certificate],
        () => [pick(contexts), random(17), text()],
        () => [pick(contexts), random(17), number()],
        () => [pick(contexts), 11, pick([Buffer.from("\x02h2\x01x"), Buffer.from("\x09h2"), bytes()])],
      ])(),
    tlsContextFree: () => [pick(contexts)],
    tlsSession: () => [pick(contexts), random(3), text(), text(), bytes(), random(2)],
    tlsReceive: () => [pick(sessions), bytes(), pick([0, 0, 0, random(100)]), random(2)],
    tlsSend: () => [pick(sessions), bytes(), pick([0, 0, random(100)])],
    tlsEnd: () => [pick(sessions)],
    tlsSessionFree: () => [pick(sessions)],
    tlsFacts: () => [pick(sessions)],
    tlsTicket: () => [pick(sessions)],
    tlsKeys: () => [pick(sessions)],
    tlsExport: () => [pick(sessions), random(100), text(), pick([undefined, bytes()])],
  };

  /** A context of a server that works, so that some of it gets far. */
  const goodContext = (isServer: number): number => {
    const made = native!.tlsContext(isServer);
    if (isServer === 1) {
      native!.tlsContextSet(made, 1, server.certificate);
      native!.tlsContextSet(made, 2, server.key);
      native!.tlsContextSet(made, 15, random(2));
    } else native!.tlsContextSet(made, 3, authority.certificate);
    return made;
  };

  let calls = 0;
  const end = performance.now() + MILLISECONDS;
  while (performance.now() < end) {
    if (contexts.length < 4) contexts.push(goodContext(random(2)));
    const [name, call] = pick(functions);
    if (name.endsWith("Free") && random(10) !== 0) continue;
    calls++;
    try {
      const answer = call(
        ...(random(5) === 0 || !(name in likely) ? Array.from({ length: random(7) }, anything) : likely[name]!()),
      );
      if (name === "tlsContext" && contexts.push(answer as number) > 20) native!.tlsContextFree(contexts.shift()!);
      if (name === "tlsSession" && sessions.push(answer as number) > 50) native!.tlsSessionFree(sessions.shift()!);
      if (["tlsReceive", "tlsSend", "tlsEnd"].includes(name)) {
        assert.ok(facts[1]! >= 0 && facts[1]! <= 65_536 && facts[2]! >= 0 && facts[2]! <= 65_536);
        if (facts[2]! > 0 && wire.push(Buffer.from(ciphers.subarray(0, facts[2]))) > 30) wire.splice(1 + random(29), 1);
      }
    } catch (error) {
      assert.ok(error instanceof TypeError || error instanceof RangeError, `${name}: ${String(error)}`);
    }
  }
  t.diagnostic(`${calls} calls`);
  assert.ok(calls > 500);
  // Nobody can take the memory away: it is cloned instead, or that is refused.
  try {
    structuredClone(memory, { transfer: [memory] });
  } catch (error) {
    assert.equal((error as Error).name, "DataCloneError");
  }
  assert.equal(facts.length, 4);
});

test("a worker with TLS sessions, is terminated; what it had is gone with it", { skip }, async () => {
  const core = new URL("../../src/reactor/epoll/native-core.js", import.meta.url);
  const source = `
    const { parentPort } = require("node:worker_threads");
    import(${JSON.stringify(core.href)}).then(({ loadNativeCore }) => {
      const native = loadNativeCore();
      const memory = native.tlsMemory();
      const context = native.tlsContext(0);
      for (let i = 0; i < 50; i++) {
        const session = native.tlsSession(context, 1, "localhost", "localhost", new Uint8Array(0), 1);
        native.tlsReceive(session, new Uint8Array(0), 0, 0);
      }
      parentPort.postMessage(new Int32Array(memory, 0, 4)[2]);
      setInterval(() => native.tlsContext(1), 1);
    });`;
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(source, { eval: true });
    const said = await new Promise((resolve, reject) => worker.on("message", resolve).on("error", reject));
    assert.ok((said as number) > 100, "a hello");
    await worker.terminate();
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { deferToThread } from "../../src/threads/defer-to-thread.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

test("SimulatedThreads, do what they are asked as things that happen", async () => {
  const net = new SimulatedNetwork();
  const results: number[] = [];
  net.host("a").spawn(async ({ reactor }) => {
    const later = deferToThread(reactor, (n: number) => n + 1, 41);
    assert.equal(later.called, false);
    results.push(await later);
    reactor.callInThread((n: number) => void n, 1);
    reactor.suggestThreadPoolSize(3);
    assert.equal(reactor.getThreadPool().max, 3);
  });
  await net.run();
  assert.deepEqual(results, [42]);
});

test("SimulatedThreads, that are cancelled before their turn, do nothing", async () => {
  const net = new SimulatedNetwork();
  const host = net.host("a");
  const call = host.reactor.getThreadPool().callInThread(() => {
    throw new Error("it was cancelled");
  });
  call.cancel();
  await net.run();
});

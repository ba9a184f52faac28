import assert from "node:assert/strict";
import { test } from "node:test";
import { Cooperator } from "../../src/clock/cooperator.ts";
import { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import { NotSupportedByReactorError } from "../../src/reactor/errors.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

test("SimReactor, says what it is, and refuses what needs the real machine", () => {
  const { reactor } = new SimulatedNetwork().host("a");
  assert.equal(reactor.kind, "sim");
  assert.throws(() => reactor.spawnProcess(new ProcessProtocol(), "/bin/true"), NotSupportedByReactorError);
  const descriptor = { fileno: () => 0, doRead: () => {}, doWrite: () => {}, connectionLost: () => {} };
  assert.throws(() => reactor.addReader(descriptor), NotSupportedByReactorError);
  assert.throws(() => reactor.addWriter(descriptor), NotSupportedByReactorError);
});

test("SimReactor, an idle hour costs next to nothing", async () => {
  const net = new SimulatedNetwork();
  let rang = 0;
  net.host("a").spawn(({ reactor }) => void reactor.callLater(3600, () => (rang = reactor.seconds())));
  const before = process.cpuUsage();
  await net.run();
  const { user, system } = process.cpuUsage(before);
  const milliseconds = (user + system) / 1000;
  assert.equal(rang, 946_684_800 + 3600);
  assert.ok(milliseconds < 250, `${milliseconds} ms`);
});

test("SimReactor, a Cooperator takes as many steps in one go, however long they take", async () => {
  const net = new SimulatedNetwork();
  const slices: number[] = [];
  let slice = 0;
  net.host("a").spawn(({ reactor }) => {
    const cooperator = new Cooperator({ clock: reactor });
    cooperator.cooperate(
      (function* () {
        for (let n = 0; n < 100; n++) {
          slices.push(slice);
          queueMicrotask(() => slice++);
          yield;
        }
      })(),
    );
  });
  await net.run();
  // Microtasks come between what happens.
  assert.deepEqual([slices.filter((n) => n === 0).length, new Set(slices).size], [64, 2]);
});

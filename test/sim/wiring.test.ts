import assert from "node:assert/strict";
import { test } from "node:test";
import { HostClock } from "../../src/sim/host-clock.ts";
import type { LinkOptions } from "../../src/sim/link-options.ts";
import { Machine } from "../../src/sim/machine.ts";
import { Wiring } from "../../src/sim/wiring.ts";
import { World } from "../../src/sim/world.ts";

function wired(defaults: LinkOptions = {}): { readonly wiring: Wiring; readonly a: Machine; readonly b: Machine } {
  const world = new World({ seed: 1, record: false, cuts: true, window: 1000 });
  const wiring = new Wiring(defaults);
  const [a, b] = ["a", "b"].map(
    (name, index) => new Machine(world, name, index, [`10.0.0.${index + 1}`], new HostClock(world, 0, {})),
  );
  wiring.add(a!);
  wiring.add(b!);
  return { wiring, a: a!, b: b! };
}

test("Wiring, finds machines by name and by address; loopback is the machine's own", () => {
  const { wiring, a, b } = wired();
  assert.equal(wiring.named("b"), b);
  assert.equal(wiring.named("c"), undefined);
  assert.equal(wiring.find("10.0.0.2", a), b);
  assert.equal(wiring.find("127.0.0.1", a), a);
  assert.equal(wiring.find("10.0.0.3", a), undefined);
  assert.equal(wiring.hasAddress("10.0.0.1"), true);
  assert.deepEqual(wiring.machines, [a, b]);
});

test("Wiring, one path serves all that nobody said anything about, unless it has a state", () => {
  const { wiring, a, b } = wired();
  assert.equal(wiring.path(a, b), wiring.path(b, a));
  assert.notEqual(wiring.path(a, a), wiring.path(a, b));
  const narrow = wired({ bandwidth: 1000 });
  assert.notEqual(narrow.wiring.path(narrow.a, narrow.b), narrow.wiring.path(narrow.b, narrow.a));
});

test("Wiring, set, changes one way, and keeps what it does not mention", () => {
  const { wiring, a, b } = wired({ latency: 1, mtu: 1000 });
  wiring.set(a, b, { latency: 2 });
  assert.deepEqual([wiring.path(a, b).options.latency, wiring.path(a, b).options.mtu], [2, 1000]);
  assert.equal(wiring.path(b, a).options.latency, 1);
});

test("Wiring, overlay, lies over what is set until it is taken away, in whatever order", () => {
  const { wiring, a, b } = wired({ latency: 1 });
  const latency = (): unknown => wiring.path(a, b).options.latency;
  const first = wiring.overlay(a, b, { latency: 2 });
  const second = wiring.overlay(a, b, { latency: 3 });
  wiring.set(a, b, { latency: 4 });
  assert.equal(latency(), 3);
  first();
  assert.equal(latency(), 3);
  second();
  assert.equal(latency(), 4);
});

test("Wiring, cut, is undone by as many heals", () => {
  const { wiring, a, b } = wired();
  wiring.cut(a, b);
  wiring.cut(a, b);
  wiring.heal(a, b);
  assert.deepEqual([wiring.path(a, b).isCut, wiring.path(b, a).isCut], [true, false]);
  wiring.heal(a, b);
  wiring.heal(a, b);
  assert.equal(wiring.path(a, b).isCut, false);
});

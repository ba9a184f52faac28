import assert from "node:assert/strict";
import { test } from "node:test";
import { HostClock } from "../../src/sim/host-clock.ts";
import { Machine } from "../../src/sim/machine.ts";
import { World } from "../../src/sim/world.ts";

function makeMachine(): Machine {
  const world = new World({ seed: 1, record: false, cuts: true, window: 1000 });
  return new Machine(world, "a", 0, ["10.0.0.1", "fd00::1"], new HostClock(world, 0, {}));
}

test("Machine, has its addresses and those of loopback, and sends from those of the family", () => {
  const machine = makeMachine();
  assert.deepEqual(
    ["10.0.0.1", "fd00::1", "127.0.0.1", "::1", "10.0.0.2"].map((address) => machine.has(address)),
    [true, true, true, true, false],
  );
  assert.deepEqual(
    ["10.0.0.9", "fd00::9", "127.0.0.1", "10.0.0.1"].map((address) => machine.sourceFor(address)),
    ["10.0.0.1", "fd00::1", "127.0.0.1", "10.0.0.1"],
  );
});

test("Machine, filters ports, one by one or all others, and refuses all while a fault has it so", () => {
  const machine = makeMachine();
  machine.setFilter("all", "drop");
  machine.setFilter(80, "refuse");
  assert.deepEqual([machine.filterOf(80), machine.filterOf(81)], ["refuse", "drop"]);
  machine.setFilter("all", "pass");
  assert.equal(machine.filterOf(81), "pass");
  machine.refusing++;
  assert.equal(machine.filterOf(81), "refuse");
});

test("Machine, endPrograms, ends a life and leaves the machine on; switchOff, and it knows nothing any more", () => {
  const machine = makeMachine();
  const { life } = machine;
  machine.endPrograms();
  assert.deepEqual([life.isAlive, machine.isOn, machine.boots], [false, true, 1]);
  machine.boot();
  assert.deepEqual([machine.life.isAlive, machine.boots], [true, 1]);
  machine.switchOff();
  assert.deepEqual([machine.life.isAlive, machine.isOn], [false, false]);
  machine.boot();
  assert.deepEqual([machine.life.isAlive, machine.isOn, machine.boots], [true, true, 2]);
});

test("Machine, paused more than once, goes on when it was resumed as often, also after a boot", () => {
  const machine = makeMachine();
  machine.pause();
  machine.pause();
  machine.switchOff();
  machine.boot();
  assert.equal(machine.life.isAwake, false);
  machine.resume();
  assert.equal(machine.life.isAwake, false);
  machine.resume();
  machine.resume();
  assert.equal(machine.life.isAwake, true);
});

test("Machine, readsNothing, where it is told to, or a fault has it so", () => {
  const machine = makeMachine();
  assert.equal(machine.readsNothing, false);
  machine.reading = "stuck";
  assert.equal(machine.readsNothing, true);
  machine.reading = { bytesPerSecond: 1 };
  machine.stuck++;
  assert.equal(machine.readsNothing, true);
});

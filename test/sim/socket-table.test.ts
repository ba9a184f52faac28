import assert from "node:assert/strict";
import { test } from "node:test";
import type { BoundSocket } from "../../src/sim/bound-sockets.ts";
import { SeededRandom } from "../../src/sim/seeded-random.ts";
import { SocketTable } from "../../src/sim/socket-table.ts";

function tableOf(...sockets: BoundSocket[]): SocketTable<BoundSocket> {
  const table = new SocketTable<BoundSocket>(new SeededRandom(1));
  for (const socket of sockets) table.add(socket);
  return table;
}

const ALL = { address: "0.0.0.0", port: 80 };
const ALL6 = { address: "::", port: 80 };
const ONE = { address: "10.0.0.1", port: 80 };

test("SocketTable, finds who is bound to the address, else who is bound to all of its family", () => {
  const table = tableOf(ALL, ONE, ALL6);
  assert.deepEqual(table.find("10.0.0.1", 80), [ONE]);
  assert.deepEqual(table.find("127.0.0.1", 80), [ALL]);
  assert.deepEqual(table.find("fd00::1", 80), [ALL6]);
  assert.deepEqual(table.find("10.0.0.1", 81), []);
  const both = { ...ALL6, takesBoth: true };
  assert.deepEqual(tableOf(both).find("10.0.0.1", 80), [both]);
  assert.deepEqual(table.onPort(80), [ALL, ONE, ALL6]);
});

test("SocketTable, a port is free where nobody is bound who would get the same packets", () => {
  const taken = { code: "EADDRINUSE" };
  assert.throws(() => tableOf(ALL).choosePort({ address: "10.0.0.1" }, 80), taken);
  assert.throws(() => tableOf(ONE).choosePort({ address: "0.0.0.0" }, 80), taken);
  assert.throws(() => tableOf(ALL).choosePort({ address: "::", takesBoth: true }, 80), taken);
  assert.equal(tableOf(ALL).choosePort({ address: "::" }, 80), 80);
  assert.equal(tableOf(ONE).choosePort({ address: "10.0.0.2" }, 80), 80);
  const shared = tableOf({ ...ALL, shares: true });
  assert.equal(shared.choosePort({ address: "0.0.0.0", shares: true }, 80), 80);
  assert.throws(() => shared.choosePort({ address: "0.0.0.0" }, 80), taken);
});

test("SocketTable, any port, is one that nobody has, until there is none", () => {
  const table = tableOf();
  const chosen = new Set<number>();
  for (let n = 0; n < 28_232; n++) {
    const port = table.choosePort({ address: "0.0.0.0" }, 0);
    chosen.add(port);
    table.add({ address: "0.0.0.0", port });
  }
  assert.equal(chosen.size, 28_232);
  assert.throws(() => table.choosePort({ address: "0.0.0.0" }, 0), { code: "EADDRINUSE" });
});

test("SocketTable, remove, frees the port", () => {
  const table = tableOf(ALL, ALL6);
  table.remove(ALL);
  table.remove(ALL);
  assert.deepEqual(table.onPort(80), [ALL6]);
  table.remove(ALL6);
  assert.equal(table.choosePort({ address: "0.0.0.0" }, 80), 80);
});

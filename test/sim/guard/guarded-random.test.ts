import assert from "node:assert/strict";
import nodeCrypto, { randomBytes, randomFill, randomFillSync, randomInt, randomUUID } from "node:crypto";
import { test } from "node:test";
import { randomReplacements } from "../../../src/sim/guard/guarded-random.ts";
import { guarded } from "./simulated-host.ts";

test("random numbers, of simulated code, are those of its host", async () => {
  assert.ok(randomReplacements().length > 8);
  await guarded("simulate", () => {
    assert.deepEqual([Math.random(), Math.random()], [0, 0.1]);
    assert.deepEqual([...randomBytes(3)], [3, 3, 3]);
    assert.deepEqual([...(nodeCrypto as unknown as { rng(n: number): Buffer }).rng(1)], [4]);
    assert.deepEqual([randomInt(10), randomInt(100, 200)], [4, 150]);
    assert.equal(randomUUID(), "07070707-0707-4707-8707-070707070707");
    assert.equal(crypto.randomUUID(), "08080808-0808-4808-8808-080808080808");
    assert.deepEqual([...crypto.getRandomValues(new Uint16Array(2))], [0x0909, 0x0909]);
    assert.deepEqual([...nodeCrypto.getRandomValues(new Uint8Array(2))], [10, 10]);
    assert.deepEqual([...randomFillSync(Buffer.alloc(4), 1, 2)], [0, 11, 11, 0]);
    const words = new Uint16Array(3);
    assert.equal(randomFillSync(words, 1), words);
    assert.deepEqual([...words], [0, 0x0c0c, 0x0c0c]);
    const buffer = new ArrayBuffer(2);
    randomFillSync(buffer as never);
    assert.deepEqual([...new Uint8Array(buffer)], [13, 13]);
  });
});

test("random numbers, with a callback, come later", async () => {
  await guarded("simulate", async (host) => {
    const answers = Promise.all([
      new Promise((resolve) => randomBytes(2, (error, bytes) => resolve([error, [...bytes]]))),
      new Promise((resolve) => randomInt(10, (error, value) => resolve([error, value]))),
      new Promise((resolve) => randomInt(5, 10, (error, value) => resolve([error, value]))),
      new Promise((resolve) => randomFill(Buffer.alloc(2), (error, bytes) => resolve([error, [...bytes]]))),
      new Promise((resolve) => randomFill(Buffer.alloc(2), 1, (error, bytes) => resolve([error, [...bytes]]))),
    ]);
    assert.equal(host.clock.getDelayedCalls().length, 5);
    host.clock.advance(0);
    assert.deepEqual(await answers, [
      [null, [1, 1]],
      [null, 1],
      [null, 6],
      [null, [4, 4]],
      [null, [0, 5]],
    ]);
  });
});

test("random numbers, for arguments that are wrong, fail as ever", async () => {
  await guarded("simulate", () => {
    assert.throws(() => randomBytes(-1), { code: "ERR_OUT_OF_RANGE" });
    assert.throws(() => randomBytes("x" as never), { code: "ERR_INVALID_ARG_TYPE" });
    assert.throws(() => randomInt(5, 5), { code: "ERR_OUT_OF_RANGE" });
    assert.throws(() => randomFillSync(Buffer.alloc(2), 3), { code: "ERR_OUT_OF_RANGE" });
    assert.throws(() => randomFill(Buffer.alloc(2), 3, () => {}), { code: "ERR_OUT_OF_RANGE" });
    assert.throws(() => randomFill(Buffer.alloc(2), undefined as never), { code: "ERR_INVALID_ARG_TYPE" });
    assert.throws(() => randomUUID("x" as never), { code: "ERR_INVALID_ARG_TYPE" });
    assert.throws(() => crypto.getRandomValues(new Uint8Array(65_537)), { name: "QuotaExceededError" });
  });
});

test("random numbers, outside of simulated code, are the real ones", async () => {
  await guarded("throw", (host) => {
    host.runs = false;
    assert.equal(randomBytes(4).length, 4);
    assert.notEqual(randomUUID(), randomUUID());
    assert.ok(Math.random() < 1 && randomInt(5) < 5);
  });
});

const { randomUUIDv7 } = nodeCrypto as { randomUUIDv7?: () => string };

test("randomUUIDv7, where there is one, begins with the time of the host", { skip: randomUUIDv7 === undefined }, () =>
  guarded("simulate", () => {
    assert.equal(
      (nodeCrypto as unknown as { randomUUIDv7(): string }).randomUUIDv7(),
      "00e8d4a5-1000-7101-8101-010101010101",
    );
  }),
);

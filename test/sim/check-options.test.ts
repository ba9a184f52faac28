import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHostOptions, checkNetworkOptions, checkRunOptions } from "../../src/sim/check-options.ts";

test("checkNetworkOptions, names what is wrong, and what was expected", () => {
  for (const [options, message] of [
    [null, "Cannot use options of a network: it is null, expected an object"],
    [{ sed: 1 }, /^Cannot use options of a network: there is no 'sed', expected seed, link, /],
    [{ seed: "x" }, "Cannot use the seed 'x': expected a whole number"],
    [{ window: 0 }, "Cannot use window: it is 0, expected a whole number of bytes above 0"],
    [{ start: NaN }, "Cannot use start: it is NaN, expected seconds since 1970"],
    [{ record: "all" }, "Cannot use record: it is 'all', expected one of false, true, 'bytes'"],
    [{ cuts: "no" }, "Cannot use cuts: it is 'no', expected one of false, true"],
    [{ guard: true }, "Cannot use guard: it is true, expected one of 'none', 'throw', 'simulate'"],
  ] as const) {
    assert.throws(() => checkNetworkOptions(options), { message });
  }
  checkNetworkOptions({ seed: -1, link: {}, record: "bytes", cuts: false, window: 1, start: 0.5, guard: "throw" });
});

test("checkHostOptions, names what is wrong, and what was expected", () => {
  for (const [options, message] of [
    [5, "Cannot use options of the host a: it is 5, expected an object"],
    [{ adresses: [] }, "Cannot use options of the host a: there is no 'adresses', expected addresses, clock"],
    [{ addresses: "10.0.0.1" }, "Cannot use options of the host a: addresses: it is '10.0.0.1', expected a list"],
    [{ clock: { scew: 1 } }, "Cannot use options of the host a: clock: there is no 'scew', expected skew, drift"],
  ] as const) {
    assert.throws(() => checkHostOptions(options, "a"), { name: "TypeError", message });
  }
  checkHostOptions({ addresses: ["10.0.0.1"], clock: { skew: 1, drift: 0 } }, "a");
});

test("checkRunOptions, names what is wrong, and what was expected", () => {
  for (const [options, message] of [
    [5, "Cannot use options of a run: it is 5, expected an object"],
    [{ fro: 5 }, "Cannot use options of a run: there is no 'fro', expected for, until, whenIdle, turns"],
    [{ whenIdle: "stop" }, "Cannot use whenIdle: it is 'stop', expected one of 'end', 'wait'"],
    [{ turns: -1 }, "Cannot use turns: it is -1, expected a whole number, 0 or more"],
  ] as const) {
    assert.throws(() => checkRunOptions(options), { message });
  }
  checkRunOptions({ for: 1, until: () => true, whenIdle: "wait", turns: 1 });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback, isMulticast, isWildcard, loopbackOf } from "../../src/sim/machine-address.ts";

test("addresses, tell what they are for", () => {
  assert.deepEqual(["127.0.0.1", "127.9.9.9", "::1", "10.0.0.1", "::"].map(isLoopback), [
    true,
    true,
    true,
    false,
    false,
  ]);
  assert.deepEqual(["0.0.0.0", "::", "::1", "10.0.0.0"].map(isWildcard), [true, true, false, false]);
  assert.deepEqual(
    ["224.0.0.1", "239.255.255.255", "240.0.0.1", "223.1.1.1", "ff02::1", "FF02::1", "fe80::1"].map(isMulticast),
    [true, true, false, false, true, true, false],
  );
  assert.deepEqual(["10.0.0.1", "fd00::1"].map(loopbackOf), ["127.0.0.1", "::1"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { failSoon } from "../../src/reactor/stream-dialer.ts";

test("failSoon, fails in a later turn, unless it is given up", async () => {
  const failures: unknown[] = [];
  const result = { connected: () => assert.fail("it fails"), failed: (error: unknown) => void failures.push(error) };
  failSoon(result, "first");
  failSoon(result, "second").cancel();
  assert.deepEqual(failures, []);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(failures, ["first"]);
});

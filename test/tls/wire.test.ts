import assert from "node:assert/strict";
import { test } from "node:test";
import { Wire } from "../../src/tls/wire.ts";

test("Wire, reports what is written and that it ended, gives what is pushed, and goes on when one side has ended", async () => {
  const events: string[] = [];
  const wire = new Wire(
    (data) => events.push(`written ${data.toString()}`),
    () => events.push("ended"),
  );
  wire.on("data", (data: Buffer) => events.push(`read ${data.toString()}`));
  wire.write("a");
  wire.end("b");
  await new Promise((resolve) => setImmediate(resolve));
  wire.push("c");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(events, ["written a", "written b", "ended", "read c"]);
  assert.equal(wire.destroyed, false);
  wire.destroy();
});

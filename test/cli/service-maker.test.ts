import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import { defineService } from "../../src/cli/service-maker.ts";

test("defineService, gives make the types of the options", () => {
  const maker = defineService({
    name: "counter",
    summary: "Counts",
    example: { command: "hawser counter", does: "counts" },
    options: { from: { type: "integer", help: "where it begins", default: 1 }, loud: { type: "flag", help: "" } },
    make(options) {
      expectTypeOf(options).toEqualTypeOf<{ readonly from: number; readonly loud: boolean }>();
      return { startService: () => {}, stopService: () => {} };
    },
  });
  assert.equal(maker.name, "counter");
});

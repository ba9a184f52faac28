import assert from "node:assert/strict";
import { test } from "node:test";
import { BUILT_IN_SERVICES } from "../../src/cli/built-in-services.ts";
import { problemOfMaker } from "../../src/cli/check-maker.ts";

test("BUILT_IN_SERVICES, each loads, is what its line says, and has an example of itself", async () => {
  for (const [name, { summary, load }] of Object.entries(BUILT_IN_SERVICES)) {
    const maker = await load();
    assert.equal(problemOfMaker(maker, name), undefined);
    assert.equal(maker.summary, summary);
    assert.ok(maker.example.command.startsWith(`hawser ${name}`));
  }
});

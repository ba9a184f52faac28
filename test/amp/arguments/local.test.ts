import assert from "node:assert/strict";
import { test } from "node:test";
import { local } from "../../../src/amp/arguments/local.ts";
import { AmpBox } from "../../../src/amp/wire/amp-box.ts";

test("local, is neither sent nor received", () => {
  const argument = local<string>();
  const box = new AmpBox({ other: "" });
  argument.toBox("x", "secret", box, undefined);
  assert.equal(box.size, 1);
  assert.equal(argument.fromBox("other", box, undefined), undefined);
  assert.equal(argument.optional, true);
  assert.throws(() => argument.encode("x", undefined), TypeError);
  assert.throws(() => argument.decode(Buffer.of(), undefined), TypeError);
});

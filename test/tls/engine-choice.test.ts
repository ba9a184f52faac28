import assert from "node:assert/strict";
import { test } from "node:test";
import { available, chooseEngine } from "../../src/tls/engine-choice.ts";

test("chooseEngine, by name, or the best that loads; the same each time", () => {
  assert.equal(chooseEngine("node").name, "node");
  assert.equal(chooseEngine("node"), chooseEngine("node"));
  assert.equal(chooseEngine().name, available()[0]);
  assert.ok(available().includes("node"));
});

test("chooseEngine, by the environment variable HAWSER_TLS", () => {
  const before = process.env["HAWSER_TLS"];
  try {
    process.env["HAWSER_TLS"] = "node";
    assert.equal(chooseEngine().name, "node");
    process.env["HAWSER_TLS"] = "";
    assert.equal(chooseEngine().name, available()[0]);
    process.env["HAWSER_TLS"] = "gnutls";
    assert.throws(() => chooseEngine(), /Cannot use the TLS engine "gnutls": it does not load, expected one of .*node/);
  } finally {
    if (before === undefined) delete process.env["HAWSER_TLS"];
    else process.env["HAWSER_TLS"] = before;
  }
});

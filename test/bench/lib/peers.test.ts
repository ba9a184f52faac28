import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { peer } from "../../../bench/lib/peers.ts";
import { peer as testPeer } from "../../support/peers.ts";

test("peer, agrees with the package's files about uvloop", () => {
  const installed = existsSync("/usr/lib/python3/dist-packages/uvloop/__init__.py");
  assert.equal(peer("uvloop").skip, installed ? false : "python3-uvloop is not installed");
});

test("peer, knows those of the tests as well", () => {
  assert.equal(peer("twisted"), testPeer("twisted"));
});

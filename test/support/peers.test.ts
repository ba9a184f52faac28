import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { peer, probe } from "./peers.ts";

const present = { command: process.execPath, args: ["--version"], prints: /^v\d+/, package: "nodejs" };

test("probe, does not skip, when the program is there and prints what it should", () => {
  assert.deepEqual(probe(present), { command: process.execPath, skip: false });
});

test("probe, names the package to install, when the program is missing, fails or is another one", () => {
  const skip = "nodejs is not installed";
  assert.equal(probe({ ...present, command: "/nonexistent/node" }).skip, skip);
  assert.equal(probe({ ...present, args: ["--eval", "console.log('v20'); process.exit(3)"] }).skip, skip);
  assert.equal(probe({ ...present, prints: /^Python/ }).skip, skip);
});

test("probe, starts the program once, when it is asked again", () => {
  const counted = { ...present, args: ["--print", "'v' + process.pid"] };
  assert.equal(probe(counted), probe(counted));
});

test("peer, agrees with the package's files about Twisted", () => {
  const installed = existsSync("/usr/lib/python3/dist-packages/twisted/__init__.py");
  assert.equal(peer("twisted").skip, installed ? false : "python3-twisted is not installed");
});

import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { path } from "../../../src/amp/arguments/path.ts";
import { doesNotSend, received, refuses, sent } from "./fixtures.ts";

test("path, is absolute at both ends", () => {
  assert.equal(sent(path(), "/a/../b"), "/b");
  assert.equal(sent(path(), "x"), resolve("x"));
  assert.equal(received(path(), "/tmp/Zo\xc3\xab"), "/tmp/Zoë");
  assert.equal(received(path(), "y"), resolve("y"));
});

test("path, refuses what is no text", () => {
  doesNotSend(path(), 1, Buffer.from("/"));
  refuses(path(), "/\xff");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { getLink, setLink } from "../../src/threads/messages.ts";
import type { WorkerLink } from "../../src/threads/messages.ts";

test("getLink, answers what setLink was given, and nothing in a thread that no pool has made", () => {
  assert.equal(getLink(), undefined);
  const link = { folder: "/" } as WorkerLink;
  setLink(link);
  assert.equal(getLink(), link);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAccounts } from "../../../src/inetd/wire/accounts.ts";

test("parseAccounts, knows users and groups by name", () => {
  const { users, groups } = parseAccounts(
    "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:34::/:\n+::::::\nbroken:x\nroot:x:1:1::/:",
    "root:x:0:\nmail:x:8:a,b\nmail:x:9:\n# a comment\n",
  );
  assert.deepEqual(
    [...users.values()],
    [
      { name: "root", uid: 0, gid: 0 },
      { name: "www-data", uid: 33, gid: 34 },
    ],
  );
  assert.deepEqual(Object.fromEntries(groups), { root: 0, mail: 8 });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { childIdentity } from "../../src/inetd/child-identity.ts";
import { parseAccounts } from "../../src/inetd/wire/accounts.ts";

const accounts = parseAccounts("root:x:0:0::/:\nnobody:x:65534:65533::/:\n", "root:x:0:\nmail:x:8:\n");
const identity = (uid: number, gid: number) => ({ geteuid: () => uid, getuid: () => uid, getgid: () => gid });
const root = identity(0, 0);
const nobody = identity(65_534, 65_533);

test("childIdentity, of root, is anybody", () => {
  const ids = (user: string, group?: string) => childIdentity({ user, group }, accounts, root);
  assert.deepEqual(ids("nobody"), { uid: 65_534, gid: 65_533 });
  assert.deepEqual(ids("nobody", "mail"), { uid: 65_534, gid: 8 });
  assert.deepEqual(ids("65534", "1234"), { uid: 65_534, gid: 1234 });
  assert.deepEqual(ids("65534"), { uid: 65_534, gid: 65_533 });
  assert.deepEqual(ids("1234", "1234"), { uid: 1234, gid: 1234 });
  assert.deepEqual(ids("root", "mail"), { uid: 0, gid: 8 });
  assert.deepEqual(ids("root"), { uid: null, gid: null });
});

test("childIdentity, of somebody else, is nobody else", () => {
  const ids = (user: string, group?: string) => childIdentity({ user, group }, accounts, nobody);
  assert.deepEqual(ids("nobody"), { uid: null, gid: null });
  assert.deepEqual(ids("65534", "65533"), { uid: null, gid: null });
  assert.throws(() => ids("root"), {
    message: "the user is root, expected this process to be run by root, or the user to be its own, 65534",
  });
  assert.throws(() => ids("nobody", "mail"), {
    message: "the group is mail, expected this process to be run by root, or the group to be its own, 65533",
  });
  // One who has taken another group keeps that.
  assert.deepEqual(childIdentity({ user: "nobody" }, accounts, identity(65_534, 8)), { uid: null, gid: null });
});

test("childIdentity, says whom there is not", () => {
  const ids = (user: string, group?: string) => childIdentity({ user, group }, accounts, root);
  assert.throws(() => ids("nobdy"), {
    message: 'there is no user "nobdy", expected a name in /etc/passwd, or a number',
  });
  assert.throws(() => ids("nobody", "mial"), {
    message: 'there is no group "mial", expected a name in /etc/group, or a number',
  });
  assert.throws(() => ids("1234"), {
    message: "the user 1234 is not in /etc/passwd, expected a group as well, such as 1234:1234",
  });
});

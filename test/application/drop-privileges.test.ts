import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { dropPrivileges } from "../../src/application/drop-privileges.ts";
import type { Identities } from "../../src/application/drop-privileges.ts";
import { PrivilegesError } from "../../src/application/errors.ts";

/** A process of root, whose calls are noted. */
function root(overrides: Partial<Identities> = {}): { calls: string[]; own: Identities } {
  const calls: string[] = [];
  let uid = 0;
  const own: Identities = {
    getuid: () => uid,
    getgid: () => 0,
    setuid: (id) => {
      calls.push(`setuid ${id}`);
      if (uid !== 0) throw new Error("EPERM");
      uid = Number(id);
    },
    setgid: (id) => void calls.push(`setgid ${id}`),
    setgroups: (groups) => void calls.push(`setgroups ${groups.join(" ")}`),
    initgroups: (user, group) => void calls.push(`initgroups ${user} ${group}`),
    ...overrides,
  };
  return { calls, own };
}

test("dropPrivileges, changes the groups first, then the user, and tries to come back", () => {
  const { calls, own } = root();
  dropPrivileges({ uid: 7, gid: 8 }, own);
  assert.deepEqual(calls, ["initgroups 7 8", "setgid 8", "setuid 7", "setuid 0"]);
});

test("dropPrivileges, keeps the group where only the user is given, and the user where only the group is", () => {
  const user = root();
  dropPrivileges({ uid: 7 }, user.own);
  assert.deepEqual(user.calls, ["initgroups 7 0", "setuid 7", "setuid 0"]);
  const group = root();
  dropPrivileges({ gid: 8 }, group.own);
  assert.deepEqual(group.calls, ["setgroups 8", "setgid 8"]);
});

test("dropPrivileges, leaves no further groups to a number that has no name", () => {
  const { calls, own } = root({
    initgroups: () => {
      throw Object.assign(new Error("unknown"), { code: "ERR_UNKNOWN_CREDENTIAL" });
    },
  });
  dropPrivileges({ uid: 7, gid: 8 }, own);
  assert.deepEqual(calls, ["setgroups 8", "setgid 8", "setuid 7", "setuid 0"]);
});

test("dropPrivileges, does nothing where there is nothing to do", () => {
  const { calls, own } = root();
  dropPrivileges({}, own);
  dropPrivileges({ uid: undefined, gid: undefined }, own);
  dropPrivileges({ uid: 0, gid: 0 }, own);
  assert.deepEqual(calls, []);
});

test("dropPrivileges, says what does not work", () => {
  const unknown = root({
    initgroups: () => {
      throw Object.assign(new Error("User identifier does not exist: nobody2"), { code: "ERR_UNKNOWN_CREDENTIAL" });
    },
  });
  assert.throws(() => dropPrivileges({ uid: "nobody2" }, unknown.own), /become the user nobody2 .*does not exist/);
  assert.throws(() => dropPrivileges({ uid: 1 }, {}), PrivilegesError);
  const wayBack = root({ setuid: () => {}, getuid: () => 7 });
  assert.throws(() => dropPrivileges({ uid: 8 }, wayBack.own), /would let user 8 become root again/);
});

test("dropPrivileges, in a process of root, leaves nothing of it", { skip: process.getuid?.() !== 0 }, () => {
  const module = new URL("../../src/application/drop-privileges.js", import.meta.url).href;
  const code = `
    import { dropPrivileges } from ${JSON.stringify(module)};
    dropPrivileges({ uid: 65534, gid: 65534 });
    console.log(process.getuid(), process.geteuid(), process.getgid(), process.getegid(), process.getgroups().join());`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  assert.equal(stdout, "65534 65534 65534 65534 65534\n", stderr);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ListenFDs, inheritedSockets } from "../../src/endpoint/listen-fds.ts";

const PID = String(process.pid);

test("ListenFDs.fromEnvironment, meant for this process, has the descriptors from 3 on, and takes the variables out", () => {
  const environment: Record<string, string | undefined> = { LISTEN_PID: PID, LISTEN_FDS: "3", HOME: "/root" };
  const listening = ListenFDs.fromEnvironment(environment);
  assert.deepEqual(listening.inheritedDescriptors(), [3, 4, 5]);
  assert.deepEqual(listening.inheritedNamedDescriptors(), new Map());
  assert.deepEqual(environment, { HOME: "/root" });
});

test("ListenFDs.fromEnvironment, with names, has each name's descriptors in their order", () => {
  const environment = { LISTEN_PID: PID, LISTEN_FDS: "4", LISTEN_FDNAMES: "web:admin:web:" };
  const listening = ListenFDs.fromEnvironment(environment, 10);
  assert.deepEqual(
    listening.inheritedNamedDescriptors(),
    new Map([
      ["web", [10, 12]],
      ["admin", [11]],
      ["", [13]],
    ]),
  );
  assert.deepEqual(environment, {});
});

test("ListenFDs.fromEnvironment, meant for another process or for none, has nothing and leaves the variables alone", () => {
  for (const pid of [undefined, "", "1", "x", ` ${PID}`]) {
    const environment = { LISTEN_PID: pid, LISTEN_FDS: "2" };
    assert.deepEqual(ListenFDs.fromEnvironment(environment).inheritedDescriptors(), []);
    assert.equal(environment.LISTEN_FDS, "2");
  }
});

test("ListenFDs.fromEnvironment, with what is no reasonable number, has nothing", () => {
  for (const count of [undefined, "", "x", "-1", "1.5", "0x2", "1e9", "99999999999999999999"]) {
    const environment = { LISTEN_PID: PID, LISTEN_FDS: count };
    assert.deepEqual(ListenFDs.fromEnvironment(environment).inheritedDescriptors(), [], String(count));
  }
});

test("ListenFDs.fromEnvironment, with more or fewer names than descriptors, has nothing", () => {
  for (const names of ["a", "a:b:c"]) {
    const environment = { LISTEN_PID: PID, LISTEN_FDS: "2", LISTEN_FDNAMES: names };
    assert.deepEqual(ListenFDs.fromEnvironment(environment).inheritedDescriptors(), []);
  }
});

test("ListenFDs, made by hand with more names than descriptors, knows the names of those it has", () => {
  const listening = new ListenFDs([7], ["a", "b"]);
  assert.deepEqual(listening.inheritedNamedDescriptors(), new Map([["a", [7]]]));
});

test("ListenFDs, what it answers, is the caller's to change", () => {
  const listening = new ListenFDs([7, 8]);
  listening.inheritedDescriptors().pop();
  assert.deepEqual(listening.inheritedDescriptors(), [7, 8]);
});

test("inheritedSockets, asked again, looks at the environment once", (t) => {
  const { LISTEN_PID: pid, LISTEN_FDS: count } = process.env;
  t.after(() => {
    for (const [name, value] of Object.entries({ LISTEN_PID: pid, LISTEN_FDS: count })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  process.env["LISTEN_PID"] = PID;
  process.env["LISTEN_FDS"] = "2";
  const first = inheritedSockets();
  assert.deepEqual(first.inheritedDescriptors(), [3, 4]);
  assert.equal(process.env["LISTEN_FDS"], undefined);
  process.env["LISTEN_PID"] = PID;
  process.env["LISTEN_FDS"] = "5";
  assert.equal(inheritedSockets(), first);
});

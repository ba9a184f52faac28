/** Which arguments lead where; `net-behaviours.ts` compares the whole with Node. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkedPort, connectArguments, listenArguments } from "../../../src/sim/foreign/net-arguments.ts";

const callback = (): void => {};

test("connectArguments, takes ports, paths and options, each with a callback or without", () => {
  const options = { port: 80, host: "h" };
  const cases: [unknown[], unknown][] = [
    [[80], { options: { port: 80, host: undefined }, callback: undefined }],
    [[80, callback], { options: { port: 80, host: undefined }, callback }],
    [["80", "h", callback], { options: { port: "80", host: "h" }, callback }],
    [["/path", callback], { options: { path: "/path" }, callback }],
    [[options, callback], { options, callback }],
  ];
  for (const [args, expected] of cases) assert.deepEqual(connectArguments(args), expected);
});

test("listenArguments, takes ports, hosts, backlogs, paths and options, in Node's order", () => {
  const cases: [unknown[], unknown][] = [
    [[], { port: 0, host: undefined, backlog: undefined }],
    [[callback], { port: 0, host: undefined, backlog: undefined }],
    [[null], { port: 0, host: undefined, backlog: undefined }],
    [[80, callback], { port: 80, host: undefined, backlog: undefined }],
    [[80, "h", 5, callback], { port: 80, host: "h", backlog: 5 }],
    [[80, 5], { port: 80, host: undefined, backlog: 5 }],
    [["/path", 5, callback], { path: "/path", backlog: 5 }],
    [[{ port: 1 }, callback], { port: 1 }],
    [[{ path: "/path" }], { path: "/path" }],
  ];
  for (const [args, expected] of cases) {
    assert.deepEqual(listenArguments(args), {
      options: expected,
      callback: args.includes(callback) ? callback : undefined,
    });
  }
});

test("listenArguments, of handles of the system and of nothing, are refused", () => {
  for (const wrong of [{ fd: 3 }, { _handle: {} }, {}, { host: "h" }]) {
    assert.throws(() => listenArguments([wrong]), { name: "TypeError", code: "ERR_INVALID_ARG_VALUE" });
  }
  assert.throws(() => listenArguments([{ fd: 3 }]), /it is a handle of the system, expected a port or a path/);
});

test("checkedPort, takes numbers and texts of them", () => {
  assert.deepEqual([checkedPort(0, "Port"), checkedPort("65535", "Port")], [0, 65_535]);
  for (const wrong of [-1, 65_536, 1.5, "", " ", "x", undefined, null, {}, Number.NaN]) {
    assert.throws(() => checkedPort(wrong, "Port"), { name: "RangeError", code: "ERR_SOCKET_BAD_PORT" });
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { IPv4Address } from "../../src/transport/address.ts";
import {
  CannotListenError,
  ConnectError,
  ConnectingCancelledError,
  ConnectionAborted,
  ConnectionClosed,
  ConnectionDone,
  ConnectionLost,
  InvalidAddressError,
  TimeoutError,
  UserError,
  getConnectError,
} from "../../src/transport/errors.ts";

function systemError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

test("getConnectError, names the cause and keeps it", () => {
  for (const [code, name] of [
    ["ECONNREFUSED", "ConnectionRefusedError"],
    ["ENETUNREACH", "NoRouteError"],
    ["EHOSTUNREACH", "NoRouteError"],
    ["ETIMEDOUT", "TCPTimedOutError"],
    ["ENOENT", "BadFileError"],
    ["ENOTSOCK", "BadFileError"],
    ["EADDRNOTAVAIL", "ConnectBindError"],
    ["ENOTFOUND", "DNSLookupError"],
    ["EPERM", "ConnectError"],
  ] as const) {
    const cause = systemError(code);
    const error = getConnectError(cause);
    assert.equal(error.name, name);
    assert.equal(error.constructor.name, name);
    assert.equal(error.cause, cause);
    assert.equal(error.osError, code);
    assert.equal(error.message, `connect ${code}`);
    assert.ok(error instanceof ConnectError);
  }
});

test("getConnectError, leaves alone what is one already, and takes what is no error", () => {
  const error = new TimeoutError("too late");
  assert.equal(getConnectError(error), error);
  assert.ok(error instanceof UserError);
  assert.equal(getConnectError("no reason").message, "no reason");
  assert.equal(getConnectError(undefined).osError, undefined);
});

test("CannotListenError, says where and why", () => {
  const cause = systemError("EADDRINUSE");
  const error = new CannotListenError({ interface: "", port: 80 }, { cause });
  assert.equal(error.message, "Cannot listen on any:80: connect EADDRINUSE");
  assert.deepEqual([error.interface, error.port, error.osError], ["", 80, "EADDRINUSE"]);
  const unix = new CannotListenError({ interface: "/run/socket", port: null });
  assert.equal(unix.message, "Cannot listen on /run/socket: undefined");
});

test("the ends of connections, are a family", () => {
  assert.ok(new ConnectionDone() instanceof ConnectionClosed);
  assert.ok(new ConnectionAborted() instanceof ConnectionLost);
  assert.match(new ConnectionDone().message, /cleanly/);
  assert.equal(new ConnectionLost("by accident", { cause: 1 }).cause, 1);
});

test("ConnectingCancelledError and InvalidAddressError, carry the address", () => {
  const address = new IPv4Address("TCP", "127.0.0.1", 80);
  assert.equal(new ConnectingCancelledError(address).address, address);
  assert.equal(new InvalidAddressError("x", "no address").address, "x");
});

test("ConnectError, has a message of its own where none is given", () => {
  assert.equal(new ConnectError().message, "An error occurred while connecting");
});

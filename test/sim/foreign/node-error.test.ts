import assert from "node:assert/strict";
import { lookup } from "node:dns";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import {
  codeOf,
  connectError,
  listenError,
  lookupError,
  systemError,
  usageError,
} from "../../../src/sim/foreign/node-error.ts";
import {
  BadFileError,
  ConnectBindError,
  ConnectionLost,
  ConnectionRefusedError,
  DNSLookupError,
  NoRouteError,
  TCPTimedOutError,
  TimeoutError,
  UnknownHostError,
} from "../../../src/transport/errors.ts";

/** Everything that an error says, but for its stack and cause. */
function facts(error: unknown): unknown {
  const { name, message } = error as Error;
  return { name, message, ...(error as object) };
}

test("connectError and listenError, say what Node's errors say", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const [taken] = await once(createServer().listen(port, "127.0.0.1"), "error");
  const place = { address: "127.0.0.1", port };
  assert.deepEqual(facts(listenError(new Error("x", { cause: taken }), place)), facts(taken));
  server.close();
  await once(server, "close");
  const [refused] = await once(connect(port, "127.0.0.1"), "error");
  assert.deepEqual(facts(connectError(new ConnectionRefusedError(), place)), facts(refused));
  const [missing] = await once(connect("/no/such/socket"), "error");
  assert.deepEqual(facts(connectError(new BadFileError(), { address: "/no/such/socket" })), facts(missing));
});

test("lookupError, says what Node's error says", async () => {
  const name = "no-such-name.invalid";
  const theirs = await new Promise<NodeJS.ErrnoException>((resolve) => lookup(name, (error) => resolve(error!)));
  // Without a network the system says that it cannot tell now.
  const ours = lookupError(theirs, name);
  assert.deepEqual([ours.syscall, ours.hostname], [theirs.syscall, name]);
  const notFound = lookupError(new DNSLookupError(), name);
  assert.deepEqual(facts(notFound), {
    name: "Error",
    message: `getaddrinfo ENOTFOUND ${name}`,
    code: "ENOTFOUND",
    errno: -3008,
    syscall: "getaddrinfo",
    hostname: name,
  });
});

test("codeOf, finds the system's name in the error, in its causes, or by its class", () => {
  const cases: [unknown, string][] = [
    [new ConnectionRefusedError(), "ECONNREFUSED"],
    [new NoRouteError(), "EHOSTUNREACH"],
    [new NoRouteError("", { cause: Object.assign(new Error("x"), { code: "ENETUNREACH" }) }), "ENETUNREACH"],
    [new TCPTimedOutError(), "ETIMEDOUT"],
    [new TimeoutError(), "ETIMEDOUT"],
    [new UnknownHostError(), "ENOTFOUND"],
    [new ConnectBindError(), "EADDRINUSE"],
    [new ConnectionLost("", { cause: Object.assign(new Error("x"), { code: "ETIMEDOUT" }) }), "ETIMEDOUT"],
    [new ConnectionLost(), "otherwise"],
    [Object.assign(new Error("x"), { code: "E_NO_SYSTEM_SAYS_THIS" }), "otherwise"],
    ["no error", "otherwise"],
  ];
  for (const [error, code] of cases) assert.equal(codeOf(error, "otherwise"), code);
});

test("systemError, has the number and the cause; usageError, the class", () => {
  const cause = new ConnectionLost();
  const error = systemError("read", "ECONNRESET", cause);
  assert.deepEqual(
    [error.message, error.code, error.errno, error.syscall, error.cause],
    ["read ECONNRESET", "ECONNRESET", -104, "read", cause],
  );
  assert.equal("cause" in systemError("write", "EPIPE"), false);
  const usage = usageError("ERR_X", "No", RangeError);
  assert.ok(usage instanceof RangeError);
  assert.deepEqual([usage.code, usage.message], ["ERR_X", "No"]);
});

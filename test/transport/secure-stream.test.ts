import assert from "node:assert/strict";
import { test } from "node:test";
import { checkContextFactory, checkSecureOptions, secureOptions } from "../../src/transport/secure-stream.ts";
import type { TLSContextFactory } from "../../src/transport/secure-stream.ts";

test("checkContextFactory, says what was given instead of one, and asks one for its side", () => {
  class Impostor {
    readonly name = "impostor";
  }
  for (const [bad, name] of [
    [undefined, "undefined"],
    [null, "null"],
    ["text", "text"],
    [new Impostor(), "an object of the class Impostor"],
    [Object.create(null), "an object of the class Object"],
  ]) {
    assert.throws(
      () => checkContextFactory("start TLS", bad as never, "client"),
      (error) =>
        error instanceof TypeError &&
        error.message.startsWith(`Cannot start TLS: the context factory is ${String(name)},`),
    );
  }
  const asked: string[] = [];
  const good: TLSContextFactory = { checkFor: (side) => asked.push(side), secure: () => assert.fail("not yet") };
  assert.equal(checkContextFactory("start TLS", good, "server"), good);
  assert.deepEqual(asked, ["server"]);
});

test("secureOptions, takes what is about TLS and nothing else", () => {
  const all = { handshakeTimeout: 1, closeTimeout: 2, handshakeBacklog: 3, engine: "node" as const };
  assert.deepEqual(secureOptions({ ...all, backlog: 5 } as never, true), { isClient: true, ...all });
  assert.deepEqual(secureOptions({}, false), { isClient: false });
});

test("checkSecureOptions, refuses what is no number and no engine, by name", () => {
  checkSecureOptions({ handshakeTimeout: 0, closeTimeout: 1.5, handshakeBacklog: Infinity, engine: "native" });
  for (const [bad, expected] of [
    [{ handshakeTimeout: "x" }, /handshakeTimeout of 'x': expected a number/],
    [{ closeTimeout: -1 }, /closeTimeout of -1: expected a number, 0 or more/],
    [{ handshakeBacklog: Number.NaN }, /handshakeBacklog of NaN/],
    [{ engine: "x" }, /engine 'x': expected "native" or "node"/],
  ] as const) {
    assert.throws(() => checkSecureOptions(bad as never), expected);
    assert.throws(() => secureOptions(bad as never, true), expected);
  }
});

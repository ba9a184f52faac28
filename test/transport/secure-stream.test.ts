import assert from "node:assert/strict";
import { test } from "node:test";
import { checkContextFactory, secureOptions } from "../../src/transport/secure-stream.ts";
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

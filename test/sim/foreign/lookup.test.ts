import assert from "node:assert/strict";
import { test } from "node:test";
import { lookUp } from "../../../src/sim/foreign/lookup.ts";
import type { LookupOptions } from "../../../src/sim/foreign/lookup.ts";
import type { NodeError } from "../../../src/sim/foreign/node-error.ts";
import { SynchronousResolver } from "../../../src/testing/synchronous-resolver.ts";
import { MemoryReactor } from "../../../src/testing/memory-reactor.ts";

type Told = [error: Error | null, address: string | undefined, family: number | undefined];

function reactorKnowing(names: Record<string, string[]>): MemoryReactor {
  const reactor = new MemoryReactor();
  reactor.installNameResolver(new SynchronousResolver(names));
  return reactor;
}

async function told(reactor: MemoryReactor, name: string, options: Partial<LookupOptions> = {}): Promise<Told> {
  let isLater = false;
  return new Promise((resolve) => {
    lookUp(reactor, name, { port: 80, ...options }, (...result) => {
      assert.equal(isLater, true);
      resolve(result);
    });
    isLater = true;
  });
}

test("lookUp, prefers IPv4, unless a family is asked for", async () => {
  const reactor = reactorKnowing({ both: ["2001:db8::1", "192.0.2.1"], six: ["2001:db8::2"] });
  assert.deepEqual(await told(reactor, "both"), [null, "192.0.2.1", 4]);
  assert.deepEqual(await told(reactor, "both", { family: 6 }), [null, "2001:db8::1", 6]);
  assert.deepEqual(await told(reactor, "six"), [null, "2001:db8::2", 6]);
});

test("lookUp, of a name that is not known, answers Node's error", async () => {
  const [error, address] = await told(reactorKnowing({}), "nobody");
  assert.deepEqual(
    [(error as NodeError).code, (error as NodeError).hostname, address],
    ["ENOTFOUND", "nobody", undefined],
  );
});

test("lookUp, with a function of the caller's, asks that alone", async () => {
  const asked: unknown[] = [];
  const result = await told(reactorKnowing({}), "mine", {
    family: 6,
    lookup: (name, options, callback) => {
      asked.push(name, options);
      process.nextTick(callback, null, "2001:db8::3", 6);
    },
  });
  assert.deepEqual(asked, ["mine", { family: 6, all: false, hints: 0 }]);
  assert.deepEqual(result, [null, "2001:db8::3", 6]);
});

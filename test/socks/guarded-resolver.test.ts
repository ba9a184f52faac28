import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveFirst } from "../../src/endpoint/resolve-first.ts";
import { SystemNameResolver } from "../../src/endpoint/system-name-resolver.ts";
import { GuardedResolver } from "../../src/socks/guarded-resolver.ts";
import { DNSLookupError } from "../../src/transport/errors.ts";

test("GuardedResolver, finds what is allowed, and nothing else", async () => {
  const asked: string[] = [];
  const resolver = new GuardedResolver(new SystemNameResolver(), (host) => {
    asked.push(host);
    return host === "192.0.2.1";
  });
  assert.equal((await resolveFirst(resolver, "192.0.2.1", { port: 7 })).host, "192.0.2.1");
  assert.equal(resolver.hasRefused, false);
  await assert.rejects(Promise.resolve(resolveFirst(resolver, "192.0.2.2", { port: 7 })), DNSLookupError);
  assert.equal(resolver.hasRefused, true);
  assert.deepEqual(asked, ["192.0.2.1", "192.0.2.2"]);
});

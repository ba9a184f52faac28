import assert from "node:assert/strict";
import { test } from "node:test";
import type { NameResolver, ResolutionReceiver } from "../../src/endpoint/name-resolver.ts";
import { resolveIPv4 } from "../../src/reactor/resolve.ts";
import { IPv4Address } from "../../src/transport/address.ts";

/** A resolver in the hands of the test. */
function manual(): { resolver: NameResolver; receivers: ResolutionReceiver[]; cancelled: string[] } {
  const receivers: ResolutionReceiver[] = [];
  const cancelled: string[] = [];
  const resolver: NameResolver = {
    resolveHostName: (receiver, name) => {
      receivers.push(receiver);
      const resolution = { name, cancel: () => cancelled.push(name) };
      receiver.resolutionBegan(resolution);
      return resolution;
    },
  };
  return { resolver, receivers, cancelled };
}

test("resolveIPv4, answers the first address", async () => {
  const { resolver, receivers } = manual();
  const address = resolveIPv4(resolver, "db.example");
  for (const host of ["192.0.2.1", "192.0.2.2"]) receivers[0]?.addressResolved(new IPv4Address("TCP", host, 0));
  receivers[0]?.resolutionComplete();
  assert.equal(await address, "192.0.2.1");
});

test("resolveIPv4, fails where there is none", async () => {
  const { resolver, receivers } = manual();
  const address = resolveIPv4(resolver, "db.example");
  receivers[0]?.resolutionComplete();
  await assert.rejects(address.toPromise(), { name: "DNSLookupError", message: 'No address found for "db.example"' });
});

test("resolveIPv4, cancelled, gives up the lookup", async () => {
  const { resolver, cancelled } = manual();
  const address = resolveIPv4(resolver, "db.example");
  address.cancel();
  await assert.rejects(address.toPromise(), { name: "CancelledError" });
  assert.deepEqual(cancelled, ["db.example"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { NameResolver, ResolutionReceiver } from "../../src/endpoint/name-resolver.ts";
import { resolveIPv4, resolvePreferringIPv4 } from "../../src/reactor/resolve.ts";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";

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
  await assert.rejects(address.toPromise(), {
    name: "DNSLookupError",
    message: 'No address was found for "db.example"',
  });
});

test("resolveIPv4, cancelled, gives up the lookup", async () => {
  const { resolver, cancelled } = manual();
  const address = resolveIPv4(resolver, "db.example");
  address.cancel();
  await assert.rejects(address.toPromise(), { name: "CancelledError" });
  assert.deepEqual(cancelled, ["db.example"]);
});

test("resolvePreferringIPv4, takes an IPv6 address only where there is no other", async () => {
  const six = new IPv6Address("TCP", "2001:db8::1", 80);
  const four = new IPv4Address("TCP", "192.0.2.1", 80);
  for (const [found, expected] of [
    [[six, four], four],
    [[six], six],
    [[four, six], four],
  ] as const) {
    const { resolver, receivers } = manual();
    const address = resolvePreferringIPv4(resolver, "db.example", 80);
    for (const each of found) receivers[0]?.addressResolved(each);
    receivers[0]?.resolutionComplete();
    assert.equal(await address, expected);
  }
});

test("resolvePreferringIPv4, fails where there is none, and gives up when it is cancelled", async () => {
  const { resolver, receivers, cancelled } = manual();
  const nothing = resolvePreferringIPv4(resolver, "db.example", 80);
  receivers[0]?.resolutionComplete();
  await assert.rejects(nothing.toPromise(), { name: "DNSLookupError" });
  const given = resolvePreferringIPv4(resolver, "db.example", 80);
  given.cancel();
  receivers[1]?.resolutionComplete();
  await assert.rejects(given.toPromise(), { name: "CancelledError" });
  assert.deepEqual(cancelled, ["db.example"]);
});

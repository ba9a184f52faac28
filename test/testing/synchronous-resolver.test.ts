import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { HostResolution, ResolutionOptions } from "../../src/endpoint/name-resolver.ts";
import { SynchronousResolver } from "../../src/testing/synchronous-resolver.ts";
import { IPv4Address, IPv6Address } from "../../src/transport/address.ts";
import type { InternetAddress } from "../../src/transport/address.ts";

const RESOLVER = new SynchronousResolver({
  "both.example": ["192.0.2.1", "2001:db8::1", "192.0.2.2"],
  "one.example": "192.0.2.3",
  "none.example": [],
});

function lookUp(name: string, options?: ResolutionOptions): { found: InternetAddress[]; events: string[] } {
  const found: InternetAddress[] = [];
  const events: string[] = [];
  RESOLVER.resolveHostName(
    {
      resolutionBegan: (resolution) => events.push(`began ${resolution.name}`),
      addressResolved: (address) => {
        found.push(address);
        events.push("address");
      },
      resolutionComplete: () => events.push("complete"),
    },
    name,
    options,
  );
  return { found, events };
}

describe("SynchronousResolver", () => {
  test("resolveHostName, says everything before it returns, in order", () => {
    const { found, events } = lookUp("both.example", { port: 80 });
    assert.deepEqual(found, [
      new IPv4Address("TCP", "192.0.2.1", 80),
      new IPv6Address("TCP", "2001:db8::1", 80),
      new IPv4Address("TCP", "192.0.2.2", 80),
    ]);
    assert.deepEqual(events, ["began both.example", "address", "address", "address", "complete"]);
  });

  test("resolveHostName, keeps to the families and the protocol that are wanted", () => {
    assert.deepEqual(lookUp("both.example", { addressTypes: ["ipv6"], transportSemantics: "UDP" }).found, [
      new IPv6Address("UDP", "2001:db8::1", 0),
    ]);
    assert.equal(lookUp("both.example", { addressTypes: ["ipv4"] }).found.length, 2);
    assert.equal(lookUp("both.example", { addressTypes: [] }).found.length, 0);
  });

  test("resolveHostName, knows no names but those it was given", () => {
    for (const name of ["none.example", "other.example", "toString", ""]) {
      assert.deepEqual(lookUp(name).events, [`began ${name}`, "complete"]);
    }
    assert.deepEqual(lookUp("one.example").found, [new IPv4Address("TCP", "192.0.2.3", 0)]);
  });

  test("resolveHostName, takes an address as its own", () => {
    assert.deepEqual(lookUp("127.0.0.1", { port: 1 }).found, [new IPv4Address("TCP", "127.0.0.1", 1)]);
    assert.deepEqual(lookUp("::1").found, [new IPv6Address("TCP", "::1", 0)]);
  });

  test("cancel, from within the receiver ends the addresses", () => {
    const found: string[] = [];
    let resolution: HostResolution | undefined;
    let completions = 0;
    RESOLVER.resolveHostName(
      {
        resolutionBegan: (begun) => (resolution = begun),
        addressResolved: (address) => {
          found.push(address.host);
          resolution?.cancel();
        },
        resolutionComplete: () => completions++,
      },
      "both.example",
    );
    assert.deepEqual(found, ["192.0.2.1"]);
    assert.equal(completions, 1);
  });

  test("lookups, are noted", () => {
    const resolver = new SynchronousResolver();
    const receiver = { resolutionBegan() {}, addressResolved() {}, resolutionComplete() {} };
    resolver.resolveHostName(receiver, "b.example");
    resolver.resolveHostName(receiver, "a.example");
    assert.deepEqual(resolver.lookups, ["b.example", "a.example"]);
  });

  test("constructor, refuses what is no address", () => {
    assert.throws(
      () => new SynchronousResolver({ "a.example": "b.example" }),
      /Cannot let "a.example" be at "b.example"/,
    );
    assert.throws(() => new SynchronousResolver({ "a.example": ["127.0.0.1", ""] }), TypeError);
  });
});

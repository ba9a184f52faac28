import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../src/deferred/errors.ts";
import { resolveFirst } from "../../src/endpoint/resolve-first.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { DNSLookupError } from "../../src/transport/errors.ts";
import { ManualResolver } from "./attempts.ts";

test("resolveFirst, with several addresses, fires with the first", () => {
  const resolver = new ManualResolver();
  const address = resolveFirst(resolver, "host.example", { port: 80, addressTypes: ["ipv4"] });
  assert.deepEqual(resolver.options, { port: 80, addressTypes: ["ipv4"] });
  assertNoResult(address);
  resolver.find("192.0.2.1", "192.0.2.2");
  resolver.complete();
  assert.deepEqual(successResultOf(address), new IPv4Address("TCP", "192.0.2.1", 80));
});

test("resolveFirst, without an address, fails with DNSLookupError", () => {
  const resolver = new ManualResolver();
  const address = resolveFirst(resolver, "host.example");
  resolver.complete();
  assert.match(failureResultOf(address, DNSLookupError).getErrorMessage(), /host\.example/);
});

test("resolveFirst, with a resolver that throws, fails with that", () => {
  const error = new RangeError("broken");
  const resolver = {
    resolveHostName() {
      throw error;
    },
  };
  assert.equal(failureResultOf(resolveFirst(resolver, "host.example")).value, error);
});

test("resolveFirst, cancelled, gives the lookup up and fails with CancelledError", () => {
  const resolver = new ManualResolver();
  const address = resolveFirst(resolver, "host.example");
  address.cancel("enough");
  assert.equal(resolver.isCancelled, true);
  assert.equal(failureResultOf(address, CancelledError).cause, "enough");
});

test("resolveFirst, cancelled with a resolver that does not say what it began, fails with CancelledError", () => {
  const resolver = new ManualResolver();
  const silent = {
    resolveHostName: () => ({ name: "host.example", cancel: () => resolver.complete() }),
  };
  const address = resolveFirst(silent, "host.example");
  address.cancel();
  failureResultOf(address, CancelledError);
});

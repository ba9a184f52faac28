import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import { parseVersion1 } from "../../../../src/protocol/haproxy/wire/version-1.ts";
import type { ProxyAddress, ProxyHeader } from "../../../../src/protocol/haproxy/wire/proxy-header.ts";

test("ProxyHeader, is the same record for both versions", () => {
  const header = parseVersion1("PROXY UNKNOWN");
  expectTypeOf(header).toEqualTypeOf<ProxyHeader>();
  expectTypeOf(header.source).toEqualTypeOf<ProxyAddress | undefined>();
  assert.deepEqual(Object.keys(header).sort(), ["command", "destination", "source", "tlvs", "version"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { platformTrust, sourceOf, trustRootFromCertificates } from "../../src/tls/trust-root.ts";
import { authority } from "../support/authority.ts";

test("platformTrust, is the platform's authorities", () => {
  assert.equal(platformTrust().authorities, "platform");
});

test("trustRootFromCertificates, has certificates of all forms, and no private keys", () => {
  const root = trustRootFromCertificates([authority, authority.dump(), authority.dumpChainPEM()]);
  assert.equal(root.authorities.length, 3);
  assert.ok(!String(sourceOf(authority)).includes("PRIVATE"));
  assert.equal(sourceOf({ dumpPEM: () => "odd" }), "odd");
});

test("trustRootFromCertificates, nobody is no trust root", () => {
  assert.throws(() => trustRootFromCertificates([]), /Cannot trust nobody/);
});

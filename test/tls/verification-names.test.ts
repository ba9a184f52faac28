import assert from "node:assert/strict";
import { test } from "node:test";
import { verificationName } from "../../src/tls/verification-names.ts";

test("verificationName, are OpenSSL's names without their prefix; a number that is not known is in the name", () => {
  assert.equal(verificationName(10), "CERT_HAS_EXPIRED");
  assert.equal(verificationName(18), "DEPTH_ZERO_SELF_SIGNED_CERT");
  assert.equal(verificationName(62), "HOSTNAME_MISMATCH");
  assert.equal(verificationName(999), "VERIFICATION_999");
});

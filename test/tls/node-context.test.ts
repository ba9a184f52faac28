import assert from "node:assert/strict";
import { test } from "node:test";
import { secureContextOf } from "../../src/tls/node-context.ts";
import { TLSContext } from "../../src/tls/tls-context.ts";

test("secureContextOf, is made once for a context", () => {
  const context = new TLSContext({ sessions: false, groups: "P-256:X25519", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" });
  assert.equal(secureContextOf(context), secureContextOf(context));
  assert.notEqual(secureContextOf(context), secureContextOf(new TLSContext()));
});

test("secureContextOf, refuses what OpenSSL does not take", () => {
  const bad = [new TLSContext({ ciphers: "NO-SUCH-CIPHER" }), new TLSContext({ groups: "no-such-group" })];
  for (const context of bad) {
    assert.throws(
      () => secureContextOf(context),
      (error) =>
        error instanceof TypeError &&
        error.message.startsWith("Cannot use the TLS context") &&
        error.cause instanceof Error,
    );
  }
});

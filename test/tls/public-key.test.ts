import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { KeyPair } from "../../src/tls/private-certificate.ts";
import { PublicKey } from "../../src/tls/public-key.ts";

test("PublicKey, matches both halves of itself and no others", () => {
  const pair = KeyPair.generate();
  const half = pair.selfSignedCert(1, { commonName: "a" }).getPublicKey();
  assert.ok(half instanceof PublicKey);
  assert.ok(half.matches(pair));
  assert.ok(pair.matches(half));
  assert.ok(!half.matches(KeyPair.generate()));
  assert.deepEqual(half.dumpPublic(), pair.dumpPublic());
});

test("PublicKey, shows its hash", () => {
  const pair = KeyPair.generate();
  assert.match(pair.keyHash(), /^[\da-f]{64}$/);
  assert.equal(inspect(pair), `<KeyPair ${pair.keyHash()}>`);
  assert.equal(new PublicKey(pair.original).inspect(), `Public Key with Hash: ${pair.keyHash()}`);
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { inspect } from "node:util";
import { VerifyError } from "../../src/tls/certificate-errors.ts";
import { CertificateRequest } from "../../src/tls/certificate-request.ts";
import { KeyPair } from "../../src/tls/private-certificate.ts";
import { MalformedDERError } from "../../src/tls/wire/errors.ts";

const pair = KeyPair.generate();

test("CertificateRequest, comes back from DER and PEM", () => {
  const request = pair.requestObject({ commonName: "a" }, { names: ["a.example", "192.0.2.1"] });
  for (const read of [CertificateRequest.load(request.dump()), CertificateRequest.loadPEM(request.dumpPEM())]) {
    assert.deepEqual(read.names, ["a.example", "192.0.2.1"]);
    assert.equal(read.getSubject().commonName, "a");
    assert.ok(read.getPublicKey().matches(pair));
  }
  assert.equal(inspect(request), "<CertificateRequest CN=a>");
});

test("CertificateRequest, OpenSSL accepts ours, of all kinds of keys", () => {
  for (const kind of ["ec", "rsa", "ed25519"] as const) {
    const request = KeyPair.generate({ kind }).requestObject({ commonName: "a" }, { names: ["a.example"] });
    const text = execFileSync("openssl", ["req", "-verify", "-noout", "-text"], {
      input: request.dumpPEM(),
      encoding: "utf8",
      stdio: "pipe",
    });
    assert.match(text, /DNS:a\.example/);
  }
});

test("CertificateRequest, one that is not signed with its own key is refused", () => {
  const der = pair.certificateRequest({ commonName: "a" });
  der[der.length - 1]! ^= 1;
  assert.throws(() => CertificateRequest.load(der), VerifyError);
  const rsa = KeyPair.generate({ kind: "rsa" }).certificateRequest({ commonName: "a" });
  // Of another kind than the key.
  const identifier = rsa.lastIndexOf(Buffer.from("06092a864886f70d01010b0500", "hex"));
  Buffer.from("06092a864886f70d01010c0500", "hex").copy(rsa, identifier);
  assert.throws(() => CertificateRequest.load(rsa), VerifyError);
});

test("CertificateRequest, what is none is refused", () => {
  assert.throws(() => CertificateRequest.load(Buffer.from("junk")), MalformedDERError);
  assert.throws(() => CertificateRequest.loadPEM("junk"), MalformedDERError);
  const der = pair.certificateRequest({ commonName: "a" });
  const curve = der.indexOf(Buffer.from("06082a8648ce3d030107", "hex"));
  der[curve + 9] = 0x7f;
  assert.throws(() => CertificateRequest.load(der), /none that is known/);
});

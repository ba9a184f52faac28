import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { CertificateError } from "../../src/tls/certificate-errors.ts";
import { Certificate, certificatesInPEM, pemOf } from "../../src/tls/certificate.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { authority, signedFor } from "../support/authority.ts";

const certificate = signedFor(["example.com", "*.example.com", "192.0.2.1", "2001:db8::1"]);

test("Certificate, loads and dumps PEM and DER", () => {
  assert.ok(Certificate.load(certificate.dump()).equals(certificate));
  const read = Certificate.loadPEM(certificate.dumpPEM());
  assert.ok(read.equals(certificate));
  assert.equal(read.dumpPEM(), read.original.toString());
  assert.ok(Certificate.loadPEM(Buffer.from(certificate.dumpPEM())).equals(read));
  assert.ok(!read.equals(authority));
  assert.ok(!read.equals("x"));
  assert.equal(Certificate.loadAllPEM(certificate.dumpPEM() + authority.dumpPEM()).length, 2);
  assert.equal(certificatesInPEM("nothing").length, 0);
});

test("Certificate, says whose it is, who signed it, and for how long it is good", () => {
  assert.equal(certificate.getSubject().commonName, "example.com");
  assert.equal(certificate.getIssuer().commonName, "Test authority");
  assert.deepEqual(certificate.getAlternativeNames(), [
    "example.com",
    "*.example.com",
    "192.0.2.1",
    "2001:DB8:0:0:0:0:0:1",
  ]);
  assert.deepEqual(authority.getAlternativeNames(), []);
  assert.ok(certificate.serialNumber() > 1n);
  const { notBefore, notAfter } = certificate.validity();
  assert.equal(notAfter.getTime() - notBefore.getTime(), 365 * 24 * 3600 * 1000);
});

test("Certificate.digest, is of its DER, and by default what Node calls its fingerprint", () => {
  assert.equal(certificate.digest(), certificate.original.fingerprint256);
  assert.equal(certificate.digest("sha1"), certificate.original.fingerprint);
  const digits = createHash("md5").update(certificate.dump()).digest("hex").toUpperCase();
  assert.equal(certificate.digest("md5").replaceAll(":", ""), digits);
  assert.throws(() => certificate.digest("rot13"), /Cannot make a digest with 'rot13': expected one such as "sha256"/);
});

test("Certificate, is described", () => {
  const plain = Certificate.load(certificate.dump());
  assert.equal(inspect(plain), "<Certificate Subject=example.com Issuer=Test authority>");
  const text = plain.inspect();
  assert.match(text, /Common Name: example\.com/);
  assert.match(text, /Names: example\.com, \*\.example\.com/);
  assert.match(text, /Public Key with Hash: [\da-f]{64}$/);
  assert.match(authority.inspect(), /Names: none/);
});

test("Certificate, what is none is refused", () => {
  assert.throws(() => Certificate.load(Buffer.from("junk")), CertificateError);
  assert.throws(() => Certificate.loadPEM("junk"), /there is none, expected one in PEM/);
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assert.throws(
    () => Certificate.loadPEM(broken),
    (error: Error) => error instanceof CertificateError && error.cause !== undefined,
  );
});

test("Certificate.peerFromTransport, answers what the peer has shown, or says why there is none", () => {
  const secured = { getPeerCertificate: () => certificate.original } as unknown as Transport;
  assert.ok(Certificate.peerFromTransport(secured).equals(certificate));
  const bare = { getPeerCertificate: () => undefined } as unknown as Transport;
  assert.throws(() => Certificate.peerFromTransport(bare), /it has shown none/);
  assert.throws(() => Certificate.peerFromTransport(new StringTransport()), /the transport knows no TLS/);
});

/** Made by openssl: for "a.example, DNS:evil.example" as one name, and "b.example"; its subject has no common name. */
const SLY = `-----BEGIN CERTIFICATE-----
MIIBcDCCARagAwIBAgIUG/HFps+CB6JBb/7kphlwxZAEAVEwCgYIKoZIzj0EAwIw
DDEKMAgGA1UECgwBeDAgFw0yNjExMjcwMjQ2MDlaGA8yMTI2MTEwMzAyNDYwOVow
DDEKMAgGA1UECgwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGsFZbNvoJfA
udpGdJvL7rsPvHIZjY+CVQxgdUNtEJOt8KmjlfDA+Teh/wJwUcfvAUPtL8htbb5c
frNE7XQva++jVDBSMDEGA1UdEQQqMCiCG2EuZXhhbXBsZSwgRE5TOmV2aWwuZXhh
bXBsZYIJYi5leGFtcGxlMB0GA1UdDgQWBBSxjXBeJMgFQTZmGPMso4zu9kdv2DAK
BggqhkjOPQQDAgNIADBFAiBSmJVwBo1ViLZlIRExIUoJKjO4hom8fi69pI4DGx7k
LwIhAJOa+vLM3GJgl96hAAdCr1TXW5uLzbzLyz25PDpv20/9
-----END CERTIFICATE-----
`;

test("Certificate, a name that looks like two is one; a subject without a common name has none", () => {
  const sly = Certificate.loadPEM(SLY);
  assert.deepEqual(sly.getAlternativeNames(), ["a.example, DNS:evil.example", "b.example"]);
  assert.equal(String(sly), "<Certificate Subject= Issuer=>");
  assert.equal(pemOf("NOTHING", Buffer.alloc(0)), "-----BEGIN NOTHING-----\n\n-----END NOTHING-----\n");
});

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CertificateError, VerifyError } from "../../src/tls/certificate-errors.ts";
import { CertificateRequest } from "../../src/tls/certificate-request.ts";
import { Certificate } from "../../src/tls/certificate.ts";
import { KeyPair, PrivateCertificate } from "../../src/tls/private-certificate.ts";
import type { KeyPairOptions } from "../../src/tls/private-certificate.ts";
import { authority, signedFor } from "../support/authority.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function openssl(...args: string[]): string {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });
}

test("KeyPair.generate, makes keys of all kinds and sizes, which come back from DER and PEM", () => {
  const kinds: [KeyPairOptions, RegExp][] = [
    [{}, /^prime256v1 ec Key Pair with Hash/],
    [{ kind: "ec", size: 384 }, /^secp384r1 ec/],
    [{ kind: "ec", size: 521 }, /^secp521r1 ec/],
    [{ kind: "rsa" }, /^2048-bit rsa/],
    [{ kind: "ed25519", size: 256 }, /^ed25519 Key Pair/],
  ];
  for (const [options, description] of kinds) {
    const pair = KeyPair.generate(options);
    assert.match(pair.inspect(), description);
    assert.ok(KeyPair.load(pair.dump()).matches(pair));
    assert.ok(KeyPair.loadPEM(pair.dumpPEM()).matches(pair));
  }
  const pair = KeyPair.generate();
  const secret = pair.dumpPEM("secret");
  assert.ok(KeyPair.loadPEM(Buffer.from(secret), "secret").matches(pair));
  assert.throws(() => KeyPair.loadPEM(secret, "wrong"), TypeError);
  assert.throws(() => KeyPair.loadPEM("junk"), /Cannot read the private key/);
});

test("KeyPair.generate, refuses kinds and sizes that there are not", () => {
  const kinds: [object, RegExp][] = [
    [{ kind: "dsa" }, /expected "ec", "rsa" or "ed25519"/],
    [{ kind: "ec", size: 255 }, /expected 256, 384 or 521/],
    [{ kind: "rsa", size: 1024 }, /expected 2048 to 16384/],
    [{ kind: "ed25519", size: 512 }, /expected 256, or no size/],
  ];
  for (const [options, message] of kinds) assert.throws(() => KeyPair.generate(options), message);
});

test("KeyPair.selfSignedCert, OpenSSL verifies it, of all kinds of keys and digests", () => {
  for (const kind of ["ec", "rsa", "ed25519"] as const) {
    for (const digestAlgorithm of ["sha256", "sha384", "sha512"] as const) {
      const pair = KeyPair.generate({ kind });
      const certificate = pair.selfSignedCert(
        7,
        { commonName: "a.example" },
        { names: ["a.example"], digestAlgorithm },
      );
      const path = write("self.pem", certificate.dumpPEM());
      assert.match(openssl("verify", "-x509_strict", "-check_ss_sig", "-CAfile", path, path), /OK/);
      assert.equal(openssl("x509", "-in", path, "-noout", "-serial").trim(), "serial=07");
    }
  }
});

test("signRequestObject, OpenSSL verifies what an authority has signed, and its purposes and names", () => {
  const root = write("root.pem", authority.dumpPEM());
  const pair = KeyPair.generate({ kind: "rsa" });
  const between = authority.signRequestObject(KeyPair.load(pair.dump()).requestObject({ commonName: "Between" }), 5, {
    isAuthority: true,
    pathLength: 0,
  });
  const intermediate = PrivateCertificate.fromCertificateAndKeyPair(between, pair);
  const request = KeyPair.generate().requestObject({ commonName: "leaf", countryName: "DE" });
  const leaf = intermediate.signRequestObject(request, 6, {
    names: ["bücher.example", "*.b.example", "192.0.2.1", "::1"],
  });
  const chain = write("chain.pem", between.dumpPEM());
  const path = write("leaf.pem", leaf.dumpPEM());
  const verify = (...more: string[]): string =>
    openssl("verify", "-x509_strict", "-CAfile", root, "-untrusted", chain, ...more, path);
  assert.match(verify("-purpose", "sslserver", "-verify_hostname", "xn--bcher-kva.example"), /OK/);
  assert.match(verify("-purpose", "sslclient", "-verify_ip", "::1"), /OK/);
  assert.match(verify("-verify_hostname", "a.b.example"), /OK/);
  assert.throws(() => verify("-verify_hostname", "other.example"), /hostname mismatch/);
  assert.ok(new X509Certificate(leaf.dump()).checkIssued(between.original));
  assert.equal(leaf.getSubject().countryName, "DE");
  assert.match(openssl("x509", "-in", path, "-noout", "-text"), /X509v3 Authority Key Identifier/);
});

test("signRequestObject, the names of a request are not taken over", () => {
  const request = KeyPair.generate().requestObject({ commonName: "a" }, { names: ["bank.example"] });
  assert.deepEqual(authority.signRequestObject(request, 9).getAlternativeNames(), []);
});

test("signCertificateRequest, signs what is approved", async () => {
  const pair = KeyPair.generate();
  const der = pair.certificateRequest({ commonName: "a" }, { names: ["a.example"] });
  const signed = await authority.signCertificateRequest(der, (subject) => subject.commonName === "a", 10);
  assert.ok(pair.newCertificate(signed).getPublicKey().matches(pair));
  await assert.rejects(
    authority.signCertificateRequest(der, (_, request) => Promise.resolve(request.names.length === 0), 11),
    VerifyError,
  );
  const again = CertificateRequest.load(authority.certificateRequest({ commonName: "again" }));
  assert.ok(again.getPublicKey().matches(authority.privateKey));
});

test("signing, refuses what a certificate cannot say", () => {
  const pair = KeyPair.generate();
  const name = { commonName: "a" };
  for (const serial of [0, -1, 1.5, 2n ** 159n, Number.NaN]) {
    assert.throws(() => pair.selfSignedCert(serial, name), /as a serial number/, String(serial));
  }
  for (const bad of ["", "a b", "https://a.example", "*", "a.*.example", "1.2.3.4.", "fe80::1%lo"]) {
    assert.throws(() => pair.selfSignedCert(1, name, { names: [bad] }), /expected a host name or an IP address/, bad);
  }
  for (const secondsToExpiry of [0, -1, Number.NaN, 1e15]) {
    assert.throws(() => pair.selfSignedCert(1, name, { secondsToExpiry }), /expected more than 0/);
  }
  assert.throws(() => pair.selfSignedCert(1, name, { digestAlgorithm: "md5" as "sha256" }), /expected "ec", "rsa" or/);
  const x25519 = new KeyPair(generateKeyPairSync("x25519").privateKey);
  assert.throws(() => x25519.selfSignedCert(1, name), RangeError);
});

test("PrivateCertificate, comes back from PEM and files, with its chain", () => {
  const leaf = signedFor(["a.example"]);
  const chained = PrivateCertificate.fromCertificateAndKeyPair(leaf, leaf.privateKey, [authority]);
  const text = chained.dumpChainPEM() + leaf.privateKey.dumpPEM();
  const read = PrivateCertificate.loadPEM(text);
  assert.ok(read.equals(leaf));
  assert.equal(read.chain.length, 1);
  const one = PrivateCertificate.fromFiles(write("one.pem", text));
  const two = PrivateCertificate.fromFiles(
    write("fullchain.pem", chained.dumpChainPEM()),
    write("privkey.pem", leaf.privateKey.dumpPEM()),
  );
  for (const same of [one, two]) {
    assert.ok(same.equals(leaf));
    assert.ok(same.privateKey.matches(leaf.privateKey));
  }
  assert.ok(!chained.dumpChainPEM().includes("PRIVATE"));
  assert.match(leaf.inspect(), /Key Pair with Hash/);
  assert.match(String(leaf), /^<PrivateCertificate Subject=a\.example Issuer=Test authority> with <KeyPair /);
});

test("PrivateCertificate, a key that is another one's is refused, and a file without a certificate", () => {
  const leaf = signedFor(["a.example"]);
  assert.throws(() => PrivateCertificate.fromCertificateAndKeyPair(leaf, KeyPair.generate()), VerifyError);
  assert.throws(() => PrivateCertificate.loadPEM(leaf.privateKey.dumpPEM()), CertificateError);
  assert.throws(() => PrivateCertificate.fromFiles(join(folder, "missing.pem")), { code: "ENOENT" });
});

test("PrivateCertificate.options, is a context factory; with authorities, one that requires certificates", () => {
  const leaf = signedFor(["a.example"]);
  const options = leaf.options();
  options.checkFor("server");
  assert.equal(options.contextFor("server").verifyPeer, undefined);
  const strict = leaf.options(authority, Certificate.load(leaf.dump())).contextFor("server");
  assert.equal(strict.verifyPeer, "require");
  assert.equal(strict.trustRoots.length, 2);
  assert.ok(!JSON.stringify(strict.trustRoots).includes("PRIVATE"));
});

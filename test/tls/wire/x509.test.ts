import assert from "node:assert/strict";
import { X509Certificate, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { RemoteProtocolError } from "../../../src/errors.ts";
import { Tag, childrenOf, decode, encode, objectIdentifier, sequence, setOf } from "../../../src/tls/wire/der.ts";
import { MalformedDERError } from "../../../src/tls/wire/errors.ts";
import {
  decodeName,
  decodeNames,
  decodeRequest,
  digestOf,
  encodeCertificate,
  encodeName,
  encodeRequest,
  signatureAlgorithm,
} from "../../../src/tls/wire/x509.ts";
import type { AlternativeName, CertificateParts, Signer } from "../../../src/tls/wire/x509.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" });
const signer: Signer = {
  algorithm: signatureAlgorithm("ec", "sha256")!,
  sign: (bytes) => sign("sha256", bytes, privateKey),
};
const COMMON_NAME = "2.5.4.3";
const name = encodeName([[COMMON_NAME, "näme"]]);
const parts: CertificateParts = {
  serialNumber: 2n ** 100n,
  issuer: name,
  subject: name,
  notBefore: Date.parse("2026-01-01T00:00:00Z") / 1000,
  notAfter: Date.parse("2060-01-01T00:00:00Z") / 1000,
  publicKey,
  issuerPublicKey: publicKey,
  isAuthority: false,
  alternativeNames: [{ dns: "example.com" }, { ip: "192.0.2.1" }, { ip: "2001:db8::1" }],
  usages: ["serverAuth"],
};

test("encodeCertificate, OpenSSL reads what was written", () => {
  const certificate = new X509Certificate(encodeCertificate(parts, signer));
  assert.equal(certificate.serialNumber, (2n ** 100n).toString(16).toUpperCase());
  assert.equal(certificate.subjectAltName, "DNS:example.com, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1");
  assert.equal(certificate.ca, false);
  assert.equal(certificate.subject, "CN=näme");
  assert.equal(new Date(certificate.validTo).toISOString(), "2060-01-01T00:00:00.000Z");
  assert.ok(certificate.verify(certificate.publicKey));
  assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
});

test("encodeCertificate, an authority says so, and how deep", () => {
  const der = encodeCertificate(
    { ...parts, isAuthority: true, pathLength: 0, usages: [], alternativeNames: [] },
    signer,
  );
  assert.equal(new X509Certificate(der).ca, true);
  // basicConstraints, critical, with the length of the path.
  assert.ok(der.includes(Buffer.from("0603551d130101ff040830060101ff020100", "hex")));
});

test("decodeNames, answers the names as they stand in the certificate, of version 1 as well", () => {
  const der = encodeCertificate(parts, signer);
  assert.deepEqual(decodeNames(der), { issuer: name, subject: name });
  const [toBeSigned, ...others] = childrenOf(decode(der), Tag.sequence);
  const [, ...fields] = childrenOf(toBeSigned, Tag.sequence);
  const old = sequence(sequence(...fields.map(({ encoding }) => encoding)), ...others.map(({ encoding }) => encoding));
  assert.deepEqual(decodeNames(old).subject, name);
});

test("decodeName, reads strings of all kinds", () => {
  const attribute = (tag: number, text: Buffer): Buffer =>
    setOf(sequence(objectIdentifier(COMMON_NAME), encode(tag, text)));
  const texts = sequence(
    attribute(Tag.printableString, Buffer.from("a")),
    attribute(0x14, Buffer.from([0xe4])),
    attribute(0x1e, Buffer.from([0, 0x62])),
    attribute(Tag.utf8String, Buffer.from("ü")),
  );
  assert.deepEqual(
    decodeName(texts).map(([, text]) => text),
    ["a", "ä", "b", "ü"],
  );
  assert.throws(() => decodeName(sequence(attribute(0x1e, Buffer.of(1)))), MalformedDERError);
  assert.throws(() => decodeName(sequence(setOf(sequence(objectIdentifier(COMMON_NAME))))), MalformedDERError);
});

test("decodeRequest, reads what encodeRequest wrote", () => {
  const names: fc.Arbitrary<AlternativeName[]> = fc.array(
    fc.oneof(
      fc.domain().map((dns) => ({ dns })),
      fc.ipV4().map((ip) => ({ ip })),
    ),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(names, (alternativeNames) => {
      const request = decodeRequest(encodeRequest({ subject: name, publicKey, alternativeNames }, signer));
      assert.deepEqual(request.alternativeNames, alternativeNames);
      assert.deepEqual(request.subject, name);
      assert.equal(digestOf(request.algorithm), "sha256");
    }),
    { numRuns: 20 },
  );
});

test("decodeRequest and decodeNames, any change of any byte gives a result or a RemoteProtocolError", () => {
  const request = encodeRequest({ subject: name, publicKey, alternativeNames: parts.alternativeNames }, signer);
  const certificate = encodeCertificate(parts, signer);
  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(change, fc.nat({ max: request.length }), ([at, by], end) => {
      for (const [read, bytes] of [
        [decodeRequest, request],
        [decodeNames, certificate],
        [decodeRequest, request.subarray(0, end)],
      ] as const) {
        const changed = Buffer.from(bytes);
        if (changed.length > 0) changed[at % changed.length]! ^= by;
        try {
          read(changed);
        } catch (error) {
          assert.ok(error instanceof RemoteProtocolError, String(error));
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test("signatureAlgorithm and digestOf, know each other's names, and no others", () => {
  for (const kind of ["ec", "rsa"]) {
    for (const digest of ["sha256", "sha384", "sha512"]) {
      assert.equal(digestOf(signatureAlgorithm(kind, digest)!.identifier), digest);
    }
    assert.equal(signatureAlgorithm(kind, "md5"), undefined);
  }
  assert.equal(digestOf(signatureAlgorithm("ed25519", "sha256")!.identifier), null);
  assert.equal(digestOf("1.2.3"), undefined);
});

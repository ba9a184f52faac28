import assert from "node:assert/strict";
import { test } from "node:test";
import { CertificateOptions } from "../../src/tls/certificate-options.ts";
import type { CertificateOptionsParameters } from "../../src/tls/certificate-options.ts";
import type { TLSContext } from "../../src/tls/tls-context.ts";
import { platformTrust, trustRootFromCertificates } from "../../src/tls/trust-root.ts";
import { authority, signedFor } from "../support/authority.ts";

const leaf = signedFor(["localhost"]);
const own = { privateKey: leaf.privateKey, certificate: leaf };

function contextOf(parameters: CertificateOptionsParameters): TLSContext {
  return new CertificateOptions(parameters).contextFor("server");
}

test("CertificateOptions, has certificate, chain and key, of all forms", () => {
  const context = contextOf({ ...own, extraCertChain: [authority] });
  assert.equal(context.certificateChain.length, 2);
  assert.equal(context.privateKey, leaf.privateKey.dumpPEM());
  for (const privateKey of [leaf.privateKey.dump(), leaf.privateKey.dumpPEM(), leaf.privateKey.original]) {
    assert.equal(contextOf({ privateKey, certificate: leaf.dump() }).privateKey, context.privateKey);
  }
  new CertificateOptions(own).checkFor("server");
});

test("CertificateOptions, whom it trusts", () => {
  assert.equal(contextOf({}).verifyPeer, undefined);
  assert.equal(contextOf({ verify: false }).verifyPeer, "none");
  assert.equal(contextOf({ trustRoot: platformTrust() }).trustRoots, "platform");
  for (const trustRoot of [trustRootFromCertificates([authority]), authority, authority.dumpChainPEM()]) {
    const context = contextOf({ trustRoot });
    assert.equal(context.verifyPeer, "require");
    assert.equal(context.trustRoots.length, 1);
  }
  assert.equal(contextOf({ verify: true, caCerts: [authority] }).verifyPeer, "require");
  assert.equal(contextOf({ verify: true, caCerts: [authority], requireCertificate: false }).verifyPeer, "request");
});

test("CertificateOptions, versions, ciphers and protocols", () => {
  assert.equal(contextOf({}).minVersion, "TLSv1.2");
  assert.equal(contextOf({ raiseMinimumTo: "TLSv1.3" }).minVersion, "TLSv1.3");
  assert.equal(contextOf({ insecurelyLowerMinimumTo: "TLSv1.2" }).minVersion, "TLSv1.2");
  assert.equal(contextOf({ lowerMaximumSecurityTo: "TLSv1.2" }).maxVersion, "TLSv1.2");
  const choose = (): undefined => undefined;
  const context = contextOf({
    acceptableProtocols: ["h2"],
    acceptableCiphers: "HIGH",
    dhParameters: "pem",
    contextForServerName: choose,
    enableSessions: false,
  });
  assert.deepEqual(
    [context.alpnProtocols, context.ciphers, context.dhParameters, context.contextForServerName, context.sessions],
    [["h2"], "HIGH", "pem", choose, false],
  );
});

test("CertificateOptions, refuses what cannot be used, or not together", () => {
  const bad: [object, RegExp][] = [
    [{ privateKey: leaf.privateKey }, /a private key and no certificate/],
    [{ certificate: leaf }, /a certificate and no private key/],
    [{ extraCertChain: [authority] }, /leads to no certificate/],
    [{ verify: true }, /there is verify and no caCerts/],
    [{ verify: true, caCerts: [] }, /there is verify and no caCerts/],
    [{ caCerts: [authority] }, /there are caCerts and no verify/],
    [{ trustRoot: authority, verify: true }, /both trustRoot and verify/],
    [{ trustRoot: authority, caCerts: [authority] }, /both trustRoot and caCerts/],
    [{ trustRoot: authority, requireCertificate: true }, /both trustRoot and requireCertificate/],
    [{ raiseMinimumTo: "TLSv1.3", insecurelyLowerMinimumTo: "TLSv1.2" }, /both raiseMinimumTo and/],
    [{ raiseMinimumTo: "TLSv1.3", lowerMaximumSecurityTo: "TLSv1.2" }, /minVersion of TLSv1.3/],
    [{ insecurelyLowerMinimumTo: "TLSv1.1" }, /expected TLSv1.2 or TLSv1.3/],
  ];
  for (const [parameters, message] of bad) {
    assert.throws(() => new CertificateOptions(parameters), message);
  }
});

test("CertificateOptions, a parameter that there is not, or of the wrong kind, is refused by name", () => {
  const wrong: [object, RegExp][] = [
    [{ trustroot: "x" }, /there is no "trustroot", expected one of privateKey, .*trustRoot/],
    [{ acceptableProtocols: "h2" }, /acceptableProtocols is 'h2', expected a list of names$/],
    [{ acceptableCiphers: 7 }, /acceptableCiphers is 7, expected a text$/],
    [{ contextForServerName: {} }, /contextForServerName is {}, expected a function$/],
    [{ enableSessions: "no" }, /enableSessions is 'no', expected true or false$/],
    [{ verify: "yes", caCerts: [] }, /verify is 'yes', expected true or false$/],
    [{ extraCertChain: {} }, /extraCertChain is {}, expected a list of certificates$/],
  ];
  for (const [parameters, message] of wrong) {
    assert.throws(() => new CertificateOptions(parameters), { name: "TypeError", message });
  }
  assert.ok(new CertificateOptions({ acceptableProtocols: undefined } as object));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { optionsForClientTLS } from "../../src/tls/options-for-client-tls.ts";
import type { ClientTLSOptions } from "../../src/tls/options-for-client-tls.ts";
import { authority, signedFor } from "../support/authority.ts";

const contextOf = (hostname: string, options?: ClientTLSOptions) =>
  optionsForClientTLS(hostname, options).contextFor("client");

test("optionsForClientTLS, asks for a name and verifies it, in ASCII; an address is not asked for", () => {
  const names: [string, string | undefined, string][] = [
    ["example.com", "example.com", "example.com"],
    ["example.com.", "example.com", "example.com"],
    ["bücher.example", "xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["192.0.2.1", undefined, "192.0.2.1"],
    ["::1", undefined, "::1"],
  ];
  for (const [hostname, serverName, peerName] of names) {
    const context = contextOf(hostname);
    assert.deepEqual([context.serverName, context.peerName], [serverName, peerName]);
    assert.deepEqual([context.verifyPeer, context.trustRoots], ["require", "platform"]);
  }
});

test("optionsForClientTLS, has a trust root, a certificate, protocols and other options", () => {
  const clientCertificate = signedFor(["client"]);
  const context = contextOf("example.com", {
    trustRoot: authority,
    clientCertificate,
    acceptableProtocols: ["h2"],
    extraCertificateOptions: { raiseMinimumTo: "TLSv1.3" },
  });
  assert.equal(context.trustRoots.length, 1);
  assert.equal(context.certificateChain.length, 1);
  assert.equal(context.privateKey, clientCertificate.privateKey.dumpPEM());
  assert.deepEqual([context.alpnProtocols, context.minVersion], [["h2"], "TLSv1.3"]);
});

test("optionsForClientTLS, refuses what is no host, options that there are not, and to be a server", () => {
  assert.throws(() => optionsForClientTLS("no host"), /expected a host name or an IP address/);
  assert.throws(() => optionsForClientTLS(7 as unknown as string), TypeError);
  assert.throws(() => optionsForClientTLS("a", { verify: false } as object), /Cannot use "verify" for a TLS client/);
  assert.throws(() => optionsForClientTLS("a").checkFor("server"), /these options are for clients/);
  optionsForClientTLS("a").checkFor("client");
});

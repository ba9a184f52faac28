import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { peerNameError } from "../../src/tls/peer-name.ts";
import { testCertificates } from "../support/test-certificates.ts";

const der = (pem: string): Buffer => new X509Certificate(pem).raw;
const server = der(testCertificates().server.certificate);
const other = der(testCertificates().other.certificate);
const nameless = der(testCertificates().client.certificate);

test("peerNameError, names and addresses among the alternative names are good", () => {
  const good: [Buffer, string][] = [
    [server, "localhost"],
    [server, "LOCALHOST"],
    [server, "localhost."],
    [server, "127.0.0.1"],
    [server, "::1"],
    [server, "0:0:0:0:0:0:0:1"],
    [other, "a.wild.example"],
  ];
  for (const [certificate, name] of good) assert.equal(peerNameError(certificate, name), undefined, name);
});

test("peerNameError, all others are not: the common name, too many labels, none, another address", () => {
  const bad: [Buffer, string, string][] = [
    [server, "server", "HOSTNAME_MISMATCH"],
    [server, "127.0.0.2", "IP_ADDRESS_MISMATCH"],
    [other, "wild.example", "HOSTNAME_MISMATCH"],
    [other, "a.b.wild.example", "HOSTNAME_MISMATCH"],
    [nameless, "client", "HOSTNAME_MISMATCH"],
  ];
  for (const [certificate, name, reason] of bad) {
    const error = peerNameError(certificate, name);
    assert.deepEqual([error?.code, error?.reason], ["ERR_TLS_HOSTNAME_MISMATCH", reason]);
    assert.ok(error!.message.includes(`expected ${name}`));
  }
});

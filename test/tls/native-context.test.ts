import assert from "node:assert/strict";
import { test } from "node:test";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import type { NativeTLS } from "../../src/reactor/epoll/native-core.ts";
import { NativeContexts } from "../../src/tls/native-context.ts";
import { TLSContext } from "../../src/tls/tls-context.ts";
import type { TLSContextOptions } from "../../src/tls/tls-context.ts";
import { testCertificates } from "../support/test-certificates.ts";

const core = loadNativeCore();
const skip = core?.tlsMemory === undefined ? "the native core does no TLS here" : false;

function numberOf(options: TLSContextOptions, side: "client" | "server" = "server"): number {
  return new NativeContexts(core as NativeTLS).numberOf(new TLSContext(options), side);
}

test("NativeContexts, makes one of each context and side", { skip }, () => {
  const contexts = new NativeContexts(core as NativeTLS);
  const context = new TLSContext();
  const client = contexts.numberOf(context, "client");
  assert.equal(contexts.numberOf(context, "client"), client);
  assert.notEqual(contexts.numberOf(context, "server"), client);
  // The roots of the platform are parsed once.
  assert.notEqual(contexts.numberOf(new TLSContext(), "client"), client);
});

test("NativeContexts, takes everything that a context may have", { skip }, () => {
  const { server, authority } = testCertificates();
  numberOf({
    certificateChain: [server.certificate, authority.certificate],
    privateKey: server.key,
    trustRoots: [authority.certificate],
    verifyPeer: "require",
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
    ciphers: "TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256",
    groups: "X25519:P-256",
    alpnProtocols: ["h2", "http/1.1"],
    keyLog: () => {},
    sessions: false,
    sessionTimeout: 10,
  });
  numberOf({ ciphers: "TLS_AES_128_GCM_SHA256" }, "client");
});

test("NativeContexts, what the library does not take is a TypeError with its reason", { skip }, () => {
  const bad: [TLSContextOptions, RegExp][] = [
    [{ ciphers: "NO-SUCH-CIPHER", maxVersion: "TLSv1.2" }, /no cipher match/],
    [{ ciphers: "TLS_AES_128_GCM_SHA256", maxVersion: "TLSv1.2" }, /no cipher match/],
    [{ groups: "no-such-group" }, /./],
    [{ dhParameters: "nothing" }, /no start line|unsupported/],
  ];
  for (const [options, reason] of bad) {
    assert.throws(
      () => numberOf(options),
      (error: Error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, /^Cannot use the TLS context: /);
        assert.match(error.message, reason);
        assert.ok(error.cause instanceof Error);
        return true;
      },
    );
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { ContextFactory } from "../../src/tls/context-factory.ts";
import { TLSContext } from "../../src/tls/tls-context.ts";
import type { TLSSide } from "../../src/tls/tls-engine.ts";
import { testCertificates } from "../support/test-certificates.ts";

const { server } = testCertificates();
const withCertificate = new TLSContext({ certificateChain: server.certificate, privateKey: server.key });

test("ContextFactory, has one context for both sides", () => {
  const factory = new ContextFactory(withCertificate);
  assert.equal(factory.contextFor("client"), withCertificate);
  assert.equal(factory.contextFor("server"), withCertificate);
  assert.equal(factory.serverContext(), withCertificate);
  factory.checkFor("server");
});

test("ContextFactory, is no server without a certificate, unless it chooses one by name", () => {
  assert.throws(() => new ContextFactory(new TLSContext()).checkFor("server"), /no certificate/);
  new ContextFactory(new TLSContext({ contextForServerName: () => undefined })).checkFor("server");
  new ContextFactory(new TLSContext()).checkFor("client");
});

test("ContextFactory, of another kind, answers its own contexts, or refuses", () => {
  class Own extends ContextFactory {
    override contextFor(_side: TLSSide): TLSContext {
      return withCertificate;
    }
  }
  new Own().checkFor("server");
  class Nothing extends ContextFactory {}
  assert.throws(() => new Nothing().checkFor("client"), /Nothing has none, expected contextFor to be overridden/);
});

test("ContextFactory, finds what the library does not take before there is a connection", () => {
  const bad = new ContextFactory(new TLSContext({ groups: "no-such-group" }));
  assert.throws(
    () => bad.checkFor("client"),
    (error) => error instanceof TypeError && error.cause instanceof Error,
  );
});

import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { test } from "node:test";
import { TLSContext } from "../../src/tls/tls-context.ts";
import { testCertificates } from "../support/test-certificates.ts";

const { server, client, authority } = testCertificates();

test("TLSContext, has defaults that are safe, and never changes", () => {
  const context = new TLSContext();
  assert.deepEqual([context.minVersion, context.maxVersion, context.trustRoots], ["TLSv1.2", "TLSv1.3", "platform"]);
  assert.deepEqual([context.certificateChain, context.privateKey, context.alpnProtocols], [[], undefined, []]);
  assert.throws(() => Object.assign(context, { minVersion: "TLSv1" }), TypeError);
  assert.throws(() => (context.alpnProtocols as string[]).push("h2"), TypeError);
  assert.equal(context.serverContext(), context);
});

test("TLSContext, takes certificates in PEM, several in one, as bytes, and in DER", () => {
  const der = new X509Certificate(server.certificate).raw;
  const forms = [server.certificate, Buffer.from(server.certificate), der, new Uint8Array(der), [der]];
  for (const certificateChain of forms) {
    const context = new TLSContext({ certificateChain, privateKey: server.key });
    assert.equal(context.certificateChain.length, 1);
    assert.ok(new X509Certificate(context.certificateChain[0]!).raw.equals(der));
  }
  const chain = new TLSContext({
    certificateChain: server.certificate + authority.certificate,
    privateKey: server.key,
  });
  assert.deepEqual(
    chain.certificateChain.map((certificate) => new X509Certificate(certificate).subject),
    ["CN=server", "CN=authority"],
  );
});

test("TLSContext, takes a key in PEM, in DER, encrypted, and as Node's object", () => {
  const key = createPrivateKey(server.key);
  const der = key.export({ type: "pkcs8", format: "der" });
  const encrypted = key
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" })
    .toString();
  const certificateChain = server.certificate;
  const contexts = [
    new TLSContext({ certificateChain, privateKey: server.key }),
    new TLSContext({ certificateChain, privateKey: Buffer.from(server.key) }),
    new TLSContext({ certificateChain, privateKey: der }),
    new TLSContext({ certificateChain, privateKey: key }),
    new TLSContext({ certificateChain, privateKey: encrypted, passphrase: "secret" }),
  ];
  for (const context of contexts) assert.ok(createPrivateKey(context.privateKey!).equals(key));
  for (const passphrase of ["wrong", undefined]) {
    const options = passphrase === undefined ? {} : { passphrase };
    assert.throws(
      () => new TLSContext({ certificateChain, privateKey: encrypted, ...options }),
      (error) => error instanceof TypeError && /expected PEM or DER/.test(error.message) && error.cause !== undefined,
    );
  }
});

test("TLSContext, refuses what cannot be used, and says nothing of the key", () => {
  const bad: [object, RegExp][] = [
    [{ certificateChain: server.certificate }, /certificate and no private key/],
    [{ privateKey: server.key }, /private key and no certificate/],
    [{ certificateChain: "nonsense", privateKey: server.key }, /Cannot read a certificate/],
    [{ trustRoots: ["nonsense"] }, /Cannot read a certificate/],
    [
      { certificateChain: client.certificate, privateKey: "top secret" },
      /^(?!.*top secret).*Cannot read the private key/,
    ],
    [
      { certificateChain: server.certificate, privateKey: client.key },
      /^(?!.*BEGIN).*the private key is not that of the certificate for "CN=server"/,
    ],
    [{ minVersion: "TLSv1" }, /expected TLSv1.2 or TLSv1.3/],
    [{ maxVersion: "SSLv3" }, /expected TLSv1.2 or TLSv1.3/],
    [{ minVersion: "TLSv1.3", maxVersion: "TLSv1.2" }, /expected TLSv1.2, its maxVersion, or less/],
    [{ alpnProtocols: [""] }, /Cannot offer the protocol/],
    [{ alpnProtocols: ["x".repeat(256)] }, /Cannot offer the protocol/],
    [{ serverName: "127.0.0.1" }, /expected a host name in ASCII, and no address/],
    [{ serverName: "::1" }, /and no address/],
    [{ serverName: "" }, /and no address/],
    [{ serverName: "bücher.example" }, /in ASCII/],
    [{ serverName: `${"a.".repeat(130)}b` }, /expected a host name/],
    [{ alpnProtocols: [3] }, /Cannot offer the protocol/],
  ];
  for (const [options, message] of bad) assert.throws(() => new TLSContext(options), message);
});

test("TLSContext, a key log that is no function and no file that can be written, is refused", () => {
  assert.throws(
    () => new TLSContext({ keyLog: 3 as never }),
    /Cannot keep a key log in 3: expected the path of a file/,
  );
  assert.throws(() => new TLSContext({ keyLog: "" }), /expected the path of a file, or a function/);
  assert.throws(
    () => new TLSContext({ keyLog: "/no/such/folder/keys" }),
    /Cannot keep a key log in '\/no\/such\/folder\/keys': ENOENT.*, expected a file that can be written/,
  );
  assert.equal(new TLSContext({ keyLog: undefined }).keyLog, undefined);
});

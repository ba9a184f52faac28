import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { questions } from "../../bench/tls.ts";
import { certificateFiles } from "../../bench/tls/certificate.ts";
import { peer } from "../support/peers.ts";

const { skip } = peer("openssl");

test("certificateFiles, are a certificate and its key, the same each time", { skip }, () => {
  const [certificate, key] = certificateFiles();
  assert.ok(new X509Certificate(readFileSync(certificate)).checkPrivateKey(createPrivateKey(readFileSync(key))));
  assert.deepEqual(certificateFiles(), [certificate, key]);
});

test("the TLS benchmark, asks ours with both engines, node:tls and Twisted, whose programs are there", { skip }, () => {
  assert.equal(questions.length, 5);
  for (const { ours, peers } of questions) {
    assert.equal(ours.name, "Hawser");
    assert.deepEqual(
      peers.map(({ name }) => name).filter((name) => name !== "Twisted"),
      ["node:tls", "Hawser (node engine)"],
    );
    for (const { command, atLeast } of [ours, ...peers].map((subject) => ({ atLeast: 1, ...subject }))) {
      assert.ok((atLeast ?? 0) >= 1, "nothing below 1x");
      assert.ok(command.some((part) => /tls\/(hawser|node)\.js$|on-twisted\.py$/.test(part) && existsSync(part)));
    }
  }
});

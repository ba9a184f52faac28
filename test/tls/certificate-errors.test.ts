import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError } from "../../src/errors.ts";
import { CertificateError, VerifyError } from "../../src/tls/certificate-errors.ts";

test("the errors of certificates have names and codes", () => {
  const errors = [new CertificateError("no"), new VerifyError("no")];
  assert.deepEqual(
    errors.map(({ name, code }) => [name, code]),
    [
      ["CertificateError", "ERR_CERTIFICATE"],
      ["VerifyError", "ERR_CERTIFICATE_VERIFY"],
    ],
  );
  for (const error of errors) assert.ok(error instanceof HawserError);
});

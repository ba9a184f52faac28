import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateServiceError, ServiceNotFoundError } from "../../src/application/errors.ts";
import { HawserError, InvalidStateError } from "../../src/errors.ts";

test("errors of services, say whose they are", () => {
  const duplicate = new DuplicateServiceError("twice");
  assert.ok(duplicate instanceof InvalidStateError);
  assert.equal(`${duplicate.name} ${duplicate.code}`, "DuplicateServiceError ERR_DUPLICATE_SERVICE");
  const missing = new ServiceNotFoundError("none");
  assert.ok(missing instanceof HawserError);
  assert.equal(`${missing.name} ${missing.code}`, "ServiceNotFoundError ERR_SERVICE_NOT_FOUND");
});

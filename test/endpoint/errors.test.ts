import assert from "node:assert/strict";
import { test } from "node:test";
import { AlreadyListenedError, EndpointDescriptionError } from "../../src/endpoint/errors.ts";
import { HawserError, InvalidStateError } from "../../src/errors.ts";

test("EndpointDescriptionError, has the description, and says what is wrong with it", () => {
  const error = new EndpointDescriptionError('tcp:"', "port is missing");
  assert.ok(error instanceof HawserError);
  assert.equal(error.name, "EndpointDescriptionError");
  assert.equal(error.code, "ERR_ENDPOINT_DESCRIPTION");
  assert.equal(error.description, 'tcp:"');
  assert.equal(error.message, 'Cannot make an endpoint of "tcp:\\"": port is missing');
});

test("AlreadyListenedError, is an error of the object's state", () => {
  const error = new AlreadyListenedError("Cannot listen");
  assert.ok(error instanceof InvalidStateError);
  assert.equal(error.name, "AlreadyListenedError");
  assert.equal(error.code, "ERR_ALREADY_LISTENED");
});

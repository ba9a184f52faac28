import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRequest } from "../../../src/postfix/wire/request.ts";

const wrong = (complaint: string): object => ({ kind: "wrong", complaint });

test("parseRequest, reads get and put, with any spaces between", () => {
  assert.deepEqual(parseRequest("get key"), { kind: "get", key: "key" });
  assert.deepEqual(parseRequest(" get \t a b "), { kind: "get", key: "a b " });
  assert.deepEqual(parseRequest("put a  b c"), { kind: "put", key: "a", value: "b c" });
});

test("parseRequest, says what is wrong", () => {
  for (const line of ["get", "get  "]) assert.deepEqual(parseRequest(line), wrong("Command 'get' takes 1 parameters."));
  for (const line of ["put", "put a", "put a "]) {
    assert.deepEqual(parseRequest(line), wrong("Command 'put' takes 2 parameters."));
  }
  for (const line of ["", "  ", "GET a", "delete a", "getter a", "\0"]) {
    assert.deepEqual(parseRequest(line), wrong("unknown command"));
  }
});

test("parseRequest, takes any line", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (line) => void parseRequest(line)));
});

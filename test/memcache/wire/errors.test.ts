import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError, RemoteProtocolError } from "../../../src/errors.ts";
import {
  ClientError,
  MalformedReply,
  NoSuchCommand,
  ReplyTooLong,
  ServerError,
  UnexpectedReply,
  ValueTooLarge,
} from "../../../src/memcache/wire/errors.ts";

test("Errors of memcache, have names and codes of their own", () => {
  const classes = [
    ClientError,
    ServerError,
    NoSuchCommand,
    MalformedReply,
    ReplyTooLong,
    ValueTooLarge,
    UnexpectedReply,
  ];
  const errors = classes.map((Class) => new Class("x"));
  for (const error of errors) {
    assert.ok(error instanceof HawserError);
    assert.equal(error.name, error.constructor.name);
  }
  assert.equal(new Set(errors.map(({ code }) => code)).size, errors.length);
});

test("Errors of memcache, are the peer's where it breaks the protocol, and not where it answers with one", () => {
  for (const Class of [MalformedReply, ReplyTooLong, ValueTooLarge, UnexpectedReply]) {
    assert.ok(new Class("x") instanceof RemoteProtocolError);
  }
  for (const Class of [ClientError, ServerError, NoSuchCommand]) {
    assert.ok(!(new Class("x") instanceof RemoteProtocolError));
  }
});

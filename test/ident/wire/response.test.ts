import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HiddenUser, IdentError, NoUser } from "../../../src/ident/wire/errors.ts";
import { errorLine, ownerLine, parseResponse } from "../../../src/ident/wire/response.ts";

const PORTS = { portOnServer: 22, portOnClient: 40_000 };

test("ownerLine and errorLine, are what parseResponse reads", () => {
  assert.equal(ownerLine(PORTS, ["UNIX", "ada"]), "22, 40000 : USERID : UNIX : ada");
  assert.equal(errorLine(PORTS, new HiddenUser()), "22, 40000 : ERROR : HIDDEN-USER");
  assert.deepEqual(parseResponse(ownerLine(PORTS, ["UNIX", "a: b"])!), {
    ports: PORTS,
    answer: { owner: ["UNIX", "a: b"] },
  });
  const response = parseResponse(errorLine(PORTS, new NoUser()))!;
  assert.ok("error" in response.answer && response.answer.error instanceof NoUser);
});

test("ownerLine, has no line for what would be read as something else, or is too long", () => {
  assert.ok(ownerLine(PORTS, ["UNIX", "u".repeat(512)]));
  const systems = ["", "a:b", " UNIX", "UNIX ", "UN\nIX", "é"].map((system) => [system, "u"] as const);
  const users = ["", "  ", "a\r\nb", "a\0b", "u".repeat(513)].map((user) => ["UNIX", user] as const);
  for (const owner of [...systems, ...users]) assert.equal(ownerLine(PORTS, owner), undefined, owner.join());
});

test("parseResponse, reads what other servers write", () => {
  const owner = (line: string): unknown => parseResponse(line)?.answer;
  assert.deepEqual(owner("6193,23:USERID:UNIX:stjohns"), { owner: ["UNIX", "stjohns"] });
  assert.deepEqual(owner("6193 , 23 : USERID : OTHER , US-ASCII : \tj d "), { owner: ["OTHER", "j d"] });
  const other = parseResponse("1, 2 : ERROR : X-WHATEVER")!.answer;
  assert.ok("error" in other && other.error instanceof IdentError);
});

test("parseResponse, refuses what is none, and takes any line", () => {
  for (const line of [
    "",
    "1, 2",
    "1, 2 : USERID",
    "1, 2 : USERID : UNIX",
    "1, 2 : OTHER : x : y",
    "x : ERROR : NO-USER",
  ]) {
    assert.equal(parseResponse(line), undefined, line);
  }
  fc.assert(fc.property(fc.string({ unit: "binary" }), (line) => void parseResponse(`1, 2 : USERID : ${line}`)));
});

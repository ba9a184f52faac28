import assert from "node:assert/strict";
import { test } from "node:test";
import { EndpointDescription } from "../../src/endpoint/description.ts";
import type { EndpointArguments } from "../../src/endpoint/description.ts";

const PARAMETERS = { positional: ["host", "port"], named: ["mode", "lockfile"] };
const RANGE = { min: 1, max: 99 };

function read(text: string): EndpointArguments {
  return new EndpointDescription(text).read(PARAMETERS);
}

function complaint(call: () => unknown): string {
  let message = "nothing was thrown";
  assert.throws(call, (error: Error) => {
    message = error.message.replace(/^Cannot make an endpoint of "[^"]*": /, "");
    return error.name === "EndpointDescriptionError";
  });
  return message;
}

test("EndpointDescription, has the prefix, the other arguments and those by name", () => {
  const description = new EndpointDescription("tcp:a:mode=1:b");
  assert.equal(description.text, "tcp:a:mode=1:b");
  assert.equal(description.prefix, "tcp");
  assert.deepEqual(description.args, ["a", "b"]);
  assert.deepEqual(description.keywords, new Map([["mode", "1"]]));
});

test("EndpointDescription, without a prefix, is an error", () => {
  assert.equal(
    complaint(() => new EndpointDescription("port=80")),
    'it has no prefix, expected one such as "tcp:"',
  );
});

test("EndpointDescription, what is no string, is a TypeError", () => {
  assert.throws(() => new EndpointDescription(80 as unknown as string), TypeError);
});

test("EndpointDescription.wrong, has the whole description", () => {
  const error = new EndpointDescription("a:b").wrong("b is blue");
  assert.equal(error.description, "a:b");
  assert.equal(error.message, 'Cannot make an endpoint of "a:b": b is blue');
});

test("EndpointDescription.read, arguments by place and by name, can be asked for by name", () => {
  for (const text of [
    "x:h:7:mode=660:lockfile=1",
    "x:port=7:lockfile=1:h:mode=660",
    "x:host=h:port=7:mode=660:lockfile=1",
  ]) {
    const args = read(text);
    assert.equal(args.text("host"), "h");
    assert.equal(args.integer("port", RANGE), 7);
    assert.equal(args.mode("mode"), 0o660);
    assert.equal(args.flag("lockfile"), true);
    assert.equal(args.has("host"), true);
  }
  assert.equal(read("x").has("host"), false);
});

test("EndpointDescription.read, names the arguments that it cannot place", () => {
  assert.equal(
    complaint(() => read("x:a:speed=1")),
    '"speed" is no argument of x, expected one of "host", "port", "mode", "lockfile"',
  );
  assert.equal(
    complaint(() => read("x:a:1:2")),
    '"2" is one argument too many, expected at most 2 without a name (host, port)',
  );
  assert.equal(
    complaint(() => read("x:a:host=b")),
    'host is given twice, as "a" and as "b", expected it once',
  );
  assert.equal(
    complaint(() => new EndpointDescription("x:a=1").read({ positional: ["b"] })),
    '"a" is no argument of x, expected "b"',
  );
});

test("EndpointDescription.read, of an endpoint without arguments, says so", () => {
  const bare = { positional: [] };
  assert.equal(
    complaint(() => new EndpointDescription("x:a").read(bare)),
    '"a" is one argument too many, expected none',
  );
  assert.equal(
    complaint(() => new EndpointDescription("x:a=1").read(bare)),
    '"a" is no argument of x, expected none',
  );
});

test("EndpointArguments, where an argument is missing, answer the fallback, or complain", () => {
  const args = read("x");
  assert.equal(args.text("host", "h"), "h");
  assert.equal(args.text("host", ""), "");
  assert.equal(args.choice("host", ["a", "b"], "b"), "b");
  assert.equal(args.integer("port", RANGE, 7), 7);
  assert.equal(args.mode("mode", 0o600), 0o600);
  assert.equal(args.flag("lockfile", true), true);
  assert.equal(args.flag("lockfile", false), false);
  assert.equal(
    complaint(() => args.text("host")),
    'host is missing, expected it as argument 1 of x or as "host="',
  );
  assert.equal(
    complaint(() => args.choice("host", ["a"])),
    'host is missing, expected it as argument 1 of x or as "host="',
  );
  assert.equal(
    complaint(() => args.integer("port", RANGE)),
    'port is missing, expected it as argument 2 of x or as "port="',
  );
  assert.equal(
    complaint(() => args.mode("mode")),
    'mode is missing, expected it as "mode="',
  );
  assert.equal(
    complaint(() => args.flag("lockfile")),
    'lockfile is missing, expected it as "lockfile="',
  );
});

test("EndpointArguments.text, an empty one, is refused unless there is a fallback", () => {
  assert.equal(
    complaint(() => read("x:").text("host")),
    "host is empty, expected some text",
  );
  assert.equal(read("x:").text("host", "h"), "");
});

test("EndpointArguments.choice, something else, names the choices", () => {
  assert.equal(
    complaint(() => read("x:c").choice("host", ["a", "b"])),
    'host is "c", expected one of "a", "b"',
  );
});

test("EndpointArguments.integer, digits, are read within their range", () => {
  assert.equal(read("x:h:0099").integer("port", RANGE), 99);
  for (const text of ["", "0", "100", "-1", "+1", "1.5", "0x1", "1e1", "1_0", " 1", "١", "one", "9".repeat(400)]) {
    const message = complaint(() => read(`x:h:${text}`).integer("port", RANGE));
    assert.equal(message, `port is "${text}", expected a number from 1 to 99`);
  }
});

test("EndpointArguments.mode, octal digits, are read up to 7777", () => {
  assert.equal(read("x:mode=7777").mode("mode"), 0o7777);
  assert.equal(read("x:mode=0660").mode("mode"), 0o660);
  for (const text of ["", "8", "10000", "0o660", "rw"]) {
    const message = complaint(() => read(`x:mode=${text}`).mode("mode"));
    assert.equal(message, `mode is "${text}", expected an octal number from 0 to 7777`);
  }
});

test("EndpointArguments.flag, is 1 or 0", () => {
  assert.equal(read("x:lockfile=1").flag("lockfile"), true);
  assert.equal(read("x:lockfile=0").flag("lockfile", true), false);
  assert.equal(
    complaint(() => read("x:lockfile=yes").flag("lockfile")),
    'lockfile is "yes", expected one of "0", "1"',
  );
});

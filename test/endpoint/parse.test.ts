import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EndpointDescriptionError } from "../../src/endpoint/errors.ts";
import { parseDescription, quoteStringArgument, tokenize } from "../../src/endpoint/parse.ts";

test("tokenize, a name with a value, finds the text and what divides it", () => {
  assert.deepEqual(tokenize("hello:greet\\=ing=world"), [
    ["text", "hello"],
    ["operator", ":"],
    ["text", "greet=ing"],
    ["operator", "="],
    ["text", "world"],
  ]);
});

test("tokenize, in a value, takes = for text until the next :", () => {
  assert.deepEqual(
    tokenize("a=b=c:d=e").map(([, value]) => value),
    ["a", "=", "b=c", ":", "d", "=", "e"],
  );
});

test("tokenize, nothing, is one empty text", () => {
  assert.deepEqual(tokenize(""), [["text", ""]]);
});

test("tokenize, a backslash, takes the meaning of any character after it, and is gone", () => {
  assert.deepEqual(tokenize("\\:\\=\\\\\\x"), [["text", ":=\\x"]]);
});

test("tokenize, a backslash at the end, is an error", () => {
  assert.throws(() => tokenize("tcp:80\\"), {
    name: "EndpointDescriptionError",
    message: 'Cannot make an endpoint of "tcp:80\\\\": it ends with "\\", expected a character after that',
  });
  assert.deepEqual(tokenize("tcp:80\\\\").at(-1), ["text", "80\\"]);
});

test("parseDescription, arguments with and without names, are apart, whatever their order", () => {
  const { args, keywords } = parseDescription("a:b:d=1:c");
  assert.deepEqual(args, ["a", "b", "c"]);
  assert.deepEqual(keywords, new Map([["d", "1"]]));
});

test("parseDescription, empty arguments, are there", () => {
  const { args, keywords } = parseDescription(":a=:=b:");
  assert.deepEqual(args, ["", ""]);
  assert.deepEqual(
    [...keywords],
    [
      ["a", ""],
      ["", "b"],
    ],
  );
});

test("parseDescription, a name given twice, has the last value", () => {
  assert.deepEqual([...parseDescription("x:a=1:a=2").keywords], [["a", "2"]]);
});

test("quoteStringArgument, as an argument and as a value, comes back from parseDescription", () => {
  const text = fc.string({ unit: fc.constantFrom(":", "=", "\\", "a", " ", "\0", "é", "😀", "\ud800") });
  fc.assert(
    fc.property(text, text, text, (first, name, value) => {
      const quoted = `${quoteStringArgument(first)}:${quoteStringArgument(name)}=${quoteStringArgument(value)}`;
      const { args, keywords } = parseDescription(quoted);
      assert.deepEqual(args, [first]);
      assert.deepEqual([...keywords], [[name, value]]);
    }),
  );
});

test("parseDescription, any text, gives its arguments or an EndpointDescriptionError, and loses nothing", () => {
  const text = fc.string({ unit: fc.constantFrom(":", "=", "\\", "a", "b") });
  fc.assert(
    fc.property(text, (description) => {
      let parsed;
      try {
        parsed = parseDescription(description);
      } catch (error) {
        assert.ok(error instanceof EndpointDescriptionError);
        assert.match(description, /\\$/);
        return;
      }
      const operators = tokenize(description).filter(([kind]) => kind === "operator");
      const names = operators.filter(([, operator]) => operator === "=").length;
      assert.equal(parsed.args.length + names, operators.length - names + 1);
    }),
  );
});

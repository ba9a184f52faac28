import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOfMaker } from "../../src/cli/check-maker.ts";

const maker = {
  name: "motd",
  summary: "Says it",
  example: { command: "hawser motd", does: "says it" },
  options: { text: { type: "text", help: "what" } },
  make: () => {},
};

test("problemOfMaker, has nothing to say of a good one", () => {
  assert.equal(problemOfMaker(maker, "motd"), undefined);
});

test("problemOfMaker, says what is wrong and what was expected", () => {
  const cases: [unknown, RegExp][] = [
    [undefined, /it exports no service, expected what defineService answers/],
    [{ ...maker, name: "other" }, /its service is called "other", expected "motd"/],
    [{ ...maker, make: 1 }, /has no function make, expected one/],
    [{ ...maker, example: "x" }, /has no example, expected \{ command, does \}/],
    [{ ...maker, options: undefined }, /has no options, expected a table/],
    [{ ...maker, options: { Text: { type: "text", help: "" } } }, /option "Text" of its service cannot be typed/],
    [
      { ...maker, options: { text: { type: "string", help: "" } } },
      /has the type "string", expected one of flag, text/,
    ],
    [{ ...maker, options: { text: null } }, /has the type undefined/],
    [{ ...maker, options: { text: { type: "text" } } }, /has no help, expected some text/],
    [{ ...maker, options: { text: { type: "choice", help: "" } } }, /has no choices, expected a list/],
    [
      { ...maker, options: { "log-level": { type: "text", help: "" } } },
      /"log-level" of its service is one of every service/,
    ],
  ];
  for (const [exported, problem] of cases) assert.match(problemOfMaker(exported, "motd") ?? "", problem);
});

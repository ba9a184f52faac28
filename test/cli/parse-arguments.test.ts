import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CommandError } from "../../src/cli/errors.ts";
import type { OptionTable } from "../../src/cli/option.ts";
import { isOnByDefault, parseArguments, withDefaults } from "../../src/cli/parse-arguments.ts";

const table: OptionTable = {
  listen: { type: "endpoint", help: "", short: "l", repeatable: true },
  port: { type: "integer", help: "", default: 7 },
  loud: { type: "flag", help: "" },
  delay: { type: "flag", help: "", default: true },
};

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof CommandError);
    return error.message;
  }
  return assert.fail("It did not complain");
}

describe("parseArguments", () => {
  test("takes values in all ways to write them", () => {
    const { given, operands, rest } = parseArguments(
      ["--listen", "tcp:1", "file", "--listen=tcp:2", "-l", "-", "--loud", "--no-delay", "--port=8", "--", "--more"],
      table,
    );
    assert.deepEqual(given, { listen: ["tcp:1", "tcp:2", "-"], loud: true, delay: false, port: 8 });
    assert.deepEqual([operands, rest], [["file"], ["--more"]]);
  });

  test("leaves what follows the first operand, if it is told so", () => {
    assert.deepEqual(parseArguments(["--loud", "echo", "--loud"], table, { stopAtOperand: true }), {
      given: { loud: true },
      operands: [],
      rest: ["echo", "--loud"],
    });
  });

  test("names the option in each complaint", () => {
    const cases: [string[], string][] = [
      [["--lisen", "x"], "--lisen: there is no such option; did you mean --listen?"],
      [["-x"], "-x: there is no such option, expected one of those that --help lists"],
      [["--toString"], "--toString: there is no such option, expected one of those that --help lists"],
      [["--no-loud"], "--no-loud: there is no such option; did you mean --loud?"],
      [["--port"], "--port: it has no value, expected --port NUMBER"],
      [["--listen", "--loud"], "--listen: it has no value, expected --listen ENDPOINT"],
      [["--port", "http"], '--port: it is "http", expected a whole number from 0 on'],
      [["--loud=1"], '--loud: it has the value "1", expected none'],
      [["--loud", "--loud"], "--loud: it is given twice, expected it once"],
    ];
    for (const [argv, message] of cases)
      assert.equal(
        complaint(() => parseArguments(argv, table)),
        message,
      );
    assert.match(
      complaint(() => parseArguments(["-x"], table, { prefix: "echo: " })),
      /^echo: -x: /,
    );
  });
});

describe("withDefaults", () => {
  test("fills in what was not given", () => {
    assert.deepEqual(withDefaults({ loud: true }, table), { listen: [], port: 7, loud: true, delay: true });
  });

  test("complains about what has to be given", () => {
    const message = complaint(() => withDefaults({}, { to: { type: "endpoint", help: "", required: true } }, "a: "));
    assert.equal(message, "a: --to: it is missing, expected --to ENDPOINT");
  });
});

test("isOnByDefault, is true of flags whose default is true alone", () => {
  assert.deepEqual(
    Object.keys(table).filter((name) => isOnByDefault(table[name]!)),
    ["delay"],
  );
});

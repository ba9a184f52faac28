import assert from "node:assert/strict";
import { test } from "node:test";
import type { Option } from "../../src/cli/option.ts";
import { readValue } from "../../src/cli/read-value.ts";

const port: Option = { type: "integer", help: "", max: 65535 };

test("readValue, answers the value by its type", () => {
  const cases: [Option, string, unknown][] = [
    [port, "80", 80],
    [port, "0", 0],
    [{ type: "integer", help: "", min: -3 }, "-3", -3],
    [{ type: "number", help: "" }, ".5", 0.5],
    [{ type: "mode", help: "" }, "027", 0o27],
    [{ type: "choice", help: "", choices: ["a", "b"] }, "b", "b"],
    [{ type: "text", help: "" }, "80", "80"],
    [{ type: "endpoint", help: "" }, "tcp:80", "tcp:80"],
  ];
  for (const [option, text, value] of cases) assert.deepEqual(readValue(option, text), { value });
});

test("readValue, says what it is and what was expected", () => {
  const cases: [Option, string, string][] = [
    [port, "65536", 'it is "65536", expected a whole number from 0 to 65535'],
    [port, "-1", 'it is "-1", expected a whole number from 0 to 65535'],
    [port, "8e3", 'it is "8e3", expected a whole number from 0 to 65535'],
    [port, "", 'it is "", expected a whole number from 0 to 65535'],
    [{ type: "number", help: "", min: 1 }, "Infinity", 'it is "Infinity", expected a number from 1 on'],
    [{ type: "mode", help: "" }, "9", 'it is "9", expected octal digits from 0 to 7777'],
    [{ type: "choice", help: "", choices: ["a", "b"] }, "c", 'it is "c", expected one of a, b'],
    [{ type: "path", help: "" }, "", "it is empty, expected some text"],
  ];
  for (const [option, text, problem] of cases) assert.deepEqual(readValue(option, text), { problem });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { expectTypeOf } from "expect-type";
import { valueName } from "../../src/cli/option.ts";
import type { ValuesOf } from "../../src/cli/option.ts";

test("valueName, is what the option says, else what its type is called", () => {
  assert.equal(valueName({ type: "integer", help: "" }), "NUMBER");
  assert.equal(valueName({ type: "text", help: "", value: "NAME" }), "NAME");
  assert.equal(valueName({ type: "flag", help: "" }), "");
});

test("ValuesOf, has a type for each option", () => {
  type Table = {
    loud: { type: "flag"; help: "" };
    port: { type: "integer"; help: "" };
    name: { type: "text"; help: ""; default: "x" };
    via: { type: "endpoint"; help: ""; repeatable: true };
    mode: { type: "choice"; help: ""; choices: readonly ["a", "b"]; required: true };
  };
  expectTypeOf<ValuesOf<Table>>().toEqualTypeOf<{
    readonly loud: boolean;
    readonly port: number | undefined;
    readonly name: string;
    readonly via: readonly string[];
    readonly mode: "a" | "b";
  }>();
});

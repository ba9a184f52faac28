import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { reproduction } from "../../../src/sim/explore/reproduction.ts";
import type { Reproduced } from "../../../src/sim/explore/reproduction.ts";
import { definitionOf } from "../../../src/threads/thread-function.ts";
import { FAULTS } from "../faults.ts";

const MODULE = definitionOf({ module: "file:///my/programs.js", export: "program" });

function write(run: Partial<Reproduced>): string {
  return reproduction({
    title: "Seed 7 fails",
    seed: 7,
    faults: undefined,
    network: {},
    program: MODULE,
    check: undefined,
    until: undefined,
    for: 60,
    turns: 0,
    ...run,
  });
}

describe("reproduction", () => {
  test("imports what modules export, and has all that the run depends on", () => {
    const odd = definitionOf({ module: "some-package", export: "a check" });
    const byDefault = definitionOf({ module: "file:///my/programs.js" });
    assert.equal(
      write({ faults: [FAULTS.crash], network: { cuts: false }, check: odd, until: byDefault, for: 1.5, turns: 3 }),
      `// Seed 7 fails
import { explore } from "hawser/sim";
import { program } from "file:///my/programs.js";
import { "a check" as check } from "some-package";
import { default as until } from "file:///my/programs.js";

await explore({
  seeds: [7],
  faults: [
    // 2 s to 3 s: a has no power
    { kind: "crash", at: 2, for: 1, host: "a" },
  ],
  network: { cuts: false },
  run: { for: 1.5, turns: 3, until },
  program,
  check,
  shrink: false,
});
`,
    );
  });

  test("contains the text of functions, and says what may be missing", () => {
    const text = write({ program: (net: unknown) => net, until: () => true });
    assert.match(text, /^\/\/ The functions below are the text of those that failed/m);
    assert.match(text, /^ {2}program: \(net\) => net,$/m);
    assert.match(text, /^ {2}run: \{ for: 60, until: \(\) => true \},$/m);
    assert.doesNotMatch(write({}), /functions below/);
  });

  test("has a recipe where the plan is not known, and nothing where there are no faults", () => {
    assert.match(write({ faults: { most: 3 } }), /^ {2}faults: \{ most: 3 \},$/m);
    for (const faults of [undefined, []]) assert.doesNotMatch(write({ faults }), /faults/);
  });

  test("no name and no message ends its comment", () => {
    const host = "a\nprocess.exit()//\u2028process.exit()";
    const lines = write({ title: "one\n*/ two\u2029three", faults: [{ kind: "crash", at: 0, host }] }).split(
      /[\n\u2028\u2029]/,
    );
    assert.ok(
      lines.every((line) => !line.startsWith("process") && !line.startsWith("*/")),
      lines.join("\n"),
    );
    assert.equal(lines[0], "// one * / two three");
  });
});

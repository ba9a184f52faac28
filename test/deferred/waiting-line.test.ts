import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CancelledError } from "../../src/deferred/errors.ts";
import { WaitingLine } from "../../src/deferred/waiting-line.ts";
import { failureResultOf, successResultOf } from "./results.ts";

test("WaitingLine, gives out its Deferreds in the order of joining", () => {
  const line = new WaitingLine<string>();
  assert.equal(line.shift(), undefined);
  const [first, second] = [line.join(), line.join()];
  assert.equal(line.length, 2);
  assert.equal(line.shift(), first);
  assert.equal(line.shift(), second);
  assert.equal(line.shift(), undefined);
  assert.equal(line.length, 0);
  second.callback("fired");
  assert.equal(successResultOf(second), "fired");
});

test("WaitingLine, loses whoever is cancelled, at once", () => {
  const line = new WaitingLine<string>();
  const [first, second, third] = [line.join(), line.join(), line.join()];
  second.cancel();
  assert.equal(line.length, 2);
  failureResultOf(second, CancelledError);
  assert.deepEqual([line.shift(), line.shift(), line.shift()], [first, third, undefined]);
});

test("WaitingLine, does what a plain array does, whoever joins, leaves and is taken", () => {
  const step = fc.oneof(fc.constantFrom("join" as const, "join" as const, "shift" as const), fc.nat({ max: 30 }));
  fc.assert(
    fc.property(fc.array(step, { size: "medium" }), (steps) => {
      const line = new WaitingLine<number>();
      const plain: ReturnType<typeof line.join>[] = [];
      for (const kind of steps) {
        if (kind === "join") plain.push(line.join());
        else if (kind === "shift") assert.equal(line.shift(), plain.shift());
        else if (kind < plain.length)
          plain
            .splice(kind, 1)[0]
            ?.addErrback(() => undefined)
            .cancel();
        assert.equal(line.length, plain.length);
      }
      while (plain.length > 0) assert.equal(line.shift(), plain.shift());
      assert.equal(line.shift(), undefined);
    }),
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { inspectable } from "../src/inspectable.ts";

class Point {
  readonly #x: number;

  constructor(x: number) {
    this.#x = x;
  }

  static {
    inspectable(this.prototype, (point, depth, options) =>
      depth < 0 ? "[Point]" : `Point { ${inspect(point.#x, options)} at depth ${depth} }`,
    );
  }
}

test("inspectable, makes inspect show what the class says, with private fields, the depth that is left and the options", () => {
  assert.equal(inspect(new Point(3)), "Point { 3 at depth 2 }");
  assert.equal(inspect({ nested: new Point(3) }, { depth: 0 }), "{ nested: [Point] }");
  assert.equal(inspect(new Point(3), { colors: true }), "Point { \u001b[33m3\u001b[39m at depth 2 }");
});

test("inspectable, holds for derived classes, which may have their own", () => {
  class Derived extends Point {}
  assert.equal(inspect(new Derived(4)), "Point { 4 at depth 2 }");
  class Own extends Point {
    static {
      inspectable(this.prototype, () => "my own");
    }
  }
  assert.equal(inspect(new Own(4)), "my own");
});

test("inspectable, adds nothing that is seen by going through the properties", () => {
  assert.deepEqual(Object.keys(Point.prototype), []);
  const seen: string[] = [];
  for (const key in new Point(1)) seen.push(key);
  assert.deepEqual(seen, []);
});

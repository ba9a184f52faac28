import assert from "node:assert/strict";
import { test } from "node:test";
import { Callable } from "../../src/logger/callable.ts";

class Adder extends Callable<number, number> {
  #total = 0;
  readonly step: number;

  constructor(step = 1) {
    super();
    this.step = step;
  }

  get total(): number {
    return this.#total;
  }

  protected override invoke(count: number): number {
    this.#total += count * this.step;
    return this.#total;
  }
}

class DoubleAdder extends Adder {
  protected override invoke(count: number): number {
    return super.invoke(count * 2);
  }
}

test("Callable, called, does what the class says with the object's own state", () => {
  const one = new Adder();
  const ten = new Adder(10);
  assert.equal(one(2), 2);
  assert.equal(one(3), 5);
  assert.equal(ten(1), 10);
  assert.equal(one.total, 5);
  assert.equal(ten.step, 10);
});

test("Callable, an instance, is a function and an instance of its class", () => {
  const adder = new Adder();
  assert.equal(typeof adder, "function");
  assert.ok(adder instanceof Adder && adder instanceof Callable);
  assert.equal(new DoubleAdder()(3), 6);
});

test("Callable, passed around, needs no this", () => {
  const adder = new Adder();
  assert.deepEqual([1, 2, 3].map(adder), [1, 3, 6]);
  assert.equal(adder.call(undefined, 4), 10);
  assert.equal(adder.bind(null)(5), 15);
});

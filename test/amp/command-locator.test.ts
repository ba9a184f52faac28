import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandLocator, respondersOf } from "../../src/amp/command-locator.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";
import { Divide, Later, RecordingSender, Sum } from "./fixtures.ts";

const sender = new RecordingSender();
const call = new AmpBox({ a: "1", b: "2" });

class Base extends CommandLocator {
  plus = 1;
  static override responders = [
    Sum.responder(function (this: Base, { a, b }) {
      return { total: a + b + this.plus };
    }),
    Later.responder(({ n }) => ({ n })),
  ];
}

class Derived extends Base {
  static override responders = [Sum.responder(() => ({ total: 0 })), Divide.responder(() => ({ quotient: 0 }))];
}

class Silent extends Derived {}

test("CommandLocator, finds the responders that its class lists, and calls them as methods", () => {
  assert.deepEqual(new Base().locateResponder("Sum")?.(call, sender), new AmpBox({ total: "4" }));
  assert.equal(new Base().locateResponder("Divide"), undefined);
  assert.equal(new CommandLocator().locateResponder("Sum"), undefined);
});

test("CommandLocator, inherits, and a class stands before what it extends", () => {
  for (const locator of [new Derived(), new Silent()]) {
    assert.deepEqual(locator.locateResponder("Sum")?.(call, sender), new AmpBox({ total: "0" }));
    assert.deepEqual([...respondersOf(locator).keys()].sort(), ["Divide", "Later", "Sum"]);
  }
  assert.equal(respondersOf(new Base()).size, 2);
});

test("CommandLocator, prefers the responders that it is given", () => {
  const locator = new Base([Sum.responder(() => ({ total: 9 }))]);
  assert.deepEqual(locator.locateResponder("Sum")?.(call, sender), new AmpBox({ total: "9" }));
  assert.notEqual(locator.locateResponder("Later"), undefined);
});

test("respondersOf, is empty for objects without any", () => {
  assert.equal(respondersOf({}).size, 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { SimpleStringLocator, methodFor } from "../../src/amp/simple-string-locator.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";
import { RecordingSender } from "./fixtures.ts";

class Locator extends SimpleStringLocator {
  readonly greeting: string = "hello";
  amp_VALUE = 7;

  amp_GREET(box: AmpBox): AmpBox {
    return new AmpBox({ text: `${this.greeting} ${String(box.get("name"))}` });
  }
}

test("SimpleStringLocator, finds methods by the name in capitals", () => {
  for (const name of ["greet", "Greet", "GREET"]) {
    const respond = new Locator().locateResponder(name);
    assert.deepEqual(respond?.(new AmpBox({ name: "Ada" }), new RecordingSender()), new AmpBox({ text: "hello Ada" }));
  }
});

test("SimpleStringLocator, finds nothing that is no such method", () => {
  for (const name of ["value", "other", "", "constructor", "__proto__"]) {
    assert.equal(new Locator().locateResponder(name), undefined);
  }
});

test("SimpleStringLocator, looks for another prefix where it has one", () => {
  const locator = new Locator();
  locator.baseDispatchPrefix = "to";
  assert.equal(locator.locateResponder("greet"), undefined);
  assert.notEqual(methodFor({ my_X: () => new AmpBox() }, "x", "my_"), undefined);
});

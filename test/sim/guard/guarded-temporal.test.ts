import assert from "node:assert/strict";
import { test } from "node:test";
import { temporalReplacements } from "../../../src/sim/guard/guarded-temporal.ts";
import { guarded } from "./simulated-host.ts";

type Now = Readonly<Record<string, (zone?: string) => object>>;

const temporal = (globalThis as { Temporal?: { Now: Now } }).Temporal;

test("Temporal.Now, of simulated code, tells the time of its host", { skip: temporal === undefined }, async () => {
  const { Now } = temporal!;
  assert.equal(temporalReplacements().length, 5);
  await guarded("simulate", (host) => {
    host.clock.advance(0.25);
    const asked = ["zonedDateTimeISO", "plainDateTimeISO", "plainDateISO", "plainTimeISO"];
    const told = [...asked.map((name) => String(Now[name]!("UTC"))), String(Now["instant"]!())];
    assert.deepEqual(told, [
      "2001-09-09T01:46:40.25+00:00[UTC]",
      "2001-09-09T01:46:40.25",
      "2001-09-09",
      "01:46:40.25",
      "2001-09-09T01:46:40.25Z",
    ]);
    assert.equal(typeof String(Now["plainDateISO"]!()), "string");
  });
  await guarded("throw", (host) => {
    let error: unknown;
    try {
      Now["instant"]!();
    } catch (thrown) {
      error = thrown;
    }
    host.runs = false;
    assert.equal((error as { touched?: string }).touched, "Temporal.Now.instant()");
    assert.ok(String(Now["instant"]!()) > "2020");
  });
});

test("temporalReplacements, where there is no Temporal, are none", { skip: temporal !== undefined }, () => {
  assert.deepEqual(temporalReplacements(), []);
});

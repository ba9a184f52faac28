import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { assertNoResult, successResultOf } from "../../src/testing/deferred-results.ts";
import { NonStreamingProducer } from "../../src/testing/non-streaming-producer.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";

test("resumeProducing, writes a number each time, ten times, and unregisters", () => {
  const transport = new StringTransport();
  const producer = new NonStreamingProducer(transport);
  transport.registerProducer(producer, false);
  for (let i = 0; i < 9; i++) producer.resumeProducing();
  assertNoResult(producer.result);
  assert.equal(transport.producer, producer);
  producer.resumeProducing();
  successResultOf(producer.result);
  assert.equal(transport.value(), "0123456789");
  assert.equal(transport.producer, null);
  assert.deepEqual([producer.counter, producer.stopped], [10, false]);
});

test("resumeProducing, is refused when everything is written", () => {
  const transport = new StringTransport();
  const producer = new NonStreamingProducer(transport);
  transport.registerProducer(producer, false);
  for (let i = 0; i < 10; i++) producer.resumeProducing();
  assert.throws(() => producer.resumeProducing(), InvalidStateError);
  assert.equal(transport.value().length, 10);
});

test("stopProducing, ends it, and is harmless twice", () => {
  const transport = new StringTransport();
  const producer = new NonStreamingProducer(transport);
  producer.stopProducing();
  producer.stopProducing();
  assert.equal(producer.stopped, true);
  successResultOf(producer.result);
  assert.throws(() => producer.resumeProducing(), InvalidStateError);
});

test("pauseProducing, is refused", () => {
  assert.throws(() => new NonStreamingProducer(new StringTransport()).pauseProducing(), InvalidStateError);
});

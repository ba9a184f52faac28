import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { ProducerSlot } from "../../src/transport/producer-slot.ts";

class Producer {
  readonly events: string[] = [];
  pauseProducing = (): void => void this.events.push("pause");
  resumeProducing = (): void => void this.events.push("resume");
  stopProducing = (): void => void this.events.push("stop");
}

test("ProducerSlot, pauses a push producer once and resumes it once", () => {
  const slot = new ProducerSlot();
  const producer = new Producer();
  slot.register(producer, true);
  slot.wantsMore();
  slot.tooMuch();
  slot.tooMuch();
  slot.wantsMore();
  slot.wantsMore();
  assert.deepEqual(producer.events, ["pause", "resume"]);
  assert.deepEqual([slot.occupied, slot.pulls], [true, false]);
});

test("ProducerSlot, asks a pull producer each time and never pauses it", () => {
  const slot = new ProducerSlot();
  const producer = new Producer();
  slot.register(producer, false);
  slot.tooMuch();
  slot.wantsMore();
  slot.wantsMore();
  assert.deepEqual(producer.events, ["resume", "resume"]);
  assert.equal(slot.pulls, true);
});

test("ProducerSlot, takes one at a time and forgets it", () => {
  const slot = new ProducerSlot();
  const producer = new Producer();
  slot.stop();
  slot.wantsMore();
  slot.tooMuch();
  slot.register(producer, true);
  assert.throws(() => slot.register(new Producer(), true), InvalidStateError);
  slot.unregister();
  assert.equal(slot.occupied, false);
  slot.tooMuch();
  slot.register(producer, true);
  slot.stop();
  assert.deepEqual(producer.events, ["stop"]);
  assert.equal(slot.occupied, false);
});

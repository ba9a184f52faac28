import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ThrottledProducer } from "../../src/policies/throttled-producer.ts";

class Recording {
  readonly asked: string[] = [];
  pauseProducing(): void {
    this.asked.push("pause");
  }
  resumeProducing(): void {
    this.asked.push("resume");
  }
  stopProducing(): void {
    this.asked.push("stop");
  }
}

test("ThrottledProducer, a push producer runs when both let it", () => {
  const commands = fc.array(fc.constantFrom("pauseProducing", "resumeProducing", "throttle", "unthrottle"));
  fc.assert(
    fc.property(commands, fc.boolean(), (list, throttled) => {
      const producer = new Recording();
      const held = new ThrottledProducer(producer, true, throttled);
      let [consumer, throttle] = [true, !throttled];
      for (const command of list) {
        held[command as "throttle"]();
        if (command.endsWith("Producing")) consumer = command === "resumeProducing";
        else throttle = command === "unthrottle";
        assert.equal(producer.asked.at(-1) !== "pause", consumer && throttle);
      }
    }),
  );
});

test("ThrottledProducer, a producer learns that its consumer is to close, if it wants to", () => {
  const told: string[] = [];
  const producer = Object.assign(new Recording(), { consumerDisconnecting: () => told.push("disconnecting") });
  new ThrottledProducer(producer, true, true).consumerDisconnecting();
  new ThrottledProducer(new Recording(), true, true).consumerDisconnecting();
  assert.deepEqual(told, ["disconnecting"]);
});

test("ThrottledProducer, a pull producer makes the piece that it was asked for when it may", () => {
  const producer = new Recording();
  const held = new ThrottledProducer(producer, false, false);
  held.throttle();
  held.unthrottle();
  assert.deepEqual(producer.asked, []);
  held.resumeProducing();
  assert.deepEqual(producer.asked, ["resume"]);
  held.throttle();
  held.throttle();
  held.resumeProducing();
  assert.deepEqual(producer.asked, ["resume"]);
  held.unthrottle();
  held.unthrottle();
  assert.deepEqual(producer.asked, ["resume", "resume"]);
  held.pauseProducing();
  held.stopProducing();
  assert.deepEqual(producer.asked, ["resume", "resume", "stop"]);
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { Bucket } from "../../src/policies/bucket.ts";
import { ShapedConsumer } from "../../src/policies/shaped-consumer.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";

function shaped(options: { rate?: number; maxburst?: number }): {
  clock: Clock;
  transport: StringTransport;
  consumer: ShapedConsumer;
} {
  const clock = new Clock();
  const transport = new StringTransport();
  return { clock, transport, consumer: new ShapedConsumer(transport, new Bucket(clock, options), clock) };
}

class Producer {
  readonly asked: string[] = [];
  onResume: () => void = () => {};
  pauseProducing(): void {
    this.asked.push("pause");
  }
  resumeProducing(): void {
    this.asked.push("resume");
    this.onResume();
  }
  stopProducing(): void {
    this.asked.push("stop");
  }
}

describe("ShapedConsumer", () => {
  test("lets through what the bucket takes, in order, and all of it in the end", () => {
    const step = fc.oneof(fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 30 }), fc.constantFrom("pause", "resume"));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, transport, consumer } = shaped({ rate: 10, maxburst: 15 });
        const written: Uint8Array[] = [];
        let now = 0;
        for (const each of steps) {
          if (typeof each === "number") {
            clock.advance(each);
            now += each;
          } else if (each === "pause") consumer.pauseProducing();
          else if (each === "resume") consumer.resumeProducing();
          else {
            consumer.write(each);
            written.push(each);
          }
          const sent = transport.written();
          assert.ok(sent.length <= 15 + now * 10, `${sent.length} bytes in ${now} seconds`);
          assert.ok(sent.equals(Buffer.concat(written).subarray(0, sent.length)));
        }
        consumer.resumeProducing();
        clock.pump(Array.from({ length: 2000 }, () => 0.1));
        assert.ok(transport.written().equals(Buffer.concat(written)));
        assert.equal(clock.getDelayedCalls().length, 0);
      }),
      { numRuns: 200 },
    );
  });

  test("holds a push producer when much is kept, and asks a pull producer when nothing is", () => {
    const { clock, transport, consumer } = shaped({ rate: 40_000, maxburst: 40_000 });
    const push = new Producer();
    consumer.registerProducer(push, true);
    consumer.write(Buffer.alloc(100_000));
    consumer.write(Buffer.alloc(10_000));
    assert.deepEqual(push.asked, ["pause"]);
    clock.pump([1, 1]);
    assert.deepEqual(push.asked, ["pause", "resume"]);
    consumer.unregisterProducer();
    clock.pump([1, 1]);
    const pull = new Producer();
    pull.onResume = () => consumer.write(Buffer.alloc(20_000));
    clock.advance(1);
    transport.clear();
    consumer.registerProducer(pull, false);
    assert.equal(pull.asked.length, 3, "two fit, and the third is kept");
    assert.equal(transport.written().length, 40_000);
  });

  test("many small pieces need no stack", () => {
    const { consumer, transport } = shaped({});
    const pull = new Producer();
    let left = 100_000;
    pull.onResume = () => {
      if (left-- > 0) consumer.write("x");
      else consumer.unregisterProducer();
    };
    consumer.registerProducer(pull, false);
    assert.equal(transport.written().length, 100_000);
  });

  test("ends when all is written and the producer is done", () => {
    const { clock, transport, consumer } = shaped({ rate: 10, maxburst: 10 });
    const ended: string[] = [];
    const push = new Producer();
    consumer.registerProducer(push, true);
    consumer.write("0123456789abc");
    consumer.end(() => ended.push("first"));
    consumer.end(() => ended.push("second"));
    consumer.write("def");
    consumer.unregisterProducer();
    consumer.write("late");
    assert.equal(ended.join(), "");
    clock.advance(1);
    assert.equal(transport.value(), "0123456789abcdef");
    assert.equal(ended.join(), "first,second");
    assert.equal(transport.producer, null);
    assert.equal(consumer.bucket.users, 0);
    consumer.end(() => ended.push("third"));
    assert.equal(ended.length, 3);
    consumer.registerProducer(push, true);
    assert.deepEqual(push.asked, ["stop"]);
  });

  test("stops with its consumer", () => {
    const { clock, consumer } = shaped({ rate: 10, maxburst: 10 });
    const push = new Producer();
    consumer.registerProducer(push, true);
    consumer.write("0123456789abc");
    consumer.stopProducing();
    consumer.stopProducing();
    assert.deepEqual(push.asked, ["stop"]);
    assert.equal(clock.getDelayedCalls().length, 0);
    assert.equal(consumer.bucket.users, 0);
  });
});

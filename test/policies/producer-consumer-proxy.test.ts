import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BasicProducerConsumerProxy, ProducerConsumerProxy } from "../../src/policies/producer-consumer-proxy.ts";
import type { PushProducer } from "../../src/transport/producer.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";

class Producer implements PushProducer {
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

describe("BasicProducerConsumerProxy and ProducerConsumerProxy", () => {
  test("as pull producers, ask when they are asked, and write once for that", () => {
    const transport = new StringTransport();
    const proxy = new ProducerConsumerProxy(transport, { iAmStreaming: false });
    assert.equal(transport.streaming, false);
    const producer = new Producer();
    proxy.registerProducer(producer, false);
    assert.deepEqual(producer.asked, ["resume"]);
    proxy.write("first");
    assert.equal(transport.value(), "", "nobody has asked");
    proxy.resumeProducing();
    assert.equal(transport.value(), "first");
    proxy.resumeProducing();
    assert.deepEqual(producer.asked, ["resume", "resume"]);
    proxy.write("second");
    proxy.write("kept");
    assert.equal(transport.value(), "firstsecond");
  });

  test("of pull producers, pauses none that cannot be", () => {
    const proxy = new BasicProducerConsumerProxy(new StringTransport());
    proxy.registerProducer({ resumeProducing: () => {}, stopProducing: () => {} }, false);
    proxy.pauseProducing();
    assert.equal(proxy.paused, true);
  });

  test("without a consumer, drop what is written, and what was kept", () => {
    for (const proxy of [new BasicProducerConsumerProxy(null), new ProducerConsumerProxy(null)]) {
      proxy.write("dropped");
      proxy.pauseProducing();
      proxy.write("kept");
      proxy.resumeProducing();
      proxy.consumer = new StringTransport();
      proxy.resumeProducing();
      assert.equal((proxy.consumer as StringTransport).value(), "");
    }
  });

  test("stopping stops the producer, and what is written then is dropped", () => {
    const transport = new StringTransport();
    const proxy = new BasicProducerConsumerProxy(transport);
    const producer = new Producer();
    proxy.registerProducer(producer, true);
    proxy.stopProducing();
    proxy.write("late");
    assert.deepEqual(producer.asked, ["stop"]);
    assert.equal(transport.value(), "");
    new BasicProducerConsumerProxy(null).stopProducing();
  });

  test("tell a producer that can hear it that the consumer is to close", () => {
    const proxy = new BasicProducerConsumerProxy(new StringTransport());
    const producer = new Producer();
    proxy.consumerDisconnecting();
    proxy.registerProducer(producer, true);
    proxy.consumerDisconnecting();
    proxy.registerProducer(Object.assign(producer, { consumerDisconnecting: () => producer.asked.push("end") }), true);
    proxy.consumerDisconnecting();
    assert.deepEqual(producer.asked, ["end"]);
  });

  test("what is kept is not lent", () => {
    const transport = new StringTransport();
    const proxy = new BasicProducerConsumerProxy(transport);
    proxy.pauseProducing();
    const lent = Buffer.from("abc");
    proxy.write(lent);
    lent.fill("x");
    proxy.resumeProducing();
    assert.equal(transport.value(), "abc");
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { ConsumerToProtocolAdapter, ProtocolToConsumerAdapter } from "../../src/protocol/consumer-adapters.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";

test("ProtocolToConsumerAdapter, gives what is written to the protocol, as Buffers", () => {
  const protocol = new AccumulatingProtocol();
  const consumer = new ProtocolToConsumerAdapter(protocol);
  const producer = new StringTransport();
  consumer.registerProducer(producer, true);
  consumer.write("grün");
  consumer.write(Uint8Array.of(65, 66).subarray(1));
  consumer.unregisterProducer();
  assert.equal(protocol.data.toString(), "grünB");
  assert.equal(producer.producerState, "producing");
});

test("ConsumerToProtocolAdapter, writes what it receives to the consumer", () => {
  const consumer = new StringTransport();
  const protocol = new ConsumerToProtocolAdapter(consumer);
  protocol.makeConnection(new StringTransport());
  protocol.dataReceived(Buffer.from("hello"));
  protocol.connectionLost(new Failure(new Error("gone")));
  assert.equal(consumer.value(), "hello");
  assert.equal(consumer.disconnecting, false);
});

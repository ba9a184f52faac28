import assert from "node:assert/strict";
import { test } from "node:test";
import { ProcessExitedAlready } from "../../src/process/errors.ts";
import { FakeProcessTransport } from "../../src/testing/fake-process-transport.ts";
import { NonStreamingProducer } from "../../src/testing/non-streaming-producer.ts";

test("FakeProcessTransport, keeps what is written, by descriptor, until that is closed", () => {
  const transport = new FakeProcessTransport("/bin/cat", 7);
  transport.write("a");
  transport.writeSequence(["b", Buffer.from("c")]);
  transport.writeToChild(3, "to three");
  assert.equal(transport.disconnecting, false);
  transport.closeStdin();
  transport.write("too late");
  assert.deepEqual([transport.written(0), transport.written(3), transport.written(9)].map(String), [
    "abc",
    "to three",
    "",
  ]);
  assert.equal(transport.disconnecting, true);
});

test("FakeProcessTransport, notes what is closed and signalled", () => {
  const transport = new FakeProcessTransport("/bin/cat", 7);
  transport.closeChildFD(5);
  transport.loseWriteConnection();
  assert.deepEqual([...transport.closed], [5, 0]);
  transport.stopProducing();
  assert.deepEqual([...transport.closed], [5, 0, 2, 1]);
  transport.signalProcess("TERM");
  transport.abortConnection();
  assert.deepEqual(transport.signals, ["TERM", "KILL"]);
  transport.pid = null;
  transport.abortConnection();
  assert.throws(() => transport.signalProcess("TERM"), ProcessExitedAlready);
  assert.equal(transport.signals.length, 2);
});

test("FakeProcessTransport, remembers its producer and whether it is held, and knows its ends", () => {
  const transport = new FakeProcessTransport("/bin/cat", 7);
  const producer = new NonStreamingProducer(transport);
  transport.registerProducer(producer, false);
  assert.equal(transport.producer, producer);
  transport.unregisterProducer();
  assert.equal(transport.producer, undefined);
  transport.pauseProducing();
  assert.equal(transport.producerState, "paused");
  transport.resumeProducing();
  assert.equal(transport.producerState, "producing");
  assert.ok(transport.getHost().equals(transport.getPeer()));
});

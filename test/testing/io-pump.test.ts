import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import type { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { IOPump } from "../../src/testing/io-pump.ts";
import type { StreamConnection } from "../../src/transport/stream-connection.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import type { Transport } from "../../src/transport/transport.ts";
import { Recorder, byHand, reasonOf } from "./recorder.ts";

function withOwner(connectionClosed: (connection: StreamConnection, reason: Failure) => void) {
  const options = { automatic: false };
  const pump = new IOPump(new AccumulatingProtocol(), new AccumulatingProtocol(), options, { connectionClosed });
  pump.start();
  return pump;
}

test("IOPump, connects nobody before start", () => {
  const pump = new IOPump(new AccumulatingProtocol(), new AccumulatingProtocol());
  assert.equal(pump.server.made || pump.client.made, false);
  pump.start();
  assert.equal(pump.server.made && pump.client.made, true);
});

test("IOPump, tells its owner of the end of each connection, after the protocol", () => {
  const ended: [connection: StreamConnection, reason: Failure, told: boolean][] = [];
  const pump = withOwner((connection, reason) => {
    ended.push([connection, reason, (connection.protocol as AccumulatingProtocol).closed]);
  });
  pump.clientTransport.abortConnection();
  pump.flush();
  assert.deepEqual(ended, [
    [pump.clientTransport, pump.client.closedReason, true],
    [pump.serverTransport, pump.server.closedReason, true],
  ]);
});

test("IOPump, throws what its owner throws, and goes on", (t) => {
  const logs = capturedLogs();
  t.after(() => logs.stop());
  const pump = withOwner(() => {
    throw new RangeError("owner");
  });
  pump.clientTransport.loseConnection();
  assert.throws(() => {
    pump.flush();
    pump.flush();
  }, /owner/);
  assert.throws(() => pump.flush(), /owner/);
  assert.equal(pump.flush(), false);
  assert.equal(pump.server.closed && pump.client.closed, true);
  assert.equal(logs.length, 2);
});

describe("IOPump: automatic rounds", () => {
  test("deliver on a later turn, one exchange after the other", async () => {
    const pump = connectedPair(new Recorder(), new Recorder());
    const done = new Promise<void>((resolve) => (pump.client.onData = () => resolve()));
    pump.server.onData = (data, transport) => transport.write(data.toUpperCase());
    pump.client.transport.write("hello");
    await Promise.resolve();
    assert.deepEqual(pump.server.pieces, []);
    await done;
    assert.deepEqual([pump.server.text, pump.client.text], ["hello", "HELLO"]);
  });

  test("automatic: false, waits for the hand", async () => {
    const pump = byHand(new Recorder(), new Recorder());
    pump.client.transport.write("hello");
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(pump.server.pieces, []);
    await pump.settled();
    assert.deepEqual(pump.server.pieces, ["hello"]);
  });

  test("go on after a round by hand", async () => {
    const pump = connectedPair(new Recorder(), new Recorder());
    const done = new Promise<void>((resolve) => (pump.client.onData = () => resolve()));
    pump.server.onData = (data, transport) => transport.write(data);
    pump.client.transport.write("hello");
    pump.pump();
    assert.equal(pump.client.text, "");
    await done;
    assert.equal(pump.client.text, "hello");
  });

  test("settled, waits for protocols that wait for promises", async () => {
    const pump = connectedPair(new Recorder(), new Recorder());
    pump.server.onData = (data, transport) => {
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => transport.write(`re: ${data}`));
    };
    pump.client.transport.write("a");
    await pump.settled();
    assert.equal(pump.client.text, "re: a");
    await pump.settled();
  });

  test("settled, can be waited for twice at once", async () => {
    const pump = connectedPair(new Recorder(), new Recorder());
    pump.client.transport.write("a");
    await Promise.all([pump.settled(), pump.settled()]);
    assert.equal(pump.server.text, "a");
  });

  test("with a clock, are run by it", () => {
    const clock = new Clock();
    const pump = connectedPair(new Recorder(), new Recorder(), { clock });
    pump.server.onData = (data, transport) => clock.callLater(5, () => transport.write(`after 5: ${data}`));
    pump.client.transport.write("a");
    assert.equal(pump.server.text, "");
    clock.advance(0);
    assert.equal(pump.server.text, "a");
    clock.advance(4);
    assert.equal(pump.client.text, "");
    clock.advance(1);
    assert.equal(pump.client.text, "after 5: a");
  });
});

describe("IOPump: mistakes", () => {
  class Broken extends Recorder {
    override dataReceived(): void {
      throw new RangeError("broken");
    }
  }

  test("an error of a protocol, closes its connection with that reason, and is thrown by pump", (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    const pump = byHand(new Broken(), new Recorder());
    pump.client.transport.write("a");
    assert.throws(() => pump.flush(), /^RangeError: broken$/);
    pump.flush();
    assert.equal(reasonOf(pump.server), RangeError);
    assert.equal(reasonOf(pump.client), ConnectionDone);
    assert.equal(logs.filter((event) => event.logFailure?.check(RangeError)).length, 1);
  });

  test("an error of a protocol, in an automatic round, is logged, and thrown by the next call", async (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    const pump = connectedPair(new Broken(), new Recorder());
    const lost = new Promise<void>((resolve) => (pump.client.connectionLost = () => resolve()));
    pump.client.transport.write("a");
    await lost;
    assert.equal(logs.filter((event) => event.logFailure?.check(RangeError)).length, 1);
    await assert.rejects(pump.settled(), /^RangeError: broken$/);
    await pump.settled();
  });

  test("errors of both protocols, are thrown together", (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    const pump = byHand(new Broken(), new Broken());
    pump.client.transport.write("a");
    pump.server.transport.write("b");
    pump.pump();
    assert.throws(
      () => pump.pump(),
      (error) => {
        assert.ok(error instanceof AggregateError);
        assert.deepEqual(
          error.errors.map((each: Error) => each.message),
          ["broken", "broken"],
        );
        return true;
      },
    );
  });

  test("an error in connectionMade, is thrown by pump", (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    class Stillborn extends Recorder {
      override connectionMade(): void {
        throw new RangeError("stillborn");
      }
    }
    const pump = byHand(new Recorder(), new Stillborn());
    assert.throws(() => pump.flush(), /stillborn/);
    pump.flush();
    assert.equal(reasonOf(pump.server), ConnectionDone);
  });

  test("pump and flush, are refused from within a protocol", (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    const pump = byHand(new Recorder(), new Recorder());
    const errors: unknown[] = [];
    pump.server.onData = () => {
      for (const call of [() => pump.pump(), () => pump.flush()]) {
        try {
          call();
        } catch (error) {
          errors.push(error);
        }
      }
    };
    pump.client.transport.write("a");
    pump.flush();
    assert.equal(errors.length, 2);
    for (const error of errors) assert.ok(error instanceof InvalidStateError);
  });

  const NAMES =
    /^AssertionError \[ERR_ASSERTION\]: The exchange between Recorder and Recorder did not come to an end in 50 rounds/;

  function endless(options: object = {}) {
    const pump = connectedPair(new Recorder(), new Recorder(), { maxRounds: 50, ...options });
    const echo = (data: string, transport: Transport): void => transport.write(data);
    pump.server.onData = echo;
    pump.client.onData = echo;
    pump.client.transport.write("a");
    return pump;
  }

  test("flush, reports an exchange without end", () => {
    const pump = endless({ automatic: false });
    assert.throws(() => pump.flush(), NAMES);
    assert.ok(pump.pump());
  });

  test("settled, reports an exchange without end", async () => {
    const pump = endless({ automatic: false });
    await assert.rejects(pump.settled(), NAMES);
  });

  test("automatic rounds, report an exchange without end, and halt", async (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    const pump = endless();
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
    const exchanged = pump.server.text.length;
    assert.ok(exchanged <= 51, `${exchanged} rounds`);
    assert.equal(logs.length, 1);
    assert.throws(() => pump.pump(), NAMES);
    const soFar = pump.server.text.length;
    assert.equal(pump.pump(), true);
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(pump.server.text.length <= soFar + 1);
    assert.equal(logs.length, 1);
  });

  test("automatic rounds, may be many, as long as each exchange comes to an end", async (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    const pump = connectedPair(new Recorder(), new Recorder(), { maxRounds: 5 });
    for (let i = 0; i < 20; i++) {
      pump.client.transport.write("a");
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(pump.server.text.length, 20);
    assert.deepEqual(logs, []);
  });

  test("automatic rounds of a clock, report an exchange without end within one moment, and halt", (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    const clock = new Clock();
    const pump = endless({ clock });
    clock.advance(0);
    assert.equal(logs.length, 1);
    assert.deepEqual(clock.getDelayedCalls(), []);
    assert.throws(() => pump.flush(), NAMES);
  });

  test("automatic rounds of a clock, may go on for ever as time passes", (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    const clock = new Clock();
    const pump = connectedPair(new Recorder(), new Recorder(), { maxRounds: 50, clock });
    const later = (data: string, transport: Transport): void => void clock.callLater(1, () => transport.write(data));
    pump.server.onData = later;
    pump.client.onData = later;
    pump.client.transport.write("a");
    for (let i = 0; i < 1000; i++) clock.advance(1);
    assert.deepEqual(logs, []);
    assert.equal(pump.server.text.length + pump.client.text.length, 1000);
  });

  test("a settled that failed, leaves the rest to the automatic rounds", async (t) => {
    const logs = capturedLogs();
    t.after(() => logs.stop());
    class BrokenLate extends Recorder {
      override dataReceived(data: Buffer): void {
        super.dataReceived(data);
        throw new RangeError("broken");
      }
    }
    const pump = connectedPair(new BrokenLate(), new Recorder());
    const lost = new Promise<void>((resolve) => (pump.client.connectionLost = () => resolve()));
    pump.client.transport.write("a");
    await assert.rejects(pump.settled(), RangeError);
    await lost;
  });

  test("options, that are no counts, are refused", () => {
    for (const name of ["chunkSize", "windowSize", "maxRounds"]) {
      for (const value of [0, -1, 1.5, NaN]) {
        assert.throws(() => byHand(new Recorder(), new Recorder(), { [name]: value }), RangeError);
      }
      assert.throws(() => byHand(new Recorder(), new Recorder(), { [name]: "1" }), {
        name: "TypeError",
        message: `Cannot connect a pair with a ${name} of '1': expected a whole number, 1 or more`,
      });
    }
    byHand(new Recorder(), new Recorder(), { chunkSize: Infinity });
  });
});

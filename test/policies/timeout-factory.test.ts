import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { TimeoutFactory } from "../../src/policies/timeout-factory.ts";
import type { TimeoutOptions, TimeoutProtocol } from "../../src/policies/timeout-factory.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

function connect(options: TimeoutOptions): { clock: Clock; wrapper: TimeoutProtocol; transport: StringTransport } {
  const clock = new Clock();
  const factory = new TimeoutFactory(Factory.forProtocol(Protocol), clock, options);
  const wrapper = factory.buildProtocol(new IPv4Address("TCP", "192.0.2.1", 7)) as TimeoutProtocol;
  assert.equal(clock.getDelayedCalls().length, 0, "nothing is connected, and nothing waits");
  const transport = new StringTransport();
  wrapper.makeConnection(transport);
  return { clock, wrapper, transport };
}

describe("TimeoutFactory", () => {
  test("closes a silent connection, half an hour later unless told otherwise", () => {
    const { clock, transport } = connect({});
    clock.advance(1799);
    assert.equal(transport.disconnecting, false);
    clock.advance(1);
    assert.equal(transport.disconnecting, true);
  });

  test("whatever is read or written puts it off", () => {
    const { clock, wrapper, transport } = connect({ timeoutPeriod: 4 });
    for (const act of [
      () => wrapper.write("x"),
      () => wrapper.writeSequence(["x"]),
      () => wrapper.dataReceived(Buffer.from("x")),
      () => wrapper.resetTimeout(),
    ]) {
      clock.advance(3);
      act();
    }
    clock.advance(3);
    assert.equal(transport.disconnecting, false);
    clock.advance(1);
    assert.equal(transport.disconnecting, true);
    wrapper.write("too late");
  });

  test("can be set and cancelled, and ends with the connection", () => {
    const { clock, wrapper, transport } = connect({ timeoutPeriod: 4 });
    wrapper.cancelTimeout();
    assert.equal(wrapper.timeoutPeriod, null);
    clock.advance(10);
    assert.equal(transport.disconnecting, false);
    wrapper.setTimeout(2);
    assert.equal(clock.getDelayedCalls().length, 1);
    wrapper.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(clock.getDelayedCalls().length, 0);
  });

  test("null is no limit, and what is none a RangeError", () => {
    const { clock } = connect({ timeoutPeriod: null });
    assert.equal(clock.getDelayedCalls().length, 0);
    for (const timeoutPeriod of [-1, Number.NaN]) assert.throws(() => connect({ timeoutPeriod }), RangeError);
  });
});

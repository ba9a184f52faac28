import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_DRAIN, Drain, checkDrainSteps } from "../../src/application/drain.ts";
import type { DrainStep } from "../../src/application/drain.ts";
import { OpenConnections } from "../../src/application/open-connections.ts";
import { WatchedFactory } from "../../src/application/watched-factory.ts";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";
import { FakeServerEndpoint } from "./fake-endpoint.ts";
import type { FakeTransport } from "./fake-endpoint.ts";

function drainOf(steps: readonly DrainStep<Protocol>[], connections: number) {
  const clock = new Clock();
  const open = new OpenConnections<Protocol>();
  const endpoint = new FakeServerEndpoint();
  void endpoint.listen(new WatchedFactory(Factory.forProtocol(Protocol), open));
  const transports: FakeTransport[] = Array.from({ length: connections }, () => endpoint.connection());
  const closed = new Deferred<void>();
  const stops: number[] = [];
  const drain = new Drain<Protocol>({
    clock,
    steps,
    connections: open,
    stopListening: () => {
      stops.push(clock.seconds());
      return closed;
    },
  });
  const callsOf = (): string[] => transports.map(({ calls }) => calls.join(" "));
  return { clock, endpoint, transports, closed, stops, drain, callsOf };
}

test("Drain, closes the port, lets connections finish, closes them, and aborts them", () => {
  const { clock, transports, closed, stops, drain, callsOf } = drainOf(DEFAULT_DRAIN, 3);
  const done = drain.run();
  assert.deepEqual(stops, [0]);
  closed.callback();
  clock.advance(9);
  transports[0]!.lost();
  assert.deepEqual(callsOf(), ["", "", ""]);
  clock.advance(1);
  assert.deepEqual(callsOf(), ["", "lose", "lose"]);
  transports[1]!.lost();
  clock.advance(4.5);
  assertNoResult(done);
  clock.advance(0.5);
  assert.deepEqual(callsOf(), ["", "lose", "lose abort"]);
  successResultOf(done);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("Drain, is over when the last connection has ended", () => {
  const { clock, transports, closed, drain } = drainOf(DEFAULT_DRAIN, 1);
  const done = drain.run();
  closed.callback();
  clock.advance(1);
  transports[0]!.lost();
  successResultOf(done);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("Drain, waits until the port is closed before the next step", () => {
  const { clock, closed, drain, callsOf } = drainOf(DEFAULT_DRAIN, 1);
  void drain.run();
  clock.advance(100);
  assert.deepEqual(callsOf(), [""]);
  closed.callback();
  clock.advance(10);
  assert.deepEqual(callsOf(), ["lose"]);
});

test("Drain, takes the steps in the order that it is given", () => {
  const told: Protocol[] = [];
  const { clock, transports, closed, stops, drain, callsOf } = drainOf(
    [
      { do: "tell", with: (protocol) => told.push(protocol) },
      { do: "pause", seconds: 5 },
      { do: "stopListening" },
      { do: "finish", seconds: Infinity },
    ],
    1,
  );
  const done = drain.run();
  assert.equal(told.length, 1);
  clock.advance(4);
  transports[0]!.lost();
  assert.deepEqual(stops, []);
  clock.advance(1);
  assert.deepEqual(stops, [5]);
  closed.callback();
  successResultOf(done);
  assert.deepEqual(callsOf(), [""]);
});

test("Drain, waits for ever where it is told to", () => {
  const { clock, transports, closed, drain, callsOf } = drainOf([{ do: "finish", seconds: Infinity }], 1);
  const done = drain.run();
  clock.advance(1e6);
  assert.deepEqual(callsOf(), [""]);
  assertNoResult(done);
  transports[0]!.lost();
  closed.callback();
  successResultOf(done);
});

test("Drain, closes the port at the end where no step does, and leaves connections where no step ends them", () => {
  const { closed, stops, drain, callsOf } = drainOf([], 2);
  const done = drain.run();
  assert.deepEqual(stops, [0]);
  closed.callback();
  successResultOf(done);
  assert.deepEqual(callsOf(), ["", ""]);
});

test("Drain, goes on where the port cannot be closed, and fails at the end", () => {
  const { clock, closed, drain, callsOf } = drainOf(DEFAULT_DRAIN, 1);
  const done = drain.run();
  closed.errback(new RangeError("stuck"));
  clock.pump([10, 5]);
  assert.deepEqual(callsOf(), ["lose abort"]);
  failureResultOf(done, RangeError);
});

test("Drain, goes on where telling throws or fails, and logs it", () => {
  const logs = capturedLogs();
  const { closed, drain } = drainOf(
    [
      {
        do: "tell",
        with: () => {
          throw new RangeError("thrown");
        },
      },
    ],
    2,
  );
  const done = drain.run();
  closed.callback();
  successResultOf(done);
  assert.equal(logs.length, 2);
  logs.stop();
});

for (const [name, steps] of [
  ["pauses", [{ do: "pause", seconds: 9 }]],
  ["lets connections finish", [{ do: "finish", seconds: 9 }]],
  ["closes the port", [{ do: "stopListening" }, { do: "finish", seconds: 9 }]],
] as const satisfies readonly (readonly [string, readonly DrainStep[]])[]) {
  test(`Drain, aborted while it ${name}, closes the port, aborts the connections and is over`, () => {
    const { clock, closed, stops, drain, callsOf } = drainOf(steps, 2);
    const done = drain.run();
    drain.abort();
    drain.abort();
    assert.deepEqual(callsOf(), ["abort", "abort"]);
    assert.deepEqual(stops, [0]);
    closed.callback();
    successResultOf(done);
    assert.deepEqual(clock.getDelayedCalls(), []);
    drain.abort();
  });
}

test("checkDrainSteps, refuses what is no list of steps", () => {
  const steps: DrainStep[] = [{ do: "close", seconds: 0 }];
  assert.equal(checkDrainSteps(steps), steps);
  assert.throws(() => checkDrainSteps("abort" as never), /Cannot drain by 'abort': expected a list of steps/);
  assert.throws(() => checkDrainSteps([{ do: "explode" } as never]), /expected `do` to be one of stopListening, /);
  assert.throws(() => checkDrainSteps([null as never]), TypeError);
  assert.throws(() => checkDrainSteps([{ do: "finish", seconds: -1 }]), /Cannot finish for -1/);
  assert.throws(() => checkDrainSteps([{ do: "pause" } as never, { do: "pause", seconds: Number.NaN }]), RangeError);
});

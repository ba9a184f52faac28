import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { LoopingCall } from "../../src/clock/looping-call.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { assertNoResult, endOfTurn, failureResultOf, resultsOf, successResultOf } from "../deferred/results.ts";

/** A loop on a clock of its own, which notes when it calls; `then` is what each call does and answers. */
function noted(then: () => unknown = () => undefined): { clock: Clock; loop: LoopingCall; times: number[] } {
  const clock = new Clock();
  const times: number[] = [];
  const loop = new LoopingCall(() => {
    times.push(clock.seconds());
    return then();
  });
  loop.clock = clock;
  return { clock, loop, times };
}

/** A loop with a count on a clock of its own, which notes when it calls and with what. */
function counted(start = 0): { clock: Clock; loop: LoopingCall; calls: [time: number, count: number][] } {
  const clock = new Clock();
  clock.rightNow = start;
  const calls: [number, number][] = [];
  const loop = LoopingCall.withCount((count) => void calls.push([clock.seconds(), count]));
  loop.clock = clock;
  return { clock, loop, calls };
}

test("LoopingCall, calls its function with its arguments at once and after each interval, until it is stopped", () => {
  const clock = new Clock();
  const calls: [string, number][] = [];
  const loop = new LoopingCall((a: string, b: number) => calls.push([a, b]), "a", 7);
  loop.clock = clock;
  const ended = loop.start(0.5);
  assert.deepEqual(calls, [["a", 7]]);
  clock.advance(0.4);
  assert.equal(calls.length, 1);
  clock.advance(0.1);
  clock.advance(0.5);
  assert.equal(calls.length, 3);
  assertNoResult(ended);
  loop.stop();
  assert.equal(successResultOf(ended), loop);
  assert.deepEqual(clock.getDelayedCalls(), []);
  clock.advance(10);
  assert.equal(calls.length, 3);
});

test("LoopingCall, shows its function, arguments, interval, call, Deferred and whether it runs", () => {
  const clock = new Clock();
  const f = (n: number): number => n;
  const loop = new LoopingCall(f, 3);
  assert.equal(loop.f, f);
  assert.deepEqual(loop.a, [3]);
  assert.equal(loop.clock, undefined);
  assert.deepEqual([loop.running, loop.interval, loop.call, loop.deferred], [false, undefined, undefined, undefined]);
  assert.equal(inspect(loop), "LoopingCall { f, stopped }");
  loop.clock = clock;
  const ended = loop.start(5);
  assert.deepEqual([loop.running, loop.interval, loop.call?.getTime()], [true, 5, 5]);
  assert.equal(loop.deferred, ended);
  assert.equal(inspect(loop), "LoopingCall { f every 5 s, running }");
  loop.stop();
  assert.deepEqual([loop.running, loop.interval, loop.call, loop.deferred], [false, 5, undefined, undefined]);
  assert.equal(inspect(new LoopingCall(() => {})), "LoopingCall { (anonymous), stopped }");
});

test("start, with now false, calls for the first time after an interval", () => {
  const { clock, loop, times } = noted();
  void loop.start(3, false);
  assert.deepEqual(times, []);
  clock.pump([2, 1, 3]);
  assert.deepEqual(times, [3, 6]);
});

test("LoopingCall, that is late, skips what it missed and goes on at whole intervals from the start", () => {
  const { clock, loop, times } = noted();
  clock.advance(0.25);
  void loop.start(1);
  clock.pump([3.5, 0.5, 0.25, 0.75]);
  assert.deepEqual(times, [0.25, 3.75, 4.25, 5.25]);
});

test("LoopingCall, whose function takes time, does not drift", () => {
  const { clock, loop, times } = noted(() => {
    clock.rightNow += 0.3;
  });
  void loop.start(1);
  for (let call = 1; call <= 5; call++) clock.advance(1 + (call - clock.seconds()) - 1);
  assert.deepEqual(times, [0, 1, 2, 3, 4, 5]);
});

test("LoopingCall, that takes longer than an interval, skips calls", () => {
  const { clock, loop, times } = noted(() => {
    clock.rightNow += 2.5;
  });
  void loop.start(1);
  clock.pump([0.5, 0.5]);
  assert.deepEqual(times, [0, 3, 6]);
});

test("LoopingCall, at an interval that has no exact form, does not drift", () => {
  for (const interval of [0.1, 1 / 3, 0.7, 17.77]) {
    const { clock, loop, times } = noted();
    void loop.start(interval);
    for (let call = 1; call <= 1000; call++) {
      // A moment after each interval: at its very end it depends on the rounding of times whether it is over.
      clock.rightNow = (call + 0.01) * interval;
      clock.advance(0);
    }
    assert.equal(times.length, 1001);
    assert.ok(Math.abs(loop.call!.getTime() - 1001 * interval) < 1e-6);
  }
});

test("LoopingCall, on a clock that was put back, keeps to its intervals", () => {
  const { clock, loop, times } = noted();
  clock.rightNow = 10;
  void loop.start(2);
  clock.rightNow = 6.5;
  loop.call!.reset(0);
  clock.advance(0);
  assert.deepEqual(times, [10, 6.5]);
  assert.equal(loop.call!.getTime(), 8);
});

test("LoopingCall, with an interval of 0, calls as often as the clock makes calls", () => {
  let left = 3;
  const { clock, loop, times } = noted(() => {
    if (--left === 0) loop.stop();
  });
  const ended = loop.start(0);
  assert.deepEqual(times, [0]);
  assert.equal(loop.call!.getTime(), 0);
  clock.advance(0.5);
  assert.deepEqual(times, [0, 0.5, 0.5]);
  assert.equal(successResultOf(ended), loop);
});

test("LoopingCall, with an interval of Infinity, calls once", () => {
  const { clock, loop, times } = noted();
  void loop.start(Infinity);
  clock.advance(1e9);
  assert.deepEqual(times, [0]);
  loop.stop();
});

for (const [kind, settle] of [
  ["Deferred", (d: Deferred<unknown>) => d],
  ["promise", (d: Deferred<unknown>) => d.toPromise()],
  // oxlint-disable-next-line unicorn/no-thenable -- what is waited for
  ["thenable", (d: Deferred<unknown>) => ({ then: d.then.bind(d) })],
] as const) {
  test(`LoopingCall, whose function answers a ${kind}, waits for it before the next call`, async () => {
    let under = new Deferred<unknown>();
    const { clock, loop, times } = noted(() => settle((under = new Deferred<unknown>())));
    const ended = loop.start(1);
    assert.equal(loop.call, undefined);
    clock.advance(2.5);
    assert.deepEqual(times, [0]);
    under.callback("what it gives does not matter");
    await endOfTurn();
    assert.equal(loop.call!.getTime(), 3);
    clock.advance(0.5);
    assert.deepEqual(times, [0, 3]);
    loop.stop();
    assert.equal(loop.running, false);
    assertNoResult(ended);
    under.callback(undefined);
    await endOfTurn();
    assert.equal(successResultOf(ended), loop);
    assert.deepEqual(clock.getDelayedCalls(), []);
  });
}

test("LoopingCall, whose function answers a Deferred that has its result, goes on at once", () => {
  const { clock, loop, times } = noted(() => succeed(1));
  void loop.start(1);
  clock.pump([1, 1]);
  assert.deepEqual(times, [0, 1, 2]);
});

test("LoopingCall, whose function throws at once, has ended before start returns", () => {
  const { clock, loop } = noted(() => {
    throw new SyntaxError("no");
  });
  const ended = loop.start(1);
  assert.equal(loop.running, false);
  assert.equal(loop.deferred, undefined);
  assert.equal(failureResultOf(ended, SyntaxError).message, "no");
  assert.deepEqual(clock.getDelayedCalls(), []);
  assert.throws(() => loop.stop(), InvalidStateError);
});

test("LoopingCall, whose function fails later, in any way, ends with the failure", () => {
  for (const answer of [() => fail(new SyntaxError("no")), () => new Failure(new SyntaxError("no"))]) {
    let calls = 0;
    const { clock, loop, times } = noted(() => (++calls === 3 ? answer() : undefined));
    const ended = loop.start(1);
    clock.pump([1, 1, 1]);
    assert.deepEqual(times, [0, 1, 2]);
    assert.equal(loop.running, false);
    failureResultOf(ended, SyntaxError);
  }
});

test("LoopingCall, stopped while it waits, fails where what it waits for fails", () => {
  const under = new Deferred<unknown>();
  const { loop } = noted(() => under);
  const ended = loop.start(1);
  loop.stop();
  under.errback(new SyntaxError("no"));
  failureResultOf(ended, SyntaxError);
});

test("LoopingCall, that has ended, can be started again", () => {
  const { clock, loop, times } = noted();
  const first = loop.start(1);
  loop.stop();
  successResultOf(first);
  clock.advance(0.5);
  const second = loop.start(2);
  clock.advance(2);
  assert.deepEqual(times, [0, 0.5, 2.5]);
  loop.stop();
  assert.equal(successResultOf(second), loop);
});

test("stop, inside the function, ends the loop when the function has returned", () => {
  const { clock, loop, times } = noted(() => {
    loop.stop();
    assert.equal(loop.running, false);
    assert.notEqual(loop.deferred, undefined);
  });
  assert.equal(successResultOf(loop.start(1)), loop);
  assert.deepEqual(times, [0]);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("LoopingCall, started again while a call of its former life is under way, ends each life by itself", () => {
  const pending: Deferred<unknown>[] = [];
  const { clock, loop, times } = noted(() => {
    const under = new Deferred<unknown>();
    pending.push(under);
    return under;
  });
  const first = loop.start(1);
  loop.stop();
  const second = loop.start(2, false);
  pending[0]!.callback(undefined);
  assert.equal(successResultOf(first), loop);
  assert.equal(loop.running, true);
  assert.equal(clock.getDelayedCalls().length, 1);
  clock.advance(2);
  assert.deepEqual(times, [0, 2]);
  loop.stop();
  const third = loop.start(3, false);
  pending[1]!.errback(new SyntaxError("late"));
  failureResultOf(second, SyntaxError);
  assert.equal(loop.running, true);
  loop.stop();
  assert.equal(successResultOf(third), loop);
});

test("cancel, of the Deferred of start, gives CancelledError and lets the loop run", () => {
  const { clock, loop, times } = noted();
  const ended = loop.start(1);
  ended.cancel();
  failureResultOf(ended, CancelledError);
  clock.advance(1);
  assert.deepEqual(times, [0, 1]);
  loop.stop();
  assert.equal(loop.running, false);
});

test("reset, puts the next call an interval from now, and the ones after it", () => {
  const { clock, loop, times } = noted();
  void loop.start(10);
  clock.advance(4);
  loop.reset();
  assert.equal(loop.call!.getTime(), 14);
  assert.equal(clock.getDelayedCalls().length, 1);
  clock.pump([6, 4, 10]);
  assert.deepEqual(times, [0, 14, 24]);
});

test("reset, while a call is under way, changes nothing", () => {
  const under = new Deferred<unknown>();
  const { clock, loop } = noted(() => under);
  void loop.start(10);
  clock.advance(4);
  loop.reset();
  assert.equal(loop.call, undefined);
  under.callback(undefined);
  assert.equal(loop.call!.getTime(), 10);
});

test("start, of a loop that runs, throws and leaves it alone", () => {
  const { clock, loop, times } = noted();
  const ended = loop.start(1);
  assert.throws(() => loop.start(5), {
    name: "InvalidStateError",
    code: "ERR_INVALID_STATE",
    message: "Cannot start the looping call: it runs already, expected it to be stopped",
  });
  assert.equal(loop.interval, 1);
  assert.equal(loop.deferred, ended);
  clock.advance(1);
  assert.deepEqual(times, [0, 1]);
});

test("start, without a clock, says how to set one", () => {
  const loop = new LoopingCall(() => assert.fail("called"));
  assert.throws(() => loop.start(1), {
    name: "InvalidStateError",
    message: /^Cannot start the looping call: it has no clock, expected `clock` to be set/,
  });
  assert.equal(loop.running, false);
  assert.equal(loop.interval, undefined);
});

test("start, with an interval that is none, throws and leaves the loop as it is", () => {
  const { loop, times } = noted();
  for (const interval of [-1, Number.NaN, -Infinity]) {
    assert.throws(() => loop.start(interval), {
      name: "RangeError",
      message: /interval of \S+: expected a number of seconds/,
    });
  }
  for (const interval of ["1", undefined, 1n]) assert.throws(() => loop.start(interval as never), TypeError);
  assert.equal(loop.running, false);
  assert.equal(loop.deferred, undefined);
  assert.deepEqual(times, []);
});

test("stop and reset, of a loop that does not run, throw", () => {
  const { loop } = noted();
  for (const action of ["stop", "reset"] as const) {
    assert.throws(() => loop[action](), {
      name: "InvalidStateError",
      message: `Cannot ${action} the looping call: it does not run, expected it to be started`,
    });
  }
});

test("LoopingCall, of what is no function, throws", () => {
  assert.throws(() => new LoopingCall("print" as never), TypeError);
  assert.throws(() => LoopingCall.withCount(undefined as never), TypeError);
});

test("LoopingCall, whose clock refuses the next call, fails with that", () => {
  const { clock, loop } = noted(() => {
    clock.callLater = () => {
      throw new RangeError("No more calls");
    };
  });
  failureResultOf(loop.start(1), RangeError);
  assert.equal(loop.running, false);
});

test("LoopingCall, whose clock is taken away, fails with InvalidStateError", () => {
  const { loop } = noted(() => {
    loop.clock = undefined;
  });
  assert.match(
    failureResultOf(loop.start(1), InvalidStateError).message,
    /^Cannot continue the looping call: it has no clock/,
  );
});

test("withCount, tells the function 1, and more where calls were skipped", () => {
  const { clock, loop, calls } = counted();
  void loop.start(0.5);
  clock.pump([0.5, 1.75, 0.25, 0.4]);
  assert.deepEqual(calls, [
    [0, 1],
    [0.5, 1],
    [2.25, 3],
    [2.5, 1],
  ]);
});

test("withCount, that does not begin at once, counts from the start", () => {
  const { clock, loop, calls } = counted(7);
  void loop.start(1, false);
  clock.advance(3);
  assert.deepEqual(calls, [[10, 3]]);
});

test("withCount, with an interval of 0, tells the function 1", () => {
  const { clock, loop, calls } = counted();
  void loop.start(0);
  loop.call!.reset(2);
  clock.rightNow = 9;
  clock.callLater(0, () => loop.stop());
  clock.advance(0);
  assert.deepEqual(calls, [
    [0, 1],
    [9, 1],
  ]);
});

test("withCount, counts what fell out while the loop was reset, or stopped", () => {
  const { clock, loop, calls } = counted();
  void loop.start(1);
  clock.advance(1);
  clock.rightNow = 4;
  loop.reset();
  clock.advance(1);
  assert.deepEqual(calls, [
    [0, 1],
    [1, 1],
    [5, 4],
  ]);
  loop.stop();
  clock.rightNow = 8;
  void loop.start(1);
  assert.deepEqual(calls.at(-1), [8, 3]);
});

test("withCount, reset in the middle of an interval, does not count the part of one before", () => {
  const { clock, loop, calls } = counted();
  void loop.start(1);
  clock.rightNow = 2.5;
  loop.reset();
  clock.advance(1);
  assert.deepEqual(calls, [
    [0, 1],
    [3.5, 3],
  ]);
});

test("withCount, waits for a Deferred of its function and fails with it", () => {
  const clock = new Clock();
  const under: Deferred<void>[] = [];
  const counts: number[] = [];
  const loop = LoopingCall.withCount((count) => {
    counts.push(count);
    under.push(new Deferred<void>());
    return under.at(-1);
  });
  loop.clock = clock;
  const ended = resultsOf(loop.start(1));
  clock.advance(5.5);
  under[0]!.callback();
  clock.advance(0.5);
  assert.deepEqual(counts, [1, 6]);
  under[1]!.errback(new SyntaxError("no"));
  assert.equal((ended[0] as Failure).check(SyntaxError), SyntaxError);
});

test("LoopingCall, in whatever way time passes, calls at each look of the clock that a whole interval has ended before", () => {
  // Times that add up without rounding.
  const ticks = fc.integer({ min: 0, max: 5000 }).map((n) => n / 64);
  fc.assert(
    fc.property(
      ticks,
      fc.integer({ min: 1, max: 500 }),
      fc.boolean(),
      fc.array(ticks, { maxLength: 40 }),
      (start, interval, now, steps) => {
        const { clock, loop, calls } = counted(start);
        const seconds = interval / 64;
        void loop.start(seconds, now);
        const expected: [number, number][] = now ? [[start, 1]] : [];
        let passed = 0;
        for (const step of steps) {
          clock.advance(step);
          const intervals = Math.floor((clock.seconds() - start) / seconds);
          if (intervals > passed) expected.push([clock.seconds(), intervals - passed]);
          passed = intervals;
          assert.deepEqual(calls, expected);
          assert.equal(loop.call!.getTime(), start + (passed + 1) * seconds);
        }
      },
    ),
    { numRuns: 500 },
  );
});

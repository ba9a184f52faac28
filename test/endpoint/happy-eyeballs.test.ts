import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { fail, succeed } from "../../src/deferred/maybe-deferred.ts";
import { HappyEyeballs } from "../../src/endpoint/happy-eyeballs.ts";
import type { HappyEyeballsTiming } from "../../src/endpoint/happy-eyeballs.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { HostnameAddress } from "../../src/transport/address.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import {
  ConnectingCancelledError,
  ConnectionRefusedError,
  DNSLookupError,
  NoRouteError,
  TimeoutError,
} from "../../src/transport/errors.ts";
import { internetAddress } from "../../src/transport/ports.ts";

const TIMING: HappyEyeballsTiming = { timeout: 30, attemptDelay: 0.25, resolutionDelay: 0.05, firstFamily: "ipv6" };
const V4 = ["192.0.2.1", "192.0.2.2", "192.0.2.3"] as const;
const V6 = ["2001:db8::1", "2001:db8::2", "2001:db8::3"] as const;

/** A race whose attempts end as the test says. */
class Course {
  readonly clock: Clock = new Clock();
  /** The attempts that have begun, with the time. */
  readonly log: string[] = [];
  readonly attempts: Map<string, Deferred<string>> = new Map();
  readonly cancelled: string[] = [];
  lookupsCancelled = 0;
  /** How an attempt begins; the test may put its own here. */
  begin: (host: string) => Deferred<string>;
  readonly race: HappyEyeballs<string>;
  readonly winner: Deferred<string>;

  constructor(timing: Partial<HappyEyeballsTiming> = {}) {
    this.begin = (host) => this.pending(host);
    const connect = ({ host }: InternetAddress): Deferred<string> => {
      this.log.push(`${this.clock.seconds().toFixed(2)} ${host}`);
      return this.begin(host);
    };
    const target = new HostnameAddress("host.example", 80);
    this.race = new HappyEyeballs<string>(target, this.clock, { ...TIMING, ...timing }, connect);
    this.winner = this.race.winner;
    this.race.resolutionBegan({ name: "host.example", cancel: () => void this.lookupsCancelled++ });
  }

  pending(host: string): Deferred<string> {
    const attempt = new Deferred<string>(() => void this.cancelled.push(host));
    this.attempts.set(host, attempt);
    return attempt;
  }

  find(...hosts: string[]): void {
    for (const host of hosts) this.race.addressResolved(internetAddress("TCP", host, 80));
  }

  /** Finds all hosts, and no more. */
  resolve(...hosts: string[]): void {
    this.find(...hosts);
    this.race.resolutionComplete();
  }

  connects(host: string): void {
    this.attempts.get(host)!.callback(host);
  }

  refuses(host: string): void {
    this.attempts.get(host)!.errback(new ConnectionRefusedError(host));
  }

  assertNothingIsLeft(): void {
    assert.deepEqual(this.clock.getDelayedCalls(), []);
    for (const [host, attempt] of this.attempts) assert.equal(attempt.called, true, host);
  }
}

test("HappyEyeballs, one address that answers, wins", () => {
  const course = new Course();
  course.resolve(V4[0]);
  assert.deepEqual(course.log, ["0.00 192.0.2.1"]);
  assertNoResult(course.winner);
  course.connects(V4[0]);
  assert.equal(successResultOf(course.winner), V4[0]);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, addresses that don't answer, are tried an attempt delay after each other, families in turn", () => {
  const course = new Course();
  course.find(V6[0]);
  course.resolve(...V4, ...V6.slice(1));
  course.clock.pump([0.24, 0.01, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25]);
  assert.deepEqual(course.log, [
    "0.00 2001:db8::1",
    "0.25 192.0.2.1",
    "0.50 2001:db8::2",
    "0.75 192.0.2.2",
    "1.00 2001:db8::3",
    "1.25 192.0.2.3",
  ]);
  assertNoResult(course.winner);
  course.connects(V4[1]);
  assert.equal(successResultOf(course.winner), V4[1]);
  assert.deepEqual(course.cancelled.sort(), [V4[0], V4[2], ...V6].sort());
  course.assertNothingIsLeft();
});

test("HappyEyeballs, more addresses of one family, are tried when the other is used up", () => {
  const course = new Course();
  course.resolve(V6[0], ...V4);
  course.clock.pump([0.25, 0.25, 0.25]);
  assert.deepEqual(
    course.log.map((line) => line.slice(5)),
    [V6[0], ...V4],
  );
  course.winner.addErrback(() => {}).cancel();
});

test("HappyEyeballs, told to prefer IPv4, begins with it", () => {
  const course = new Course({ firstFamily: "ipv4" });
  course.resolve(V6[0], V4[0]);
  course.clock.advance(0.25);
  assert.deepEqual(course.log, ["0.00 192.0.2.1", "0.25 2001:db8::1"]);
  course.winner.addErrback(() => {}).cancel();
});

test("HappyEyeballs, an attempt that fails, gives way to the next at once, which has its full delay", () => {
  const course = new Course();
  course.resolve(V6[0], ...V4);
  course.clock.advance(0.1);
  course.refuses(V6[0]);
  assert.deepEqual(course.log, ["0.00 2001:db8::1", "0.10 192.0.2.1"]);
  course.clock.advance(0.24);
  assert.equal(course.log.length, 2);
  course.clock.advance(0.01);
  assert.equal(course.log[2], "0.35 192.0.2.2");
  course.connects(V4[1]);
  assert.equal(successResultOf(course.winner), V4[1]);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, an older attempt that fails, makes the next begin at once too", () => {
  const course = new Course();
  course.resolve(V6[0], ...V4);
  course.clock.advance(0.25);
  course.refuses(V6[0]);
  assert.deepEqual(course.log, ["0.00 2001:db8::1", "0.25 192.0.2.1", "0.25 192.0.2.2"]);
  course.winner.addErrback(() => {}).cancel();
});

test("HappyEyeballs, where all attempts fail, fails with the last failure", () => {
  const course = new Course();
  course.resolve(V6[0], V4[0]);
  course.clock.advance(0.25);
  course.refuses(V4[0]);
  assertNoResult(course.winner);
  course.refuses(V6[0]);
  assert.equal(failureResultOf(course.winner, ConnectionRefusedError).value.message, V6[0]);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, attempts that fail on the spot, are all tried, however many there are", () => {
  const course = new Course();
  course.begin = (host) => fail(new NoRouteError(host));
  const hosts = Array.from({ length: 5000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  course.resolve(...hosts);
  assert.equal(course.log.length, hosts.length);
  assert.equal(failureResultOf(course.winner, NoRouteError).value.message, hosts.at(-1));
  course.assertNothingIsLeft();
});

test("HappyEyeballs, attempts that all fail on the spot while more addresses may come, wait for them", () => {
  const course = new Course();
  course.begin = (host) => fail(new NoRouteError(host));
  course.find(V6[0]);
  assertNoResult(course.winner);
  course.begin = (host) => succeed(host);
  course.find(V4[0]);
  assert.equal(successResultOf(course.winner), V4[0]);
  assert.equal(course.lookupsCancelled, 1);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, an error that is no ConnectError, is the end: the next address would not help", () => {
  const course = new Course();
  course.resolve(V6[0], V4[0]);
  const error = new RangeError("buildProtocol is broken");
  course.attempts.get(V6[0])!.errback(error);
  assert.equal(failureResultOf(course.winner).value, error);
  assert.equal(course.log.length, 1);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, an error on the spot that is no ConnectError, is the end", () => {
  const course = new Course();
  course.begin = () => fail(new RangeError("no such port"));
  course.resolve(V6[0], V4[0]);
  failureResultOf(course.winner, RangeError);
  assert.equal(course.log.length, 1);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, an attempt that succeeds on the spot, wins", () => {
  const course = new Course();
  course.begin = (host) => succeed(host);
  course.resolve(V6[0], V4[0]);
  assert.equal(successResultOf(course.winner), V6[0]);
  assert.equal(course.log.length, 1);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, no address, fails with DNSLookupError", () => {
  const course = new Course();
  course.resolve();
  assert.match(failureResultOf(course.winner, DNSLookupError).getErrorMessage(), /host\.example/);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, the first IPv6 address, is tried before the lookup is complete", () => {
  const course = new Course();
  course.find(V6[0]);
  assert.deepEqual(course.log, ["0.00 2001:db8::1"]);
  course.connects(V6[0]);
  assert.equal(successResultOf(course.winner), V6[0]);
  assert.equal(course.lookupsCancelled, 1, "nobody needs the rest");
});

test("HappyEyeballs, the first IPv4 address, waits a resolution delay for an IPv6 one", () => {
  const course = new Course();
  course.find(V4[0], V4[1]);
  course.clock.advance(0.04);
  assert.deepEqual(course.log, []);
  course.find(V6[0]);
  assert.deepEqual(course.log, ["0.04 2001:db8::1"]);
  course.clock.advance(0.25);
  assert.deepEqual(course.log.slice(1), ["0.29 192.0.2.1"]);
  course.winner.addErrback(() => {}).cancel();
});

test("HappyEyeballs, without an IPv6 address in the resolution delay, begins with IPv4, then alternates", () => {
  const course = new Course();
  course.find(V4[0], V4[1]);
  course.clock.advance(0.05);
  assert.deepEqual(course.log, ["0.05 192.0.2.1"]);
  course.find(V6[0]);
  course.clock.advance(0.25);
  assert.equal(course.log[1], "0.30 2001:db8::1");
  course.winner.addErrback(() => {}).cancel();
});

test("HappyEyeballs, only IPv4 addresses, are tried as soon as the lookup is complete", () => {
  const course = new Course();
  course.resolve(V4[0]);
  assert.deepEqual(course.log, ["0.00 192.0.2.1"]);
  course.winner.addErrback(() => {}).cancel();
});

test("HappyEyeballs, an address found when the head start of the others is over, is tried at once", () => {
  const course = new Course();
  course.find(V6[0]);
  course.clock.advance(1);
  course.find(V4[0]);
  course.find(V4[1]);
  assert.deepEqual(course.log, ["0.00 2001:db8::1", "1.00 192.0.2.1"]);
  course.clock.advance(0.25);
  assert.equal(course.log[2], "1.25 192.0.2.2");
  course.winner.addErrback(() => {}).cancel();
});

test("HappyEyeballs, where all attempts failed before the lookup is complete, fails when it is", () => {
  const course = new Course();
  course.find(V6[0]);
  course.refuses(V6[0]);
  assertNoResult(course.winner);
  course.race.resolutionComplete();
  failureResultOf(course.winner, ConnectionRefusedError);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, the lookup complete while an attempt is pending, waits for it", () => {
  const course = new Course();
  course.find(V6[0]);
  course.race.resolutionComplete();
  assertNoResult(course.winner);
  course.connects(V6[0]);
  assert.equal(successResultOf(course.winner), V6[0]);
  assert.equal(course.lookupsCancelled, 0, "what is complete is not cancelled");
});

test("HappyEyeballs, out of time in the lookup, fails with TimeoutError and gives it up", () => {
  const course = new Course({ timeout: 5 });
  course.clock.advance(4.9);
  assertNoResult(course.winner);
  course.clock.advance(0.1);
  const failure = failureResultOf(course.winner, TimeoutError);
  assert.equal(failure.getErrorMessage(), "There is no connection to host.example:80 after 5 seconds");
  assert.equal("cause" in failure.value, false);
  assert.equal(course.lookupsCancelled, 1);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, out of time in the attempts, cancels them and tells the last failure as the cause", () => {
  const course = new Course({ timeout: 5 });
  course.resolve(V6[0], V4[0]);
  course.refuses(V6[0]);
  course.clock.advance(5);
  const failure = failureResultOf(course.winner, TimeoutError);
  assert.ok(failure.cause instanceof ConnectionRefusedError);
  assert.deepEqual(course.cancelled, [V4[0]]);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, cancelled in the lookup, gives it up", () => {
  const course = new Course();
  course.winner.cancel("enough");
  const failure = failureResultOf(course.winner, ConnectingCancelledError);
  assert.deepEqual(failure.value.address, new HostnameAddress("host.example", 80));
  assert.equal(failure.cause, "enough");
  assert.equal(course.lookupsCancelled, 1);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, cancelled in the resolution delay, begins nothing", () => {
  const course = new Course();
  course.find(V4[0]);
  course.winner.cancel();
  failureResultOf(course.winner, ConnectingCancelledError);
  assert.equal(course.lookupsCancelled, 1);
  course.clock.advance(60);
  assert.deepEqual(course.log, []);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, cancelled in the attempts, cancels them", () => {
  const course = new Course();
  course.resolve(V6[0], V4[0], V4[1]);
  course.clock.advance(0.25);
  course.winner.cancel();
  failureResultOf(course.winner, ConnectingCancelledError);
  assert.deepEqual(course.cancelled, [V6[0], V4[0]]);
  course.clock.advance(60);
  assert.equal(course.log.length, 2);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, cancelled while an attempt begins, cancels that as well", () => {
  const course = new Course();
  course.begin = (host) => {
    course.winner.cancel();
    return course.pending(host);
  };
  course.resolve(V6[0], V4[0]);
  failureResultOf(course.winner, ConnectingCancelledError);
  assert.deepEqual(course.cancelled, [V6[0]]);
  assert.equal(course.log.length, 1);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, cancelled while an attempt succeeds on the spot, stays cancelled", () => {
  const course = new Course();
  const attempt = succeed("late");
  course.begin = () => {
    course.winner.cancel();
    return attempt;
  };
  course.resolve(V6[0]);
  failureResultOf(course.winner, ConnectingCancelledError);
  assert.equal(attempt.result, undefined, "nothing went wrong when it came too late");
  course.assertNothingIsLeft();
});

test("HappyEyeballs, when it is over, ignores what a resolver still says", () => {
  const course = new Course();
  course.winner.cancel();
  failureResultOf(course.winner, ConnectingCancelledError);
  course.resolve(V6[0], V4[0]);
  course.race.fail(new RangeError("late"));
  assert.deepEqual(course.log, []);
  course.assertNothingIsLeft();
});

test("HappyEyeballs.fail, a lookup that cannot be done, is the end", () => {
  const course = new Course();
  const error = new RangeError("broken");
  course.race.fail(error);
  assert.equal(failureResultOf(course.winner).value, error);
  course.assertNothingIsLeft();
});

test("HappyEyeballs, a winner beside attempts that fail when cancelled, has no unhandled failures", () => {
  const course = new Course();
  course.resolve(V6[0], V4[0]);
  course.clock.advance(0.25);
  course.connects(V4[0]);
  assert.equal(successResultOf(course.winner), V4[0]);
  assert.equal(course.attempts.get(V6[0])!.result, undefined, "the failure of the cancelled attempt was taken care of");
});

test("HappyEyeballs, whatever happens in whatever order, ends once, and leaves nothing", () => {
  const host = fc.constantFrom(...V4, ...V6);
  const event = fc.oneof(
    fc.record({ kind: fc.constant("find" as const), host }),
    fc.record({ kind: fc.constantFrom("connect" as const, "refuse" as const), host }),
    fc.record({ kind: fc.constant("wait" as const), seconds: fc.constantFrom(0.01, 0.05, 0.1, 0.25, 1) }),
    fc.record({ kind: fc.constantFrom("complete" as const, "cancel" as const) }),
  );
  const property = fc.property(fc.array(event, { maxLength: 25 }), (events) => {
    const course = new Course({ timeout: 5 });
    let ends = 0;
    const found = new Set<string>();
    let isComplete = false;
    course.winner.addBoth(() => void ends++);
    for (const step of events) {
      if (step.kind === "find" && !isComplete && !found.has(step.host)) {
        found.add(step.host);
        course.find(step.host);
      } else if (step.kind === "connect" && course.attempts.get(step.host)?.called === false)
        course.connects(step.host);
      else if (step.kind === "refuse" && course.attempts.get(step.host)?.called === false) course.refuses(step.host);
      else if (step.kind === "wait") course.clock.advance(step.seconds);
      else if (step.kind === "complete" && !isComplete) {
        isComplete = true;
        course.race.resolutionComplete();
      } else if (step.kind === "cancel") course.winner.cancel();
      // Nobody is left without either an attempt, an address to come or an end.
      const isPending = [...course.attempts.values()].some(({ called }) => !called);
      assert.ok(ends === 1 || isPending || !isComplete);
      assert.ok(ends <= 1);
    }
    course.clock.pump([1, 1, 1, 1, 1]);
    assert.equal(ends, 1, "the time is over");
    course.assertNothingIsLeft();
    const hosts = course.log.map((line) => line.split(" ")[1]);
    assert.equal(new Set(hosts).size, hosts.length, "each address is tried once");
  });
  fc.assert(property);
});

test("HappyEyeballs, an attempt that fails with CancelledError by itself, is a mistake of the program", () => {
  const course = new Course();
  course.resolve(V6[0], V4[0]);
  course.attempts.get(V6[0])!.cancel();
  failureResultOf(course.winner, CancelledError);
});

/** The worlds that a random program runs on here: our Deferred, and a model of it that is as naive as can be. */
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import type { Step, World } from "./program.ts";

export const ours: World<Deferred<unknown>, Failure> = {
  make: (canceller) => new Deferred<unknown>(canceller),
  add(deferred, callback, errback) {
    if (callback === undefined) deferred.addErrback(errback as Step);
    else if (callback === errback) deferred.addBoth(callback);
    else deferred.addCallbacks(callback, errback);
  },
  callback: (deferred, value) => deferred.callback(value),
  errback: (deferred, error) => deferred.errback(error),
  pause: (deferred) => deferred.pause(),
  unpause: (deferred) => deferred.unpause(),
  cancel: (deferred) => deferred.cancel(),
  chain(deferred, other) {
    deferred.chainDeferred(other);
  },
  failure: (error) => new Failure(error),
  errorName: (value) => (value instanceof Failure ? (value.value as Error).name : undefined),
  state: ({ called, paused, result }) => ({ called, paused, result }),
};

class Problem {
  readonly error: Error;
  constructor(error: Error) {
    this.error = error;
  }
}

/** A list of steps, gone through by recursion. */
class Model {
  readonly canceller: ((self: Model) => void) | undefined;
  readonly steps: (Model | { callback: Step; errback: Step })[] = [];
  called = false;
  ignoreNext = false;
  running = false;
  paused = 0;
  result: unknown = undefined;

  constructor(canceller: ((self: Model) => void) | undefined) {
    this.canceller = canceller;
  }

  fire(result: unknown): void {
    // Only one that was unpaused while it waited has a Deferred to give.
    if (result instanceof Model) throw Object.assign(new Error(), { name: "TypeError" });
    if (this.called && !this.ignoreNext) throw Object.assign(new Error(), { name: "AlreadyCalledError" });
    if (this.called) {
      this.ignoreNext = false;
      return;
    }
    this.called = true;
    this.result = result;
    this.run();
  }

  run(): void {
    if (this.called && !this.running) this.goOn();
  }

  /** Answers whether it came to an end: somebody who is paused stops those who supplied him, too. */
  goOn(): boolean {
    if (this.paused !== 0) return false;
    while (this.steps.length > 0) {
      const step = this.steps.shift() as (typeof this.steps)[number];
      if (step instanceof Model) {
        step.result = this.result;
        this.result = undefined;
        step.paused--;
        if (!step.goOn() || this.paused !== 0) return false;
        continue;
      }
      this.running = true;
      try {
        this.result = this.result instanceof Problem ? step.errback(this.result) : step.callback(this.result);
        if (this.result === this) throw Object.assign(new Error(), { name: "TypeError" });
      } catch (error) {
        this.result = new Problem(error as Error);
      }
      this.running = false;
      const inner = this.result;
      if (!(inner instanceof Model)) continue;
      if (!inner.called || inner.paused !== 0 || inner.result instanceof Model) {
        this.paused++;
        inner.steps.push(this);
        return true;
      }
      this.result = inner.result;
      inner.result = undefined;
    }
    return true;
  }

  cancel(): void {
    if (!this.called) {
      if (this.canceller === undefined) this.ignoreNext = true;
      else this.canceller(this);
      if (!this.called) this.fire(new Problem(Object.assign(new Error(), { name: "CancelledError" })));
      return;
    }
    // Somebody in a circle has nobody to cancel.
    const seen = new Set<unknown>([this]);
    let awaited = this.result;
    while (awaited instanceof Model && awaited.called && !seen.has(awaited)) {
      seen.add(awaited);
      awaited = awaited.result;
    }
    if (awaited instanceof Model && !seen.has(awaited)) awaited.cancel();
  }
}

const pass: Step = (result) => result;

export const model: World<Model, Problem> = {
  make: (canceller) => new Model(canceller),
  add(deferred, callback = pass, errback = pass) {
    deferred.steps.push({ callback, errback });
    deferred.run();
  },
  callback: (deferred, value) => deferred.fire(value),
  errback: (deferred, error) => deferred.fire(new Problem(error)),
  pause(deferred) {
    deferred.paused++;
  },
  unpause(deferred) {
    deferred.paused--;
    deferred.run();
  },
  cancel: (deferred) => deferred.cancel(),
  chain(deferred, other) {
    const fire: Step = (result) => other.fire(result);
    model.add(deferred, fire, fire);
  },
  failure: (error) => new Problem(error),
  errorName: (value) => (value instanceof Problem ? value.error.name : undefined),
  state: ({ called, paused, result }) => ({ called, paused, result }),
};

/** Runs a program on Hawser. */
import {
  AlreadyCalled,
  AlreadyCancelled,
  Clock,
  Cooperator,
  LoopingCall,
  NotPaused,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskStopped,
  deferLater,
} from "../../../src/clock/index.ts";
import type { CooperativeTask, DelayedCall } from "../../../src/clock/index.ts";
import {
  AlreadyCalledError,
  CancelledError,
  Deferred,
  Failure,
  InvalidStateError,
  fail,
  succeed,
} from "../../../src/deferred/index.ts";
import { STEP_LIMIT } from "./program.ts";
import type { Program, Script, Step, Trace, Which } from "./program.ts";

class E extends Error {}

const NAMES: readonly (readonly [new (message: string) => Error, string])[] = [
  [E, "E"],
  [AlreadyCalled, "AlreadyCalled"],
  [AlreadyCancelled, "AlreadyCancelled"],
  [NotPaused, "NotPaused"],
  [SchedulerStopped, "SchedulerStopped"],
  [TaskDone, "TaskDone"],
  [TaskFailed, "TaskFailed"],
  [TaskStopped, "TaskStopped"],
  [AlreadyCalledError, "AlreadyCalledError"],
  [CancelledError, "CancelledError"],
  // What Twisted asserts.
  [InvalidStateError, "InvalidState"],
];

export function runProgram(program: Program): Trace {
  return new Run(program).trace;
}

/** A Cooperator with the tick that it has asked for. */
interface Ticking {
  readonly cooperator: Cooperator;
  tick: (() => void) | undefined;
}

class Run {
  readonly trace: (string | number | boolean)[][] = [];
  readonly #clock = new Clock();
  readonly #calls: DelayedCall[] = [];
  readonly #names = new Map<unknown, string>();
  readonly #deferreds: Deferred<unknown>[] = [];
  readonly #loops: LoopingCall<unknown[]>[] = [];
  readonly #cooperators: Ticking[] = [];
  readonly #tasks: CooperativeTask<Iterator<unknown>>[] = [];
  #iterators = 0;
  #inTick = false;
  #left = STEP_LIMIT;

  constructor(program: Program) {
    this.#clock.rightNow = program.rightNow;
    for (const step of program.steps) this.#step(step);
    this.#perform({ op: "list" });
    for (const loop of this.#loops) this.#note("loop is", this.#name(loop), loop.running, loop.call === undefined);
  }

  #note(...entry: (string | number | boolean)[]): void {
    this.trace.push([...entry, this.#clock.seconds()]);
  }

  #step(step: Step): void {
    if (this.#left-- <= 0) return;
    try {
      this.#perform(step);
    } catch (error) {
      this.#note("!", nameOf(error));
    }
  }

  #perform(step: Step): void {
    switch (step.op) {
      case "later": {
        const name = `call ${this.#calls.length}`;
        const call = this.#clock.callLater(step.delay, () => this.#callAndRaise(name, step.script));
        this.#calls.push(call);
        this.#names.set(call, name);
        return this.#note(name, call.getTime());
      }
      case "cancel":
        return this.#with(this.#calls, step.call, (call) => call.cancel());
      case "delay":
      case "reset":
        return this.#with(this.#calls, step.call, (call) => {
          call[step.op](step.seconds);
          this.#note(this.#name(call), call.getTime(), call.active());
        });
      case "advance":
        return this.#clock.advance(step.seconds);
      case "pump":
        return this.#clock.pump(step.timings);
      case "set":
        this.#clock.rightNow = step.seconds;
        return;
      case "list":
        for (const call of this.#clock.getDelayedCalls()) this.#note("pending", this.#name(call), call.getTime());
        return;
      case "deferLater": {
        const name = `deferred ${this.#deferreds.length}`;
        void this.#keep(deferLater(this.#clock, step.delay, () => this.#call(name, step.script)));
        return;
      }
      case "fire":
        return this.#with(this.#deferreds, step.deferred, (deferred) => {
          if (step.fails) deferred.errback(new E());
          else deferred.callback(1);
        });
      case "cancelDeferred":
        return this.#with(this.#deferreds, step.deferred, (deferred) => deferred.cancel());
      case "loop":
        return this.#makeLoop(step.counts, step.scripts);
      case "start":
        return this.#with(this.#loops, step.loop, (loop) => {
          loop.start(step.interval, step.now).addBoth((result) => this.#end("loop ends", this.#name(loop), result));
        });
      case "stop":
        return this.#with(this.#loops, step.loop, (loop) => loop.stop());
      case "resetLoop":
        return this.#with(this.#loops, step.loop, (loop) => loop.reset());
      default:
        return this.#performCooperatively(step);
    }
  }

  #performCooperatively(step: Extract<Step, { cooperator: Which } | { task: Which } | { op: "cooperator" }>): void {
    switch (step.op) {
      case "cooperator":
        return this.#makeCooperator(step.stepsPerTick, step.started);
      case "tick":
        return this.#with(this.#cooperators, step.cooperator, (ticking) => {
          const { tick } = ticking;
          // A tick in a step of another one is nothing that a scheduler does.
          if (tick === undefined || this.#inTick) return;
          ticking.tick = undefined;
          this.#note("tick", this.#name(ticking));
          this.#inTick = true;
          tick();
          this.#inTick = false;
        });
      case "startCooperator":
        return this.#with(this.#cooperators, step.cooperator, ({ cooperator }) => cooperator.start());
      case "stopCooperator":
        return this.#with(this.#cooperators, step.cooperator, ({ cooperator }) => cooperator.stop());
      case "cooperate":
        return this.#with(this.#cooperators, step.cooperator, ({ cooperator }) => {
          const task = cooperator.cooperate(this.#iterator(step.scripts));
          this.#names.set(task, `task ${this.#tasks.length}`);
          this.#tasks.push(task);
        });
      case "coiterate":
        return this.#with(this.#cooperators, step.cooperator, ({ cooperator }) => {
          const name = `iterator ${this.#iterators}`;
          cooperator.coiterate(this.#iterator(step.scripts)).addBoth((result) => this.#end("ends", name, result));
        });
      case "pause":
        return this.#with(this.#tasks, step.task, (task) => task.pause());
      case "resume":
        return this.#with(this.#tasks, step.task, (task) => task.resume());
      case "stopTask":
        return this.#with(this.#tasks, step.task, (task) => task.stop());
      case "whenDone":
        return this.#with(this.#tasks, step.task, (task) => {
          task.whenDone().addBoth((result) => this.#end("ends", this.#name(task), result));
        });
      default:
        return step satisfies never;
    }
  }

  #makeLoop(counts: boolean, scripts: readonly Script[]): void {
    const name = `loop ${this.#loops.length}`;
    let calls = 0;
    const next = (count: number): unknown =>
      this.#call(`${name} calls with ${count}`, scripts[calls++ % scripts.length]!);
    const loop = counts ? LoopingCall.withCount(next) : new LoopingCall(next, 0);
    loop.clock = this.#clock;
    this.#names.set(loop, name);
    this.#loops.push(loop);
  }

  #makeCooperator(stepsPerTick: number, started: boolean): void {
    const ticking: Ticking = {
      cooperator: new Cooperator({
        started,
        scheduler: (tick) => {
          this.#note("schedule", this.#name(ticking));
          ticking.tick = tick;
          return {
            cancel: () => {
              this.#note("unschedule", this.#name(ticking));
              ticking.tick = undefined;
            },
          };
        },
        terminationPredicateFactory: () => {
          let steps = 0;
          return () => ++steps >= stepsPerTick || this.#left <= 0;
        },
      }),
      tick: undefined,
    };
    this.#names.set(ticking, `cooperator ${this.#cooperators.length}`);
    this.#cooperators.push(ticking);
  }

  #iterator(scripts: readonly Script[]): Iterator<unknown> {
    const name = `iterator ${this.#iterators++}`;
    let steps = 0;
    return {
      next: () => {
        const script = scripts[steps++];
        if (script === undefined) return { done: true, value: undefined };
        return { done: false, value: this.#call(`${name} step ${steps}`, script) };
      },
    };
  }

  #call(name: string, script: Script): unknown {
    // A loop with an interval of 0 would never let the clock go.
    if (this.#left-- <= 0) throw new E();
    this.#note("called", name);
    for (const step of script.steps) this.#step(step);
    switch (script.end) {
      case "nothing":
        return undefined;
      case "deferred":
        return this.#keep(new Deferred());
      case "fired":
        return succeed(1);
      case "failed":
        return fail(new E());
      case "raise":
        throw new E();
      default:
        return script.end satisfies never;
    }
  }

  #callAndRaise(name: string, script: Script): void {
    // Nobody would take care of a failure that a call gives.
    this.#call(name, script.end === "failed" ? { ...script, end: "nothing" } : script);
  }

  #keep<T>(deferred: Deferred<T>): Deferred<T> {
    this.#names.set(deferred, `deferred ${this.#deferreds.length}`);
    this.#deferreds.push(deferred);
    return deferred;
  }

  #end(what: string, name: string, result: unknown): void {
    this.#note(what, name, result instanceof Failure ? nameOf(result.value) : "well");
  }

  #with<T>(things: readonly T[], which: Which, use: (thing: T) => void): void {
    const thing = things[which % things.length];
    if (thing !== undefined) use(thing);
  }

  #name(thing: unknown): string {
    return this.#names.get(thing) ?? "unknown";
  }
}

function nameOf(error: unknown): string {
  const found = NAMES.find(([type]) => error instanceof type);
  if (found === undefined) throw error;
  return found[1];
}

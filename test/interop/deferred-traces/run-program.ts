/** Runs a program on Hawser and answers its trace: what was called with what, what was thrown, and how everything stands in the end. */
import { Clock } from "../../../src/clock/clock.ts";
import {
  AlreadyCalledError,
  CancelledError,
  Deferred,
  DeferredList,
  DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  Failure,
  FirstError,
  TimeoutError,
  execute,
  fail,
  gatherResults,
  inlineCallbacks,
  maybeDeferred,
  succeed,
} from "../../../src/deferred/index.ts";
import type { ErrorClass } from "../../../src/deferred/index.ts";
import { globalLogBeginner } from "../../../src/logger/global-log.ts";
import type { LogEvent } from "../../../src/logger/log-event.ts";
import { SELF, STEP_LIMIT } from "./program.ts";
import type { ErrorName, ErrorSpec, Place, Primitive, Program, Script, Statement, Step, Value } from "./program.ts";

class E0 extends Error {}
class E1 extends E0 {}
class E2 extends E0 {}
class E3 extends E1 {}
class E4 extends Error {}

const CLASSES: Readonly<Record<ErrorName, new (message: string) => Error>> = {
  E0,
  E1,
  E2,
  E3,
  E4,
  Error,
  CancelledError,
  AlreadyCalledError,
  TimeoutError,
};

let running: Run | undefined;
let listening = false;

/** Runs `program`. The answer is there a turn later, for that is when unhandled failures are reported. */
export async function runProgram(program: Program): Promise<string[]> {
  if (!listening) {
    listening = true;
    globalLogBeginner.beginLoggingTo([(event) => running?.logged(event)]);
  }
  const run = new Run(program);
  running = run;
  run.runSteps();
  await new Promise(setImmediate);
  return run.finish();
}

/** What the steps of a function refer to. */
interface Scope {
  readonly self: Deferred | undefined;
  got: unknown;
}

class Run {
  readonly #trace: string[] = [];
  readonly #unhandled = new Set<string>();
  readonly #program: Program;
  readonly #clock = new Clock();
  readonly #primitives: Readonly<Record<Primitive, DeferredLock | DeferredSemaphore>>;
  readonly #lock = new DeferredLock();
  readonly #semaphore: DeferredSemaphore;
  readonly #queue: DeferredQueue<unknown>;
  readonly #places = new Map<Place, Deferred>();
  readonly #known: Deferred[] = [];
  readonly #names = new Map<Deferred, string>();
  #left = STEP_LIMIT;
  #ended = false;

  constructor(program: Program) {
    this.#program = program;
    this.#semaphore = new DeferredSemaphore(program.tokens);
    this.#primitives = { lock: this.#lock, semaphore: this.#semaphore };
    this.#queue = new DeferredQueue<unknown>({ size: program.size ?? Infinity, backlog: program.backlog ?? Infinity });
  }

  runSteps(): void {
    const scope: Scope = { self: undefined, got: null };
    for (const step of this.#program.steps) this.#step(step, scope, false);
    this.#ended = true;
    // Describing one may make another known.
    for (let index = 0; index < this.#known.length; index++)
      this.#trace.push(this.#state(this.#known[index] as Deferred));
    this.#trace.push(
      `lock ${this.#lock.locked} semaphore ${this.#semaphore.tokens} queue ${this.#queue.pending} ${this.#queue.waiting}` +
        ` calls ${this.#clock.getDelayedCalls().length}`,
    );
  }

  logged(event: LogEvent): void {
    const text = this.#describe(event.logFailure);
    if (String(event.logFormat).startsWith("Unhandled error")) this.#unhandled.add(text);
    else this.#trace.push(`log ${text}`);
  }

  finish(): string[] {
    return [...this.#trace, `unhandled ${[...this.#unhandled].sort().join(" ")}`];
  }

  #spend(): boolean {
    return !this.#ended && this.#left-- > 0;
  }

  #step(step: Step, scope: Scope, inside: boolean): void {
    if (!this.#spend()) return;
    try {
      this.#perform(step, scope);
    } catch (error) {
      this.#trace.push(`! ${this.#describe(error)}`);
      if (inside && step.loose === true) throw error;
    }
  }

  #perform(step: Step, scope: Scope): void {
    switch (step.op) {
      case "new":
        return this.#put(step.to, "new", this.#make(step.canceller));
      case "succeed":
        return this.#put(step.to, "succeed", succeed(this.#value(step.value, scope)));
      case "fail":
        return this.#put(step.to, "fail", fail(makeError(step.error)));
      case "execute":
        return this.#put(step.to, "execute", execute(this.#job(step.script), ...this.#values(step.args, scope)));
      case "maybe":
        return this.#put(step.to, "maybe", maybeDeferred(this.#job(step.script), ...this.#values(step.args, scope)));
      case "acquire":
        return this.#put(step.to, `acquire ${step.from}`, this.#primitives[step.from].acquire() as Deferred<unknown>);
      case "run":
        return this.#put(
          step.to,
          `run ${step.from}`,
          this.#primitives[step.from].run(this.#job(step.script), ...this.#values(step.args, scope)),
        );
      case "get":
        return this.#put(step.to, "get", this.#queue.get());
      case "inline":
        return this.#put(step.to, `inline ${step.name}`, this.#inline(step.name, step.body));
      case "list": {
        const { fireOnOneCallback, fireOnOneErrback, consumeErrors } = step;
        const list = new DeferredList(this.#members(step.of), { fireOnOneCallback, fireOnOneErrback, consumeErrors });
        return this.#put(step.to, "list", list);
      }
      case "gather": {
        const gathered = gatherResults(this.#members(step.of), { consumeErrors: step.consumeErrors });
        return this.#put(step.to, "gather", gathered);
      }
      case "release":
        this.#trace.push(`release ${step.from}`);
        return this.#primitives[step.from].release();
      case "put": {
        const value = this.#value(step.value, scope);
        this.#trace.push(`put ${this.#describe(value)}`);
        return this.#queue.put(value);
      }
      case "advance":
        this.#trace.push(`advance ${step.seconds}`);
        return this.#clock.advance(step.seconds);
      case "check":
        if (!(scope.got instanceof Failure)) return;
        this.#trace.push(`check ${nameOf(scope.got.check(...step.classes.map(classOf)))}`);
        return;
      case "message":
        if (!(scope.got instanceof Failure)) return;
        this.#trace.push(`message ${isOurs(scope.got.value) ? scope.got.getErrorMessage() : "other"}`);
        return;
      default: {
        const at = this.#at(step.at, scope);
        if (at === undefined) this.#trace.push(`skip ${step.op}`);
        else this.#touch(step, at, scope);
      }
    }
  }

  #touch(step: Extract<Step, { at: Place }>, at: Deferred, scope: Scope): void {
    const name = this.#name(at);
    switch (step.op) {
      case "callback": {
        const value = this.#value(step.value, scope);
        this.#trace.push(`callback ${name} ${this.#describe(value)}`);
        return at.callback(value);
      }
      case "errback": {
        const error = makeError(step.error);
        this.#trace.push(`errback ${name} ${this.#describe(error)}`);
        return at.errback(step.wrapped ? new Failure(error) : error);
      }
      case "add":
        this.#trace.push(`add ${name}`);
        return this.#add(step, at, scope);
      case "chain": {
        const other = this.#at(step.other, scope);
        if (other === undefined) return;
        this.#trace.push(`chain ${name} ${this.#name(other)}`);
        at.chainDeferred(other);
        return;
      }
      case "timeout": {
        this.#trace.push(`timeout ${name}`);
        const { script, seconds } = step;
        if (script === undefined) at.addTimeout(seconds, this.#clock);
        else at.addTimeout(seconds, this.#clock, (result, after) => this.#call(script, at, result, [after]));
        return;
      }
      case "state":
        this.#trace.push(this.#state(at));
        return;
      case "pause":
      case "unpause":
      case "cancel":
        this.#trace.push(`${step.op} ${name}`);
        return at[step.op]();
    }
  }

  #add(step: Extract<Step, { op: "add" }>, at: Deferred, scope: Scope): void {
    const args = this.#values(step.args, scope);
    const { callback, errback, both } = step;
    if (both !== undefined) {
      at.addBoth((got, ...more) => this.#call(both, at, got, more), ...args);
    } else if (callback === undefined) {
      if (errback !== undefined) at.addErrback((got, ...more) => this.#call(errback, at, got, more), ...args);
    } else if (errback === undefined) {
      at.addCallback((got, ...more) => this.#call(callback, at, got, more), ...args);
    } else {
      at.addCallbacks(
        (got, ...more: unknown[]) => this.#call(callback, at, got, more),
        (got, ...more: unknown[]) => this.#call(errback, at, got, more),
        { callbackArgs: args, errbackArgs: args.slice(1) },
      );
    }
  }

  #make(canceller: Script | undefined): Deferred {
    if (canceller === undefined) return new Deferred();
    return new Deferred((cancelled) => void this.#call(canceller, cancelled, null, []));
  }

  /** A function that hangs on no Deferred. */
  #job(script: Script): (...args: unknown[]) => unknown {
    return (...args) => this.#call(script, undefined, args[0] ?? null, args.slice(1));
  }

  #call(script: Script, self: Deferred | undefined, got: unknown, args: readonly unknown[]): unknown {
    if (!this.#spend()) return undefined;
    const { name, steps, end } = script;
    this.#trace.push(`${name}(${[got, ...args].map((value) => this.#describe(value)).join(", ")})`);
    const scope: Scope = { self, got };
    for (const step of steps) this.#step(step, scope, true);
    if (end.end === "raise") throw makeError(end.error);
    if (end.end === "reraise") throw got instanceof Failure ? (got.value as Error) : new E0("again");
    if (end.end === "trap" && got instanceof Failure) {
      this.#trace.push(`${name} traps ${nameOf(got.trap(...end.classes.map(classOf)))}`);
    }
    const value = this.#value(end.value, scope);
    this.#trace.push(`${name} returns ${this.#describe(value)}`);
    return value;
  }

  #inline(name: string, body: readonly Statement[]): Deferred<unknown> {
    const scope: Scope = { self: undefined, got: null };
    const coroutine = inlineCallbacks(function* (this: Run): Generator<unknown, unknown, never> {
      const returned = yield* this.#statements(name, body, scope);
      this.#trace.push(`${name} ends`);
      return returned?.value;
    });
    return coroutine.call(this);
  }

  /** Runs statements until one says what to return. */
  *#statements(
    name: string,
    body: readonly Statement[],
    scope: Scope,
  ): Generator<unknown, Returned | undefined, never> {
    for (const statement of body) {
      const returned = yield* this.#statement(name, statement, scope);
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  *#statement(name: string, statement: Statement, scope: Scope): Generator<unknown, Returned | undefined, never> {
    switch (statement.op) {
      case "yield":
        if (!this.#spend()) return { value: null };
        scope.got = yield this.#value(statement.value, scope);
        this.#trace.push(`${name} <- ${this.#describe(scope.got)}`);
        return undefined;
      case "raise":
        throw makeError(statement.error);
      case "return": {
        const value = this.#value(statement.value, scope);
        // Twisted has no answer for a coroutine that returns a Deferred.
        return { value: value instanceof Deferred ? null : value };
      }
      case "try":
        try {
          const returned = yield* this.#statements(name, statement.body, scope);
          if (returned !== undefined) return returned;
        } catch (error) {
          if (statement.except !== null && !statement.except.some((each) => error instanceof classOf(each)))
            throw error;
          this.#trace.push(`${name} catches ${this.#describe(error)}`);
          const returned = yield* this.#statements(name, statement.caught, scope);
          if (returned !== undefined) return returned;
        } finally {
          yield* this.#statements(name, statement.last, scope);
        }
        return undefined;
      default:
        this.#step(statement, scope, true);
        return undefined;
    }
  }

  #put(to: Place, what: string, deferred: Deferred<unknown>): void {
    this.#places.set(to, deferred);
    this.#trace.push(`${what} ${this.#name(deferred)}`);
  }

  #at(place: Place, scope: Scope): Deferred | undefined {
    return place === SELF ? scope.self : this.#places.get(place);
  }

  #members(places: readonly Place[]): Deferred[] {
    return places.flatMap((place) => this.#places.get(place) ?? []);
  }

  #value(value: Value, scope: Scope): unknown {
    if (value === "got") return scope.got;
    if (typeof value !== "object" || value === null) return value;
    return "failure" in value ? new Failure(makeError(value.failure)) : (this.#at(value.deferred, scope) ?? null);
  }

  #values(values: readonly Value[], scope: Scope): unknown[] {
    return values.map((value) => this.#value(value, scope));
  }

  #name(deferred: Deferred): string {
    let name = this.#names.get(deferred);
    if (name === undefined) {
      this.#known.push(deferred);
      name = `d${this.#known.length}`;
      this.#names.set(deferred, name);
    }
    return name;
  }

  #state(deferred: Deferred): string {
    const result = deferred.called ? `has ${this.#describe(deferred.result)}` : "is pending";
    return `${this.#name(deferred)} ${result} paused ${deferred.paused}`;
  }

  #describe(value: unknown, depth = 0): string {
    if (value === undefined || value === null) return "none";
    if (value instanceof Deferred) return this.#name(value as Deferred<unknown>);
    if (value instanceof Failure) return `Failure ${this.#describe(value.value, depth)}`;
    if (Array.isArray(value)) {
      // One may be in itself.
      const items = depth > 3 ? ["..."] : value.map((item: unknown) => this.#describe(item, depth + 1));
      return `[${items.join(", ")}]`;
    }
    if (value === this.#lock) return "lock";
    if (value === this.#semaphore) return "semaphore";
    if (value instanceof FirstError) return `FirstError ${value.index} ${this.#describe(value.subFailure, depth)}`;
    if (isOurs(value)) return `${value.constructor.name}(${value.message})`;
    return value instanceof Error ? value.name : String(value);
  }
}

interface Returned {
  readonly value: unknown;
}

function makeError([name, message]: ErrorSpec): Error {
  return new CLASSES[name](message);
}

function classOf(name: ErrorName): ErrorClass {
  return CLASSES[name];
}

function nameOf(type: ErrorClass | null): string {
  return type === null ? "none" : type.name;
}

function isOurs(value: unknown): value is Error {
  return value instanceof E0 || value instanceof E4;
}

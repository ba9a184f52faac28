/**
 * Random programs over a few Deferreds, and what they did: the same program runs on ours, on a naive model and on Twisted's own, and
 * has to leave the same trace.
 */
import fc from "fast-check";

/** What a program does, from outside or in a callback; the first number says to which Deferred. */
export type Operation =
  | readonly ["add", number, Action | null, Action | null]
  | readonly ["both", number, Action]
  | readonly ["callback" | "errback", number, number]
  | readonly ["pause" | "unpause" | "cancel", number]
  | readonly ["chain", number, number];

/** What a callback does, and how it ends. */
export interface Action {
  readonly operations: readonly Operation[];
  readonly end: readonly ["pass"] | readonly ["value" | "throw" | "failure" | "wait", number];
}

/** What a Deferred does when it is cancelled: it has no canceller, or one that leaves it pending or fires it. */
export type Cancelling = "none" | "quiet" | "callback" | "errback";

export interface Program {
  readonly deferreds: readonly Cancelling[];
  readonly operations: readonly Operation[];
}

/** What a program runs on. Values are numbers, errors have names; `D` is a Deferred and `F` a failure there. */
export interface World<D extends object, F> {
  make(canceller: ((self: D) => void) | undefined): D;
  add(deferred: D, callback: Step | undefined, errback: Step | undefined): void;
  callback(deferred: D, value: number): void;
  errback(deferred: D, error: Error): void;
  pause(deferred: D): void;
  unpause(deferred: D): void;
  cancel(deferred: D): void;
  chain(deferred: D, other: D): void;
  failure(error: Error): F;
  /** The name of the error, where `value` is a failure. */
  errorName(value: unknown): string | undefined;
  state(deferred: D): { called: boolean; paused: number; result: unknown };
}

export type Step = (result: unknown) => unknown;

/** Runs a program and answers what happened, in order, and how everything stood at the end. */
export function run<D extends object, F>(program: Program, world: World<D, F>): string[] {
  const trace: string[] = [];
  const deferreds: D[] = [];
  let steps = 0;

  const show = (value: unknown): string => {
    const name = world.errorName(value);
    if (name !== undefined) return name;
    const index = deferreds.indexOf(value as D);
    return index === -1 ? String(value) : `Deferred ${index}`;
  };
  const at = (index: number): D => deferreds[index] as D;
  const stepOf = (action: Action | null, label: string): Step | undefined => {
    if (action === null) return undefined;
    return (result) => {
      trace.push(`${label} of ${show(result)}`);
      for (const operation of action.operations) perform(operation);
      const [kind, number] = action.end;
      if (kind === "pass") return result;
      if (kind === "value") return number;
      if (kind === "wait") return at(number);
      if (kind === "failure") return world.failure(named(`E${number}`));
      throw named(`E${number}`);
    };
  };
  const perform = (operation: Operation): void => {
    const [kind, index] = operation;
    const deferred = at(index);
    switch (kind) {
      case "add": {
        const step = steps++;
        world.add(deferred, stepOf(operation[2], `callback ${step}`), stepOf(operation[3], `errback ${step}`));
        break;
      }
      case "both": {
        const step = stepOf(operation[2], `both ${steps++}`);
        world.add(deferred, step, step);
        break;
      }
      case "callback":
        world.callback(deferred, operation[2]);
        break;
      case "errback":
        world.errback(deferred, named(`E${operation[2]}`));
        break;
      case "unpause":
        world.unpause(deferred);
        break;
      case "pause":
        world.pause(deferred);
        break;
      case "cancel":
        world.cancel(deferred);
        break;
      case "chain":
        world.chain(deferred, at(operation[2]));
        break;
    }
  };

  for (const [index, cancelling] of program.deferreds.entries()) {
    deferreds.push(
      world.make(
        cancelling === "none"
          ? undefined
          : (self) => {
              trace.push(`canceller ${index}`);
              if (cancelling === "callback") world.callback(self, 1000 + index);
              if (cancelling === "errback") world.errback(self, named(`E${1000 + index}`));
            },
      ),
    );
  }
  for (const operation of program.operations) {
    try {
      perform(operation);
    } catch (error) {
      trace.push(`${operation[0]} threw ${(error as Error).name}`);
    }
  }
  for (const deferred of deferreds) {
    const { called, paused, result } = world.state(deferred);
    trace.push(`${called ? "called" : "pending"}, paused ${paused}: ${show(result)}`);
  }
  return trace;
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

const DEFERREDS = 4;

const index = fc.nat({ max: DEFERREDS - 1 });
const number = fc.nat({ max: 9 });

const { operation: anyOperation } = fc.letrec<{ operation: Operation; action: Action }>((tie) => {
  const action: fc.Arbitrary<Action> = tie("action");
  const maybe: fc.Arbitrary<Action | null> = fc.option(action, { nil: null });
  return {
    operation: fc.oneof(
      { depthSize: "small" },
      fc.tuple(fc.constantFrom("callback" as const, "callback" as const, "errback" as const), index, number),
      fc.tuple(fc.constantFrom("pause" as const, "unpause" as const, "unpause" as const, "cancel" as const), index),
      fc.tuple(fc.constant("chain" as const), index, index),
      { arbitrary: fc.tuple(fc.constant("add" as const), index, action, fc.constant(null)), weight: 3 },
      { arbitrary: fc.tuple(fc.constant("add" as const), index, maybe, action), weight: 2 },
      { arbitrary: fc.tuple(fc.constant("both" as const), index, action), weight: 2 },
    ),
    action: fc.record({
      operations: fc.array(tie("operation"), { maxLength: 2 }),
      end: fc.oneof(
        fc.tuple(fc.constant("pass" as const)),
        fc.tuple(fc.constantFrom("value" as const, "throw" as const, "failure" as const), number),
        { arbitrary: fc.tuple(fc.constant("wait" as const), index), weight: 3 },
      ),
    }),
  };
});

/** Random programs; fast-check makes small ones of those that show a difference. */
export const programs: fc.Arbitrary<Program> = fc.record({
  deferreds: fc.array(fc.constantFrom<Cancelling>("none", "none", "quiet", "callback", "errback"), {
    minLength: DEFERREDS,
    maxLength: DEFERREDS,
  }),
  operations: fc.array(anyOperation, { minLength: 4, maxLength: 24 }),
});

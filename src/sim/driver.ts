/**
 * Lets a simulated network happen: one thing after the other, each from a task of the runtime of its own, so that all promises settle
 * between them. Tasks are asked for many at a time, which costs a fraction of one at a time.
 */
import { setImmediate } from "../runtime.ts";
import type { World } from "./world.ts";

export interface DriverOptions {
  /** The virtual time, in nanoseconds, at which to stop; `Infinity` for none. */
  readonly deadline: number;
  /** Whether to stop; asked before each thing that happens. */
  readonly isOver: (() => boolean) | undefined;
  /** What to do when nothing is left to happen: end, or wait until somebody outside of the simulation does something. */
  readonly whenIdle: "end" | "wait";
  /** How many turns the runtime's loop gets before time goes on, for code that counts on them. */
  readonly turns: number;
}

/** How a run has ended. */
export type DriverEnd = "over" | "deadline" | "idle" | "failed";

const TASKS_AT_ONCE = 64;
/** Before nothing is left to happen, the runtime gets so many turns: somebody may wait for them. */
const LAST_TURNS = 3;

export class Driver {
  readonly #world: World;
  readonly #options: DriverOptions;
  #end: ((how: DriverEnd) => void) | undefined = undefined;
  #fail: (error: unknown) => void = () => {};
  /** How many turns the runtime has had since something happened. */
  #turns = 0;
  #isWaiting = false;
  /** How many of the tasks that were asked for are to come. */
  #tasks = 0;

  constructor(world: World, options: DriverOptions) {
    this.#world = world;
    this.#options = options;
  }

  run(): Promise<DriverEnd> {
    return new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
      this.#askForTasks();
    });
  }

  #askForTasks(): void {
    this.#tasks = TASKS_AT_ONCE;
    for (let n = 0; n < TASKS_AT_ONCE; n++) setImmediate(this.#task);
    // What the runtime does until the next ones come is nobody's code.
    setImmediate(this.#rest);
  }

  readonly #task = (): void => {
    this.#tasks--;
    this.#world.running = undefined;
    if (this.#end !== undefined && !this.#isWaiting) {
      try {
        this.#step();
      } catch (error) {
        // Of the condition: programs have their own failures.
        this.#end = undefined;
        this.#fail(error);
      }
    }
    if (this.#tasks === 0 && this.#end !== undefined && !this.#isWaiting) this.#askForTasks();
  };

  readonly #rest = (): void => {
    this.#world.running = undefined;
  };

  #step(): void {
    const world = this.#world;
    const { deadline, isOver, turns } = this.#options;
    if (world.failure !== undefined) return this.#finish("failed");
    if (isOver?.() === true) return this.#finish("over");
    const next = world.queue.nextTime();
    if (next > world.now && this.#turns < (next === Infinity ? Math.max(turns, LAST_TURNS) : turns)) {
      // One turn of the runtime lies between the last task of a batch and the first of the next one.
      if (this.#tasks === 0) this.#turns++;
      return undefined;
    }
    if (next === Infinity && this.#options.whenIdle === "wait") return this.#wait();
    if (next > deadline || (next === Infinity && deadline !== Infinity)) {
      world.now = deadline;
      return this.#finish("deadline");
    }
    if (next === Infinity) return this.#finish("idle");
    this.#turns = 0;
    world.now = next;
    world.queue.take()();
    return undefined;
  }

  #wait(): void {
    this.#isWaiting = true;
    this.#world.wake = () => {
      this.#world.wake = undefined;
      this.#isWaiting = false;
      this.#turns = 0;
      if (this.#tasks === 0) this.#askForTasks();
    };
  }

  #finish(how: DriverEnd): void {
    const end = this.#end;
    this.#end = undefined;
    end?.(how);
  }
}

/**
 * Makes the program that belongs to a seed.
 *
 * Each program draws its own weight for every kind of step, most of them nothing, and the times that it knows: on a coarse grid, where many
 * fall together, or on one whose numbers have no exact form in binary.
 */
import { Random } from "../deferred-traces/random.ts";
import type { End, Program, Script, Step } from "./program.ts";

type Kind = Step["op"];

/** How often a kind is drawn in a program that is about its subject and has a taste for it, and how many of those have. */
const SUBJECTS: readonly { readonly share: number; readonly kinds: readonly (readonly [Kind, number, number])[] }[] = [
  {
    share: 1,
    kinds: [
      ["advance", 4, 1],
      ["pump", 0.5, 0.3],
      ["set", 0.5, 0.15],
      ["list", 1, 0.7],
      ["fire", 2, 0.8],
      ["cancelDeferred", 1, 0.3],
    ],
  },
  {
    share: 0.7,
    kinds: [
      ["later", 6, 0.9],
      ["cancel", 1.5, 0.6],
      ["delay", 3, 0.6],
      ["reset", 3, 0.6],
      ["deferLater", 1, 0.4],
    ],
  },
  {
    share: 0.4,
    kinds: [
      ["loop", 1.5, 1],
      ["start", 3, 1],
      ["stop", 1, 0.7],
      ["resetLoop", 1, 0.6],
    ],
  },
  {
    share: 0.45,
    kinds: [
      ["cooperator", 0.5, 0.3],
      ["tick", 6, 1],
      ["startCooperator", 0.5, 0.4],
      ["stopCooperator", 0.3, 0.3],
      ["cooperate", 4, 1],
      ["coiterate", 1, 0.3],
      ["pause", 2, 0.7],
      ["resume", 2.5, 0.7],
      ["stopTask", 0.7, 0.5],
      ["whenDone", 2, 0.8],
    ],
  },
];

const EXACT_GRIDS: readonly number[] = [1, 0.5, 0.25];
const EXACT_STARTS: readonly number[] = [0, 0, 1_700_000_000.3, -5];
const GRIDS: readonly number[] = [0.1, 0.7, 1 / 3, 1e-3];
const STARTS: readonly number[] = [...EXACT_STARTS, 0.1];
// On a clock that cannot tell the times apart a loop would never come to the next one.
const SMALL_GRID = 1e-9;
const SMALL_STARTS: readonly number[] = [0, 0.1, -5];

export function randomProgram(seed: number): Program {
  return new Maker(seed).program();
}

class Maker {
  readonly #seed: number;
  readonly #random: Random;
  readonly #weights: readonly (readonly [Kind, number])[];
  readonly #exact: boolean;
  #grid: number;
  #start: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#weights = SUBJECTS.flatMap(({ share, kinds }) => {
      if (!this.#random.chance(share)) return [];
      return kinds.map(([kind, weight, taste]) => {
        const liked = this.#random.chance(taste);
        return [kind, liked ? weight * (0.3 + this.#random.next() * 1.7) : 0] as const;
      });
    });
    this.#exact = this.#random.chance(0.5);
    this.#grid = this.#random.pick(this.#exact ? EXACT_GRIDS : GRIDS);
    this.#start = this.#random.pick(this.#exact ? EXACT_STARTS : STARTS);
    if (!this.#exact && this.#random.chance(0.15)) {
      this.#grid = SMALL_GRID;
      this.#start = this.#random.pick(SMALL_STARTS);
    }
  }

  program(): Program {
    const steps = this.#steps(4 + this.#random.below(40), 0);
    // Without these, nothing else that is drawn would have an object.
    if (this.#draws("start")) steps.unshift(this.#step("loop", 0));
    if (this.#draws("tick")) steps.unshift(this.#step("cooperator", 0));
    return { seed: this.#seed, rightNow: this.#start, steps };
  }

  #draws(wanted: Kind): boolean {
    return this.#weights.some(([kind, weight]) => kind === wanted && weight > 0);
  }

  #steps(count: number, depth: number): Step[] {
    return Array.from({ length: count }, () => this.#step(this.#kind(), depth));
  }

  #kind(): Kind {
    const total = this.#weights.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.#random.next() * total;
    for (const [kind, weight] of this.#weights) {
      left -= weight;
      if (left < 0) return kind;
    }
    return "later";
  }

  #step(op: Kind, depth: number): Step {
    switch (op) {
      case "later":
      case "deferLater":
        return { op, delay: this.#time(), script: this.#script(depth) };
      case "delay":
      case "reset":
        return { op, call: this.#which(), seconds: this.#time() * (this.#random.chance(0.35) ? -1 : 1) };
      case "cancel":
        return { op, call: this.#which() };
      case "advance":
        return { op, seconds: this.#time() * (this.#random.chance(0.03) ? -1 : 1) };
      case "pump":
        return { op, timings: Array.from({ length: this.#random.below(4) }, () => this.#time()) };
      case "set":
        return { op, seconds: this.#start + this.#time() };
      case "list":
        return { op };
      case "fire":
        return { op, deferred: this.#which(), fails: this.#random.chance(0.25) };
      case "cancelDeferred":
        return { op, deferred: this.#which() };
      case "loop":
        return { op, counts: this.#random.chance(0.5), scripts: this.#scripts(1, depth) };
      case "start": {
        const interval = this.#random.chance(0.15) ? 0 : this.#time() || this.#grid;
        return { op, loop: this.#which(), interval, now: this.#random.chance(0.6) };
      }
      case "stop":
      case "resetLoop":
        return { op, loop: this.#which() };
      case "cooperator":
        return { op, stepsPerTick: 1 + this.#random.below(5), started: this.#random.chance(0.8) };
      case "tick":
      case "startCooperator":
      case "stopCooperator":
        return { op, cooperator: this.#which() };
      case "cooperate":
      case "coiterate":
        return { op, cooperator: this.#which(), scripts: this.#scripts(0, depth) };
      case "pause":
      case "resume":
      case "stopTask":
      case "whenDone":
        return { op, task: this.#which() };
      default:
        return op satisfies never;
    }
  }

  #scripts(fewest: number, depth: number): Script[] {
    return Array.from({ length: fewest + this.#random.below(5) }, () => this.#script(depth));
  }

  #script(depth: number): Script {
    const busy = depth < 3 && this.#random.chance(0.45);
    return { steps: busy ? this.#steps(1 + this.#random.below(3), depth + 1) : [], end: this.#end() };
  }

  #end(): End {
    const dice = this.#random.next();
    if (dice < 0.6) return "nothing";
    if (dice < 0.8) return "deferred";
    if (dice < 0.87) return "fired";
    if (dice < 0.93) return "raise";
    return "failed";
  }

  #time(): number {
    return this.#random.below(6) * this.#grid;
  }

  #which(): number {
    return this.#random.below(1000);
  }
}

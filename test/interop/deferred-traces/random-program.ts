/**
 * Makes the program that belongs to a seed.
 *
 * Each program draws its own taste, a weight for every kind of step, most of them nothing: programs that do few things, but these often, get
 * into deeper corners than programs that do a bit of everything.
 */
import { PLACES, SELF } from "./program.ts";
import type {
  End,
  ErrorName,
  ErrorSpec,
  Place,
  Primitive,
  Program,
  Script,
  Statement,
  Step,
  Value,
} from "./program.ts";
import { Random } from "./random.ts";

const RAISED: readonly ErrorName[] = ["E0", "E1", "E2", "E3", "E4"];
const CHECKED: readonly ErrorName[] = [...RAISED, "Error", "CancelledError", "AlreadyCalledError", "TimeoutError"];

type Kind = Step["op"];

/** How often a kind is drawn in a program that has a taste for it, and how many programs have. */
const KINDS: readonly (readonly [kind: Kind, weight: number, taste: number])[] = [
  ["new", 2, 0.9],
  ["succeed", 1, 0.5],
  ["fail", 1, 0.4],
  ["execute", 0.5, 0.2],
  ["maybe", 0.7, 0.3],
  ["callback", 4, 1],
  ["errback", 2, 0.7],
  ["add", 7, 1],
  ["pause", 1.5, 0.4],
  ["unpause", 1.5, 0.4],
  ["cancel", 2, 0.6],
  ["state", 0.5, 0.4],
  ["chain", 1.5, 0.35],
  ["timeout", 1, 0.25],
  ["advance", 1, 0.3],
  ["list", 1.5, 0.3],
  ["gather", 1, 0.2],
  ["acquire", 1, 0.2],
  ["release", 1, 0.2],
  ["run", 1.5, 0.2],
  ["put", 1, 0.2],
  ["get", 1.5, 0.2],
  ["check", 0.5, 0.2],
  ["message", 0.2, 0.1],
  ["inline", 2.5, 0.45],
];

export function randomProgram(seed: number): Program {
  return new Maker(seed).program();
}

class Maker {
  readonly #seed: number;
  readonly #random: Random;
  readonly #weights: readonly (readonly [Kind, number])[];
  readonly #places: number;
  readonly #deferredValues: number;
  readonly #fired = new Set<Place>();
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#places = 2 + this.#random.below(PLACES - 1);
    this.#deferredValues = this.#random.next() * 0.7;
    this.#weights = KINDS.map(([kind, weight, taste]) => {
      const liked = this.#random.chance(taste);
      return [kind, liked ? weight * (0.3 + this.#random.next() * 1.7) : 0] as const;
    });
  }

  program(): Program {
    const random = this.#random;
    const first: Step[] = [];
    for (let to = 0; to < this.#places; to++) {
      if (random.chance(0.97)) first.push(this.#make(random.chance(0.9) ? "new" : "succeed", to, 0));
    }
    return {
      seed: this.#seed,
      tokens: 1 + random.below(2),
      size: random.chance(0.6) ? null : random.below(3),
      backlog: random.chance(0.6) ? null : random.below(3),
      steps: [...first, ...this.#steps(4 + random.below(random.chance(0.3) ? 60 : 25), 0)],
    };
  }

  #steps(count: number, depth: number): Step[] {
    return Array.from({ length: count }, () => this.#step(depth));
  }

  #step(depth: number): Step {
    let left = this.#random.next() * this.#weights.reduce((sum, [, weight]) => sum + weight, 0);
    let drawn: Kind = "callback";
    for (const [kind, weight] of this.#weights) {
      drawn = kind;
      left -= weight;
      if (left < 0) break;
    }
    const step = this.#make(drawn, this.#place(depth), depth);
    return depth > 0 && this.#random.chance(0.3) ? { ...step, loose: true } : step;
  }

  #make(op: Kind, place: Place, depth: number): Step {
    const random = this.#random;
    const to = place === SELF ? random.below(this.#places) : place;
    switch (op) {
      case "new":
        this.#fired.delete(to);
        return random.chance(0.5) ? { op, to } : { op, to, canceller: this.#canceller(depth + 1) };
      case "succeed":
        return { op, to, value: this.#value(depth, 0.02) };
      case "fail":
        return { op, to, error: this.#error() };
      case "execute":
      case "maybe":
        return { op, to, script: this.#script(depth + 1), args: this.#args(depth) };
      case "callback":
        return { op, at: this.#unfired(place), value: this.#value(depth, 0.02) };
      case "errback":
        return { op, at: this.#unfired(place), error: this.#error(), wrapped: random.chance(0.5) };
      case "add":
        return this.#add(place, depth);
      case "pause":
      case "unpause":
      case "cancel":
      case "state":
        return { op, at: place };
      case "chain":
        return { op, at: place, other: this.#place(depth) };
      case "timeout": {
        const step = { op, at: place, seconds: 1 + random.below(4) } as const;
        return random.chance(0.5) ? step : { ...step, script: this.#script(depth + 1) };
      }
      case "advance":
        return { op, seconds: 1 + random.below(3) };
      case "list":
        return {
          op,
          to,
          of: this.#members(),
          fireOnOneCallback: random.chance(0.3),
          fireOnOneErrback: random.chance(0.4),
          consumeErrors: random.chance(0.5),
        };
      case "gather":
        return { op, to, of: this.#members(), consumeErrors: random.chance(0.5) };
      case "acquire":
        return { op, to, from: this.#primitive() };
      case "release":
        return { op, from: this.#primitive() };
      case "run":
        return { op, to, from: this.#primitive(), script: this.#script(depth + 1), args: this.#args(depth) };
      case "put":
        return { op, value: this.#value(depth, 0.05) };
      case "get":
        return { op, to };
      case "check":
        return { op, classes: this.#classes() };
      case "message":
        return { op };
      case "inline":
        break;
    }
    return { op, to, name: this.#name("g"), body: this.#statements(2 + random.below(7), depth + 1) };
  }

  /** A place whose Deferred is probably not fired yet, mostly: to fire one twice is dull. */
  #unfired(place: Place): Place {
    let at = place;
    for (let tries = 0; tries < 3 && this.#fired.has(at) && this.#random.chance(0.8); tries++) {
      at = this.#random.below(this.#places);
    }
    this.#fired.add(at);
    return at;
  }

  #add(at: Place, depth: number): Step {
    const args = this.#args(depth);
    const form = this.#random.below(4);
    if (form === 0) return { op: "add", at, callback: this.#script(depth + 1), args };
    if (form === 1) return { op: "add", at, errback: this.#errback(depth + 1), args };
    if (form === 2) return { op: "add", at, both: this.#script(depth + 1), args };
    return { op: "add", at, callback: this.#script(depth + 1), errback: this.#errback(depth + 1), args };
  }

  #script(depth: number): Script {
    const random = this.#random;
    const name = this.#name("f");
    const busy = random.chance(depth > 3 ? 0.1 : 0.65 - depth * 0.12);
    return { name, steps: busy ? this.#steps(1 + random.below(3), depth) : [], end: this.#end(depth) };
  }

  /** A canceller often fires what it cancels. */
  #canceller(depth: number): Script {
    const script = this.#script(depth);
    if (this.#random.chance(0.5)) return script;
    const value = this.#value(depth, 0);
    const fire: Step = this.#random.chance(0.5)
      ? { op: "callback", at: SELF, value }
      : { op: "errback", at: SELF, error: this.#error(), wrapped: false };
    return { ...script, steps: this.#random.chance(0.5) ? [fire, ...script.steps] : [...script.steps, fire] };
  }

  /** An errback often asks what failed. */
  #errback(depth: number): Script {
    const script = this.#script(depth);
    const draw = this.#random.next();
    if (draw < 0.2) return { ...script, steps: [{ op: "check", classes: this.#classes() }, ...script.steps] };
    if (draw < 0.3) return { ...script, steps: [{ op: "message" }, ...script.steps] };
    if (draw > 0.7)
      return { ...script, end: { end: "trap", classes: this.#classes(), value: this.#value(depth, 0.3) } };
    return script;
  }

  #end(depth: number): End {
    const draw = this.#random.next();
    if (draw < 0.16) return { end: "raise", error: this.#error() };
    if (draw < 0.22) return { end: "reraise" };
    if (draw < 0.3) return { end: "trap", classes: this.#classes(), value: this.#value(depth, 0.2) };
    return { end: "return", value: this.#value(depth, this.#deferredValues) };
  }

  #statements(count: number, depth: number): Statement[] {
    return Array.from({ length: count }, () => this.#statement(depth));
  }

  #statement(depth: number): Statement {
    const random = this.#random;
    const draw = random.next();
    if (draw < 0.45 || depth > 5) return { op: "yield", value: this.#value(depth, 0.85) };
    if (draw < 0.49) return { op: "raise", error: this.#error() };
    if (draw < 0.52) return { op: "return", value: this.#value(depth, 0.05) };
    if (draw > 0.75 || depth > 4) return this.#step(depth);
    return {
      op: "try",
      body: this.#statements(1 + random.below(4), depth + 1),
      except: random.chance(0.5) ? null : this.#classes(),
      caught: this.#statements(random.below(3), depth + 1),
      last: random.chance(0.3) ? this.#statements(1 + random.below(2), depth + 1) : [],
    };
  }

  #value(depth: number, deferred: number): Value {
    const random = this.#random;
    if (random.chance(deferred)) return { deferred: this.#place(depth) };
    const draw = random.next();
    if (draw < 0.12) return null;
    if (draw < 0.22) return { failure: this.#error() };
    if (draw < 0.5 && depth > 0) return "got";
    return ++this.#count;
  }

  #place(depth: number): Place {
    return depth > 0 && this.#random.chance(0.15) ? SELF : this.#random.below(this.#places);
  }

  #args(depth: number): Value[] {
    return this.#random.chance(0.75)
      ? []
      : Array.from({ length: 1 + this.#random.below(2) }, () => this.#value(depth, 0.1));
  }

  #members(): Place[] {
    return Array.from({ length: this.#random.below(4) }, () => this.#random.below(this.#places));
  }

  #primitive(): Primitive {
    return this.#random.chance(0.5) ? "lock" : "semaphore";
  }

  #classes(): ErrorName[] {
    return Array.from({ length: this.#random.below(4) }, () => this.#random.pick(CHECKED));
  }

  #error(): ErrorSpec {
    return [this.#random.pick(RAISED), `m${++this.#count}`];
  }

  #name(letter: string): string {
    return `${letter}${++this.#count}`;
  }
}

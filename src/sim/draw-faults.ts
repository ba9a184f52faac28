/**
 * Draws a plan of faults from a seed.
 *
 * Plans are to be read by people: times are whole milliseconds, and numbers have few digits. They are varied rather than like the real world: most
 * faults are short and some are long, partitions part pairs, single hosts and halves.
 */
import { checkNumber, checkObject, show } from "./check-link-options.ts";
import { FAULT_KINDS } from "./check-fault.ts";
import type { Fault, FaultKind, FaultRecipe } from "./fault.ts";
import type { LinkOptions } from "./link-options.ts";
import type { SeededRandom } from "./seeded-random.ts";

const DEFAULT_MOST = 5;
const DEFAULT_WITHIN = [0, 30] as const;
const DEFAULT_LASTING = [0.05, 10] as const;
const SHORTEST = 0.001;

/** How often each kind is chosen, beside the others. What breaks connections finds more than what only delays. */
const WEIGHTS: Readonly<Record<FaultKind, number>> = {
  partition: 4,
  reset: 4,
  link: 3,
  crash: 3,
  pause: 2,
  stuck: 1,
  refuse: 1,
  nameless: 1,
};

/** Kinds that are about two hosts. */
const BETWEEN_HOSTS: readonly FaultKind[] = ["partition", "link", "reset"];

/**
 * Draws what can go wrong among these hosts, in order of time. The same seed gives the same plan. Throws `TypeError` or `RangeError` for a recipe that
 * cannot be followed.
 *
 * @example
 * const plan = drawFaults({ most: 3, kinds: ["crash", "reset"] }, ["client", "server"], new SeededRandom(1));
 * for (const fault of plan) console.log(describeFault(fault));
 * assert.deepEqual(drawFaults({ most: 3, kinds: ["crash", "reset"] }, ["client", "server"], new SeededRandom(1)), plan);
 */
export function drawFaults(recipe: FaultRecipe, hosts: readonly string[], random: SeededRandom): Fault[] {
  checkRecipe(recipe);
  const { most = DEFAULT_MOST, within = DEFAULT_WITHIN, lasting = DEFAULT_LASTING } = recipe;
  const among = recipe.hosts ?? hosts;
  const kinds = (recipe.kinds ?? FAULT_KINDS).filter((kind) => among.length >= (BETWEEN_HOSTS.includes(kind) ? 2 : 1));
  if (most === 0 || kinds.length === 0) return [];
  const count = random.integer(1, most);
  const faults = Array.from({ length: count }, () => {
    const at = drawTime(within, random);
    return drawFault(pickKind(kinds, random), at, drawDuration(lasting, random), among, random);
  });
  return faults.sort((a, b) => a.at - b.at);
}

/** Throws `TypeError` or `RangeError` for a recipe that cannot be followed. */
export function checkRecipe(value: unknown): void {
  const what = "a recipe for faults";
  const { most, kinds, hosts, within, lasting } = checkObject(value, what, [
    "most",
    "kinds",
    "hosts",
    "within",
    "lasting",
  ]);
  if (most !== undefined) {
    checkNumber(most, `${what}: most`, "a whole number, 0 or more", (n) => Number.isInteger(n) && n >= 0);
  }
  if (within !== undefined) checkRange(within, `${what}: within`);
  if (lasting !== undefined) checkRange(lasting, `${what}: lasting`);
  if (kinds !== undefined) {
    checkList(kinds, `${what}: kinds`, FAULT_KINDS.join(", "), (kind) => FAULT_KINDS.includes(kind as FaultKind));
  }
  if (hosts !== undefined) {
    checkList(hosts, `${what}: hosts`, "names of hosts", (host) => typeof host === "string" && host !== "");
  }
}

function drawFault(kind: FaultKind, at: number, lasts: number, hosts: readonly string[], random: SeededRandom): Fault {
  switch (kind) {
    case "partition": {
      const sides = drawSides(hosts, random);
      return { kind, at, for: lasts, ...sides, ...(random.chance(0.25) ? { oneWay: true } : {}) };
    }
    case "link":
      return { kind, at, for: lasts, between: drawPair(hosts, random), set: drawLink(random) };
    case "reset":
      return { kind, at, between: drawPair(hosts, random) };
    case "crash":
    case "pause":
    case "stuck":
    case "refuse":
    case "nameless":
      return { kind, at, for: lasts, host: random.pick(hosts) };
    default:
      return kind satisfies never;
  }
}

function pickKind(kinds: readonly FaultKind[], random: SeededRandom): FaultKind {
  let left = random.integer(
    1,
    kinds.reduce((sum, kind) => sum + WEIGHTS[kind], 0),
  );
  return kinds.find((kind) => (left -= WEIGHTS[kind]) <= 0)!;
}

/** Two hosts, one host and all others, or a cut anywhere. */
function drawSides(hosts: readonly string[], random: SeededRandom): { from: string[]; to: string[] } {
  const shuffled = shuffle(hosts, random);
  const shape = random.integer(1, 3);
  const cut = shape === 3 ? random.integer(1, hosts.length - 1) : 1;
  return { from: shuffled.slice(0, cut), to: shuffled.slice(cut, shape === 1 ? 2 : undefined) };
}

function drawPair(hosts: readonly string[], random: SeededRandom): [string, string] {
  const first = random.integer(0, hosts.length - 1);
  const second = random.integer(0, hosts.length - 2);
  return [hosts[first]!, hosts[second < first ? second : second + 1]!];
}

function shuffle(hosts: readonly string[], random: SeededRandom): string[] {
  const shuffled = [...hosts];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.integer(0, last);
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled;
}

/** One thing that is bad about a link, or two. */
function drawLink(random: SeededRandom): LinkOptions {
  const names = shuffle(Object.keys(LINKS), random).slice(0, random.integer(1, 2)) as (keyof typeof LINKS)[];
  // In the order of the table, so that two faults with the same options look the same.
  return Object.fromEntries(
    Object.entries(LINKS)
      .filter(([name]) => names.includes(name as keyof typeof LINKS))
      .map(([name, draw]) => [name, draw(random)]),
  );
}

const LINKS = {
  latency: (random: SeededRandom) =>
    random.chance(0.5)
      ? drawDuration([0.01, 2], random)
      : { uniform: [0.001, drawDuration([0.01, 2], random)] as const },
  bandwidth: (random: SeededRandom) => random.pick([1000, 5000, 20_000, 100_000, 1_000_000]),
  mtu: (random: SeededRandom) => random.pick([68, 100, 576, 1280]),
  loss: (random: SeededRandom) => random.pick([0.01, 0.05, 0.1, 0.2, 0.5, 0.9]),
  duplication: (random: SeededRandom) => random.pick([0.05, 0.2, 0.5]),
  reordering: (random: SeededRandom) => random.pick([0.05, 0.2, 0.5]),
} satisfies { readonly [Name in keyof LinkOptions]: (random: SeededRandom) => LinkOptions[Name] };

function drawTime([first, last]: readonly [number, number], random: SeededRandom): number {
  return between(first, milliseconds(first + random.real() * (last - first)), last);
}

/** Short times are as likely as long ones: first the order of magnitude is drawn, then the time. */
function drawDuration([least, most]: readonly [number, number], random: SeededRandom): number {
  const steps = [Math.max(least, SHORTEST)];
  while (steps.at(-1)! * 2 < most) steps.push(steps.at(-1)! * 2);
  const step = random.pick(steps);
  const time = milliseconds(step + random.real() * (Math.min(step * 2, most) - step));
  return Math.max(SHORTEST, between(least, time, most));
}

function between(least: number, time: number, most: number): number {
  return Math.min(most, Math.max(least, time));
}

function milliseconds(time: number): number {
  return Math.round(time * 1000) / 1000;
}

function checkRange(range: unknown, what: string): void {
  if (!Array.isArray(range) || range.length !== 2) {
    throw new TypeError(`Cannot use ${what}: it is ${show(range)}, expected [least, most]`);
  }
  const [least, most] = range as unknown[];
  checkNumber(least, what, "0 seconds or more", (n) => n >= 0 && n < Infinity);
  checkNumber(most, what, `${String(least)} seconds or more`, (n) => n >= (least as number) && n < Infinity);
}

function checkList(list: unknown, what: string, expected: string, allows: (item: unknown) => boolean): void {
  if (!Array.isArray(list)) throw new TypeError(`Cannot use ${what}: it is ${show(list)}, expected a list`);
  for (const item of list as unknown[]) {
    if (!allows(item)) throw new TypeError(`Cannot use ${what}: it has ${show(item)}, expected ${expected}`);
  }
  const twice = (list as unknown[]).find((item, index) => list.indexOf(item) !== index);
  if (twice !== undefined) throw new TypeError(`Cannot use ${what}: it has ${show(twice)} twice, expected it once`);
}

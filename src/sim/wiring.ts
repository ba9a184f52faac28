/** Which machines there are, and the paths between them. */
import { LOOPBACK, Path } from "./path.ts";
import type { LinkOptions } from "./link-options.ts";
import { isLoopback } from "./machine-address.ts";
import type { Machine } from "./machine.ts";

/** More machines than this could not be told apart by their numbers in a key; they would not fit into memory either. */
const MOST_MACHINES = 2 ** 24;

export class Wiring {
  readonly #machines: Machine[] = [];
  readonly #byAddress: Map<string, Machine> = new Map();
  readonly #byName: Map<string, Machine> = new Map();
  readonly #defaults: LinkOptions;
  /** The path between any two machines that no one has said anything about, where it has no state. */
  readonly #plain: Path;
  readonly #paths: Map<number, Path> = new Map();
  readonly #layers: Map<number, LinkOptions[]> = new Map();

  constructor(defaults: LinkOptions) {
    this.#defaults = defaults;
    this.#plain = new Path(defaults);
  }

  add(machine: Machine): void {
    if (this.#machines.length === MOST_MACHINES)
      throw new RangeError(`Cannot add a host: expected ${MOST_MACHINES} at most`);
    this.#machines.push(machine);
    this.#byName.set(machine.name, machine);
    for (const address of machine.addresses) this.#byAddress.set(address, machine);
  }

  get machines(): readonly Machine[] {
    return this.#machines;
  }

  named(name: string): Machine | undefined {
    return this.#byName.get(name);
  }

  /** Whose address it is, as seen from a machine. */
  find(address: string, from: Machine): Machine | undefined {
    return isLoopback(address) ? from : this.#byAddress.get(address);
  }

  hasAddress(address: string): boolean {
    return this.#byAddress.has(address);
  }

  /** The path that packets take. */
  path(from: Machine, to: Machine): Path {
    const known = this.#paths.get(keyOf(from, to));
    if (known !== undefined) return known;
    if (from !== to && this.#plain.options.bandwidth === Infinity) return this.#plain;
    return this.ownPath(from, to);
  }

  /** The path between two machines, with a state of its own. */
  ownPath(from: Machine, to: Machine): Path {
    const key = keyOf(from, to);
    let path = this.#paths.get(key);
    if (path === undefined) {
      path = new Path(from === to ? LOOPBACK : this.#defaults);
      this.#paths.set(key, path);
    }
    return path;
  }

  /** Sets what a path is like from now on, under what is laid over it. */
  set(from: Machine, to: Machine, options: LinkOptions): void {
    const layers = this.#layersOf(from, to);
    layers[0] = new Path({ ...layers[0], ...options }).options;
    this.#rebuild(from, to, layers);
  }

  /** Lays other options over those of a path; what this answers takes them away again. */
  overlay(from: Machine, to: Machine, options: LinkOptions): () => void {
    const layers = this.#layersOf(from, to);
    layers.push(options);
    this.#rebuild(from, to, layers);
    return () => {
      layers.splice(layers.indexOf(options), 1);
      this.#rebuild(from, to, layers);
    };
  }

  /** Lets nothing through, until `heal` was called as often. */
  cut(from: Machine, to: Machine): void {
    this.ownPath(from, to).cuts++;
  }

  heal(from: Machine, to: Machine): void {
    const path = this.ownPath(from, to);
    if (path.cuts > 0) path.cuts--;
  }

  /** What was said of a path: what was set, and what lies over it. */
  #layersOf(from: Machine, to: Machine): LinkOptions[] {
    const key = keyOf(from, to);
    const known = this.#layers.get(key);
    if (known !== undefined) return known;
    const layers = [from === to ? LOOPBACK : this.#defaults];
    this.#layers.set(key, layers);
    return layers;
  }

  #rebuild(from: Machine, to: Machine, layers: readonly LinkOptions[]): void {
    const options: LinkOptions = Object.assign({}, ...layers);
    this.#paths.set(keyOf(from, to), this.ownPath(from, to).with(options));
  }
}

function keyOf(from: Machine, to: Machine): number {
  return from.index * MOST_MACHINES + to.index;
}

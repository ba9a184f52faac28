/**
 * Faults: what can go wrong in a simulated network, as plain data. A plan is a list of them; it can be written by hand, drawn from a
 * seed, printed, shrunk, and read from JSON.
 */
import type { LinkOptions } from "./link-options.ts";

/** When a fault begins and how long it lasts, in seconds of virtual time. */
export interface FaultTime {
  readonly at: number;
  /** Until the end of the simulation where it is left out. */
  readonly for?: number;
}

export type Fault =
  /** Nothing gets from the hosts `from` to the hosts `to`, or back unless it is `oneWay`. */
  | (FaultTime & {
      readonly kind: "partition";
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly oneWay?: boolean;
    })
  /** The link between two hosts is like this meanwhile, both ways. */
  | (FaultTime & { readonly kind: "link"; readonly between: readonly [string, string]; readonly set: LinkOptions })
  /** The host loses its power, and boots again when the time is over. */
  | (FaultTime & { readonly kind: "crash"; readonly host: string })
  /** The host stands still: nothing of it runs, but its system goes on answering others. */
  | (FaultTime & { readonly kind: "pause"; readonly host: string })
  /** The programs of the host read nothing. */
  | (FaultTime & { readonly kind: "stuck"; readonly host: string })
  /** The host refuses all new connections. */
  | (FaultTime & { readonly kind: "refuse"; readonly host: string })
  /** The host finds no names. */
  | (FaultTime & { readonly kind: "nameless"; readonly host: string })
  /** All connections between two hosts are reset. */
  | { readonly kind: "reset"; readonly at: number; readonly between: readonly [string, string] };

export type FaultKind = Fault["kind"];

/** Where a plan is to be drawn from the seed: how many faults, of which kinds, when. */
export interface FaultRecipe {
  /** How many faults at most; the seed chooses. Default: 5 */
  readonly most?: number;
  /** The kinds to choose from. Default: all */
  readonly kinds?: readonly FaultKind[];
  /** The hosts to choose from. Default: all that there are when the network first runs */
  readonly hosts?: readonly string[];
  /** The seconds within which they begin. Default: 0 to 30 */
  readonly within?: readonly [first: number, last: number];
  /** How many seconds they last. Default: 0.05 to 10 */
  readonly lasting?: readonly [least: number, most: number];
}

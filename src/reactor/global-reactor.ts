/**
 * The reactor of the program. It is chosen when it is first used: what `installReactor` named, else the environment variable
 * `HAWSER_REACTOR`, else the epoll reactor where the native core loads, else the node reactor.
 *
 * Only programs use it. Whatever is to be used by others takes a reactor as an argument.
 */
import { inspect } from "node:util";
import { EpollReactor } from "./epoll/epoll-reactor.ts";
import { loadNativeCore } from "./epoll/native-core.ts";
import { ReactorAlreadyInstalledError } from "./errors.ts";
import { NodeReactor } from "./node/node-reactor.ts";
import type { Reactor } from "./reactor.ts";

/** Makes a reactor of a kind. */
const KINDS: Readonly<Record<string, () => Reactor>> = {
  node: () => new NodeReactor(),
  epoll: () => new EpollReactor(),
};

let chosen: string | undefined;
let installed: Reactor | undefined;

/**
 * Chooses the global reactor: a kind, such as `"node"`, or a reactor. Throws `ReactorAlreadyInstalledError` once it has been used.
 *
 * @example
 * installReactor("node");
 * assert.equal(reactor.kind, "node");
 */
export function installReactor(choice: string | Reactor): void {
  if (installed !== undefined) {
    throw new ReactorAlreadyInstalledError(
      `Cannot install the reactor ${inspect(choice, { depth: 0 })}: the ${installed.kind} reactor is in use, expected this before its first use`,
    );
  }
  if (typeof choice !== "string") installed = choice;
  else chosen = checkKind(choice, "installReactor");
}

function theReactor(): Reactor {
  installed ??= KINDS[chosen ?? kindFromEnvironment()]!();
  return installed;
}

function kindFromEnvironment(): string {
  const kind = process.env["HAWSER_REACTOR"];
  if (kind !== undefined && kind !== "") return checkKind(kind, "HAWSER_REACTOR");
  return loadNativeCore() === null ? "node" : "epoll";
}

function checkKind(kind: string, place: string): string {
  if (Object.hasOwn(KINDS, kind)) return kind;
  throw new RangeError(
    `Cannot use the reactor "${kind}" of ${place}: expected one of ${Object.keys(KINDS).join(", ")}`,
  );
}

const methods = new Map<PropertyKey, unknown>();

/** The reactor of the program. */
export const reactor: Reactor = new Proxy({} as Reactor, {
  get(_, name) {
    const target = theReactor();
    const value: unknown = Reflect.get(target, name, target);
    if (typeof value !== "function") return value;
    // Methods are bound once: a reactor has fields that are private to it.
    let bound = methods.get(name);
    if (bound === undefined) {
      bound = value.bind(target) as unknown;
      methods.set(name, bound);
    }
    return bound;
  },
  has: (_, name) => name in theReactor(),
  getPrototypeOf: () => Object.getPrototypeOf(theReactor()) as object,
});

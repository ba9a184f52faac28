/** Looking up names in a simulated network: its resolver knows all hosts. */
import { SystemNameResolver } from "../endpoint/system-name-resolver.ts";
import type { Machine } from "./machine.ts";
import type { Wiring } from "./wiring.ts";
import { NANOSECONDS } from "./world.ts";

/** How long a lookup takes, and how long one that nobody answers. */
const LOOKUP = 0.001 * NANOSECONDS;
const UNANSWERED = 5 * NANOSECONDS;
/** Lookups need no threads here. */
const AT_ONCE = 1_000_000;

/** The addresses of `name`, as the machine's own files, the network's names and its hosts have them. */
export type FindAddresses = (name: string) => readonly string[];

export function namesFor(machine: Machine, wiring: Wiring, extra: FindAddresses): SystemNameResolver {
  const { life, world } = machine;
  const addressesOf = (name: string): readonly string[] => {
    if (name === "localhost") return ["127.0.0.1", "::1"];
    const given = extra(name);
    return given.length > 0 ? given : (wiring.named(name)?.addresses ?? []);
  };
  return new SystemNameResolver({
    concurrency: AT_ONCE,
    lookup: (name, { family = 0 }, callback) => {
      const isUnanswered = machine.nameless > 0;
      life.runLater(isUnanswered ? UNANSWERED : LOOKUP, () => {
        const addresses = isUnanswered ? [] : addressesOf(name);
        const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
        const wanted = found.filter((one) => family === 0 || one.family === family);
        const error = wanted.length > 0 ? null : notFound(name);
        if (error !== null) world.note("note", machine.name, `finds no address for ${name}`);
        callback(error, wanted);
      });
    },
  });
}

function notFound(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND", syscall: "getaddrinfo" });
}

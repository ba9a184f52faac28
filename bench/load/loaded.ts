/** Subjects that are servers and do not measure themselves: a load generator in C does. */
import { fileURLToPath } from "node:url";
import type { Need } from "../lib/peers.ts";
import type { Subject } from "../lib/question.ts";

/** A server: it prints its port as its first line, and runs until it is killed. */
export interface Server {
  /** Who it is, in the table. */
  readonly name: string;
  /** The program and its arguments; a C or Go file below `bench/` is compiled first. */
  readonly command: readonly [string, ...string[]];
  /** What has to be installed for it. */
  readonly needs?: readonly Need[];
}

/** `server` under the load of `bench/load/GENERATOR.c`, which is given `details` after the port and the process. */
export function loaded({ name, command, needs = [] }: Server, generator: string, ...details: string[]): Subject {
  const program = fileURLToPath(new URL("./run.js", import.meta.url));
  return {
    name,
    command: [process.execPath, program, generator, ...details, "--", ...command],
    needs: ["cc", ...needs],
  };
}

/** A process that runs programs on Twisted. */
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../../../bench/lib/paths.ts";
import type { Program } from "./program.ts";

/** What it answers is a list of traces, each of `T`, for a list of programs of kind `P`. */
export class TwistedProcess<P = Program, T = string[]> {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #complaints = "";

  /** @param script a Python file in test/interop */
  constructor(python: string, script = "deferred_traces.py") {
    this.#child = spawn(python, ["-B", join(repositoryRoot(), "test/interop", script)]);
    this.#child.stderr.on("data", (chunk: Buffer) => (this.#complaints += chunk.toString()));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The traces of `programs`. */
  async run(programs: readonly P[]): Promise<T[]> {
    this.#child.stdin.write(`${JSON.stringify(programs)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`The Twisted process ended: ${this.#complaints}`);
    return JSON.parse(line.value) as T[];
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin.end();
    await closed;
  }
}

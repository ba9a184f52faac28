/** Compares what random programs do on Hawser with what they do on Twisted. */
import assert from "node:assert/strict";
import { TwistedProcess } from "../interop/deferred-traces/twisted-process.ts";

/** A program is a list of steps, and whatever else it is made with. */
export interface Program {
  readonly steps: readonly unknown[];
}

export interface Comparison<P extends Program> {
  /** Python, which runs programs on Twisted. */
  readonly python: string;
  /** The file in test/interop that it is given: a line of JSON on stdin is a list of programs, one on stdout is the list of their traces. */
  readonly script: string;
  readonly programs: readonly P[];
  /** Runs one on Hawser; answers its trace. */
  readonly run: (program: P) => readonly string[];
}

/** How many programs are under way at a time. */
const BATCH = 250;

/** Fails where a trace differs, with the smallest program that is found by leaving out one step after the other. */
export async function compareTraces<P extends Program>({
  python,
  script,
  programs,
  run,
}: Comparison<P>): Promise<void> {
  const oracle = new TwistedProcess<P, readonly string[]>(python, script);
  const findDiffering = async (candidates: readonly P[]): Promise<P | undefined> => {
    const expected = oracle.run(candidates);
    // Meanwhile Twisted runs them.
    const traces = candidates.map((program) => run(program).join("\n"));
    const wanted = await expected;
    return candidates.find((_, index) => traces[index] !== wanted[index]!.join("\n"));
  };
  try {
    for (let from = 0; from < programs.length; from += BATCH) {
      let smallest = await findDiffering(programs.slice(from, from + BATCH));
      if (smallest === undefined) continue;
      for (let next: P | undefined = smallest; next !== undefined; next = await findDiffering([...withoutOne(next)])) {
        smallest = next;
      }
      const [expected] = await oracle.run([smallest]);
      assert.deepEqual(run(smallest), expected, JSON.stringify(smallest));
    }
  } finally {
    await oracle.stop();
  }
}

function* withoutOne<P extends Program>(program: P): Generator<P> {
  for (const index of program.steps.keys()) yield { ...program, steps: program.steps.toSpliced(index, 1) };
}

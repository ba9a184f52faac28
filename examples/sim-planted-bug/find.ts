/**
 * Looks for the bug of `squares.ts`: runs it with 200 seeds, each with faults of its own, and tells of the first that fails. With the argument "fixed" it
 * runs the client that has no bug.
 */
import { explore } from "hawser/sim";

const program = process.argv[2] === "fixed" ? "withoutBug" : "withBug";

const { summary } = await explore({
  seeds: 200,
  program: { module: new URL("./squares.js", import.meta.url), export: program },
  network: { link: { latency: { uniform: [0.05, 0.5] } } },
  faults: { kinds: ["reset", "partition", "crash", "pause", "link"], within: [0, 20], lasting: [0.05, 5] },
  run: { for: 60 },
  throws: false,
});
console.log(summary);

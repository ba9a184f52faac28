/**
 * `npm run bench -- NAME ... [--quick] [--rounds N] [--pin CPU]`: answers the questions of `bench/NAME.ts`.
 *
 * Prints a table, and writes `bench/results/NAME.json` and `NAME.svg`. Ends with code 1 if a figure is not what was wanted.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Answer } from "./lib/answer.ts";
import { answer } from "./lib/answer.ts";
import { barChart } from "./lib/bar-chart.ts";
import { repositoryRoot } from "./lib/paths.ts";
import type { Question } from "./lib/question.ts";
import { runSubject } from "./lib/run-subject.ts";
import { table } from "./lib/table.ts";

const HERE: string = import.meta.dirname;
const RESULTS: string = join(repositoryRoot(), "bench/results");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    pin: { type: "string" },
    results: { type: "string", default: RESULTS },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
const seconds = values.quick ? 0.1 : 1;

const known = readdirSync(HERE)
  .filter((file) => file.endsWith(".js") && file !== "run.js")
  .map((file) => file.slice(0, -".js".length));
const unknown = positionals.filter((name) => !known.includes(name));
if (!Number.isInteger(rounds) || rounds < 1) complain(`Cannot run "${values.rounds}" rounds, expected a number from 1`);
else if (unknown.length > 0) complain(`Cannot run ${unknown.join(", ")}: there is no such benchmark`);
if (positionals.length === 0 || unknown.length > 0) console.log(`Benchmarks: ${known.join(", ")}`);
else if (process.exitCode === undefined) for (const name of positionals) await bench(name);

async function bench(name: string): Promise<void> {
  const { questions } = (await import(`./${name}.js`)) as { questions: readonly Question[] };
  const answers: Answer[] = [];
  for (const question of questions) {
    process.stderr.write(`${name}: ${question.name} ...\n`);
    answers.push(await answer(question, rounds, (subject) => runSubject(subject, { seconds, pin: values.pin })));
  }
  console.log(table(answers));
  const conditions = `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${rounds} rounds`;
  mkdirSync(values.results, { recursive: true });
  writeFileSync(join(values.results, `${name}.json`), `${JSON.stringify({ name, conditions, answers }, null, 2)}\n`);
  writeFileSync(join(values.results, `${name}.svg`), barChart(`${name}: ${conditions}`, answers));
  const verdicts = answers.flatMap(({ ours, peers }) => [ours.verdict, ...peers.map(({ verdict }) => verdict)]);
  if (verdicts.includes("short") || verdicts.includes("failed")) process.exitCode = 1;
}

function complain(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

/**
 * `npm run bench -- NAME ... [--quick] [--only TEXT] [--against PEER] [--rounds N] [--seconds S] [--pin CPU]`: answers the questions
 * of `bench/NAME.ts`.
 *
 * Prints a table, and writes `bench/results/NAME.json` and `NAME.svg`. Ends with code 1 if a figure is not what was wanted.
 */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Answer, Run } from "./lib/answer.ts";
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
    only: { type: "string", multiple: true },
    against: { type: "string", multiple: true },
    rounds: { type: "string" },
    seconds: { type: "string" },
    pin: { type: "string" },
    results: { type: "string", default: RESULTS },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));

const known = readdirSync(HERE)
  .filter((file) => file.endsWith(".js") && file !== "run.js")
  .map((file) => file.slice(0, -".js".length));
const unknown = positionals.filter((name) => !known.includes(name));
if (!Number.isInteger(rounds) || rounds < 1) complain(`Cannot run "${values.rounds}" rounds, expected a number from 1`);
else if (values.seconds !== undefined && !(Number(values.seconds) > 0))
  complain(`Cannot run for "${values.seconds}" seconds, expected a number above 0`);
else if (unknown.length > 0) complain(`Cannot run ${unknown.join(", ")}: there is no such benchmark`);
if (positionals.length === 0 || unknown.length > 0) console.log(`Benchmarks: ${known.join(", ")}`);
else if (process.exitCode === undefined) for (const name of positionals) await bench(name);

async function bench(name: string): Promise<void> {
  const benchmark = (await import(`./${name}.js`)) as { questions: readonly Question[]; seconds?: number };
  const seconds = Number(values.seconds ?? (values.quick ? 0.1 : (benchmark.seconds ?? 1)));
  const answers: Answer[] = [];
  for (const question of chosen(benchmark.questions)) {
    process.stderr.write(`${name}: ${question.name} ...\n`);
    const run: Run = (subject, rate) => runSubject(subject, { seconds, pin: values.pin, rate });
    answers.push(...(await answer(question, rounds, run)));
  }
  if (answers.length === 0)
    return complain(`Cannot run ${name} only for ${values.only?.join(", ")}: no question has that`);
  console.log(table(answers));
  const conditions = `Node ${process.version}, ${cpus()[0]?.model ?? "unknown processor"}, ${rounds} rounds of ${seconds} s`;
  mkdirSync(values.results, { recursive: true });
  writeFileSync(join(values.results, `${name}.json`), `${JSON.stringify({ name, conditions, answers }, null, 2)}\n`);
  writeFileSync(join(values.results, `${name}.svg`), barChart(`${name}: ${conditions}`, answers));
  const verdicts = answers.flatMap(({ ours, peers }) => [ours.verdict, ...peers.map(({ verdict }) => verdict)]);
  if (verdicts.includes("short") || verdicts.includes("failed")) process.exitCode = 1;
}

/** The questions whose names contain one of the texts asked for, each with the peers whose names do. */
function chosen(questions: readonly Question[]): Question[] {
  const hasOne = (name: string, texts: readonly string[] = [""]): boolean => texts.some((text) => name.includes(text));
  return questions
    .filter(({ name }) => hasOne(name, values.only))
    .map((question) => ({ ...question, peers: question.peers.filter(({ name }) => hasOne(name, values.against)) }));
}

function complain(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

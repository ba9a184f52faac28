/** Writes the program that runs a seed again, and fails in the same way. */
import type { Definition } from "../../threads/thread-function.ts";
import { describeFault } from "../describe-fault.ts";
import { codeOf, comment, functionCode } from "./code-of.ts";
import type { NetworkOptions } from "./make-network.ts";
import { isPlan } from "../is-plan.ts";
import type { Faults } from "./simulation.ts";

/** A function, or where it comes from. */
export type Source = Definition | Function;

/** What is run again. */
export interface Reproduced {
  /** A line that says how it fails. */
  readonly title: string;
  readonly seed: number;
  readonly faults: Faults | undefined;
  readonly network: NetworkOptions;
  readonly program: Source;
  readonly check: Source | undefined;
  readonly until: Source | undefined;
  readonly for: number;
  readonly turns: number;
}

/** The text of the program: TypeScript, and JavaScript as well. */
export function reproduction(run: Reproduced): string {
  const { program, check, until } = run;
  const sources = Object.entries({ program, check, until }).filter(
    (entry): entry is [string, Source] => entry[1] !== undefined,
  );
  const imports = sources.flatMap(([name, source]) => (typeof source === "function" ? [] : [importOf(name, source)]));
  return `${[
    `// ${comment(run.title)}`,
    ...(imports.length === sources.length ? [] : NOTE),
    'import { explore } from "hawser/sim";',
    ...imports,
    "",
    "await explore({",
    `  seeds: [${run.seed}],`,
    ...faultLines(run.faults),
    ...(Object.keys(run.network).length === 0 ? [] : [`  network: ${codeOf(run.network, "  ")},`]),
    `  run: { ${runOptions(run).join(", ")} },`,
    `  ${property("program", program)},`,
    ...(check === undefined ? [] : [`  ${property("check", check)},`]),
    "  shrink: false,",
    "});",
  ].join("\n")}\n`;
}

/** Of functions that no module exports. */
const NOTE = [
  "// The functions below are the text of those that failed, without their types. What they use from around them is not here: add",
  "// it, or give `explore` { module, export } in their place.",
];

function runOptions({ for: lasts, turns, until }: Reproduced): string[] {
  return [
    `for: ${codeOf(lasts)}`,
    ...(turns === 0 ? [] : [`turns: ${codeOf(turns)}`]),
    ...(until === undefined ? [] : [property("until", until)]),
  ];
}

function importOf(name: string, source: Definition): string {
  const exported = /^[A-Za-z_$][\w$]*$/.test(source.export) ? source.export : JSON.stringify(source.export);
  return `import { ${exported === name ? name : `${exported} as ${name}`} } from ${JSON.stringify(source.module)};`;
}

function property(name: string, source: Source): string {
  return typeof source === "function" ? `${name}: ${functionCode(source)}` : name;
}

function faultLines(faults: Faults | undefined): string[] {
  if (faults === undefined) return [];
  if (!isPlan(faults)) return [`  faults: ${codeOf(faults, "  ")},`];
  if (faults.length === 0) return [];
  const lines = faults.flatMap((fault) => [`    // ${comment(describeFault(fault))}`, `    ${codeOf(fault, "    ")},`]);
  return ["  faults: [", ...lines, "  ],"];
}

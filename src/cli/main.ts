/** The command: what `bin/hawser` calls. Only what a command line needs is loaded. */
import { readFileSync } from "node:fs";
import { tellGroup, workerEnvironment } from "../application/worker-environment.ts";
import { BUILT_FOLDER } from "../built-folder.ts";
import { Catalog } from "./catalog.ts";
import { COMMANDS, RUN } from "./command.ts";
import type { Description, Shell } from "./command.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import { LISTEN_OPTIONS, QUESTIONS, RUN_OPTIONS } from "./global-options.ts";
import type { RunOptions } from "./global-options.ts";
import { didYouMean } from "./nearest-name.ts";
import type { OptionTable, OptionValues } from "./option.ts";
import { parseArguments, withDefaults } from "./parse-arguments.ts";
import type { Surroundings } from "./run-plan.ts";
import type { ServiceMaker } from "./service-maker.ts";
import { oneLine, styleFor } from "./terminal.ts";
import type { Output } from "./terminal.ts";

/** What the command runs with: that of the process, or of a test. */
export interface CommandOptions {
  readonly stdout?: Output;
  readonly stderr?: Output;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where packages with services are looked for. */
  readonly folder?: string;
}

/** Does what `argv`, the words behind `hawser`, asks for, and answers what the process is to end with. */
export async function main(argv: readonly string[], options: CommandOptions = {}): Promise<ExitCode> {
  const { stdout = process.stdout, stderr = process.stderr, env = process.env, folder = process.cwd() } = options;
  try {
    return await new Command(stdout, stderr, env, folder).do(argv);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    report(error, stderr, env);
    // Who wrote the module wants to know where it failed.
    if (error.exitCode === ExitCode.cannotLoad && error.cause instanceof Error) stderr.write(`${error.cause.stack}\n`);
    return error.exitCode;
  }
}

/** Tells of an error in one line. A worker leaves that to its group. */
function report({ message }: Error, stderr: Output, env: Environment): void {
  if (workerEnvironment() !== undefined) tellGroup({ kind: "problem", text: message });
  else stderr.write(`${styleFor(stderr, env).red("hawser:")} ${oneLine(message)}\n`);
}

type Environment = Readonly<Record<string, string | undefined>>;

const LEADING: OptionTable = { ...QUESTIONS, ...RUN_OPTIONS, ...LISTEN_OPTIONS };
const HELP: OptionTable = { help: QUESTIONS.help };

class Command {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #catalog: Catalog;

  constructor(stdout: Output, stderr: Output, env: Readonly<Record<string, string | undefined>>, folder: string) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#env = env;
    this.#catalog = new Catalog(folder, (warning) => {
      stderr.write(`${styleFor(stderr, env).yellow("hawser: warning:")} ${oneLine(warning)}\n`);
    });
  }

  async do(argv: readonly string[]): Promise<ExitCode> {
    const { given, rest } = parseArguments(argv, LEADING, { stopAtOperand: true });
    const [name, ...behind] = rest;
    if (given["version"] === true) return this.#answer(`hawser ${version()}, Node ${process.version}\n`);
    if (given["list"] === true) return this.#list();
    if (name === undefined) {
      if (given["help"] === true) return this.#help();
      throw new CommandError("a service is missing, expected one of those that hawser --list shows; see hawser --help");
    }
    const command = COMMANDS.find((each) => each.name === name);
    if (command !== undefined) return this.#runCommand(command, given, behind, argv);
    const maker = await this.#catalog.find(name).load();
    const about = describe(maker);
    const table: OptionTable = { ...HELP, ...RUN_OPTIONS, ...about.options };
    const { values, operands, rest: extra, help } = read(about, table, given, behind);
    if (help) return this.#helpOn(about, true);
    const unexpected = operands[0] ?? (maker.rest === undefined ? extra[0] : undefined);
    if (unexpected !== undefined)
      throw new CommandError(`${name}: ${JSON.stringify(unexpected)} is no option, expected options alone`);
    if (values["workers"] !== undefined && maker.listen === undefined)
      throw new CommandError(
        `${name}: --workers: it has no ports that they could share, expected a service that listens`,
      );
    const listening = withListening(maker, values);
    const { runService } = await import("./run-service.ts");
    return runService(maker, listening, extra, values as unknown as RunOptions, this.#around(argv));
  }

  async #runCommand(
    about: Description,
    before: OptionValues,
    behind: readonly string[],
    argv: readonly string[],
  ): Promise<ExitCode> {
    const runs = about.name === "run";
    const table: OptionTable = runs ? { ...HELP, ...RUN_OPTIONS, ...about.options } : HELP;
    const { values, operands, rest, help } = read(about, table, before, behind);
    if (help) return this.#helpOn(about, runs);
    const [operand, ...more] = operands;
    const expected = about.operand!;
    if (operand === undefined) {
      const what = expected.choices?.join(", ") ?? "a module";
      throw new CommandError(`${about.name}: ${expected.name} is missing, expected ${what}`);
    }
    if (more.length > 0) {
      const hint = runs ? "; what is for the module itself stands behind a --" : "";
      throw new CommandError(
        `${about.name}: ${JSON.stringify(more[0])} is one too many, expected one ${expected.name}${hint}`,
      );
    }
    if (!runs) return this.#complete(operand, rest);
    const { runFile } = await import("./run-file.ts");
    return runFile(
      operand,
      rest,
      values["listen"] as readonly string[],
      values as unknown as RunOptions,
      this.#around(argv),
    );
  }

  async #complete(shell: string, words: readonly string[]): Promise<ExitCode> {
    if (shell === "words") return this.#completeWords(words);
    const { COMPLETION_SCRIPTS } = await import("./completion-script.ts");
    if (!Object.hasOwn(COMPLETION_SCRIPTS, shell)) {
      const shells = Object.keys(COMPLETION_SCRIPTS);
      throw new CommandError(
        `completion: SHELL is ${JSON.stringify(shell)}, expected one of ${shells.join(", ")}${didYouMean(shell, shells)}`,
      );
    }
    return this.#answer(COMPLETION_SCRIPTS[shell as Shell]);
  }

  async #completeWords(words: readonly string[]): Promise<ExitCode> {
    const { completeWords } = await import("./complete-words.ts");
    const completion = await completeWords(words, {
      names: () => [...this.#catalog.entries(), ...COMMANDS],
      leading: LEADING,
      describe: async (name) => {
        const command = COMMANDS.find((each) => each.name === name);
        if (command !== undefined)
          return { ...command, options: command.name === "run" ? { ...HELP, ...RUN_OPTIONS, ...RUN.options } : HELP };
        const entry = this.#catalog.entries().find((each) => each.name === name);
        if (entry === undefined) return undefined;
        const about = describe(await entry.load());
        return { ...about, options: { ...about.options, ...RUN_OPTIONS, ...HELP } };
      },
    });
    if (completion === "files") return this.#answer("\n");
    return this.#answer(completion.map(({ word, help }) => `${word}\t${help}\n`).join(""));
  }

  async #list(): Promise<ExitCode> {
    const { listText } = await import("./list-text.ts");
    return this.#answer(
      listText(this.#catalog.entries(), styleFor(this.#stdout, this.#env), this.#stdout.isTTY === true),
    );
  }

  async #help(): Promise<ExitCode> {
    const { commandHelp } = await import("./help-text.ts");
    const style = styleFor(this.#stdout, this.#env);
    return this.#answer(commandHelp(this.#catalog.entries(), style, this.#stdout.columns));
  }

  async #helpOn(about: Description, runs: boolean): Promise<ExitCode> {
    const { descriptionHelp } = await import("./help-text.ts");
    return this.#answer(descriptionHelp(about, runs, styleFor(this.#stdout, this.#env), this.#stdout.columns));
  }

  #answer(text: string): ExitCode {
    this.#stdout.write(text);
    return ExitCode.fine;
  }

  #around(argv: readonly string[]): Surroundings {
    return {
      stdout: this.#stdout,
      stderr: this.#stderr,
      argv,
      report: (error) => report(error, this.#stderr, this.#env),
    };
  }
}

/** A service as the help and the completion see it. */
function describe(maker: ServiceMaker): Description {
  const { name, summary, example, listen, rest, options } = maker;
  const listening =
    listen === undefined ? {} : { ...LISTEN_OPTIONS, listen: { ...LISTEN_OPTIONS.listen, help: listenHelp(listen) } };
  return {
    name,
    summary,
    examples: [example],
    options: { ...options, ...listening },
    ...(rest === undefined ? {} : { rest }),
  };
}

function listenHelp(listen: readonly string[]): string {
  const otherwise = listen.length === 0 ? "" : ` (default: ${listen.join(", ")})`;
  return `${LISTEN_OPTIONS.listen.help}${otherwise}`;
}

interface Read {
  readonly values: OptionValues;
  readonly operands: readonly string[];
  readonly rest: readonly string[];
  readonly help: boolean;
}

/** Puts together what stands before and behind the name of a service or a command. */
function read(about: Description, table: OptionTable, before: OptionValues, behind: readonly string[]): Read {
  const prefix = `${about.name}: `;
  const { given, operands, rest } = parseArguments(behind, table, { prefix });
  const both: Record<string, OptionValues[string]> = { ...given };
  for (const [name, value] of Object.entries(before)) {
    if (!Object.hasOwn(table, name))
      throw new CommandError(
        `${prefix}--${name}: ${about.name} has no such option, expected one of those that --help lists`,
      );
    const other = both[name];
    if (Array.isArray(value)) both[name] = [...value, ...((other as readonly string[] | undefined) ?? [])];
    else if (other === undefined || name === "help") both[name] = value;
    else throw new CommandError(`${prefix}--${name}: it is given twice, expected it once`);
  }
  // Who asks for help need not have given what is required.
  const help = both["help"] === true;
  return { values: help ? both : withDefaults(both, table, prefix), operands, rest, help };
}

/** What is not told where to listen does so where its maker says. */
function withListening(maker: ServiceMaker, values: OptionValues): OptionValues {
  const given = values["listen"] as readonly string[] | undefined;
  if (maker.listen === undefined || (given !== undefined && given.length > 0)) return values;
  return { ...values, listen: maker.listen };
}

function version(): string {
  const manifest = readFileSync(new URL("../package.json", BUILT_FOLDER), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

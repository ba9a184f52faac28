/** Loads what `hawser run FILE` runs. */
import { statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import type { Startable } from "../application/program-life.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";

/** A function of the reactor. What it answers is run if it can be started; else the program ends when it is there, unless it answers nothing. */
export type ProgramFunction = (reactor: Reactor, ...args: string[]) => unknown;

export type Program = Startable | ProgramFunction;

/** The names under which a module may export it; the first that is there is taken. */
const EXPORTS = ["default", "application", "service", "main"] as const;

const TYPESCRIPT = new Set([".ts", ".mts", ".cts"]);

/** Loads the program of the module `file`. Throws `CommandError`, with the module's own error as its cause where it has one. */
export async function loadProgram(file: string): Promise<Program> {
  const path = resolve(file);
  if (!isFile(path)) throw new CommandError(`run: ${file}: there is no such file, expected a module`);
  if (TYPESCRIPT.has(extname(path)) && !runsTypeScript())
    throw new CommandError(
      `run: ${file}: this Node, ${process.version}, does not run TypeScript, expected Node 22.18 or later, or the compiled module`,
      ExitCode.cannotLoad,
    );
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new CommandError(`run: ${file}: it cannot be loaded: ${String(error)}`, ExitCode.cannotLoad, {
      cause: error,
    });
  }
  const name = EXPORTS.find((each) => exports[each] !== undefined);
  const found = name === undefined ? undefined : exports[name];
  if (typeof found === "function") return found as ProgramFunction;
  if (isStartable(found)) return found;
  const what =
    name === undefined
      ? `it exports none of ${EXPORTS.join(", ")}`
      : `its export ${name} is ${inspect(found, { depth: 0 })}`;
  throw new CommandError(
    `run: ${file}: ${what}, expected an application, a service, or a function of the reactor`,
    ExitCode.cannotLoad,
  );
}

/** Whether the runtime takes modules in TypeScript, by itself or by an option. */
export function runsTypeScript(): boolean {
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

/** Whether it has what is to be called. */
export function isStartable(value: unknown): value is Startable {
  const { startService, stopService } = (value ?? {}) as Partial<Startable>;
  return typeof startService === "function" && typeof stopService === "function";
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

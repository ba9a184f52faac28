/**
 * Functions that run in another thread.
 *
 * Threads share no functions. What goes to the other one is a definition: the text of a function that stands alone, or the name of a module and
 * of what it exports. The other thread makes a function of it once. Definitions have numbers, so that a call names the function by its
 * number once the other thread has it.
 *
 * A text is compiled as a module of its own in the folder of the program's main module: `import()` and `require` in it find what they
 * would find there. So do the names of packages in `{ module, export }`. A text says where it was written to nobody, so a path relative to
 * that place is refused.
 */
import { dirname, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { ThreadFunctionError } from "./errors.ts";

/** Names a function that a module exports. */
export interface ModuleFunction {
  /** A URL, such as `import.meta.url` or what `import.meta.resolve` answers, an absolute path, or the name of a package. */
  readonly module: string | URL;
  /** What the module exports it as; `"default"` unless told otherwise. */
  readonly export?: string;
}

/** What crosses to the other thread. */
export interface Definition {
  readonly id: number;
  /** For messages and stacks. */
  readonly name: string;
  /** The text of the function, or `undefined` where a module has it. */
  readonly text: string | undefined;
  readonly module: string;
  readonly export: string;
}

/** A function made of a definition. */
export type Callable = (...args: unknown[]) => unknown;

const MOST_DEFINITIONS = 1000;
const NATIVE = /\{\s*\[native code\]\s*\}$/;
const RELATIVE_IMPORT = /\b(?:import|require)\s*\(\s*(["'`])(\.{1,2}\/.*?)\1/;
const PACKAGE = /^(@[\w.~-]+\/)?[\w~-][\w.~-]*(\/.+)?$/;
const URL_SCHEME = /^(?:file|node|data):/;

const byIdentity: WeakMap<object, Definition> = new WeakMap();
/** The same by text or by module: programs write functions where they call. */
const byContent: Map<string, Definition> = new Map();
let lastId = 0;

/** The definition of a function. Throws `ThreadFunctionError` for what cannot cross. */
export function definitionOf(f: unknown): Definition {
  const known = typeof f === "function" || (typeof f === "object" && f !== null) ? byIdentity.get(f) : undefined;
  if (known !== undefined) return known;
  const definition = typeof f === "function" ? defineText(f) : defineModule(f);
  byIdentity.set(f as object, definition);
  return definition;
}

function defineText(f: Function): Definition {
  const text = Function.prototype.toString.call(f);
  return defineOnce(text, () => {
    const name = f.name === "" ? "anonymous" : f.name;
    const reason = whyNotAlone(f, text);
    if (reason !== undefined) throw refusal(name, reason);
    return { name, text, module: "", export: "" };
  });
}

function whyNotAlone(f: Function, text: string): string | undefined {
  if (f.name.startsWith("bound ") && NATIVE.test(text)) return "it is bound to an object of this thread";
  if (NATIVE.test(text)) return "it is a part of the runtime, which has no text";
  if (/^class\b/.test(text)) return "it is a class";
  if (f.constructor.name.endsWith("GeneratorFunction")) return "it is a generator, whose iterator cannot be copied";
  const relative = RELATIVE_IMPORT.exec(text)?.[2];
  if (relative !== undefined) return `it imports "${relative}", and its text does not say relative to what`;
  try {
    const { Script } = process.getBuiltinModule("node:vm");
    void new Script(sourceOf(text));
  } catch (error) {
    return `its text alone is no function, as with methods and with \`import.meta\` (${(error as Error).message})`;
  }
  return undefined;
}

function refusal(name: string, reason: string): ThreadFunctionError {
  return new ThreadFunctionError(
    `Cannot run ${name} in another thread: ${reason}, expected a function that stands alone or { module, export }`,
  );
}

function defineModule(f: unknown): Definition {
  const { module, export: exported = "default" } = (f ?? {}) as Partial<ModuleFunction>;
  if ((typeof module !== "string" && !(module instanceof URL)) || typeof exported !== "string") {
    throw new TypeError(
      `Cannot run ${inspect(f, { depth: 0 })} in another thread: expected a function or { module, export }`,
    );
  }
  const url = urlOf(String(module));
  return defineOnce(`${exported} of ${url}`, () => ({
    name: `${exported} of ${url}`,
    text: undefined,
    module: url,
    export: exported,
  }));
}

function urlOf(module: string): string {
  if (isAbsolute(module)) return pathToFileURL(module).href;
  if (URL_SCHEME.test(module) || PACKAGE.test(module)) return module;
  throw new ThreadFunctionError(
    `Cannot run a function of the module "${module}" in another thread: it does not say relative to what, expected a URL such as import.meta.resolve answers, an absolute path or the name of a package`,
  );
}

function defineOnce(key: string, make: () => Omit<Definition, "id">): Definition {
  let definition = byContent.get(key);
  if (definition === undefined) {
    definition = { id: ++lastId, ...make() };
    if (byContent.size >= MOST_DEFINITIONS) byContent.delete(byContent.keys().next().value!);
    byContent.set(key, definition);
  }
  return definition;
}

/** The folder of the main module of this thread, or the working directory where there is none. */
export function programFolder(): string {
  const main = process.argv[1];
  if (main === undefined) return process.cwd();
  try {
    return dirname(process.getBuiltinModule("node:fs").realpathSync(main));
  } catch {
    return dirname(resolve(main));
  }
}

/** The function of a definition; for one of a module, a promise of it. Throws where the text says so. */
export function functionOf(definition: Definition, folder: string): Callable | Promise<Callable> {
  if (definition.text === undefined) return importFunction(definition, folder);
  return compile(definition.text, fileOf(definition, folder));
}

async function importFunction(definition: Definition, folder: string): Promise<Callable> {
  const { module, export: exported } = definition;
  const importer = compile("(specifier) => import(specifier)", `${folder}/thread`);
  const names = (await importer(module)) as Readonly<Record<string, unknown>>;
  const found = names[exported];
  if (typeof found === "function") return found as Callable;
  throw new ThreadFunctionError(
    `Cannot run ${exported} of ${module} in another thread: it is ${inspect(found, { depth: 0 })}, expected a function`,
  );
}

interface ModuleInternals {
  filename: string;
  paths: string[];
  exports: unknown;
  _compile(source: string, filename: string): void;
}

/** Compiles a text as a module, the only way in which `import()` works in it without a flag or a warning. */
function compile(text: string, filename: string): Callable {
  const { Module } = process.getBuiltinModule("node:module") as unknown as {
    Module: { new (filename: string): ModuleInternals; _nodeModulePaths(folder: string): string[] };
  };
  const module = new Module(filename);
  module.filename = filename;
  module.paths = Module._nodeModulePaths(dirname(filename));
  module._compile(`module.exports = ${sourceOf(text)}`, filename);
  return module.exports as Callable;
}

/** Strict, as modules are: an assignment to a name that is not there throws. */
function sourceOf(text: string): string {
  return `(() => { "use strict"; return (${text}\n); })()`;
}

/** What the stacks call the place of a text. */
function fileOf({ name }: Definition, folder: string): string {
  return `${folder}/thread function ${name.replace(/[^\w$]/g, "_")}`;
}

/**
 * What a function threw, or in its place, where it looked for a name of the scope that it left, an error that tells how to do that.
 */
export function explain(thrown: unknown, definition: Definition, folder: string): unknown {
  if (definition.text === undefined || !(thrown instanceof ReferenceError)) return thrown;
  const missing = /^(\S+) is not defined$/.exec(thrown.message)?.[1];
  const thrower = /^ {4}at .*$/m.exec(thrown.stack ?? "")?.[0] ?? "";
  if (missing === undefined || !thrower.includes(fileOf(definition, folder))) return thrown;
  return new ThreadFunctionError(
    `Cannot use "${missing}" in ${definition.name}: it belongs to the scope in which the function was written, and only the function's text is in this thread; pass it as an argument, import it inside of the function, or use { module, export }`,
    { cause: thrown },
  );
}

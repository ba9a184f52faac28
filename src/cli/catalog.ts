/** All services: those of Hawser, then those of packages. Only what is asked for is loaded. */
import { pathToFileURL } from "node:url";
import { BUILT_IN_SERVICES } from "./built-in-services.ts";
import { problemOfMaker } from "./check-maker.ts";
import { COMMANDS } from "./command.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import { didYouMean } from "./nearest-name.ts";
import { findPackageServices } from "./package-services.ts";
import type { PackageService } from "./package-services.ts";
import type { ServiceMaker } from "./service-maker.ts";

/** A service that has not been loaded. */
export interface CatalogEntry {
  readonly name: string;
  readonly summary: string;
  /** Where it comes from: `hawser`, or the name and version of a package with its folder. */
  readonly origin: string;
  /** Throws `CommandError` where it cannot be loaded. */
  load(): Promise<ServiceMaker>;
}

export class Catalog {
  readonly #folder: string;
  readonly #warn: (warning: string) => void;
  #entries: readonly CatalogEntry[] | undefined = undefined;

  /**
   * @param folder where to look for packages
   * @param warn is told of packages that cannot be used
   */
  constructor(folder: string, warn: (warning: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  /** Every service, in the order of the alphabet, ours first. */
  entries(): readonly CatalogEntry[] {
    return (this.#entries ??= this.#look());
  }

  /** The service of that name. Throws `CommandError`, which says what may have been meant. */
  find(name: string): CatalogEntry {
    // Packages are looked for only where the name is none of ours: there may be a thousand of them.
    const entry = builtIn(name) ?? this.entries().find((other) => other.name === name);
    if (entry !== undefined) return entry;
    const known = [...this.entries(), ...COMMANDS].map((other) => other.name);
    const hint = didYouMean(name, known);
    throw new CommandError(
      `${name}: there is no such service${hint === "" ? ", expected one of those that hawser --list shows" : hint}`,
    );
  }

  #look(): CatalogEntry[] {
    const { services, warnings } = findPackageServices(this.#folder);
    for (const warning of warnings) this.#warn(warning);
    const taken = new Set([...Object.keys(BUILT_IN_SERVICES), ...COMMANDS.map(({ name }) => name)]);
    const others = services.filter((service) => {
      if (!taken.has(service.name)) return true;
      this.#warn(`${service.packageName}: the name ${service.name} is one of hawser's own; its service is not used`);
      return false;
    });
    const own = Object.keys(BUILT_IN_SERVICES).map((name) => builtIn(name)!);
    return [...own.sort(byName), ...others.map(entryOf).sort(byName)];
  }
}

function builtIn(name: string): CatalogEntry | undefined {
  if (!Object.hasOwn(BUILT_IN_SERVICES, name)) return undefined;
  const { summary, load } = BUILT_IN_SERVICES[name]!;
  return { name, summary, origin: "hawser", load };
}

function entryOf(service: PackageService): CatalogEntry {
  const { name, summary, packageName, packageVersion, folder } = service;
  return { name, summary, origin: `${packageName} ${packageVersion} in ${folder}`, load: () => loadService(service) };
}

async function loadService({ name, module, packageName }: PackageService): Promise<ServiceMaker> {
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = (await import(pathToFileURL(module).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new CommandError(`${name}: cannot load it from ${packageName}: ${String(error)}`, ExitCode.cannotLoad, {
      cause: error,
    });
  }
  const maker = exports["default"] ?? exports["service"];
  const problem = problemOfMaker(maker, name);
  if (problem !== undefined)
    throw new CommandError(`${name}: cannot use the module of ${packageName}: ${problem}`, ExitCode.cannotLoad);
  return maker as ServiceMaker;
}

function byName(a: CatalogEntry, b: CatalogEntry): number {
  return a.name < b.name ? -1 : 1;
}

/**
 * The services that installed packages offer: those that the field `hawser` of their package.json names. They are looked for in the
 * `node_modules` of a folder and of all folders above it, the nearest first. Nothing of a package is run to list what it offers.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

/** A service that a package offers. */
export interface PackageService {
  readonly name: string;
  readonly summary: string;
  /** The module that exports its maker. */
  readonly module: string;
  /** The name and version of the package. */
  readonly packageName: string;
  readonly packageVersion: string;
  /** The folder of the package. */
  readonly folder: string;
}

export interface FoundServices {
  readonly services: readonly PackageService[];
  /** A line for each package or service that cannot be used; it names the package. */
  readonly warnings: readonly string[];
}

/** Looks for services from `folder` upwards. */
export function findPackageServices(folder: string): FoundServices {
  const services = new Map<string, PackageService>();
  const warnings: string[] = [];
  const seen = new Set<string>();
  for (const place of packageFolders(folder)) {
    const shown = relative(place.modules, place.folder);
    // The nearest package of a name is the one that is used, as by `import`.
    if (seen.has(shown)) continue;
    seen.add(shown);
    try {
      for (const service of servicesOf(place.folder)) {
        const other = services.get(service.name);
        if (other === undefined) services.set(service.name, service);
        else
          warnings.push(
            `${shown}: the service ${service.name} is that of ${other.packageName}, expected another name; it is not used`,
          );
      }
    } catch (error) {
      warnings.push(`${shown}: ${error instanceof Error ? error.message : String(error)}; it is not used`);
    }
  }
  return { services: [...services.values()], warnings };
}

interface PackageFolder {
  readonly modules: string;
  readonly folder: string;
}

function* packageFolders(start: string): Iterable<PackageFolder> {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    for (const name of namesIn(modules)) {
      if (!name.startsWith("@")) yield { modules, folder: join(modules, name) };
      else for (const inScope of namesIn(join(modules, name))) yield { modules, folder: join(modules, name, inScope) };
    }
    if (dirname(folder) === folder) return;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch {
    // There is none, or none that may be read.
    return [];
  }
}

/** Throws an error that says what is wrong. */
function servicesOf(folder: string): PackageService[] {
  let text: string;
  try {
    text = readFileSync(join(folder, "package.json"), "utf8");
  } catch {
    // Not everything in node_modules is a package.
    return [];
  }
  // Most packages have nothing to do with this, and need not be parsed.
  if (!text.includes('"hawser"')) return [];
  const manifest = asRecord(JSON.parse(text) as unknown);
  const field = manifest?.["hawser"];
  if (field === undefined) return [];
  const listed = asRecord(asRecord(field)?.["services"]);
  if (listed === undefined)
    throw new TypeError('the field "hawser" of its package.json has no services, expected { "services": { ... } }');
  return Object.entries(listed).map(([name, entry]) => ({
    ...readEntry(name, entry, folder),
    packageName: textOr(manifest?.["name"], "?"),
    packageVersion: textOr(manifest?.["version"], "?"),
    folder,
  }));
}

function readEntry(name: string, entry: unknown, folder: string): Pick<PackageService, "name" | "summary" | "module"> {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new TypeError(`the service ${JSON.stringify(name)} has no name that can be typed, expected small letters`);
  const { summary, module } = asRecord(entry) ?? {};
  if (typeof summary !== "string" || typeof module !== "string")
    throw new TypeError(`the service ${name} is not described, expected { "summary": "...", "module": "./FILE.js" }`);
  const path = join(folder, module);
  const inside = relative(folder, path);
  if (inside.startsWith("..") || isAbsolute(inside))
    throw new TypeError(
      `the module of the service ${name} is ${JSON.stringify(module)}, expected a file of the package`,
    );
  return { name, summary, module: path };
}

function textOr(value: unknown, other: string): string {
  return typeof value === "string" ? value : other;
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

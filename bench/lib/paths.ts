/** Where the repository is, seen from the compiled benchmarks, into whatever folder they were compiled. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder above `start` that holds package-lock.json: `dist/` has a package.json as well. */
export function repositoryRoot(start: string = import.meta.dirname): string {
  if (existsSync(join(start, "package-lock.json"))) return start;
  const above = dirname(start);
  if (above === start) throw new Error("Cannot find the repository: no folder above holds package-lock.json");
  return repositoryRoot(above);
}

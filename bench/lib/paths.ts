/** Where the repository is, seen from the compiled benchmarks, into whatever folder they were compiled. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder above `start` that holds package.json. */
export function repositoryRoot(start: string = import.meta.dirname): string {
  if (existsSync(join(start, "package.json"))) return start;
  const above = dirname(start);
  if (above === start) throw new Error("Cannot find the repository: no folder above holds package.json");
  return repositoryRoot(above);
}

/** Compiles the programs of benchmarks that are in C or Go, on first use and when their source has changed. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { repositoryRoot } from "./paths.ts";

const CC = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror"];

/** The path of the program that `bench/SOURCE` becomes. The headers in the source's folder and in the one above count as parts of it. */
export function compile(source: string): string {
  const path = join(repositoryRoot(), "bench", source);
  const program = join(repositoryRoot(), "build/bench", source.slice(0, -extname(source).length));
  const newest = newestOf([path, ...headersFor(path)]);
  if (existsSync(program) && statSync(program).mtimeMs > newest) return program;
  mkdirSync(dirname(program), { recursive: true });
  const [compiler, ...args] = source.endsWith(".go")
    ? ["go", "build", "-o", program, path]
    : ["cc", ...CC, "-o", program, path, "-lm", ...librariesOf(path)];
  try {
    execFileSync(compiler, args, { stdio: ["ignore", "inherit", "inherit"] });
  } catch (error) {
    throw new Error(`Cannot compile ${source}: ${compiler} failed, expected it to be installed`, { cause: error });
  }
  return program;
}

/** What else a C file is linked with: it says so in a comment, `Libraries: ssl crypto`. */
function librariesOf(path: string): string[] {
  const named = /^\/\/ .*Libraries: ([\w ]+)$/m.exec(readFileSync(path, "latin1"))?.[1] ?? "";
  return named.split(" ").flatMap((name) => (name === "" ? [] : [`-l${name}`]));
}

function headersFor(path: string): string[] {
  return [dirname(path), dirname(dirname(path))].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".h"))
      .map((name) => join(folder, name)),
  );
}

function newestOf(paths: readonly string[]): number {
  return Math.max(...paths.map((path) => statSync(path).mtimeMs));
}

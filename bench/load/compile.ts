/** Compiles the load generators, which are in C so that they have time to spare while the server has none. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../lib/paths.ts";

/** The path of the compiled `bench/load/NAME.c`. */
export function compileLoad(name: string): string {
  const source = join(repositoryRoot(), "bench/load", `${name}.c`);
  const folder = join(repositoryRoot(), "build/bench");
  const program = join(folder, name);
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program;
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync("cc", ["-O2", "-std=c11", "-Wall", "-Wextra", "-Werror", "-o", program, source]);
  } catch (error) {
    throw new Error(`Cannot compile the load generator ${source}: expected a C compiler called cc`, { cause: error });
  }
  return program;
}

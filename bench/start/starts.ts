/** Starts a program again and again, each time until it has said a line. Arguments: the program, from the repository's root, and its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { measureAsync } from "../lib/measure.ts";
import { repositoryRoot } from "../lib/paths.ts";

const [program = "", ...args] = process.argv.slice(2);

await measureAsync(async () => {
  const child = spawn(process.execPath, [join(repositoryRoot(), program), ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "close");
  return 1;
});

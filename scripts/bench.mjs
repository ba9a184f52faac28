/** `npm run bench -- NAME`: builds, then runs `bench/run.ts`, which says what it does. */
import { build } from "./build.mjs";
import { repositoryRoot } from "./lib/files.mjs";

const complaints = await build(repositoryRoot);
if (complaints === "") {
  await import(new URL("../dist/bench/run.js", import.meta.url).href);
} else {
  console.error(complaints);
  process.exitCode = 1;
}

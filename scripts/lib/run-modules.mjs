/** `node run-modules.mjs MODULE ...`: runs modules one after the other and says which of them failed or did not end. */
import { pathToFileURL } from "node:url";

const TIMEOUT_MS = 10_000;

let current = "";
process.on("uncaughtException", (error) => complain(error));

for (const module of process.argv.slice(2)) {
  current = module;
  const timer = setTimeout(() => {
    complain(`did not end within ${TIMEOUT_MS / 1000} seconds`);
    process.exit();
  }, TIMEOUT_MS);
  await import(pathToFileURL(module).href).catch(complain);
  clearTimeout(timer);
}
process.exit(); // whatever the modules left running

/** @param {unknown} problem */
function complain(problem) {
  console.error(`${current}: ${problem instanceof Error ? problem.stack : String(problem)}`);
  process.exitCode = 1;
}

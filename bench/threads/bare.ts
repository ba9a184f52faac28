/** Messages to worker threads and back, and nothing else. Argument: "one" after the other, or "many" at once. */
import { Worker } from "node:worker_threads";
import { measureAsync } from "../lib/measure.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- these are workers, not windows */

const BATCH = 400;
const many = process.argv[2] === "many";
const source = `const { parentPort } = require("node:worker_threads");
parentPort.on("message", (message) => parentPort.postMessage(message));`;
const workers = Array.from({ length: many ? 4 : 1 }, () => new Worker(source, { eval: true }));

/** `BATCH` messages, one at a time for each worker. */
function batch(): Promise<number> {
  return new Promise((resolve) => {
    let started = 0;
    let left = BATCH;
    for (const worker of workers) {
      worker.removeAllListeners("message");
      worker.on("message", () => {
        if (--left === 0) resolve(BATCH);
        else next(worker);
      });
      next(worker);
    }
    function next(worker: Worker): void {
      if (started++ < BATCH) worker.postMessage(0);
    }
  });
}

await measureAsync(batch);
await Promise.all(workers.map((worker) => worker.terminate()));

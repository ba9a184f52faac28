/** The work of all sides in JavaScript: batches of processes, so many at a time. */
import { measureAsync } from "../lib/measure.ts";

const ABREAST = Number(process.argv[2]);
const BATCH = 32;

/** `spawn` starts `/bin/true` and calls `ended` when it has exited and its descriptors are closed. */
export function work(spawn: (ended: () => void) => void): Promise<void> {
  return measureAsync(
    () =>
      new Promise((resolve) => {
        let started = 0;
        let done = 0;
        const next = (): void => {
          if (started === BATCH) return;
          started++;
          spawn(() => {
            if (++done === BATCH) resolve(BATCH);
            else next();
          });
        };
        for (let n = 0; n < ABREAST; n++) next();
      }),
  );
}

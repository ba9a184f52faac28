/** The runtime's timers. */
import { work } from "./work.ts";

await work({
  create: (seconds, callback) => setTimeout(callback, seconds * 1000),
  cancel: (timer) => clearTimeout(timer),
  putOff: (timer) => void timer.refresh(),
});

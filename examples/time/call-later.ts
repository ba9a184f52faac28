/** Calls a function later, and cancels a call. Argument: the seconds, 3.5 unless given. */
import { reactor } from "hawser";

const delay = Number(process.argv[2] ?? 3.5);

function f(s: string): void {
  console.log(`this will run ${delay} seconds after it was scheduled: ${s}`);
  reactor.stop();
}

const never = reactor.callLater(delay / 2, () => console.log("I'll never run."));
never.cancel();
reactor.callLater(delay, f, "hello, world");
await reactor.run();

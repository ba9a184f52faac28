/** Calls a function that blocks, in a thread: the reactor goes on meanwhile. Argument: the seconds, 2 unless given. */
import { reactor } from "hawser";

/** It stands alone: what it needs it is given, or imports. */
async function aSillyBlockingMethod(seconds: number, x: string): Promise<void> {
  const { callFromThread } = await import("hawser/threads");
  // Nothing else can happen in this thread for that long.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
  console.log(x);
  callFromThread((theReactor) => theReactor.stop());
}

const seconds = Number(process.argv[2] ?? 2);
reactor.callInThread(aSillyBlockingMethod, seconds, `${seconds} seconds have passed`);
reactor.callWhenRunning(() => console.log("The reactor runs"));
await reactor.run();

/** A thread that has the reactor make a request for it, and waits for the answer. Argument: the URL. */
import { reactor } from "hawser";

async function inThread(url: string): Promise<void> {
  const { blockingCallFromThread, callFromThread } = await import("hawser/threads");
  try {
    // Called in the reactor's thread; this one is blocked until the promise has its result.
    const result = blockingCallFromThread(async (theReactor, page) => {
      const response = await fetch(page);
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      return `the ${theReactor.running ? "running" : "stopped"} reactor got ${await response.text()}`;
    }, url);
    console.log(result);
  } catch (error) {
    console.log(`no page: ${(error as Error).message}`);
  }
  callFromThread((theReactor) => theReactor.stop());
}

reactor.callInThread(inThread, process.argv[2] ?? "http://localhost/");
await reactor.run();

/** Suggests how many threads there are at most, and counts how many do the work. */
import { reactor } from "hawser";
import { gatherResults } from "hawser/deferred";
import { deferToThread } from "hawser/threads";

async function whoDoes(): Promise<number> {
  const { threadId } = await import("node:worker_threads");
  return threadId;
}

reactor.suggestThreadPoolSize(3);
gatherResults(Array.from({ length: 30 }, () => deferToThread(reactor, whoDoes)))
  .addCallback((threads) => console.log(`${threads.length} calls by ${new Set(threads).size} threads`))
  .addBoth(() => reactor.stop());
await reactor.run();

/** Calls of a function that does nothing. Argument: "one" after the other, or "many" at once. */
import { Deferred } from "../../src/deferred/deferred.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { deferToThread } from "../../src/threads/defer-to-thread.ts";
import { measureAsync } from "../lib/measure.ts";

const BATCH = 400;
const reactor = new NodeReactor();
const finished = reactor.run();
const lanes = process.argv[2] === "many" ? BATCH : 1;
reactor.suggestThreadPoolSize(Math.min(lanes, 4));

function nothing(): void {}

/** `BATCH` calls, `lanes` at a time. */
function batch(): Deferred<number> {
  const done = new Deferred<number>();
  let started = 0;
  let left = BATCH;
  function next(): void {
    if (started++ < BATCH) deferToThread(reactor, nothing).addCallback(finish);
  }
  function finish(): void {
    if (--left === 0) done.callback(BATCH);
    else next();
  }
  for (let lane = 0; lane < lanes; lane++) next();
  return done;
}

await measureAsync(batch);
reactor.stop();
await finished;

/** A long calculation in a thread, with its result as a Deferred; and one that takes too long, which is ended. */
import { reactor } from "hawser";
import type { Failure } from "hawser";
import { deferToThread } from "hawser/threads";

function doLongCalculation(limit: number): number {
  let count = 0;
  for (let n = 2; n <= limit; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) count++;
  }
  return count;
}

function doEndlessCalculation(): never {
  for (;;);
}

function printResult(x: number): void {
  console.log(`There are ${x} primes up to 100000`);
}

function printFailure(failure: Failure): void {
  console.log(`Without end: ${failure.getErrorMessage()}`);
}

// Runs the function in a thread; the result is a Deferred.
deferToThread(reactor, doLongCalculation, 100_000)
  .addCallback(printResult)
  .addCallback(() => deferToThread(reactor, doEndlessCalculation).addTimeout(0.05, reactor))
  .addErrback(printFailure)
  .addBoth(() => reactor.stop());
await reactor.run();

/** A Deferred, a pair of functions that wait for it, and the two ways in which it can be fired. No reactor is needed. */
import { Deferred, Failure } from "hawser/deferred";

function gotPoem(poem: string): void {
  console.log("Your poem is served:");
  console.log(poem);
}

function poemFailed(): void {
  console.log("No poetry for you.");
}

const served = new Deferred<string>();
served.addCallbacks(gotPoem, poemFailed);
served.callback("This poem is short.");

const lost = new Deferred<string>();
lost.addCallbacks(gotPoem, poemFailed);
lost.errback(new Failure(new Error("I have failed.")));

console.log("Finished");

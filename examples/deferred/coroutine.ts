/** `inlineCallbacks`: a generator that waits for Deferreds in the middle of ordinary code. */
import { CancelledError, Deferred, inlineCallbacks, succeed, wait } from "hawser/deferred";

const requests: Deferred<number>[] = [];

function askServer(question: string): Deferred<number> {
  console.log("Asking:", question);
  const answer = new Deferred<number>(() => console.log("Stopped asking:", question));
  requests.push(answer);
  return answer;
}

const multiply = inlineCallbacks(function* (a: string, b: string) {
  const x = yield* wait(askServer(a));
  console.log("The first answer is", x);
  const y = yield* wait(askServer(b));
  console.log("The second answer is", y);
  const factor = yield* wait(succeed(10));
  return x * y * factor;
});

console.log("A result:");
multiply("x", "y").addCallback((product) => console.log("The product is", product));
requests.shift()?.callback(6);
requests.shift()?.callback(7);

console.log("A failure, caught where it is waited for:");
inlineCallbacks(function* () {
  try {
    yield* wait(askServer("z"));
  } catch (error) {
    console.log("Caught:", (error as Error).message);
  }
  throw new RangeError("and another one that is not");
})().addErrback((failure) => console.log("The chain failed:", failure.getErrorMessage()));
requests.shift()?.errback(new Error("The server is down"));

console.log("Cancelled:");
const cancelled = multiply("x", "y");
cancelled.addErrback((failure) => console.log("The chain failed:", failure.trap(CancelledError).name));
requests.shift()?.callback(6);
cancelled.cancel();

/** `cancel`: what becomes of a Deferred that nobody wants any more. */
import { CancelledError, Deferred } from "hawser/deferred";

function watch(name: string, deferred: Deferred<string>): void {
  deferred.addCallbacks(
    (text) => console.log(`${name}: ${text}`),
    (failure) => console.log(`${name}: ${failure.check(CancelledError) === null ? "failed" : "cancelled"}`),
  );
}

// Without a canceller, the Deferred fails, and the result that comes too late is ignored.
const plain = new Deferred<string>();
watch("plain", plain);
plain.cancel();
plain.callback("too late");

// Before it is cancelled it may have had its result: then nothing happens.
const done = new Deferred<string>(() => console.log("never called"));
watch("done", done);
done.callback("in time");
done.cancel();

// A canceller stops the work; after it, a late result would be an error.
const work = new Deferred<string>(() => console.log("(stopping the work)"));
watch("work", work);
work.cancel();

// A canceller may have a result to give, or another failure.
const partial = new Deferred<string>((d) => d.callback("what was there so far"));
watch("partial", partial);
partial.cancel();
const angry = new Deferred<string>((d) => d.errback(new Error("do not disturb")));
watch("angry", angry);
angry.cancel();

// A chain that waits for another Deferred cancels that one.
const inner = new Deferred<string>(() => console.log("(stopping the inner work)"));
const outer = new Deferred<string>(() => console.log("never called"));
outer.addCallback(() => inner);
watch("outer", outer);
outer.callback("go");
outer.cancel();

// Promises and their AbortSignals are part of it: cancelling aborts the signal, and aborting cancels.
const fetching = Deferred.fromPromise(
  (signal) =>
    new Promise<string>((_, reject) => {
      signal.addEventListener("abort", () => {
        console.log("(aborting the request)");
        reject(signal.reason as Error);
      });
    }),
);
watch("fetching", fetching);
fetching.cancel();

const abort = new AbortController();
const answer = new Deferred<string>();
const promise = answer.toPromise({ signal: abort.signal });
abort.abort("the user went away");
try {
  await promise;
} catch (error) {
  const { name, cause } = error as Error;
  console.log(`promise: ${name}, for ${String(cause)}`);
}

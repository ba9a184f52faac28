/** A failure that comes to the end of its chain is not lost: it is reported at the end of the turn in which nobody took it. */
import { Deferred, setDebugging } from "hawser/deferred";
import { formatEvent, globalLogBeginner } from "hawser/logger";

globalLogBeginner.beginLoggingTo([
  (event) => console.log("Reported:", formatEvent(event).split("\n")[0], "-", event.logFailure?.getErrorMessage()),
]);

const forgotten = new Deferred<string>();
forgotten.addCallback((text) => text.length);
forgotten.errback(new Error("nobody listens"));

const handled = new Deferred<string>();
handled.errback(new Error("somebody listens, in time"));
// The errback may come after the failure, as long as the turn has not ended.
await Promise.resolve();
handled.addErrback(() => console.log("Handled in the same turn"));

await new Promise((resolve) => {
  setImmediate(resolve);
});
console.log("The next turn");

// With debug mode on, the report also shows where the Deferred was made and fired.
setDebugging(true);
new Deferred<string>().errback(new Error("made here"));

/** What a callback throws is logged, and the loop goes on. */
import { reactor } from "hawser";

function falldown(): void {
  throw new Error("I fall down.");
}

function upagain(): void {
  console.log("But I get up again.");
  reactor.stop();
}

reactor.callWhenRunning(falldown);
reactor.callWhenRunning(upagain);
console.log("Starting the reactor.");
await reactor.run();

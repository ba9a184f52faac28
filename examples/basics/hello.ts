/** The reactor calls us when it runs. */
import { reactor } from "hawser";

function hello(): void {
  console.log("Hello from the reactor loop!");
  console.log("Lately I feel like I'm stuck in a rut.");
}

reactor.callWhenRunning(hello);
console.log("Starting the reactor.");
reactor.callLater(0, () => reactor.stop());
await reactor.run();

/** Counts down and stops the reactor. Argument: the seconds between two numbers, 1 unless given. */
import { reactor } from "hawser";

const pause = Number(process.argv[2] ?? 1);

class Countdown {
  #counter = 5;

  count = (): void => {
    if (this.#counter === 0) {
      reactor.stop();
      return;
    }
    console.log(this.#counter, "...");
    this.#counter--;
    reactor.callLater(pause, this.count);
  };
}

reactor.callWhenRunning(new Countdown().count);
console.log("Start!");
await reactor.run();
console.log("Stop!");

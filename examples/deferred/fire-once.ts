/** A Deferred is fired once. Whoever has to fire one lets go of it when doing so, and then cannot do it twice. */
import { AlreadyCalledError, Deferred, setDebugging } from "hawser/deferred";

class PoemReceiver {
  #waiting: Deferred<string> | undefined;

  constructor(waiting: Deferred<string>) {
    this.#waiting = waiting;
  }

  poemFinished(poem: string): void {
    this.#take()?.callback(poem);
  }

  connectionFailed(reason: Error): void {
    this.#take()?.errback(reason);
  }

  #take(): Deferred<string> | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

const poem = new Deferred<string>();
poem.addCallback((text) => console.log("Received:", text));
const receiver = new PoemReceiver(poem);
receiver.poemFinished("The Road Not Taken");
receiver.connectionFailed(new Error("Connection lost"));
console.log("The receiver knew better than to fire twice");

try {
  poem.callback("again");
} catch (error) {
  if (error instanceof AlreadyCalledError) console.log(`${error.name}: ${error.message}`);
}

// In debug mode the message shows where the Deferred was made and who was first.
setDebugging(true);

function makeDeferred(): Deferred<string> {
  return new Deferred();
}

function fireFirst(deferred: Deferred<string>): void {
  deferred.callback("first");
}

const watched = makeDeferred();
fireFirst(watched);
try {
  watched.callback("second");
} catch (error) {
  const stacks = (error as Error).message;
  console.log(
    "Debug mode names both places:",
    ["makeDeferred", "fireFirst"].every((name) => stacks.includes(name)),
  );
}

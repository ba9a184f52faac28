/** A chain of callbacks in a program with a reactor. Argument: the headline. */
import { reactor } from "hawser";
import type { Deferred, Failure } from "hawser";
import { deferLater } from "hawser/clock";

class HeadlineRetriever {
  #processHeadline(headline: string): string {
    if (headline.length > 50) throw new Error(`The headline "${headline}" is too long!`);
    return headline;
  }

  #toHTML(headline: string): string {
    return `<h1>${headline}</h1>`;
  }

  /** A Deferred that fires when the headline has been printed. */
  getHeadline(input: string): Deferred<void> {
    return deferLater(reactor, 0, (headline: string) => this.#processHeadline(headline), input)
      .addCallback((headline) => this.#toHTML(headline))
      .addCallbacks(printData, printError);
  }
}

function printData(result: string): void {
  console.log(result);
}

function printError(failure: Failure): void {
  console.error(failure.getErrorMessage());
}

new HeadlineRetriever()
  .getHeadline(process.argv[2] ?? "Breaking News: Hawser Takes Us to the Moon!")
  .addBoth(() => reactor.stop());
await reactor.run();

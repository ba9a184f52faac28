/** Counts the words of its first argument, or of a verse, with `wc`; further arguments are those of `wc`: what is written goes to a child, what the child says comes back. */
import { reactor } from "hawser";
import type { Failure } from "hawser/deferred";
import { ProcessDone } from "hawser/process";
import { ProcessProtocol } from "hawser/protocol";

const VERSE = "So much depends\nupon\na red wheel\nbarrow\n";
const text = process.argv[2] ?? VERSE;

/** Feeds a text to `wc`, and reads three numbers from it. */
class WordCount extends ProcessProtocol {
  #output = "";

  override connectionMade(): void {
    console.log(`Sending ${text.length} characters to the process`);
    this.transport.write(text);
    // `wc` counts until there is no more.
    this.transport.closeStdin();
  }

  override outReceived(data: Buffer): void {
    this.#output += data.toString();
  }

  override errReceived(data: Buffer): void {
    console.error(`wc complains: ${data.toString().trimEnd()}`);
  }

  /** Everything that the child has said has come by now; when it exits, some of it may still be on its way. */
  override processEnded(reason: Failure): void {
    if (reason.check(ProcessDone) === null) {
      console.error(reason.getErrorMessage());
    } else {
      const [lines, words, characters] = this.#output.trim().split(/\s+/);
      console.log(`${lines} lines, ${words} words, ${characters} characters`);
    }
    reactor.stop();
  }
}

reactor.callWhenRunning(() => reactor.spawnProcess(new WordCount(), "wc", ["wc", ...process.argv.slice(3)]));
await reactor.run();

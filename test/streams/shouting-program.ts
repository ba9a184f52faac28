/** Shouts back what it reads from one descriptor to another, and says at the end how that came; `bye` ends it. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { StandardIO } from "../../src/streams/standard-io.ts";
import type { Failure } from "../../src/deferred/failure.ts";

const [input, output] = process.argv.slice(2).map(Number);
const reactor = new NodeReactor();

class Shouter extends LineReceiver {
  override delimiter = "\n";

  override lineReceived(line: Buffer): void {
    this.sendLine(line.toString().toUpperCase());
    if (line.toString() === "bye") this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    process.stderr.write(`${(reason.value as Error).name}\n`);
    reactor.stop();
  }
}

reactor.callWhenRunning(() => void new StandardIO(new Shouter(), { stdin: input, stdout: output, reactor }));
await reactor.run();

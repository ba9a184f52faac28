/** A process, or a worker, whose reactor has children. What it is to do is its argument. */
import { parentPort } from "node:worker_threads";
import { ProcessProtocol } from "../../../src/protocol/process-protocol.ts";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- this is a port, not a window */

class Printing extends ProcessProtocol {
  override outReceived(data: Buffer): void {
    process.stdout.write(data);
  }

  override processEnded(): void {
    reactor.stop();
  }
}

const reactor = new EpollReactor();

function sleep(): number {
  return reactor.spawnProcess(null, "/bin/sleep", ["sleep", "1000"], { childFDs: {} }).pid!;
}

reactor.callWhenRunning(() => {
  const [, , task] = process.argv;
  if (task === "list") reactor.spawnProcess(new Printing(), "/bin/ls", ["ls", "/proc/self/fd"]);
  if (task === "wait") parentPort!.postMessage([sleep(), sleep(), sleep()]);
  if (task === "exit") {
    process.stdout.write(`${sleep()}\n`, () => process.exit(7));
  }
});
await reactor.run({ installSignalHandlers: false });

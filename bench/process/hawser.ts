/** `spawnProcess` of the reactor that programs get. */
import { ProcessDone } from "../../src/process/errors.ts";
import type { Failure } from "../../src/deferred/failure.ts";
import { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import { reactor } from "../../src/reactor/global-reactor.ts";
import { work } from "./work.ts";

class Waiting extends ProcessProtocol {
  readonly #ended: () => void;

  constructor(ended: () => void) {
    super();
    this.#ended = ended;
  }

  override processEnded(reason: Failure): void {
    reason.trap(ProcessDone);
    this.#ended();
  }
}

reactor.callWhenRunning(async () => {
  await work((ended) => reactor.spawnProcess(new Waiting(ended), "/bin/true", ["/bin/true"]));
  reactor.stop();
});
await reactor.run();

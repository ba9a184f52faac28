/** The protocol of a process of which nothing is wanted but to know when it has ended. */
import type { Failure } from "../deferred/failure.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import { ProcessProtocol } from "../protocol/process-protocol.ts";

export class EndTeller extends ProcessProtocol<ProcessTransport> {
  readonly #ended: (reason: Failure) => void;

  constructor(ended: (reason: Failure) => void) {
    super();
    this.#ended = ended;
  }

  override processEnded(reason: Failure): void {
    this.#ended(reason);
  }
}

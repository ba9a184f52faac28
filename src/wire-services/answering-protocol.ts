/** A service over a stream that says one thing and closes: QOTD, Who, Daytime and Time are of this kind. */
import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { Logger } from "../logger/logger.ts";
import { Protocol } from "../protocol/protocol.ts";
import type { Answer } from "./answer.ts";

const log = new Logger({ namespace: "hawser.wire-services" });

/** Says `answer()` as soon as there is a connection, and closes it. What the peer sends is dropped. */
export abstract class AnsweringProtocol extends Protocol {
  readonly borrowsData: boolean = true;
  #answering: Deferred<string | Uint8Array> | undefined = undefined;

  protected abstract answer(): Answer;

  override connectionMade(): void {
    this.#answering = maybeDeferred(() => this.answer());
    this.#answering
      .addCallback((answer) => this.transport.write(answer))
      .addErrback((failure) => {
        // Whoever hangs up while the answer is looked for has cancelled it.
        if (this.#answering !== undefined) {
          log.failure("{protocol} has no answer", failure, { protocol: this.logPrefix() });
        }
      })
      .addBoth(() => this.transport.loseConnection());
  }

  override connectionLost(_reason: Failure): void {
    const answering = this.#answering;
    this.#answering = undefined;
    answering?.cancel();
  }
}

/** The two ends of connections that prove that each gets its own bytes back. */
import { Protocol } from "../../src/protocol/protocol.ts";

/** Sends back what it receives. */
export class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

/** Says its number, and counts when that has come back. */
export class Caller extends Protocol {
  readonly #message: string;
  readonly #answered: () => void;
  #answer = "";

  constructor(message: string, answered: () => void) {
    super();
    this.#message = message;
    this.#answered = answered;
  }

  override connectionMade(): void {
    this.transport.write(this.#message);
  }

  override dataReceived(data: Buffer): void {
    this.#answer += data.toString();
    if (this.#answer === this.#message) this.#answered();
  }
}

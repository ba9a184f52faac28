/** A protocol that says its lines and keeps the answers. */
import type { Failure } from "../deferred/failure.ts";
import { LineReceiver } from "../protocol/line-receiver.ts";

/**
 * Sends `lines` when it is connected, or, where it does not start, when the first line has come; keeps the lines that it receives.
 *
 * @example
 * const client = new LineSendingProtocol(["HELO example.com", "QUIT"]);
 * const transport = new StringTransport();
 * client.makeConnection(transport);
 * assert.equal(transport.value(), "HELO example.com\r\nQUIT\r\n");
 * client.dataReceived(Buffer.from("250 Hello\r\n"));
 * assert.deepEqual(client.response.map(String), ["250 Hello"]);
 */
export class LineSendingProtocol extends LineReceiver {
  /** What is still to be sent, or has been sent by one that starts. */
  lines: (string | Uint8Array)[];
  /** The lines that have been received. */
  readonly response: Buffer[] = [];
  /** Whether `connectionLost` has been called. */
  lostConn: boolean = false;
  readonly #start: boolean;

  /** @param start whether it speaks first */
  constructor(lines: Iterable<string | Uint8Array>, start: boolean = true) {
    super();
    this.lines = [...lines];
    this.#start = start;
  }

  override connectionMade(): void {
    if (this.#start) this.#sendLines();
  }

  override lineReceived(line: Buffer): void {
    if (!this.#start) {
      this.#sendLines();
      this.lines = [];
    }
    this.response.push(line);
  }

  override connectionLost(_reason: Failure): void {
    this.lostConn = true;
  }

  #sendLines(): void {
    for (const line of this.lines) this.sendLine(line);
  }
}

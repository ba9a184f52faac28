/** A protocol whose messages are netstrings. */
import { NetstringSplitter } from "../bytes/netstring-splitter.ts";
import type { NetstringParseError } from "../bytes/netstring-splitter.ts";
import type { Transport } from "../transport/transport.ts";
import { BufferedReceiver } from "./buffered-receiver.ts";

const MAX_LENGTH = 99_999;

/**
 * Receives netstrings: override `stringReceived`.
 *
 * Closing the connection in `stringReceived` does not hold back the strings that have arrived already; `pauseProducing` does.
 *
 * @example
 * class Echo extends NetstringReceiver {
 *   override stringReceived(string: Buffer): void {
 *     this.sendString(string);
 *   }
 * }
 * assert.equal(new Echo().MAX_LENGTH, 99_999);
 */
export abstract class NetstringReceiver<T extends Transport = Transport> extends BufferedReceiver<T> {
  /** The longest string that is taken. */
  MAX_LENGTH: number = MAX_LENGTH;
  /** Whether the peer has sent what is no netstring; nothing is received any more then. */
  brokenPeer = false;
  readonly #strings: NetstringSplitter = new NetstringSplitter(MAX_LENGTH);

  /** Called with each string, without its length and comma. */
  abstract stringReceived(string: Buffer): void;

  /** Called when the peer sends what is no netstring, or one that is too long. Closes the connection unless it is overridden. */
  parseErrorReceived(_error: NetstringParseError): void {
    this.transport.loseConnection();
  }

  /** Sends a string. */
  sendString(string: string | Uint8Array): void {
    const length = typeof string === "string" ? Buffer.byteLength(string) : string.length;
    if (typeof string === "string") this.transport.write(`${length}:${string},`);
    else this.transport.writeSequence([`${length}:`, string, ","]);
  }

  protected override _store(data: Buffer): void {
    if (!this.brokenPeer) this.#strings.receive(data, true);
  }

  protected override _takeAll(): Buffer {
    return this.#strings.takeAll();
  }

  protected override _own(): void {
    this.#strings.own();
  }

  protected override _deliver(): void {
    while (!this.paused && !this.brokenPeer) {
      const string = this.#nextString();
      if (string === undefined) return;
      this.stringReceived(string);
    }
  }

  #nextString(): Buffer | undefined {
    this.#strings.maxLength = this.MAX_LENGTH;
    try {
      const string = this.#strings.nextString();
      return string === "needData" ? undefined : string;
    } catch (error) {
      this.brokenPeer = true;
      this.#strings.clear();
      this.parseErrorReceived(error as NetstringParseError);
      return undefined;
    }
  }
}

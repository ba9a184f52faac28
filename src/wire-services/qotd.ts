/** QOTD (RFC 865): a quote of the day. */
import type { Answer, Saying } from "./answer.ts";
import { AnsweringProtocol } from "./answering-protocol.ts";
import { DatagramService } from "./datagram-service.ts";
import type { DatagramServiceOptions } from "./datagram-service.ts";

const QUOTE = "An apple a day keeps the doctor away.\r\n";

/**
 * Says a quote and closes the connection.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const transport = new StringTransport();
 * new QOTD(() => "Less is more.\r\n").makeConnection(transport);
 * assert.equal(transport.value(), "Less is more.\r\n");
 */
export class QOTD extends AnsweringProtocol {
  readonly #getQuote: Saying;

  constructor(getQuote: Saying = () => QUOTE) {
    super();
    this.#getQuote = getQuote;
  }

  /** The quote: what the function gives that this was made with; a class of your own may have another. */
  getQuote(): Answer {
    return this.#getQuote();
  }

  protected override answer(): Answer {
    return this.getQuote();
  }
}

/**
 * Answers each datagram with a quote.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * new MemoryReactor().listenUDP(17, new DatagramQOTD(() => "Less is more.\r\n"));
 */
export class DatagramQOTD extends DatagramService {
  readonly #getQuote: Saying;

  constructor(getQuote: Saying = () => QUOTE, options: DatagramServiceOptions = {}) {
    super(options);
    this.#getQuote = getQuote;
  }

  /** The quote: what the function gives that this was made with; a class of your own may have another. */
  getQuote(): Answer {
    return this.#getQuote();
  }

  protected override answer(): Answer {
    return this.getQuote();
  }
}

/** Echo (RFC 862): what comes goes back. */
import { Protocol } from "../protocol/protocol.ts";
import type { PullProducer } from "../transport/producer.ts";
import { DatagramService, MAX_DATAGRAM } from "./datagram-service.ts";
import type { DatagramServiceOptions } from "./datagram-service.ts";

/** How much may be on its way back without a look at whether the peer takes it. */
const WINDOW = 64 * 1024;

/**
 * Sends back what it receives. From a peer that does not read it receives no more than some 64 KiB and a chunk.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const echo = new Echo();
 * const transport = new StringTransport();
 * echo.makeConnection(transport);
 * echo.dataReceived(Buffer.from("hello"));
 * assert.equal(transport.value(), "hello");
 */
export class Echo extends Protocol implements PullProducer {
  readonly borrowsData: boolean = true;
  #sinceDrain = 0;
  /** What is to be sent when the transport asks; reading is paused meanwhile. */
  #held: Buffer | undefined = undefined;

  override dataReceived(data: Buffer): void {
    this.#sinceDrain += data.length;
    if (this.#sinceDrain < WINDOW) {
      this.transport.write(data);
      return;
    }
    // As a producer for one chunk we hear when everything is gone. For good we are none: a transport that is told to close would wait for us.
    this.#held = Buffer.from(data);
    this.transport.pauseProducing();
    this.transport.registerProducer(this, false);
  }

  resumeProducing(): void {
    const held = this.#held;
    if (held !== undefined) {
      this.#held = undefined;
      this.transport.write(held);
      return;
    }
    this.#sinceDrain = 0;
    this.transport.unregisterProducer();
    this.transport.resumeProducing();
  }

  stopProducing(): void {
    this.#held = undefined;
  }
}

/**
 * Sends each datagram back to where it came from.
 *
 * @example
 * import { FakeDatagramTransport } from "hawser/testing";
 * import { IPv4Address } from "hawser/transport";
 * const echo = new DatagramEcho();
 * const transport = new FakeDatagramTransport();
 * echo.makeConnection(transport);
 * const client = new IPv4Address("UDP", "192.0.2.1", 4000);
 * echo.datagramReceived(Buffer.from("hello"), client);
 * assert.deepEqual(transport.written, [[Buffer.from("hello"), client]]);
 */
export class DatagramEcho extends DatagramService {
  constructor(options: DatagramServiceOptions = {}) {
    super({ maxAnswer: MAX_DATAGRAM, ...options });
  }

  protected override answer(datagram: Buffer): Buffer | undefined {
    return datagram.length > this.maxAnswer ? undefined : datagram;
  }
}

/** Chargen (RFC 864): characters without end. */
import { Protocol } from "../protocol/protocol.ts";
import type { PullProducer } from "../transport/producer.ts";
import { DatagramService } from "./datagram-service.ts";
import type { DatagramServiceOptions } from "./datagram-service.ts";
import { noise } from "./wire/noise.ts";

const NOISE: Buffer = noise(16 * 1024);
/** A datagram has from 0 to 512 characters. */
const MAX_CHARACTERS = 512;

/**
 * Sends characters for as long as the peer takes them; what it receives is dropped.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const chargen = new Chargen();
 * const transport = new StringTransport();
 * chargen.makeConnection(transport);
 * chargen.resumeProducing();
 * assert.ok(transport.value().startsWith("@ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
 */
export class Chargen extends Protocol implements PullProducer {
  readonly borrowsData: boolean = true;
  /** What is sent each time that the transport has sent everything: a class of your own may have something else. */
  noise: string | Uint8Array = NOISE;

  override connectionMade(): void {
    this.transport.registerProducer(this, false);
  }

  resumeProducing(): void {
    // A transport that is told to close waits for its producer, and this one would never be done.
    if (this.transport.disconnecting) this.transport.unregisterProducer();
    else this.transport.write(this.noise);
  }

  stopProducing(): void {}
}

export interface DatagramChargenOptions extends DatagramServiceOptions {
  /** Numbers from 0 to 1, not 1 itself, which say how long an answer is; `Math.random` unless told otherwise. */
  readonly random?: () => number;
}

/**
 * Answers each datagram with some number of characters, from 0 to 512.
 *
 * @example
 * import { FakeDatagramTransport } from "hawser/testing";
 * import { IPv4Address } from "hawser/transport";
 * const chargen = new DatagramChargen({ random: () => 0.01 });
 * const transport = new FakeDatagramTransport();
 * chargen.makeConnection(transport);
 * chargen.datagramReceived(Buffer.from("?"), new IPv4Address("UDP", "192.0.2.1", 4000));
 * assert.equal(transport.written[0]?.[0].toString(), "@ABCD");
 */
export class DatagramChargen extends DatagramService {
  readonly #random: () => number;

  constructor({ random = Math.random, ...options }: DatagramChargenOptions = {}) {
    super(options);
    this.#random = random;
  }

  protected override answer(): Buffer {
    const most = Math.min(MAX_CHARACTERS, this.maxAnswer);
    return NOISE.subarray(0, Math.floor(this.#random() * (most + 1)));
  }
}

/** Time (RFC 868): the time, for machines to read. */
import { AnsweringProtocol } from "./answering-protocol.ts";
import { DatagramService } from "./datagram-service.ts";
import type { DatagramServiceOptions } from "./datagram-service.ts";
import { wallClock } from "./wall-clock.ts";
import type { TimeOfDay } from "./wall-clock.ts";
import { timeBytes } from "./wire/time-bytes.ts";

/**
 * Says how many seconds have passed since 1900, in four bytes, and closes the connection. The clock, a reactor or one for tests, tells the seconds since 1970.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * import { StringTransport } from "hawser/testing";
 * const transport = new StringTransport();
 * new Time(new Clock()).makeConnection(transport);
 * assert.equal(transport.written().readUInt32BE(), 2_208_988_800);
 */
export class Time extends AnsweringProtocol {
  readonly #clock: TimeOfDay;

  constructor(clock: TimeOfDay = wallClock) {
    super();
    this.#clock = clock;
  }

  protected override answer(): Buffer {
    return timeBytes(this.#clock.seconds());
  }
}

/**
 * Answers each datagram with how many seconds have passed since 1900, in four bytes.
 *
 * @example
 * import { MemoryReactorClock } from "hawser/testing";
 * const reactor = new MemoryReactorClock();
 * reactor.listenUDP(37, new DatagramTime(reactor));
 */
export class DatagramTime extends DatagramService {
  readonly #clock: TimeOfDay;

  constructor(clock: TimeOfDay = wallClock, options: DatagramServiceOptions = {}) {
    super(options);
    this.#clock = clock;
  }

  protected override answer(): Buffer {
    return timeBytes(this.#clock.seconds());
  }
}

/** Daytime (RFC 867): the date and time, for people to read. */
import { AnsweringProtocol } from "./answering-protocol.ts";
import { DatagramService } from "./datagram-service.ts";
import type { DatagramServiceOptions } from "./datagram-service.ts";
import { wallClock } from "./wall-clock.ts";
import type { TimeOfDay } from "./wall-clock.ts";
import { daytimeText } from "./wire/daytime-text.ts";

/**
 * Says the date and time, in UTC, and closes the connection. The clock, a reactor or one for tests, tells the seconds since 1970.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * import { StringTransport } from "hawser/testing";
 * const transport = new StringTransport();
 * new Daytime(new Clock()).makeConnection(transport);
 * assert.equal(transport.value(), "Thu Jan  1 00:00:00 1970\r\n");
 */
export class Daytime extends AnsweringProtocol {
  readonly #clock: TimeOfDay;

  constructor(clock: TimeOfDay = wallClock) {
    super();
    this.#clock = clock;
  }

  protected override answer(): string {
    return daytimeText(this.#clock.seconds());
  }
}

/**
 * Answers each datagram with the date and time, in UTC.
 *
 * @example
 * import { MemoryReactorClock } from "hawser/testing";
 * const reactor = new MemoryReactorClock();
 * reactor.listenUDP(13, new DatagramDaytime(reactor));
 */
export class DatagramDaytime extends DatagramService {
  readonly #clock: TimeOfDay;

  constructor(clock: TimeOfDay = wallClock, options: DatagramServiceOptions = {}) {
    super(options);
    this.#clock = clock;
  }

  protected override answer(): string {
    return daytimeText(this.#clock.seconds());
  }
}

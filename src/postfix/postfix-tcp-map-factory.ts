/** What all factories of lookup tables have in common; a table of your own extends it. */
import type { ReactorTime } from "../clock/reactor-time.ts";
import { ServerFactory } from "../protocol/factory.ts";
import type { Address } from "../transport/address.ts";
import { PostfixTCPMapServer } from "./postfix-tcp-map-server.ts";
import type { MapValue, PostfixTCPMap } from "./postfix-tcp-map-server.ts";

/**
 * Override `get`, which may answer later.
 *
 * @example
 * import { Clock } from "hawser/clock";
 * class Upper extends PostfixTCPMapFactory {
 *   override async get(key: string): Promise<string> {
 *     return key.toUpperCase();
 *   }
 * }
 * new Upper(new Clock());
 */
export abstract class PostfixTCPMapFactory extends ServerFactory<PostfixTCPMapServer> implements PostfixTCPMap {
  readonly clock: ReactorTime;

  /** The clock, a reactor, measures how long clients are silent. */
  constructor(clock: ReactorTime) {
    super();
    this.clock = clock;
  }

  abstract get(key: string): MapValue | PromiseLike<MapValue>;

  override buildProtocol(_address: Address): PostfixTCPMapServer {
    const protocol = new PostfixTCPMapServer(this.clock);
    protocol.factory = this;
    return protocol;
  }
}

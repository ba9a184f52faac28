/** A lookup table in memory that answers Deferreds: what tables elsewhere look like. */
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { succeed } from "../deferred/maybe-deferred.ts";
import { PostfixTCPMapFactory } from "./postfix-tcp-map-factory.ts";
import { tableOf } from "./postfix-tcp-map-dict-server-factory.ts";
import type { MapEntries } from "./postfix-tcp-map-dict-server-factory.ts";

/** Answers from its `data`, by a Deferred. */
export class PostfixTCPMapDeferringDictServerFactory extends PostfixTCPMapFactory {
  readonly data: Map<string, string | Uint8Array>;

  constructor(clock: ReactorTime, data: MapEntries = {}) {
    super(clock);
    this.data = tableOf(data);
  }

  override get(key: string): Deferred<string | Uint8Array | undefined> {
    return succeed(this.data.get(key));
  }
}

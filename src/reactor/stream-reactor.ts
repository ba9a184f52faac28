/** What the ports and connectors of a backend need of the reactor they belong to. */
import type { NameResolver } from "../endpoint/name-resolver.ts";
import type { WriteBatch } from "../transport/write-batch.ts";
import type { BaseReactor } from "./base-reactor.ts";

export interface StreamReactor extends BaseReactor {
  /** Gathers the writes of all connections. */
  readonly batch: WriteBatch;
  readonly nameResolver: NameResolver;
}

/** A lookup table in memory. */
import type { ReactorTime } from "../clock/reactor-time.ts";
import { PostfixTCPMapFactory } from "./postfix-tcp-map-factory.ts";

/** What a table can be made of: an object, a map, or pairs. */
export type MapEntries =
  | Readonly<Record<string, string | Uint8Array>>
  | Iterable<readonly [key: string, value: string | Uint8Array]>;

/** Answers from its `data`, which may change at any time. */
export class PostfixTCPMapDictServerFactory extends PostfixTCPMapFactory {
  readonly data: Map<string, string | Uint8Array>;

  constructor(clock: ReactorTime, data: MapEntries = {}) {
    super(clock);
    this.data = tableOf(data);
  }

  override get(key: string): string | Uint8Array | undefined {
    return this.data.get(key);
  }
}

/** A table that has these entries. */
export function tableOf(data: MapEntries): Map<string, string | Uint8Array> {
  return new Map(Symbol.iterator in data ? (data as Iterable<[string, string | Uint8Array]>) : Object.entries(data));
}

/** `get` and `gets`: the values of some keys, those that the server has, in any order, and `END` behind them. */
import type { Command } from "./command.ts";
import { commandLine, unexpected } from "./command.ts";
import { UnexpectedReply } from "./errors.ts";
import type { Key } from "./key.ts";
import { keyText } from "./key.ts";

/** What the server has under a key. */
export interface CachedValue {
  /** The flags that were stored with the value; 0 where there is none. */
  readonly flags: number;
  /** The value; `undefined` where there is none. */
  readonly value: Buffer | undefined;
}

/** The same, and which version of it this is. */
export interface IdentifiedValue extends CachedValue {
  /** What `checkAndSet` wants; empty where there is no value. */
  readonly cas: string;
}

/** Asks for `keys`; the result has each of them. Throws `ClientError` for one that cannot be a key. */
export function retrievalCommand<K extends Key>(
  keys: readonly K[],
  withIdentifier: boolean,
): Command<Map<K, IdentifiedValue>> {
  const name = withIdentifier ? "gets" : "get";
  const texts = keys.map(keyText);
  const wanted = new Set(texts);
  const values = new Map<string, IdentifiedValue>();
  let received = 0;
  return {
    bytes: [commandLine([name, ...texts].join(" "))],
    take(reply) {
      if (reply.kind === "word" && reply.word === "END") {
        return { result: new Map(keys.map((key, index) => [key, values.get(texts[index]!) ?? NOTHING])) };
      }
      if (reply.kind !== "value" || (reply.cas !== undefined) !== withIdentifier) throw unexpected(name, reply);
      // A key that was asked for twice is answered twice.
      if (!wanted.has(reply.key) || ++received > keys.length) {
        throw new UnexpectedReply(
          `The server has sent a value of ${JSON.stringify(reply.key)}, which was not asked for`,
        );
      }
      values.set(reply.key, { flags: reply.flags, cas: reply.cas ?? "", value: reply.value });
      return "more";
    },
  };
}

const NOTHING: IdentifiedValue = { flags: 0, cas: "", value: undefined };

/** `incr` and `decr`: numbers of 64 bits, which the server keeps as text. */
import type { Command } from "./command.ts";
import { commandLine, unexpected } from "./command.ts";
import type { Key } from "./key.ts";
import { keyText } from "./key.ts";

const MOST = 2n ** 64n - 1n;

/**
 * Adds `by` to what is stored, or takes it away; the result is what is stored then, as a number of the kind that `by` is, or false where there
 * is nothing. Throws `ClientError` for a key that cannot be one, and a `RangeError` for a number that the server does not know.
 */
export function arithmeticCommand<N extends number | bigint>(
  name: "incr" | "decr",
  key: Key,
  by: N,
): Command<N | false> {
  const isNumber = typeof by === "number";
  if (isNumber ? !(Number.isSafeInteger(by) && by >= 0) : !(typeof by === "bigint" && by >= 0n && by <= MOST)) {
    throw new RangeError(
      `Cannot count by ${String(by)}: expected a whole number, 0 or more, that is exact and below 2^64`,
    );
  }
  return {
    bytes: [commandLine(`${name} ${keyText(key)} ${by}`)],
    take(reply) {
      if (reply.kind === "word" && reply.word === "NOT_FOUND") return { result: false };
      if (reply.kind !== "number") throw unexpected(name, reply);
      if (!isNumber) return { result: reply.number as N };
      const result = Number(reply.number);
      if (Number.isSafeInteger(result)) return { result: result as N };
      return {
        error: new RangeError(
          `Cannot answer ${reply.number} as a number: expected "by" to be a bigint for results above 2^53`,
        ),
      };
    },
  };
}

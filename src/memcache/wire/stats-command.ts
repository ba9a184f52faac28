/** `stats`: a line for each statistic, and `END` behind them. */
import type { Command } from "./command.ts";
import { commandLine, unexpected } from "./command.ts";
import { ClientError, ValueTooLarge } from "./errors.ts";
import { byteText } from "./key.ts";

const CONTROL = /[^ -~\x80-\xff]/;

/** Asks for all statistics, or for those that `which` says. At most `maxStatistics` are taken. Throws `ClientError` where `which` would end the line. */
export function statsCommand(which: string, maxStatistics: number): Command<Map<string, string>> {
  const text = byteText(which);
  if (CONTROL.test(text)) {
    throw new ClientError(`Cannot ask for the statistics ${JSON.stringify(which)}: expected no control characters`);
  }
  const statistics = new Map<string, string>();
  return {
    bytes: [commandLine(text === "" ? "stats" : `stats ${text}`)],
    take(reply) {
      // Some that change what is counted, such as "reset", have no statistics and end in a word of their own.
      if (reply.kind === "word" && (reply.word === "END" || reply.word === "RESET" || reply.word === "OK")) {
        return { result: statistics };
      }
      if (reply.kind !== "statistic") throw unexpected("stats", reply);
      if (statistics.size >= maxStatistics) {
        throw new ValueTooLarge(
          `The server has sent more statistics than the ${maxStatistics} that maxStatistics allows`,
        );
      }
      statistics.set(reply.name, reply.value);
      return "more";
    },
  };
}

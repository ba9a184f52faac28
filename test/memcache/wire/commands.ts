/** What tests of commands have in common. */
import type { Command, ProperReply, Step } from "../../../src/memcache/wire/command.ts";
import type { ReplyWord } from "../../../src/memcache/wire/reply.ts";

/** What a command sends, with a character for each byte. */
export function sent(command: Command<unknown>): string {
  return Buffer.concat(command.bytes).toString("latin1");
}

export function word(text: ReplyWord): ProperReply {
  return { kind: "word", word: text };
}

/** What a command makes of the last of `replies`. */
export function answered<R>(command: Command<R>, ...replies: ProperReply[]): Step<R> {
  let step: Step<R> = "more";
  for (const reply of replies) step = command.take(reply);
  return step;
}

/** Each word that a server can answer. */
export const WORDS: readonly ReplyWord[] = [
  "STORED",
  "NOT_STORED",
  "EXISTS",
  "NOT_FOUND",
  "DELETED",
  "OK",
  "END",
  "RESET",
];

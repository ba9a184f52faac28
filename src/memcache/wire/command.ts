/** What all commands have in common: the bytes that ask, and what is made of the replies, one after the other. */
import { UnexpectedReply } from "./errors.ts";
import type { Reply, ReplyWord } from "./reply.ts";

/** What a reply means to a command: the result is there, cannot be had, or more is to come. */
export type Step<R> = "more" | { readonly result: R } | { readonly error: Error };

/** A reply that is no error of the server; those end every command. */
export type ProperReply = Exclude<Reply, { readonly kind: "error" }>;

export interface Command<R> {
  /** What is to be sent. */
  readonly bytes: readonly Uint8Array[];
  /** Takes the next reply. Throws `UnexpectedReply` for one that this command is not answered with. */
  take(reply: ProperReply): Step<R>;
}

/** The line of a command; `text` has a character for each byte. */
export function commandLine(text: string): Buffer {
  return Buffer.from(`${text}\r\n`, "latin1");
}

/** What takes one reply, a word, which means one of `results`. */
export function wordResult<R>(name: string, results: Partial<Record<ReplyWord, R>>): Command<R>["take"] {
  return (reply) => {
    const result = reply.kind === "word" ? results[reply.word] : undefined;
    if (result === undefined) throw unexpected(name, reply);
    return { result };
  };
}

/** What is thrown for a reply that the command `name` has no use for. */
export function unexpected(name: string, reply: Reply): UnexpectedReply {
  const what = reply.kind === "word" ? reply.word : `a reply of the kind "${reply.kind}"`;
  return new UnexpectedReply(`The server has answered "${name}" with ${what}`);
}

/** The replies of a memcached server, a line each, and how such a line is read. */
import type { AnsweredError } from "./errors.ts";
import { ClientError, MalformedReply, NoSuchCommand, ServerError } from "./errors.ts";

/** The replies that are a word and no more. */
export type ReplyWord = "STORED" | "NOT_STORED" | "EXISTS" | "NOT_FOUND" | "DELETED" | "OK" | "END" | "RESET";

/** What announces a value: its bytes are to follow. Keys have a character for each byte. */
export interface ValueHeader {
  readonly kind: "valueHeader";
  readonly key: string;
  readonly flags: number;
  readonly length: number;
  /** The identifier of this version of the value, where it was asked for. */
  readonly cas: string | undefined;
}

/** A value that the server has, with its bytes. */
export interface ValueReply {
  readonly kind: "value";
  readonly key: string;
  readonly flags: number;
  readonly cas: string | undefined;
  readonly value: Buffer;
}

/** What a server replies. */
export type Reply =
  | { readonly kind: "word"; readonly word: ReplyWord }
  | { readonly kind: "number"; readonly number: bigint }
  | { readonly kind: "statistic"; readonly name: string; readonly value: string }
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "error"; readonly error: AnsweredError }
  | ValueReply;

const WORDS: ReadonlySet<string> = new Set<ReplyWord>([
  "STORED",
  "NOT_STORED",
  "EXISTS",
  "NOT_FOUND",
  "DELETED",
  "OK",
  "END",
  "RESET",
]);

// Flags have 32 bits, lengths 31, identifiers and counters 64.
const VALUE = /^VALUE ([^\0-\x20\x7f]{1,250}) (\d{1,10}) (\d{1,10})(?: (\d{1,20}))?$/;
const STATISTIC = /^STAT (\S+)(?: (.*))?$/s;
const NUMBER = /^\d{1,20}$/;
const ERROR = /^(ERROR|CLIENT_ERROR|SERVER_ERROR)(?: (.*))?$/s;
const MOST_FLAGS = 2 ** 32 - 1;
const MOST_COUNTED = 2n ** 64n - 1n;

/** The reply that `line`, a character for each byte and without its end, is. Throws `MalformedReply` where it is none. */
export function parseReplyLine(line: string): Exclude<Reply, ValueReply> | ValueHeader {
  if (WORDS.has(line)) return { kind: "word", word: line as ReplyWord };
  if (NUMBER.test(line)) {
    const number = BigInt(line);
    if (number <= MOST_COUNTED) return { kind: "number", number };
  }
  if (line.startsWith("VALUE ")) return parseValue(line);
  const statistic = STATISTIC.exec(line);
  if (statistic !== null) return { kind: "statistic", name: utf8(statistic[1]!), value: utf8(statistic[2] ?? "") };
  if (line.startsWith("VERSION ")) return { kind: "version", version: utf8(line.slice("VERSION ".length)) };
  const error = ERROR.exec(line);
  if (error !== null) return { kind: "error", error: answeredError(error[1]!, utf8(error[2] ?? "")) };
  throw new MalformedReply(`The server has sent a line that is no reply: ${excerpt(line)}`);
}

function parseValue(line: string): ValueHeader {
  const match = VALUE.exec(line);
  const flags = Number(match?.[2]);
  if (match === null || flags > MOST_FLAGS) {
    throw new MalformedReply(`The server has sent a value with a wrong announcement: ${excerpt(line)}`);
  }
  return { kind: "valueHeader", key: match[1]!, flags, length: Number(match[3]), cas: match[4] };
}

function answeredError(word: string, text: string): AnsweredError {
  if (word === "CLIENT_ERROR") return new ClientError(text === "" ? "The server takes the command for wrong" : text);
  if (word === "SERVER_ERROR") return new ServerError(text === "" ? "The server could not do it" : text);
  return new NoSuchCommand(text === "" ? "The server does not know the command" : text);
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}...` : line);
}

/** Queries (RFC 1288, section 2.3): `/W` for more words, a user or nobody, and hosts that the query is to be passed on to. */
import { InvalidQuery } from "./errors.ts";

export interface Query {
  /** Whether more is to be told. */
  readonly isVerbose: boolean;
  /** Who is asked about; empty for everybody who is there. */
  readonly user: string;
  /** Who is to be asked, the last of the hosts in the query; `undefined` for the server itself. The hosts before it are left in `user`. */
  readonly host: string | undefined;
}

const FORBIDDEN = /[\0- \x7f]/;

/** The query that `line`, without its end, is; `undefined` where it is none. */
export function parseQuery(line: string): Query | undefined {
  const words = line.split(/[ \t\n\v\f\r]+/).filter((word) => word !== "");
  const isVerbose = words[0]?.toUpperCase() === "/W";
  if (isVerbose) words.shift();
  const [name = ""] = words;
  if (words.length > 1 || FORBIDDEN.test(name)) return undefined;
  const at = name.lastIndexOf("@");
  if (at === -1) return { isVerbose, user: name, host: undefined };
  return { isVerbose, user: name.slice(0, at), host: name.slice(at + 1) };
}

/** The line, with its end, that asks for `user`, who may be followed by hosts. Throws `InvalidQuery` where that is no name. */
export function queryLine(user: string, isVerbose: boolean): string {
  if (FORBIDDEN.test(user) || user.toUpperCase() === "/W") {
    throw new InvalidQuery(
      `Cannot ask about ${JSON.stringify(user)}: expected a name without spaces and control characters`,
    );
  }
  return `${isVerbose ? "/W " : ""}${user}`.trimEnd() + "\r\n";
}

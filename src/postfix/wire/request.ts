/** The requests of Postfix, a line each: `get KEY` and `put KEY VALUE`. */

/** What a line asks for; all texts have a character for each byte. */
export type Request =
  | { readonly kind: "get"; readonly key: string }
  | { readonly kind: "put"; readonly key: string; readonly value: string }
  /** What cannot be answered, and what is to be said instead. */
  | { readonly kind: "wrong"; readonly complaint: string };

// The spaces of ASCII, as Twisted splits.
const SPACE = /[ \t\n\v\f\r]/;
const LEADING = /^[ \t\n\v\f\r]+/;

/** The request that `line`, without its end, is. */
export function parseRequest(line: string): Request {
  const [command, parameters] = split(line);
  if (command === "get") {
    return parameters === undefined
      ? { kind: "wrong", complaint: "Command 'get' takes 1 parameters." }
      : { kind: "get", key: parameters };
  }
  if (command === "put") {
    const [key, value] = split(parameters ?? "");
    return value === undefined
      ? { kind: "wrong", complaint: "Command 'put' takes 2 parameters." }
      : { kind: "put", key, value };
  }
  return { kind: "wrong", complaint: "unknown command" };
}

/** The first word, and what is behind the spaces that follow it, if anything is. */
function split(text: string): [first: string, rest: string | undefined] {
  const begun = text.replace(LEADING, "");
  const end = begun.search(SPACE);
  if (end === -1) return [begun, undefined];
  const rest = begun.slice(end).replace(LEADING, "");
  return [begun.slice(0, end), rest === "" ? undefined : rest];
}

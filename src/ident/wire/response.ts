/** Responses: the ports of the query, and a system with one of its users, or the word for an error. */
import type { IdentError } from "./errors.ts";
import { errorFor } from "./errors.ts";
import type { PortPair } from "./query.ts";
import { parseQuery, queryLine } from "./query.ts";

/** Who owns a connection: the name of the operating system (`"UNIX"`, `"OTHER"` or one of IANA's), and that of the user. */
export type Owner = readonly [systemName: string, userId: string];

/** What a response says. */
export interface Response {
  readonly ports: PortPair;
  readonly answer: { readonly owner: Owner } | { readonly error: IdentError };
}

/** RFC 1413, section 6: a user identifier has no more than 512 octets. */
const MAX_USER_LENGTH = 512;
// Spaces at the ends, and colons in names of systems, would be read as something else.
const SYSTEM = /^[!-9;-~](?:[ -9;-~]*[!-9;-~])?$/;
const LINE_ENDS = /[\0\r\n]/;

/** The line for an owner; `undefined` where a name cannot be sent. */
export function ownerLine(ports: PortPair, [systemName, userId]: Owner): string | undefined {
  const isSendable =
    SYSTEM.test(systemName) &&
    systemName.length <= MAX_USER_LENGTH &&
    userId.trim() !== "" &&
    !LINE_ENDS.test(userId) &&
    Buffer.byteLength(userId) <= MAX_USER_LENGTH;
  return isSendable ? `${queryLine(ports)} : USERID : ${systemName} : ${userId}` : undefined;
}

/** The line for an error. */
export function errorLine(ports: PortPair, error: IdentError): string {
  return `${queryLine(ports)} : ERROR : ${error.identDescription}`;
}

/** The response that `line` is; `undefined` where it is none. */
export function parseResponse(line: string): Response | undefined {
  const [ports, kind, first, ...rest] = line.split(":").map((part) => part.trim());
  const pair = parseQuery(ports ?? "");
  if (pair === undefined || first === undefined) return undefined;
  if (kind === "ERROR") return { ports: pair, answer: { error: errorFor(first) } };
  if (kind !== "USERID" || rest.length === 0) return undefined;
  // A user may have colons in his name; a character set may stand behind the system.
  const userId = line.split(":").slice(3).join(":").trim();
  const systemName = first.split(",")[0]!.trim();
  return { ports: pair, answer: { owner: [systemName, userId] } };
}

/** Errors as plain data. */
import { inspect } from "node:util";
import type { ErrorText, RunFailure } from "./simulation.ts";

const MOST_CAUSES = 5;

/** What was thrown, as text. */
export function errorText(thrown: unknown): ErrorText {
  if (!(thrown instanceof Error)) {
    const message = typeof thrown === "string" ? thrown : inspect(thrown);
    return { name: "", message, stack: `${message} was thrown, which is no Error` };
  }
  let stack = stackOf(thrown);
  let { cause } = thrown;
  for (let depth = 0; cause !== undefined && depth < MOST_CAUSES; depth++) {
    stack += `\nCaused by: ${cause instanceof Error ? stackOf(cause) : inspect(cause)}`;
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return { name: thrown.name, message: thrown.message, stack };
}

/** Its name and message are those that it has now; the stack has those that it had when it was made. */
function stackOf(error: Error): string {
  const frames = framesOf(error.stack ?? "");
  return frames === "" ? String(error) : `${String(error)}\n${frames}`;
}

/** Where it was thrown, up to the call from here: how that came to be says nothing about the program. */
function framesOf(stack: string): string {
  const frames = stack.split("\n").filter((line) => FRAME.test(line));
  const ours = frames.findIndex((line) => line.includes(FOLDER));
  return frames.slice(0, ours === -1 ? undefined : ours).join("\n");
}

const FRAME = /^ {4}at /;
const FOLDER = new URL(".", import.meta.url).href;

/** The error in a line. */
export function errorLine({ name, message }: ErrorText): string {
  const [first] = message.split(/[\r\n\u2028\u2029]/);
  return name === "" ? first! : `${name}: ${first!}`;
}

/**
 * Whether two runs failed in the same way: in the same part, with errors of the same name, from the same line. Messages are not compared, for they say what the
 * run was about, such as how many replies there were. Of errors of hosts, which have no place, they are all there is.
 */
export function isSameFailure(a: RunFailure, b: RunFailure): boolean {
  return a.origin === b.origin && signature(a.error) === signature(b.error);
}

function signature({ name, message, stack }: ErrorText): string {
  const place = stack.split("\n").find((line) => FRAME.test(line));
  return `${name} ${place ?? message.replace(/\d+/g, "0")}`;
}

/** Shows the way of an event through the observers. */
import { inspect } from "node:util";
import type { LogTrace } from "./log-event.ts";

/**
 * The trace as lines, indented by how deep the event had come.
 *
 * @example
 * const publisher = new LogPublisher(bitbucketLogObserver);
 * const logTrace: LogTrace = [];
 * new Logger({ namespace: "example", observer: publisher }).info("Where does this go?", { logTrace });
 * console.log(formatTrace(logTrace));
 */
export function formatTrace(trace: LogTrace): string {
  let text = "";
  const lineage: object[] = [];
  for (const [sender, receiver] of trace) {
    const known = lineage.lastIndexOf(sender);
    if (known !== -1) lineage.length = known + 1;
    else if (lineage.push(sender) === 1) text += `${nameOf(sender)}\n`;
    text += `${"  ".repeat(lineage.length)}-> ${nameOf(receiver)}\n`;
  }
  return text;
}

function nameOf(object: object): string {
  return inspect(object, { depth: 0, breakLength: Number.POSITIVE_INFINITY, compact: true });
}

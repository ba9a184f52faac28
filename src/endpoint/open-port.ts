/** What server endpoints do with a port: wait until it listens. */
import type { Deferred } from "../deferred/deferred.ts";
import { CancelledError } from "../deferred/errors.ts";
import type { Failure } from "../deferred/failure.ts";
import { execute, maybeDeferred } from "../deferred/maybe-deferred.ts";
import type { ListeningPort } from "../transport/transport.ts";

/** Opens a port with `open`. Some reactors know at once that they cannot listen, and throw; others know later, and the port says so. */
export function openPort(open: () => ListeningPort): Deferred<ListeningPort> {
  return execute(open).addCallback((port) => port.whenListening().addErrback(closeIfCancelled, port));
}

function closeIfCancelled(failure: Failure, port: ListeningPort): Failure | Deferred<never> {
  if (failure.check(CancelledError) === null) return failure;
  return maybeDeferred(() => port.stopListening()).addBoth(() => failure);
}

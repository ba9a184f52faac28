/** Server endpoints of workers: on the sockets that their group shares. */
import { AdoptedStreamServerEndpoint } from "../endpoint/adopted.ts";
import type { StreamServerEndpoint } from "../endpoint/endpoint.ts";
import { serverFromString } from "../endpoint/server-from-string.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { familyOf } from "./shared-socket.ts";
import { FIRST_SOCKET_FD, workerEnvironment } from "./worker-environment.ts";
import type { WorkerEnvironment } from "./worker-environment.ts";

const asked = new Set<string>();

/** The descriptions of the shared sockets that nobody has asked for yet: who connects to them waits in vain. */
export function unaskedSockets({ listen }: WorkerEnvironment): readonly string[] {
  return listen.filter((description) => !asked.has(description));
}

/**
 * The endpoint that `description` describes; in a worker whose group shares a socket of exactly this description, that socket. `strports.service` asks this as well.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * const endpoint = sharedServerFromString(new MemoryReactor(), "tcp:8080");
 * assert.ok("listen" in endpoint);
 */
export function sharedServerFromString(
  reactor: Reactor,
  description: string,
  worker: WorkerEnvironment | undefined = workerEnvironment(),
): StreamServerEndpoint {
  const place = worker?.listen.indexOf(description) ?? -1;
  if (place < 0) return serverFromString(reactor, description);
  asked.add(description);
  return new AdoptedStreamServerEndpoint(reactor, FIRST_SOCKET_FD + place, familyOf(description));
}

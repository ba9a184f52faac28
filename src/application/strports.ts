/** Servers from the descriptions of their endpoints. */
import type { Deferred } from "../deferred/deferred.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { ListeningPort } from "../transport/transport.ts";
import { sharedServerFromString } from "./shared-server-from-string.ts";
import { StreamServerEndpointService } from "./stream-server-endpoint-service.ts";

function service(description: string, factory: FactoryLike, reactor: Reactor): StreamServerEndpointService {
  return new StreamServerEndpointService(sharedServerFromString(reactor, description), factory, {
    raiseSynchronously: true,
  });
}

function listen(description: string, factory: FactoryLike, reactor: Reactor): Deferred<ListeningPort> {
  return sharedServerFromString(reactor, description).listen(factory);
}

/**
 * Servers on the endpoints that `serverFromString` knows, such as `tcp:8080:interface=127.0.0.1`.
 *
 * `strports.service` answers a service; where its port cannot be opened, its first start throws that, if it is known at once. `strports.listen`
 * listens at once, and its Deferred fires with the port. Both throw `EndpointDescriptionError` where the description is wrong.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * const echo = strports.service("tcp:7", Factory.forProtocol(Protocol), reactor);
 * echo.setServiceParent(new Application("echo"));
 * await strports.listen("tcp:8", Factory.forProtocol(Protocol), reactor);
 * assert.equal(reactor.tcpServers.length, 1);
 */
export const strports: { readonly service: typeof service; readonly listen: typeof listen } = { service, listen };

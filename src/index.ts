/** `hawser`: the names that nearly every program needs. The other parts are in the subpaths. */
export { installReactor, reactor } from "./reactor/global-reactor.ts";
export { react } from "./reactor/react.ts";
export type { Reactor } from "./reactor/reactor.ts";
export { Deferred } from "./deferred/deferred.ts";
export { Failure } from "./deferred/failure.ts";
export { fail, maybeDeferred, succeed } from "./deferred/maybe-deferred.ts";
export { inlineCallbacks, wait } from "./deferred/inline-callbacks.ts";
export { ClientFactory, Factory, ServerFactory } from "./protocol/factory.ts";
export { DatagramProtocol } from "./protocol/datagram-protocol.ts";
export { Protocol } from "./protocol/protocol.ts";
export type { TCPTransport, Transport } from "./transport/transport.ts";
export { HawserError, InvalidStateError, LocalProtocolError, RemoteProtocolError } from "./errors.ts";

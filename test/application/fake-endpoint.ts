/** Endpoints whose connections and ports are made by a test. */
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { succeed } from "../../src/deferred/maybe-deferred.ts";
import type { FactoryOf, StreamClientEndpoint, StreamServerEndpoint } from "../../src/endpoint/endpoint.ts";
import type { FactoryLike } from "../../src/protocol/factory.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import type { ListeningPort } from "../../src/transport/transport.ts";

const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 1);

/** A transport that tells its protocol of its end when the test says so, or at once where it is aborted. */
export class FakeTransport extends StringTransport {
  readonly protocol: ProtocolLike;
  readonly calls: string[] = [];
  isLost = false;

  constructor(protocol: ProtocolLike) {
    super();
    this.protocol = protocol;
  }

  override loseConnection(): void {
    this.calls.push("lose");
  }

  override abortConnection(): void {
    this.calls.push("abort");
    this.lost();
  }

  lost(error: Error = new ConnectionDone("done")): void {
    if (this.isLost) return;
    this.isLost = true;
    this.protocol.connectionLost(new Failure(error));
  }
}

export class FakeClientEndpoint implements StreamClientEndpoint {
  /** The attempts that were made. */
  readonly attempts: Deferred<ProtocolLike>[] = [];
  readonly transports: FakeTransport[] = [];
  #factory: FactoryLike | undefined = undefined;

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    this.#factory = factory;
    const attempt = new Deferred<P>();
    this.attempts.push(attempt);
    return attempt;
  }

  /** The last attempt succeeds. */
  connected(): FakeTransport {
    const transport = this.made();
    this.attempts.at(-1)!.callback(transport.protocol);
    return transport;
  }

  /** There is a connection, but the attempt does not say so yet. */
  made(): FakeTransport {
    const protocol = this.#factory!.buildProtocol(ADDRESS)!;
    const transport = new FakeTransport(protocol);
    this.transports.push(transport);
    protocol.makeConnection(transport);
    return transport;
  }

  failed(error: Error): void {
    this.attempts.at(-1)!.errback(error);
  }
}

/** A port that is closed when the test says so. */
export class FakeServerPort implements ListeningPort {
  readonly closings: Deferred<void>[] = [];

  startListening(): void {}

  stopListening(): Deferred<void> {
    const closing = new Deferred<void>();
    this.closings.push(closing);
    return closing;
  }

  getHost(): IPv4Address {
    return ADDRESS;
  }

  whenListening(): Deferred<ListeningPort> {
    return succeed<ListeningPort>(this);
  }
}

export class FakeServerEndpoint implements StreamServerEndpoint {
  /** What was asked for; the test fires them. */
  readonly requests: Deferred<ListeningPort>[] = [];
  readonly factories: FactoryLike[] = [];
  /** How many were cancelled. */
  cancelled = 0;
  /** What listening fails with at once, if anything. */
  error: Error | undefined = undefined;

  listen(factory: FactoryLike): Deferred<ListeningPort> {
    this.factories.push(factory);
    const request = new Deferred<ListeningPort>(() => this.cancelled++);
    this.requests.push(request);
    if (this.error !== undefined) request.errback(this.error);
    return request;
  }

  /** A client connects. */
  connection(): FakeTransport {
    const protocol = this.factories.at(-1)!.buildProtocol(ADDRESS)!;
    const transport = new FakeTransport(protocol);
    protocol.makeConnection(transport);
    return transport;
  }
}

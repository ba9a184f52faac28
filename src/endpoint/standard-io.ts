/** The endpoint of standard input and output. */
import type { Deferred } from "../deferred/deferred.ts";
import { fail, maybeDeferred, succeed } from "../deferred/maybe-deferred.ts";
import { InvalidStateError } from "../errors.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { StandardIO } from "../streams/standard-io.ts";
import type { StandardIOOptions } from "../streams/standard-io.ts";
import type { ReactorOfStreams } from "../streams/duplex-connection.ts";
import { PipeAddress } from "../transport/address.ts";
import { NoProtocol } from "../transport/errors.ts";
import type { ListeningPort } from "../transport/transport.ts";
import type { EndpointDescription } from "./description.ts";
import type { FactoryOf, StreamClientEndpoint, StreamServerEndpoint } from "./endpoint.ts";

/**
 * Standard input and output as a place: `listen` and `connect` both connect a protocol to it, at once. As in Twisted, the factory is asked for a
 * protocol and hears nothing else. Where it answers `null`, both fail with `NoProtocol`.
 *
 * @example
 * import { PassThrough } from "node:stream";
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * class Greeter extends Protocol {
 *   override connectionMade(): void {
 *     this.transport.write("hello");
 *     this.transport.loseConnection();
 *   }
 * }
 * const stdout = new PassThrough().setEncoding("utf8");
 * const endpoint = new StandardIOEndpoint(new MemoryReactor(), { stdin: new PassThrough(), stdout });
 * await endpoint.listen(Factory.forProtocol(Greeter));
 * let output = "";
 * for await (const text of stdout) output += text;
 * assert.equal(output, "hello");
 */
export class StandardIOEndpoint implements StreamServerEndpoint, StreamClientEndpoint {
  readonly #options: StandardIOOptions;

  constructor(reactor: ReactorOfStreams, options: Pick<StandardIOOptions, "stdin" | "stdout"> = {}) {
    this.#options = { ...options, reactor };
  }

  listen(factory: FactoryLike): Deferred<StandardIOPort> {
    return maybeDeferred(() => new StandardIOPort(new StandardIO(build(factory), this.#options)));
  }

  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    return maybeDeferred(() => {
      const protocol = build(factory);
      void new StandardIO(protocol, this.#options);
      return protocol;
    }) as Deferred<P>;
  }
}

/** What `listen` answers: a port that has had its one connection. */
export class StandardIOPort implements ListeningPort {
  /** The connection. */
  readonly transport: StandardIO;

  constructor(transport: StandardIO) {
    this.transport = transport;
  }

  startListening(): void {
    throw new InvalidStateError(
      "Cannot start listening on standard input: it has its connection, expected another place",
    );
  }

  /** Nothing is closed: connections stay when a port stops listening. */
  stopListening(): Deferred<void> {
    return succeed();
  }

  getHost(): PipeAddress {
    return this.transport.getHost() as PipeAddress;
  }

  whenListening(): Deferred<ListeningPort> {
    return this.transport.connected
      ? succeed<ListeningPort>(this)
      : fail(new InvalidStateError("Cannot wait for standard input: its connection is over, expected another place"));
  }
}

function build<P extends ProtocolLike>(factory: FactoryOf<P>): P {
  const protocol = factory.buildProtocol(new PipeAddress());
  if (protocol === null) throw new NoProtocol("The factory answered no protocol for standard input and output");
  return protocol;
}

/** The endpoint that `stdio:` describes. */
export function parseStandardIO(reactor: ReactorOfStreams, description: EndpointDescription): StandardIOEndpoint {
  const { args, keywords } = description;
  if (keywords.size > 0 || args.some((argument) => argument !== "")) {
    throw description.wrong('standard input and output have no arguments, expected "stdio:" alone');
  }
  return new StandardIOEndpoint(reactor);
}

/** The server of the identification protocol (RFC 1413): says who owns a connection between its machine and the one that asks. */
import { BacklogWatch } from "../protocol/backlog-watch.ts";
import type { ReactorTime } from "../clock/reactor-time.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { Logger } from "../logger/logger.ts";
import { LineOnlyReceiver } from "../protocol/line-only-receiver.ts";
import { ProtocolTimeout } from "../protocol/protocol-timeout.ts";
import type { IPTransport } from "./ip-transport.ts";
import { IdentError, InvalidPort } from "./wire/errors.ts";
import type { SocketAddress } from "./wire/proc-net-tcp.ts";
import { isPort, parseQuery } from "./wire/query.ts";
import type { PortPair } from "./wire/query.ts";
import { errorLine, ownerLine } from "./wire/response.ts";
import type { Owner } from "./wire/response.ts";

const log = new Logger({ namespace: "hawser.ident" });

/** RFC 1413, section 6: lines have no more than 1000 characters. */
const MAX_LENGTH = 1000;
const TIME_OUT = 60;

/**
 * Override `lookup`. Queries are answered in their order; while one waits, or the client does not read its answers, nothing more is read. What is no
 * query closes the connection.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * class Server extends IdentServer {
 *   override lookup(server: SocketAddress): Owner {
 *     if (server.port !== 22) throw new NoUser();
 *     return ["UNIX", "ada"];
 *   }
 * }
 * const server = new Server();
 * const transport = new StringTransport();
 * server.makeConnection(transport);
 * server.dataReceived(Buffer.from("22, 40000\r\n23, 40000\r\n"));
 * assert.equal(transport.value(), "22, 40000 : USERID : UNIX : ada\r\n23, 40000 : ERROR : NO-USER\r\n");
 */
export class IdentServer<T extends IPTransport = IPTransport> extends LineOnlyReceiver<T> {
  override MAX_LENGTH: number = MAX_LENGTH;
  /** The seconds of silence after which the connection is aborted, where there is a clock; `null` for any number. */
  timeOut: number | null = TIME_OUT;
  readonly #silence: ProtocolTimeout | undefined;
  readonly #unread: BacklogWatch = new BacklogWatch(() => this.#goOn());
  #isLookingUp = false;

  /** With a clock, such as the reactor, it aborts connections on which nothing happens; without one, somebody else has to. */
  constructor(clock?: ReactorTime) {
    super();
    this.#silence = clock && new ProtocolTimeout(clock, () => this.#timedOut());
  }

  override makeConnection(transport: T): void {
    this.#silence?.setTimeout(this.timeOut);
    super.makeConnection(transport);
  }

  override connectionLost(_reason: Failure): void {
    this.#silence?.setTimeout(null);
  }

  override sendLine(line: string | Uint8Array): void {
    this.#unread.write(
      this.transport,
      Buffer.concat([Buffer.from(line as string), Buffer.from(this.delimiter as string)]),
    );
    if (this.#unread.isFull && !this.paused) this.pauseProducing();
  }

  /**
   * Who owns the connection between these addresses, the first of which is on this machine. May answer later, and throw or fail with an `IdentError`,
   * which is sent; any other error is logged, and sent as UNKNOWN-ERROR. Unless it is overridden, nobody is known.
   */
  lookup(_serverAddress: SocketAddress, _clientAddress: SocketAddress): Owner | PromiseLike<Owner> {
    throw new IdentError();
  }

  override lineReceived(line: Buffer): void {
    this.#silence?.resetTimeout();
    const query = parseQuery(line.toString());
    if (query === undefined) this.invalidQuery();
    else if (isPort(query.portOnServer) && isPort(query.portOnClient)) {
      this.validQuery(Number(query.portOnServer), Number(query.portOnClient));
    } else this.sendLine(errorLine(query, new InvalidPort()));
  }

  /** Called for a line that is no query: closes the connection. */
  invalidQuery(): void {
    this.transport.loseConnection();
  }

  /** Called for a query: looks up who it is, and answers. */
  validQuery(portOnServer: number, portOnClient: number): void {
    const server = { host: this.transport.getHost().host, port: portOnServer };
    const client = { host: this.transport.getPeer().host, port: portOnClient };
    const ports = { portOnServer, portOnClient };
    this.#isLookingUp = true;
    maybeDeferred(() => this.lookup(server, client))
      .addCallback((owner) => this.#answer(ports, owner))
      .addErrback((failure) => this.#refuse(ports, failure))
      .addBoth(() => {
        this.#isLookingUp = false;
        this.#silence?.resetTimeout();
        this.#goOn();
      });
    if (this.#isLookingUp && !this.paused) this.pauseProducing();
  }

  #timedOut(): void {
    // Looking up may take its time.
    if (this.#isLookingUp) this.#silence?.setTimeout(this.timeOut);
    else this.transport.abortConnection();
  }

  #goOn(): void {
    if (this.paused && !this.#isLookingUp && !this.#unread.isFull) this.resumeProducing();
  }

  #answer(ports: PortPair, owner: Owner): void {
    const line = ownerLine(ports, owner);
    if (line === undefined) {
      const names = owner.map((name) => JSON.stringify(name)).join(" and ");
      throw new TypeError(
        `Cannot send ${names}: expected a system without colons, and a user of 1 to 512 bytes in a line`,
      );
    }
    this.sendLine(line);
  }

  #refuse(ports: PortPair, failure: Failure): void {
    const error = failure.value;
    if (error instanceof IdentError) {
      this.sendLine(errorLine(ports, error));
      return;
    }
    log.failure("Looking up who owns a connection failed", failure);
    this.sendLine(errorLine(ports, new IdentError()));
  }
}

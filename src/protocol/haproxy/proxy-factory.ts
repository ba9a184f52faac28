/**
 * Connections that come through a proxy which says, in a PROXY header, for whom it connected. The protocol of a connection is built when the header
 * is there: for the address that it names, which `getPeer` then answers. Until then there is a reader in its place, which has a timeout.
 */
import type { ReactorTime } from "../../clock/reactor-time.ts";
import type { Failure } from "../../deferred/failure.ts";
import { Logger } from "../../logger/logger.ts";
import { IPv4Address, IPv6Address, UNIXAddress } from "../../transport/address.ts";
import type { Address } from "../../transport/address.ts";
import { StreamConnection } from "../../transport/stream-connection.ts";
import type { Transport } from "../../transport/transport.ts";
import type { FactoryLike } from "../factory.ts";
import type { ProtocolLike } from "../protocol.ts";
import { InvalidProxyHeaderError } from "./wire/errors.ts";
import type { ProxyAddress, ProxyHeader } from "./wire/proxy-header.ts";
import { ProxyHeaderReader } from "./wire/proxy-header-reader.ts";

export interface ProxyOptions {
  /** The seconds within which the header must be there; 10 unless told otherwise, 0 for no limit. */
  readonly headerTimeout?: number;
  /** How many bytes a header of version 2 may have; 4096 unless told otherwise. */
  readonly maxLength?: number;
  /** Who measures the timeout; the runtime unless told otherwise. */
  readonly clock?: Pick<ReactorTime, "callLater">;
  /** Told what was wrong with a header; the connection is closed already. Unless told otherwise, it is logged. */
  readonly headerFailed?: (error: Error, proxy: Address) => void;
}

/** The header was not there in time, or the proxy closed the connection before. */
export class ProxyHeaderMissingError extends InvalidProxyHeaderError {
  override readonly name: string = "ProxyHeaderMissingError";
  override readonly code: string = "ERR_PROXY_HEADER_MISSING";
}

const log = new Logger({ namespace: "hawser.haproxy" });
const HEADER_TIMEOUT = 10;

const headers = new WeakMap<Transport, ProxyHeader>();

/** The PROXY header that a connection began with; `undefined` where there was none. */
export function proxyHeaderOf(transport: Transport): ProxyHeader | undefined {
  return headers.get(transport);
}

/** Stands before another factory. */
export class ProxyFactory implements FactoryLike {
  readonly #wrapped: FactoryLike;
  readonly #options: ProxyOptions;

  constructor(wrapped: FactoryLike, options: ProxyOptions = {}) {
    this.#wrapped = wrapped;
    this.#options = options;
  }

  doStart(): void {
    this.#wrapped.doStart();
  }

  doStop(): void {
    this.#wrapped.doStop();
  }

  buildProtocol(): ProtocolLike {
    return new ProxyProtocol(this.#wrapped, this.#options);
  }
}

class ProxyProtocol implements ProtocolLike {
  readonly #factory: FactoryLike;
  readonly #options: ProxyOptions;
  readonly #reader: ProxyHeaderReader;
  #connection: StreamConnection | undefined = undefined;
  #stopTimer: () => void = () => {};

  constructor(factory: FactoryLike, options: ProxyOptions) {
    this.#factory = factory;
    this.#options = options;
    const { maxLength } = options;
    this.#reader = new ProxyHeaderReader(maxLength === undefined ? {} : { maxLength });
  }

  makeConnection(transport: Transport): void {
    if (!(transport instanceof StreamConnection)) {
      throw new TypeError(
        `Cannot read a PROXY header: the transport is a ${transport.constructor.name}, expected a connection of a reactor`,
      );
    }
    this.#connection = transport;
    const { headerTimeout = HEADER_TIMEOUT, clock } = this.#options;
    if (headerTimeout === 0) return;
    const timedOut = (): void => {
      this.#fail(new ProxyHeaderMissingError(`There was no PROXY header within ${headerTimeout} seconds`));
    };
    if (clock === undefined) {
      const timer = setTimeout(timedOut, headerTimeout * 1000);
      this.#stopTimer = () => clearTimeout(timer);
    } else {
      const call = clock.callLater(headerTimeout, timedOut);
      this.#stopTimer = () => {
        if (call.active()) call.cancel();
      };
    }
  }

  dataReceived(data: Buffer): void {
    this.#reader.receive(data);
    let header: ProxyHeader | "needData";
    try {
      header = this.#reader.nextEvent();
    } catch (error) {
      this.#fail(error as Error);
      return;
    }
    if (header !== "needData") this.#proceed(header);
  }

  connectionLost(reason: Failure): void {
    this.#stopTimer();
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    const message = "The connection ended before there was a PROXY header";
    this.#report(new ProxyHeaderMissingError(message, { cause: reason.value }), connection.getPeer());
  }

  /** What came behind the header, for `startTLS`. */
  takeUndelivered(): Buffer {
    return this.#reader.takeRest();
  }

  logPrefix(): string {
    return `${this.#factory.constructor.name} (PROXY)`;
  }

  #proceed(header: ProxyHeader): void {
    this.#stopTimer();
    const connection = this.#connection!;
    this.#connection = undefined;
    headers.set(connection, header);
    if (header.source !== undefined && header.destination !== undefined) {
      connection.readdress({ peer: addressOf(header.source), host: addressOf(header.destination) });
    }
    const protocol = this.#factory.buildProtocol(connection.getPeer());
    if (protocol === null) {
      connection.abortConnection();
      return;
    }
    // It may put TLS into the connection, which asks the reader for the rest; or another protocol into its own place.
    try {
      protocol.makeConnection(connection);
    } finally {
      if (connection.protocol === this) connection.protocol = protocol;
    }
    connection.handOn(this.#reader.takeRest());
  }

  #fail(error: Error): void {
    this.#stopTimer();
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    connection.abortConnection();
    this.#report(error, connection.getPeer());
  }

  #report(error: Error, proxy: Address): void {
    if (this.#options.headerFailed !== undefined) this.#options.headerFailed(error, proxy);
    else
      log.warn("Closed a connection from {proxy}: {reason}", { proxy: proxy.toString(), reason: error.message, error });
  }
}

function addressOf(address: ProxyAddress): Address {
  if (address.family === "unix") return new UNIXAddress(address.name);
  const AddressClass = address.family === "ipv4" ? IPv4Address : IPv6Address;
  return new AddressClass(address.transport, address.host, address.port);
}

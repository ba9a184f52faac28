/** What receives datagrams. */
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import type { Failure } from "../deferred/failure.ts";
import type { InternetAddress } from "../transport/address.ts";
import type { ListeningPort, UDPTransport } from "../transport/transport.ts";

const log = new Logger({ namespace: "hawser.protocol" });

/** The shape that a datagram port needs of a protocol. */
export interface DatagramProtocolLike<T = UDPTransport, A = InternetAddress> {
  makeConnection(transport: T): void;
  datagramReceived(datagram: Buffer, address: A): void;
  /** In connected mode: an earlier datagram found nobody who listens. */
  connectionRefused?(): void;
  doStop(): void;
}

/** The part that is the same for every kind of datagram protocol. */
export abstract class AbstractDatagramProtocol<
  T extends ListeningPort = UDPTransport,
  A = InternetAddress,
> implements DatagramProtocolLike<T, A> {
  /** What this protocol sends with; set before `startProtocol` is called. */
  declare transport: T;
  /** How many ports use this protocol. */
  numPorts = 0;
  /** Whether starting and stopping is logged. */
  noisy = true;

  makeConnection(transport: T): void {
    if (this.numPorts > 0) {
      throw new InvalidStateError("Cannot connect a datagram protocol twice: it has a port, expected none");
    }
    this.transport = transport;
    this.doStart();
  }

  doStart(): void {
    if (this.numPorts === 0) {
      if (this.noisy) log.info("Starting protocol {protocol}", { protocol: this });
      this.startProtocol();
    }
    this.numPorts++;
  }

  doStop(): void {
    if (this.numPorts === 0) return;
    this.numPorts--;
    if (this.numPorts > 0) return;
    if (this.noisy) log.info("Stopping protocol {protocol}", { protocol: this });
    this.stopProtocol();
  }

  /** Called when there is a port. */
  startProtocol(): void {}

  /** Called when the port is closed. */
  stopProtocol(): void {}

  datagramReceived(_datagram: Buffer, _address: A): void {}

  logPrefix(): string {
    return this.constructor.name;
  }

  toString(): string {
    return `<${this.constructor.name}>`;
  }
}

/**
 * The base of protocols over datagrams: override what you need. Over UNIX sockets it is a `DatagramProtocol<UNIXDatagramTransport, UNIXAddress>`.
 *
 * @example
 * class Echo extends DatagramProtocol {
 *   override datagramReceived(datagram: Buffer, address: { host: string; port: number }): void {
 *     this.transport.write(datagram, address);
 *   }
 * }
 * new Echo();
 */
export class DatagramProtocol<
  T extends ListeningPort = UDPTransport,
  A = InternetAddress,
> extends AbstractDatagramProtocol<T, A> {
  connectionRefused(): void {}
}

/** A datagram protocol for a port that is connected from the start, and whose connecting can fail. */
export class ConnectedDatagramProtocol<
  T extends ListeningPort = UDPTransport,
  A = InternetAddress,
> extends DatagramProtocol<T, A> {
  /** Called when the port could not be connected. */
  connectionFailed(_failure: Failure): void {}
}

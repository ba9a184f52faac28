/** A reactor on which everything fails. */
import type { Connector, ListeningPort, MulticastTransport, UDPTransport } from "../transport/transport.ts";
import type { FakeUNIXDatagramPort } from "./fake-unix-datagram-port.ts";
import { MemoryReactor } from "./memory-reactor.ts";

/**
 * A `MemoryReactor` whose methods throw what they are told to, and then record nothing.
 *
 * @example
 * const reactor = new RaisingMemoryReactor(new RangeError("no such port"));
 * assert.throws(() => reactor.adoptStreamPort(3, "ipv4", new AccumulatingProtocolFactory()), RangeError);
 */
export class RaisingMemoryReactor extends MemoryReactor {
  readonly #listenException: Error | undefined;
  readonly #connectException: Error | undefined;

  /**
   * @param listenException what all that opens or adopts a port throws; without it, nothing is thrown there
   * @param connectException what all that makes or adopts a connection throws
   */
  constructor(listenException?: Error, connectException?: Error) {
    super();
    this.#listenException = listenException;
    this.#connectException = connectException;
  }

  override listenTCP(...args: Parameters<MemoryReactor["listenTCP"]>): ListeningPort {
    if (this.#listenException !== undefined) throw this.#listenException;
    return super.listenTCP(...args);
  }

  override listenSSL(...args: Parameters<MemoryReactor["listenSSL"]>): ListeningPort {
    if (this.#listenException !== undefined) throw this.#listenException;
    return super.listenSSL(...args);
  }

  override listenUNIX(...args: Parameters<MemoryReactor["listenUNIX"]>): ListeningPort {
    if (this.#listenException !== undefined) throw this.#listenException;
    return super.listenUNIX(...args);
  }

  override listenUDP(...args: Parameters<MemoryReactor["listenUDP"]>): UDPTransport {
    if (this.#listenException !== undefined) throw this.#listenException;
    return super.listenUDP(...args);
  }

  override listenMulticast(...args: Parameters<MemoryReactor["listenMulticast"]>): MulticastTransport {
    if (this.#listenException !== undefined) throw this.#listenException;
    return super.listenMulticast(...args);
  }

  override listenUNIXDatagram(...args: Parameters<MemoryReactor["listenUNIXDatagram"]>): FakeUNIXDatagramPort {
    if (this.#listenException !== undefined) throw this.#listenException;
    return super.listenUNIXDatagram(...args);
  }

  override adoptStreamPort(...args: Parameters<MemoryReactor["adoptStreamPort"]>): ListeningPort {
    if (this.#listenException !== undefined) throw this.#listenException;
    return super.adoptStreamPort(...args);
  }

  override adoptDatagramPort(...args: Parameters<MemoryReactor["adoptDatagramPort"]>): UDPTransport {
    if (this.#listenException !== undefined) throw this.#listenException;
    return super.adoptDatagramPort(...args);
  }

  override connectTCP(...args: Parameters<MemoryReactor["connectTCP"]>): Connector {
    if (this.#connectException !== undefined) throw this.#connectException;
    return super.connectTCP(...args);
  }

  override connectSSL(...args: Parameters<MemoryReactor["connectSSL"]>): Connector {
    if (this.#connectException !== undefined) throw this.#connectException;
    return super.connectSSL(...args);
  }

  override connectUNIX(...args: Parameters<MemoryReactor["connectUNIX"]>): Connector {
    if (this.#connectException !== undefined) throw this.#connectException;
    return super.connectUNIX(...args);
  }

  override connectUNIXDatagram(...args: Parameters<MemoryReactor["connectUNIXDatagram"]>): FakeUNIXDatagramPort {
    if (this.#connectException !== undefined) throw this.#connectException;
    return super.connectUNIXDatagram(...args);
  }

  override adoptStreamConnection(...args: Parameters<MemoryReactor["adoptStreamConnection"]>): void {
    if (this.#connectException !== undefined) throw this.#connectException;
    super.adoptStreamConnection(...args);
  }
}

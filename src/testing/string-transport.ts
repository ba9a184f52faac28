/** A transport without a network: it keeps what is written and notes what it is asked, and that is all it does. */
import type { Deferred } from "../deferred/deferred.ts";
import type { Address, InternetAddress } from "../transport/address.ts";
import { IPv4Address } from "../transport/address.ts";
import { FileTransfer } from "../transport/file-transfer.ts";
import type { SendFileOptions } from "../transport/file-transfer.ts";
import type { PullProducer, PushProducer } from "../transport/producer.ts";
import type { FileTransport } from "../transport/transport.ts";
import { InvalidStateError } from "../errors.ts";
import { bytesToWrite } from "./bytes-to-write.ts";

export interface StringTransportOptions<A extends Address = InternetAddress> {
  /** What `getHost` answers; 10.0.0.1, port 12345 unless told otherwise. */
  readonly hostAddress?: A;
  /** What `getPeer` answers; 192.168.1.1, port 54321 unless told otherwise. */
  readonly peerAddress?: A;
  /** Whether pausing and resuming are allowed after `loseConnection`, where they have no effect; `false` unless told otherwise. */
  readonly lenient?: boolean;
}

/**
 * A transport for tests of one protocol alone: the test hands bytes to `dataReceived` and looks at what was written.
 *
 * It notes everything in fields, and does nothing by itself: `loseConnection` does not call `connectionLost`, what is written after it is
 * kept like the rest, and a producer is neither paused nor resumed. The fields are for tests; other transports do not have them.
 *
 * @example
 * import { Protocol } from "hawser/protocol";
 * class Greeter extends Protocol {
 *   override dataReceived(data: Buffer): void {
 *     this.transport.write(`Hello, ${data.toString()}`);
 *     this.transport.loseConnection();
 *   }
 * }
 * const transport = new StringTransport();
 * const protocol = new Greeter();
 * protocol.makeConnection(transport);
 * protocol.dataReceived(Buffer.from("Bob"));
 * assert.equal(transport.value(), "Hello, Bob");
 * assert.equal(transport.disconnecting, true);
 */
export class StringTransport<A extends Address = InternetAddress> implements FileTransport {
  /** Whether there is still a connection; always so, unless a class of its own says otherwise. */
  connected: boolean = true;
  /** Whether `loseConnection` or `abortConnection` has been called. */
  disconnecting: boolean = false;
  /** Whether `loseWriteConnection` has been called. */
  writeDisconnecting: boolean = false;
  /** Whether `abortConnection` has been called. */
  aborting: boolean = false;
  /** What `pauseProducing`, `resumeProducing` and `stopProducing` have come to. */
  producerState: "producing" | "paused" | "stopped" = "producing";
  /** The producer that is registered, else `null`. */
  producer: PushProducer | PullProducer | null = null;
  /** How the producer is registered, `null` where there is none. */
  streaming: boolean | null = null;
  /** What `getHost` answers. */
  hostAddr: A;
  /** What `getPeer` answers. */
  peerAddr: A;
  readonly #lenient: boolean;
  #written: Buffer[] = [];
  #tcpNoDelay = false;
  #tcpKeepAlive = false;

  constructor(options: StringTransportOptions<A> = {}) {
    // Whoever has addresses of another kind gives both.
    this.hostAddr = options.hostAddress ?? (new IPv4Address("TCP", "10.0.0.1", 12345) as Address as A);
    this.peerAddr = options.peerAddress ?? (new IPv4Address("TCP", "192.168.1.1", 54321) as Address as A);
    this.#lenient = options.lenient ?? false;
  }

  /** Whether `abortConnection` has been called: Twisted's name for `aborting`. */
  get disconnected(): boolean {
    return this.aborting;
  }

  /**
   * What has been written since the last `clear`, as text.
   *
   * @param encoding `"utf8"` unless told otherwise; `"latin1"` shows each byte as one character
   */
  value(encoding: BufferEncoding = "utf8"): string {
    return this.written().toString(encoding);
  }

  /**
   * What has been written since the last `clear`, as bytes.
   *
   * @example
   * const transport = new StringTransport();
   * transport.writeSequence([Uint8Array.of(255), "a"]);
   * assert.deepEqual(transport.written(), Buffer.from([255, 97]));
   */
  written(): Buffer {
    return Buffer.concat(this.#written);
  }

  /** Forgets what has been written. */
  clear(): void {
    this.#written = [];
  }

  write(data: string | Uint8Array): void {
    this.#written.push(bytesToWrite(data));
  }

  writeSequence(pieces: Iterable<string | Uint8Array>): void {
    this.#written.push(...Array.from(pieces, bytesToWrite));
  }

  /** Writes a piece of a file, at once. */
  sendFile(fd: number, options: SendFileOptions = {}): Deferred<number> {
    const file = new FileTransfer(fd, options);
    for (let chunk = file.readNow(); chunk !== undefined; chunk = file.readNow()) this.write(chunk);
    return file.done;
  }

  loseConnection(): void {
    this.disconnecting = true;
  }

  abortConnection(): void {
    this.aborting = true;
    this.loseConnection();
  }

  loseWriteConnection(): void {
    this.writeDisconnecting = true;
  }

  getHost(): A {
    return this.hostAddr;
  }

  getPeer(): A {
    return this.peerAddr;
  }

  getTcpNoDelay(): boolean {
    return this.#tcpNoDelay;
  }

  setTcpNoDelay(enabled: boolean): void {
    this.#tcpNoDelay = enabled;
  }

  getTcpKeepAlive(): boolean {
    return this.#tcpKeepAlive;
  }

  setTcpKeepAlive(enabled: boolean): void {
    this.#tcpKeepAlive = enabled;
  }

  /** Notes the producer. Throws `InvalidStateError` where there is one already. */
  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    if (this.producer !== null) {
      throw new InvalidStateError("Cannot register a producer: one is registered already, expected none");
    }
    this.producer = producer;
    this.streaming = streaming;
  }

  /** Forgets the producer. Throws `InvalidStateError` where there is none. */
  unregisterProducer(): void {
    if (this.producer === null) {
      throw new InvalidStateError("Cannot unregister a producer: none is registered, expected one");
    }
    this.producer = null;
    this.streaming = null;
  }

  /** Throws `InvalidStateError` after `stopProducing`, and after `loseConnection` unless lenient, for then nothing would come of it. */
  pauseProducing(): void {
    this.#checkProducing("pause");
    this.producerState = "paused";
  }

  /** Throws `InvalidStateError` as `pauseProducing` does. */
  resumeProducing(): void {
    this.#checkProducing("resume");
    this.producerState = "producing";
  }

  stopProducing(): void {
    this.producerState = "stopped";
  }

  #checkProducing(action: string): void {
    if (this.disconnecting && !this.#lenient) {
      throw new InvalidStateError(
        `Cannot ${action} producing: loseConnection has been called, expected an open connection`,
      );
    }
    if (this.producerState === "stopped") {
      throw new InvalidStateError(
        `Cannot ${action} producing: it has been stopped, expected a transport that produces`,
      );
    }
  }
}

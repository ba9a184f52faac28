/**
 * Boxes over a connection: what arrives is cut into boxes for a receiver, what is sent is written.
 *
 * Between two boxes, the connection can be secured or handed over to another protocol; whatever has arrived behind the box that says so belongs
 * to TLS, or to that protocol.
 */
import { closeSync } from "node:fs";
import { Failure } from "../deferred/failure.ts";
import { InvalidStateError, RemoteProtocolError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { BufferedReceiver } from "../protocol/buffered-receiver.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import { CertificateOptions } from "../tls/certificate-options.ts";
import { Certificate } from "../tls/certificate.ts";
import type { PrivateCertificate } from "../tls/private-certificate.ts";
import { ConnectionLost } from "../transport/errors.ts";
import type { Connector, TLSTransport, Transport, UNIXTransport } from "../transport/transport.ts";
import type { BoxConnection, BoxReceiver } from "./box-sender.ts";
import { ANSWER, ERROR } from "./wire/keys.ts";
import { BacklogWatch } from "../protocol/backlog-watch.ts";
import { AnswersNotRead, InvalidArgument, OnlyOneTLS, ProtocolSwitched, TooManyDescriptors } from "./errors.ts";
import type { AmpBox } from "./wire/amp-box.ts";
import type { BoxLimits } from "./wire/box-limits.ts";
import { BoxReader } from "./wire/box-reader.ts";

const log = new Logger({ namespace: "hawser.amp" });

const DEFAULT_MAX_DESCRIPTORS = 64;
const DEFAULT_MAX_UNREAD = 16 * 1024 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);
/** Factories are told with whom they were connected; here there was no connector. */
const NO_CONNECTOR = null as unknown as Connector;

/** What is taken of a peer. */
export interface BoxProtocolOptions extends BoxLimits {
  /** How many descriptors may have come that no box has named yet; 64 unless told otherwise. One more ends the connection with `TooManyDescriptors`. */
  readonly maxDescriptors?: number;
  /**
   * How many bytes of answers may wait for a peer that does not read; 16 MiB unless told otherwise. More end the connection with `AnswersNotRead`. It
   * comes to that only while calls of ours wait for answers: otherwise, who reads no answers is not listened to.
   */
  readonly maxUnread?: number;
}

/**
 * Sends boxes, and gives those that arrive to a receiver. What a peer does wrong, such as to send what is no box, ends the connection,
 * and is the reason that the receiver hears.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const boxes: AmpBox[] = [];
 * const protocol = new BinaryBoxProtocol({
 *   startReceivingBoxes: (sender) => sender.sendBox(new AmpBox({ hello: "world" })),
 *   ampBoxReceived: (box) => void boxes.push(box),
 *   stopReceivingBoxes: () => {},
 * });
 * const transport = new StringTransport();
 * protocol.makeConnection(transport);
 * protocol.dataReceived(transport.written());
 * assert.equal(boxes[0]?.get("hello")?.toString(), "world");
 */
export class BinaryBoxProtocol<T extends Transport = Transport> extends BufferedReceiver<T> implements BoxConnection {
  /** Who is given the boxes. */
  boxReceiver: BoxReceiver;
  /** The protocol that the connection has been handed over to. */
  innerProtocol: ProtocolLike | undefined = undefined;
  /** Who we are, once TLS has been started with a certificate of ours. */
  hostCertificate: PrivateCertificate | undefined = undefined;
  // A transport looks at whether they are there.
  declare readConnectionLost?: () => void;
  declare writeConnectionLost?: () => void;
  declare handshakeCompleted?: () => void;

  readonly #reader: BoxReader;
  /** What the peer has done wrong; nothing is read any more. */
  #offence: Failure | undefined = undefined;
  #sending: "open" | "locked" | "lost" = "open";
  #clientFactory: ClientFactoryLike | undefined = undefined;
  #tls: "none" | "prepared" | "started" = "none";
  /** Boxes, as they are sent, that wait for TLS. */
  #kept: Buffer[] = [];
  readonly #backlog: BacklogWatch = new BacklogWatch(() => this.#drained());
  readonly #maxUnread: number;
  /** The answers that wait, since it was too much. */
  #unread = 0;
  /** Whether we do not listen. */
  #isHolding = false;
  readonly #maxDescriptors: number;
  readonly #descriptors: Map<number, number> = new Map();
  #descriptorsSent = 0;
  #descriptorsReceived = 0;

  /** Throws a `RangeError` for limits that are none. */
  constructor(boxReceiver: BoxReceiver, options: BoxProtocolOptions = {}) {
    super();
    this.boxReceiver = boxReceiver;
    this.#reader = new BoxReader(options);
    this.#maxUnread = options.maxUnread ?? DEFAULT_MAX_UNREAD;
    this.#maxDescriptors = options.maxDescriptors ?? DEFAULT_MAX_DESCRIPTORS;
    this.borrowsData = true;
  }

  override makeConnection(transport: T): void {
    this.transport = transport;
    this.connected = true;
    this.boxReceiver.startReceivingBoxes(this);
    this.connectionMade();
  }

  override dataReceived(data: Buffer): void {
    if (this.innerProtocol === undefined) super.dataReceived(data);
    else this.innerProtocol.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.#sending = "lost";
    this.#kept = [];
    for (const fd of this.#descriptors.values()) closeSync(fd);
    this.#descriptors.clear();
    if (this.innerProtocol !== undefined) {
      this.innerProtocol.connectionLost(reason);
      this.#clientFactory?.clientConnectionLost(NO_CONNECTOR, reason);
    }
    this.boxReceiver.stopReceivingBoxes(this.#offence ?? reason);
  }

  sendBox(box: AmpBox): void {
    if (this.#sending !== "open") throw this.#closedToBoxes();
    const bytes = box.serialize();
    if (this.#tls === "prepared") {
      this.#kept.push(bytes);
      this.#countUnread(box, bytes.length);
      return;
    }
    this.#backlog.write(this.transport, bytes);
    if (this.#backlog.isFull) this.#sentTooMuch(box, bytes.length);
  }

  unhandledError(failure: Failure): void {
    log.failure("A call that wants no answer failed; its connection is closed", failure);
    this.loseConnection();
  }

  loseConnection(): void {
    this.transport.loseConnection();
  }

  prepareTLS(): void {
    if (this.#tls !== "none") throw new OnlyOneTLS(`Cannot start TLS: it is ${this.#tls}, expected it to be none`);
    this.#tls = "prepared";
  }

  cancelTLS(): void {
    if (this.#tls === "prepared") this.#release("none");
  }

  startTLS(certificate: PrivateCertificate | undefined, authorities: readonly Certificate[] = []): void {
    if (this.#tls === "started") throw new OnlyOneTLS("Cannot start TLS: it is started, expected it to be none");
    const transport = this.transport as Partial<TLSTransport>;
    if (transport.startTLS === undefined) {
      throw new InvalidStateError("Cannot start TLS: the transport knows none, expected one that does");
    }
    this.hostCertificate = certificate;
    transport.startTLS(certificate === undefined ? anonymous(authorities) : certificate.options(...authorities));
    this.#release("started");
  }

  /** The certificate that the peer has shown; `undefined` where it has shown none, or there is no TLS yet. */
  get peerCertificate(): Certificate | undefined {
    const original = (this.transport as Partial<TLSTransport>).getPeerCertificate?.();
    return original === undefined ? undefined : new Certificate(original);
  }

  /** Goes on, unless the peer has to read first. */
  override resumeProducing(): void {
    if (this.#isHolding) this.paused = false;
    else super.resumeProducing();
  }

  lockForSwitch(): void {
    if (this.#sending === "open") this.#sending = "locked";
  }

  unlockFromSwitch(): void {
    if (this.innerProtocol !== undefined) {
      throw new ProtocolSwitched("Cannot go back to boxes: the connection belongs to another protocol");
    }
    if (this.#sending === "locked") this.#sending = "open";
  }

  buildProtocol(factory: ClientFactoryLike): ProtocolLike | null {
    return factory.buildProtocol(this.transport.getPeer());
  }

  switchTo(protocol: ProtocolLike, clientFactory?: ClientFactoryLike): void {
    this.innerProtocol = protocol;
    this.#clientFactory = clientFactory;
    this.borrowsData = protocol.borrowsData === true;
    if (protocol.readConnectionLost !== undefined) this.readConnectionLost = () => protocol.readConnectionLost!();
    if (protocol.writeConnectionLost !== undefined) this.writeConnectionLost = () => protocol.writeConnectionLost!();
    if (protocol.handshakeCompleted !== undefined) this.handshakeCompleted = () => protocol.handshakeCompleted!();
    this.#backlog.release();
    if (this.#isHolding && !this.paused) this.transport.resumeProducing();
    this.#isHolding = false;
    const rest = this.#reader.takeAll();
    protocol.makeConnection(this.transport);
    if (rest.length > 0) protocol.dataReceived(rest);
  }

  override takeUndelivered(): Buffer {
    if (this.innerProtocol === undefined) return super.takeUndelivered();
    return Buffer.from(this.innerProtocol.takeUndelivered?.() ?? []);
  }

  sendFileDescriptor(fd: number): number {
    const transport = this.transport as unknown as Partial<UNIXTransport>;
    if (transport.sendFileDescriptor === undefined) {
      throw new InvalidStateError("Cannot send a descriptor: expected a UNIX connection");
    }
    transport.sendFileDescriptor(fd);
    return this.#descriptorsSent++;
  }

  fileDescriptorReceived(fd: number): void {
    const inner = this.innerProtocol;
    if (inner !== undefined) {
      if (inner.fileDescriptorReceived === undefined) closeSync(fd);
      else inner.fileDescriptorReceived(fd);
      return;
    }
    this.#descriptors.set(this.#descriptorsReceived++, fd);
    if (this.#descriptors.size <= this.#maxDescriptors) return;
    const message = `The peer has sent more than the ${this.#maxDescriptors} descriptors that may wait for a box that names them`;
    this.#offended(new TooManyDescriptors(message));
  }

  takeFileDescriptor(ordinal: number): number {
    const fd = this.#descriptors.get(ordinal);
    if (fd === undefined) throw new InvalidArgument(`there is no descriptor ${ordinal} of the peer`);
    this.#descriptors.delete(ordinal);
    return fd;
  }

  protected override _store(data: Buffer): void {
    if (this.#offence === undefined) this.#reader.receive(data, true);
  }

  protected override _takeAll(): Buffer {
    return this.#reader.takeAll();
  }

  protected override _own(): void {
    this.#reader.own();
  }

  protected override _deliver(): void {
    const reader = this.#reader;
    try {
      while (!this.paused && !this.#isHolding && this.#offence === undefined) {
        const box = reader.nextBox();
        if (box === "needData") return;
        this.boxReceiver.ampBoxReceived(box);
      }
    } catch (error) {
      // What the peer did wrong, whoever has seen it.
      if (!(error instanceof RemoteProtocolError)) throw error;
      this.#offended(error);
    }
  }

  /** The peer does not read. It is not listened to, unless there is something to hear that we wait for; both ends could wait for each other then. */
  #sentTooMuch(box: AmpBox, length: number): void {
    const awaits = this.boxReceiver.awaitsAnswers === true;
    if (this.#isHolding === awaits) {
      this.#isHolding = !awaits;
      if (this.#isHolding) this.transport.pauseProducing();
      else this.#listen();
    }
    this.#countUnread(box, length);
  }

  /** Our own calls are our own affair; answers are what a peer can make grow. */
  #countUnread(box: AmpBox, length: number): void {
    if (!box.has(ANSWER) && !box.has(ERROR)) return;
    this.#unread += length;
    if (this.#unread <= this.#maxUnread) return;
    this.#offence ??= new Failure(
      new AnswersNotRead(
        `The peer has not read more than the ${this.#maxUnread} bytes of answers that may wait for it`,
      ),
    );
    this.transport.abortConnection();
  }

  #drained(): void {
    this.#unread = 0;
    if (!this.#isHolding) return;
    this.#isHolding = false;
    this.#listen();
  }

  #listen(): void {
    if (this.paused) return;
    this.transport.resumeProducing();
    this.dataReceived(NOTHING);
  }

  /** Answers that are on their way are still sent. */
  #offended(error: Error): void {
    this.#offence ??= new Failure(error);
    this.loseConnection();
  }

  #closedToBoxes(): Error {
    if (this.#sending === "lost") return new ConnectionLost("Cannot send a box: the connection is gone");
    return new ProtocolSwitched("Cannot send a box: the connection belongs to another protocol, or is about to");
  }

  #release(tls: "none" | "started"): void {
    this.#tls = tls;
    const kept = this.#kept;
    this.#kept = [];
    this.#unread = 0;
    for (const bytes of kept) this.transport.write(bytes);
  }
}

/** TLS without a certificate of ours, which servers cannot do. */
function anonymous(authorities: readonly Certificate[]): CertificateOptions {
  return new CertificateOptions(authorities.length > 0 ? { verify: true, caCerts: authorities } : { verify: false });
}

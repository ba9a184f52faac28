/**
 * What stands between a transport and a protocol: a protocol to the one and a transport to the other. It passes everything on; classes that extend it
 * look at what passes, or hold it.
 */
import type { Failure } from "../deferred/failure.ts";
import { Protocol } from "../protocol/protocol.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { PullProducer, PushProducer } from "../transport/producer.ts";
import type { SecurityFacts } from "../transport/secure-stream.ts";
import type { FileTransport, TCPTransport, TLSTransport, Transport, UNIXTransport } from "../transport/transport.ts";

/** Who keeps account of wrappers: the factory that made them. */
export interface WrapperOwner {
  /** Called when a wrapper is connected, before its protocol is. */
  registerProtocol(wrapper: ProtocolWrapper): void;
  /** Called when its connection is lost, before its protocol hears of it. */
  unregisterProtocol(wrapper: ProtocolWrapper): void;
}

/** What some transports can do and others cannot. A wrapper can do what the transport below it can. */
type Abilities = Omit<UNIXTransport & TCPTransport & TLSTransport, keyof Transport | "security" | "negotiatedProtocol">;

const ABILITIES: readonly (keyof Abilities)[] = [
  "loseWriteConnection",
  "sendFile",
  "startTLS",
  "getTLSVersion",
  "getPeerCertificate",
  "exportKeyingMaterial",
  "getTcpNoDelay",
  "setTcpNoDelay",
  "getTcpKeepAlive",
  "setTcpKeepAlive",
  "getPeerCredentials",
  "sendFileDescriptor",
];

/** What some protocols want to hear and others do not; transports look at whether it is there. */
const EVENTS = ["readConnectionLost", "writeConnectionLost", "handshakeCompleted", "fileDescriptorReceived"] as const;

/**
 * Wraps a protocol, and is its transport. What the transport below can do beside the usual, such as `loseWriteConnection` and `startTLS`, can be done
 * through it; and what the protocol wants to hear beside the usual, such as `readConnectionLost`, it hears.
 *
 * @example
 * import { Factory, Protocol } from "hawser/protocol";
 * class Shouting extends ProtocolWrapper {
 *   override write(data: string | Uint8Array): void {
 *     super.write(Buffer.from(data).toString().toUpperCase());
 *   }
 * }
 * class ShoutingFactory extends WrappingFactory {
 *   protected override wrapProtocol(protocol: Protocol): ProtocolWrapper {
 *     return new Shouting(this, protocol);
 *   }
 * }
 * new ShoutingFactory(Factory.forProtocol(Protocol));
 */
export class ProtocolWrapper extends Protocol implements Transport {
  /** The protocol above. */
  readonly wrappedProtocol: ProtocolLike;
  /** Who made this wrapper. */
  declare factory: WrapperOwner;

  // Each is there where the transport below has it.
  declare loseWriteConnection?: Abilities["loseWriteConnection"];
  declare sendFile?: FileTransport["sendFile"];
  declare startTLS?: Abilities["startTLS"];
  declare getTLSVersion?: Abilities["getTLSVersion"];
  declare getPeerCertificate?: Abilities["getPeerCertificate"];
  declare exportKeyingMaterial?: Abilities["exportKeyingMaterial"];
  declare getTcpNoDelay?: Abilities["getTcpNoDelay"];
  declare setTcpNoDelay?: Abilities["setTcpNoDelay"];
  declare getTcpKeepAlive?: Abilities["getTcpKeepAlive"];
  declare setTcpKeepAlive?: Abilities["setTcpKeepAlive"];
  declare getPeerCredentials?: Abilities["getPeerCredentials"];
  declare sendFileDescriptor?: Abilities["sendFileDescriptor"];

  // Each is there where the protocol above has it.
  declare readConnectionLost?: () => void;
  declare writeConnectionLost?: () => void;
  declare handshakeCompleted?: () => void;
  declare fileDescriptorReceived?: (fd: number) => void;
  declare takeUndelivered?: () => Uint8Array;

  constructor(factory: WrapperOwner, wrappedProtocol: ProtocolLike) {
    super();
    this.factory = factory;
    this.wrappedProtocol = wrappedProtocol;
    for (const event of EVENTS) passOn(this, event, wrappedProtocol);
    passOn(this, "takeUndelivered", wrappedProtocol);
  }

  override makeConnection(transport: Transport): void {
    for (const ability of ABILITIES) passOn(this, ability, transport);
    super.makeConnection(transport);
    this.factory.registerProtocol(this);
    this.wrappedProtocol.makeConnection(this);
  }

  // What the protocol above calls.

  write(data: string | Uint8Array): void {
    this.transport.write(data);
  }

  writeSequence(pieces: Iterable<string | Uint8Array>): void {
    this.transport.writeSequence(pieces);
  }

  loseConnection(): void {
    this.transport.loseConnection();
  }

  abortConnection(): void {
    this.transport.abortConnection();
  }

  get disconnecting(): boolean {
    return this.transport.disconnecting;
  }

  getPeer(): Address {
    return this.transport.getPeer();
  }

  getHost(): Address {
    return this.transport.getHost();
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    this.transport.registerProducer(producer, streaming);
  }

  unregisterProducer(): void {
    this.transport.unregisterProducer();
  }

  pauseProducing(): void {
    this.transport.pauseProducing();
  }

  resumeProducing(): void {
    this.transport.resumeProducing();
  }

  stopProducing(): void {
    this.transport.stopProducing();
  }

  /** What the handshake has come to; `undefined` before it is done, and where there is no TLS. */
  get security(): SecurityFacts | undefined {
    return (this.transport as Partial<TLSTransport>).security;
  }

  /** The protocol that both ends of TLS agreed on (ALPN), if they did. */
  get negotiatedProtocol(): string | undefined {
    return (this.transport as Partial<TLSTransport>).negotiatedProtocol;
  }

  // What the transport below calls.

  /** The promise is that of the protocol above. */
  get borrowsData(): boolean {
    return this.wrappedProtocol.borrowsData === true;
  }

  override dataReceived(data: Buffer): void {
    this.wrappedProtocol.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.factory.unregisterProtocol(this);
    this.wrappedProtocol.connectionLost(reason);
  }

  override logPrefix(): string {
    return wrapperPrefix(this, this.wrappedProtocol);
  }
}

/** What log messages about something that wraps something else begin with. */
export function wrapperPrefix(wrapper: object, wrapped: { logPrefix?(): string }): string {
  return `${wrapped.logPrefix?.() ?? wrapped.constructor.name} (${wrapper.constructor.name})`;
}

/** Gives `wrapper` a method that calls the one of `target`, if that has one and the wrapper none of its own. */
function passOn(wrapper: object, name: string, target: object): void {
  const method: unknown = (target as Readonly<Record<string, unknown>>)[name];
  if (typeof method !== "function" || name in wrapper) return;
  Object.defineProperty(wrapper, name, { value: method.bind(target), configurable: true, writable: true });
}

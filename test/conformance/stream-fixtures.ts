/** Protocols and factories that keep what happens to them, for the suites over real streams. */
import type { Failure } from "../../src/deferred/failure.ts";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { Address } from "../../src/transport/address.ts";
import type { Connector, ListeningPort, TCPTransport } from "../../src/transport/transport.ts";

/** Keeps what it receives and how it ends; `on` may say what else to do. */
export class Recorder extends Protocol<TCPTransport> {
  readonly chunks: Buffer[] = [];
  readonly events: string[] = [];
  lost: Failure | undefined = undefined;
  onMade: (protocol: Recorder) => void = () => {};
  onData: (protocol: Recorder, data: Buffer) => void = () => {};
  onLost: (protocol: Recorder) => void = () => {};

  override connectionMade(): void {
    this.events.push("made");
    this.onMade(this);
  }

  override dataReceived(data: Buffer): void {
    this.chunks.push(Buffer.from(data));
    this.onData(this, data);
  }

  override connectionLost(reason: Failure): void {
    this.events.push("lost");
    this.lost = reason;
    this.onLost(this);
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.received.toString();
  }

  get reason(): string | undefined {
    return (this.lost?.value as Error | undefined)?.name;
  }
}

/** A recorder that goes on when one direction is closed. */
export class HalfClosingRecorder extends Recorder {
  onReadLost: (protocol: Recorder) => void = () => {};

  readConnectionLost(): void {
    this.events.push("read lost");
    this.onReadLost(this);
  }

  writeConnectionLost(): void {
    this.events.push("write lost");
  }
}

type Setup = (protocol: Recorder) => void;

/** A server factory that keeps its protocols. */
export class RecordingFactory extends Factory<Recorder> {
  override noisy = false;
  readonly protocols: Recorder[] = [];
  readonly events: string[] = [];
  readonly #setUp: Setup;
  readonly #Class: new () => Recorder;

  constructor(setUp: Setup = () => {}, Class: new () => Recorder = Recorder) {
    super();
    this.#setUp = setUp;
    this.#Class = Class;
  }

  override startFactory(): void {
    this.events.push("start");
  }

  override stopFactory(): void {
    this.events.push("stop");
  }

  override buildProtocol(_address: Address): Recorder | null {
    const protocol = new this.#Class();
    this.#setUp(protocol);
    this.protocols.push(protocol);
    return protocol;
  }

  /** The first protocol; to be used once there is one. */
  get only(): Recorder {
    return this.protocols[0]!;
  }
}

/** A client factory that keeps its protocols and what its connector says. */
export class RecordingClientFactory extends ClientFactory<Recorder> {
  override noisy = false;
  readonly protocols: Recorder[] = [];
  readonly events: string[] = [];
  failure: Failure | undefined = undefined;
  onFailed: (connector: Connector) => void = () => {};
  onLost: (connector: Connector) => void = () => {};
  readonly #setUp: Setup;
  readonly #Class: new () => Recorder;

  constructor(setUp: Setup = () => {}, Class: new () => Recorder = Recorder) {
    super();
    this.#setUp = setUp;
    this.#Class = Class;
  }

  override startFactory(): void {
    this.events.push("start");
  }

  override stopFactory(): void {
    this.events.push("stop");
  }

  override startedConnecting(connector: Connector): void {
    this.events.push(`connecting ${connector.state}`);
  }

  override buildProtocol(_address: Address): Recorder | null {
    this.events.push("build");
    const protocol = new this.#Class();
    this.#setUp(protocol);
    this.protocols.push(protocol);
    return protocol;
  }

  override clientConnectionFailed(connector: Connector, reason: Failure): void {
    this.failure = reason;
    this.events.push(`failed ${connector.state}`);
    this.onFailed(connector);
  }

  override clientConnectionLost(connector: Connector, reason: Failure): void {
    this.failure = reason;
    this.events.push(`lost ${connector.state}`);
    this.onLost(connector);
  }

  get only(): Recorder {
    return this.protocols[0]!;
  }

  get error(): string | undefined {
    return (this.failure?.value as Error | undefined)?.name;
  }
}

/** The port when it listens, however its reactor tells that it cannot. */
export async function listening(open: () => ListeningPort): Promise<ListeningPort> {
  return open().whenListening();
}

/** The reactor over the native core: Linux's own sockets, in batches. */
import type { StartChild } from "../../process/child.ts";
import { startChild } from "../../process/start-child.ts";
import type { FactoryLike } from "../../protocol/factory.ts";
import { NotSupportedByReactorError } from "../errors.ts";
import type { UNIXDatagramTransport } from "../../transport/transport.ts";
import type { BindDatagrams } from "../datagram-port.ts";
import type {
  ConnectUNIXDatagramOptions,
  ConnectedUNIXDatagramProtocolLike,
  ListenUNIXDatagramOptions,
  ReadDescriptor,
  UNIXDatagramProtocolLike,
  WriteDescriptor,
} from "../reactor.ts";
import { SocketReactor, checkPath } from "../socket-reactor.ts";
import type { StreamBackend } from "../stream-backend.ts";
import type { StreamPlace } from "../stream-place.ts";
import { adoptConnection } from "./slot-connection.ts";
import { Descriptors } from "./descriptors.ts";
import { EpollCore } from "./epoll-core.ts";
import { EpollDialer } from "./epoll-dialer.ts";
import { EpollPort } from "./epoll-port.ts";
import type { EpollStreams } from "./epoll-streams.ts";
import { startNativeChild } from "./native-child.ts";
import { loadNativeCore, whyNotLoaded } from "./native-core.ts";
import type { NativeCore } from "./native-core.ts";
import { bindUDP } from "./udp-slot.ts";
import { ConnectedUNIXDatagramPort, UNIXDatagramPort } from "./unix-datagram-port.ts";

export class EpollReactor extends SocketReactor implements EpollStreams {
  readonly kind: string = "epoll";
  /** @internal For the ports: this reactor. */
  readonly reactor: this = this;
  readonly #native: NativeCore;
  #core: EpollCore | undefined = undefined;
  #spawns: boolean | undefined = undefined;
  readonly #descriptors: Descriptors = new Descriptors(() => this.core());

  protected readonly streams: StreamBackend = {
    dialer: new EpollDialer(() => this.core(), this.batch),
    makePort: (place: StreamPlace, factory: FactoryLike) => new EpollPort(place, factory, this),
    adoptConnection: (fd: number, factory: FactoryLike) => adoptConnection(fd, factory, this),
    flush: () => this.#core?.flush(),
  };

  /** @internal */
  readonly bindDatagrams: BindDatagrams = (place, events, options) => bindUDP(this.core(), place, events, options);

  /** Throws `NotSupportedByReactorError` where the native core does not load. */
  constructor() {
    super();
    const native = loadNativeCore();
    if (native === null) {
      throw new NotSupportedByReactorError(
        `Cannot make an epoll reactor: the native core does not load (${whyNotLoaded()}), use the node reactor`,
      );
    }
    this.#native = native;
    this.track(this.#descriptors);
  }

  /** @internal The core, opened when it is first needed and closed when the reactor has stopped. */
  core(): EpollCore {
    return (this.#core ??= new EpollCore(this.#native, this.batch));
  }

  override listenUNIXDatagram(
    address: string,
    protocol: UNIXDatagramProtocolLike,
    options: ListenUNIXDatagramOptions = {},
  ): UNIXDatagramTransport {
    const port = new UNIXDatagramPort(checkPath(address), protocol, this, options);
    port.startListening();
    return port;
  }

  override connectUNIXDatagram(
    address: string,
    protocol: ConnectedUNIXDatagramProtocolLike,
    options: ConnectUNIXDatagramOptions = {},
  ): UNIXDatagramTransport {
    const { bindAddress } = options;
    if (bindAddress !== undefined) checkPath(bindAddress);
    const port = new ConnectedUNIXDatagramPort(checkPath(address), protocol, this, options);
    port.startListening();
    return port;
  }

  override addReader(reader: ReadDescriptor): void {
    this.#descriptors.addReader(reader);
  }

  override addWriter(writer: WriteDescriptor): void {
    this.#descriptors.addWriter(writer);
  }

  override removeReader(reader: ReadDescriptor): void {
    this.#descriptors.removeReader(reader);
  }

  override removeWriter(writer: WriteDescriptor): void {
    this.#descriptors.removeWriter(writer);
  }

  override removeAll(): (ReadDescriptor | WriteDescriptor)[] {
    return this.#descriptors.removeAll();
  }

  override getReaders(): ReadDescriptor[] {
    return this.#descriptors.readers();
  }

  override getWriters(): WriteDescriptor[] {
    return this.#descriptors.writers();
  }

  protected override requireReusePort(): void {}

  protected override readonly startChild: StartChild = (executable, args, options, descriptors, ended) => {
    if (!this.#canSpawn) return startChild(executable, args, options, descriptors, ended);
    return startNativeChild(this.core(), executable, args, options, descriptors, (end) => {
      ended(end);
      // It may have been left alone when the reactor stopped, and have been all that the core was still there for.
      if (!this.running) this.finished();
    });
  };

  /** Whether this system can watch child processes; where it cannot, the runtime starts them. */
  get #canSpawn(): boolean {
    return (this.#spawns ??= this.#native.canSpawn() === 1);
  }

  protected override finished(): void {
    // What `crash` leaves open may go on when the reactor runs again.
    if (this.#core?.idle !== true) return;
    this.#core.close();
    this.#core = undefined;
  }
}

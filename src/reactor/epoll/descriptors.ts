/** Watching descriptors of others, as `addReader` and its kin do. */
import { inspect } from "node:util";
import { Failure } from "../../deferred/failure.ts";
import { Logger } from "../../logger/logger.ts";
import type { ReadDescriptor, WriteDescriptor } from "../reactor.ts";
import type { EpollCore, SlotOwner } from "./epoll-core.ts";
import { Interest } from "./native-core.ts";

const log = new Logger({ namespace: "hawser.reactor" });

export class Descriptors {
  readonly #core: () => EpollCore;
  readonly #watched: Map<number, WatchedDescriptor> = new Map();

  constructor(core: () => EpollCore) {
    this.#core = core;
  }

  addReader(reader: ReadDescriptor): void {
    this.#watch(fileno(reader)).setReader(reader);
  }

  addWriter(writer: WriteDescriptor): void {
    this.#watch(fileno(writer)).setWriter(writer);
  }

  removeReader(reader: ReadDescriptor): void {
    for (const watched of this.#watched.values()) {
      if (watched.reader === reader) this.#update(watched, () => watched.setReader(undefined));
    }
  }

  removeWriter(writer: WriteDescriptor): void {
    for (const watched of this.#watched.values()) {
      if (watched.writer === writer) this.#update(watched, () => watched.setWriter(undefined));
    }
  }

  removeAll(): (ReadDescriptor | WriteDescriptor)[] {
    const removed = new Set<ReadDescriptor | WriteDescriptor>([...this.readers(), ...this.writers()]);
    for (const watched of this.#watched.values()) watched.release();
    this.#watched.clear();
    return [...removed];
  }

  readers(): ReadDescriptor[] {
    return [...this.#watched.values()].flatMap(({ reader }) => reader ?? []);
  }

  writers(): WriteDescriptor[] {
    return [...this.#watched.values()].flatMap(({ writer }) => writer ?? []);
  }

  #watch(fd: number): WatchedDescriptor {
    let watched = this.#watched.get(fd);
    if (watched === undefined) {
      watched = new WatchedDescriptor(this.#core(), fd, this);
      this.#watched.set(fd, watched);
    }
    return watched;
  }

  #update(watched: WatchedDescriptor, change: () => void): void {
    change();
    if (watched.reader !== undefined || watched.writer !== undefined) return;
    watched.release();
    this.#watched.delete(watched.fd);
  }
}

class WatchedDescriptor implements SlotOwner {
  readonly fd: number;
  reader: ReadDescriptor | undefined = undefined;
  writer: WriteDescriptor | undefined = undefined;
  readonly #core: EpollCore;
  readonly #slot: number;
  readonly #descriptors: Descriptors;

  constructor(core: EpollCore, fd: number, descriptors: Descriptors) {
    this.fd = fd;
    this.#core = core;
    this.#slot = core.own(core.native.watchDescriptor(core.handle, fd), "watch", this);
    this.#descriptors = descriptors;
  }

  setReader(reader: ReadDescriptor | undefined): void {
    this.reader = reader;
    this.#watch();
  }

  setWriter(writer: WriteDescriptor | undefined): void {
    this.writer = writer;
    this.#watch();
  }

  release(): void {
    this.#core.release(this.#slot);
  }

  readable(): void {
    const { reader } = this;
    if (reader !== undefined) this.#call(reader, () => reader.doRead());
  }

  writable(): void {
    const { writer } = this;
    if (writer !== undefined) this.#call(writer, () => writer.doWrite());
  }

  #watch(): void {
    const read = this.reader === undefined ? 0 : Interest.READ;
    const write = this.writer === undefined ? 0 : Interest.WRITE;
    this.#core.watch(this.#slot, read | write);
  }

  /** Calls a descriptor; what it answers or throws ends it. */
  #call(descriptor: ReadDescriptor | WriteDescriptor, call: () => unknown): void {
    let reason: unknown;
    try {
      reason = call();
    } catch (error) {
      reason = error;
      log.failure("A descriptor threw an error; it is not watched any more", error);
    }
    if (reason === undefined || reason === null || reason === false) return;
    this.#descriptors.removeReader(descriptor as ReadDescriptor);
    this.#descriptors.removeWriter(descriptor as WriteDescriptor);
    try {
      descriptor.connectionLost(reason instanceof Failure ? reason : new Failure(reason));
    } catch (error) {
      log.failure("A descriptor threw an error in connectionLost", error);
    }
  }
}

function fileno(descriptor: ReadDescriptor | WriteDescriptor): number {
  const fd = descriptor.fileno();
  if (Number.isInteger(fd) && fd >= 0) return fd;
  throw new RangeError(
    `Cannot watch ${inspect(descriptor, { depth: 0 })}: its descriptor is ${fd}, expected 0 or more`,
  );
}

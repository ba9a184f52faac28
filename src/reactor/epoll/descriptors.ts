/** Watching descriptors of others, as `addReader` and its kin do. Who still watches when the reactor stops, is told so. */
import { inspect } from "node:util";
import { Failure } from "../../deferred/failure.ts";
import { Logger } from "../../logger/logger.ts";
import type { Closable } from "../base-reactor.ts";
import type { ReadDescriptor, WriteDescriptor } from "../reactor.ts";
import type { EpollCore, SlotOwner } from "./epoll-core.ts";
import { Interest } from "./native-core.ts";

const log = new Logger({ namespace: "hawser.reactor" });

export class Descriptors implements Closable {
  readonly #core: () => EpollCore;
  readonly #watched: Map<number, WatchedDescriptor> = new Map();

  constructor(core: () => EpollCore) {
    this.#core = core;
  }

  addReader(reader: ReadDescriptor): void {
    const watched = this.#watch(fileno(reader));
    this.#update(watched, () => watched.setReader(reader));
  }

  addWriter(writer: WriteDescriptor): void {
    const watched = this.#watch(fileno(writer));
    this.#update(watched, () => watched.setWriter(writer));
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

  closeNow(reason: Failure): void {
    for (const descriptor of this.removeAll()) lose(descriptor, reason);
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
    try {
      change();
    } finally {
      if (watched.reader === undefined && watched.writer === undefined) {
        watched.release();
        this.#watched.delete(watched.fd);
      }
    }
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
    this.#watch(reader, this.writer);
  }

  setWriter(writer: WriteDescriptor | undefined): void {
    this.#watch(this.reader, writer);
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

  /** Where the system refuses, as it does for files on a disk, nothing has changed. */
  #watch(reader: ReadDescriptor | undefined, writer: WriteDescriptor | undefined): void {
    const read = reader === undefined ? 0 : Interest.READ;
    const write = writer === undefined ? 0 : Interest.WRITE;
    this.#core.watch(this.#slot, read | write);
    this.reader = reader;
    this.writer = writer;
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
    lose(descriptor, reason instanceof Failure ? reason : new Failure(reason));
  }
}

function lose(descriptor: ReadDescriptor | WriteDescriptor, reason: Failure): void {
  try {
    descriptor.connectionLost(reason);
  } catch (error) {
    log.failure("A descriptor threw an error in connectionLost", error);
  }
}

function fileno(descriptor: ReadDescriptor | WriteDescriptor): number {
  const fd = descriptor.fileno();
  if (Number.isInteger(fd) && fd >= 0) return fd;
  throw new RangeError(
    `Cannot watch ${inspect(descriptor, { depth: 0 })}: its descriptor is ${fd}, expected 0 or more`,
  );
}

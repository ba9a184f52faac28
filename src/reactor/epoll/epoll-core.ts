/**
 * One core and what is in its slots: hands the events of each turn to the owners of the slots, and gathers what is to be sent.
 *
 * Received bytes come in a slab. Small pieces are copied out of it into small buffers of their own, so that who keeps ten bytes keeps ten bytes, and
 * the slab is used again; large ones are views of the slab, which then belongs to whoever has them, and the core gets another. A protocol
 * that promises to keep nothing (`borrowsData`) always gets views.
 *
 * A turn is one call from the runtime, so what `process.nextTick` and promises bring comes after all events of the turn. No slot has two
 * pieces of data in one turn: a protocol sees each promise that it made resolved before it gets more. Each slot's events come in the asynchronous
 * context (that of `AsyncLocalStorage`) in which its owner was put there, as those of a `net.Socket` do.
 */
import { AsyncResource } from "node:async_hooks";
import { markAsUntransferable } from "node:worker_threads";
import { copyBytes } from "../../bytes/copy-bytes.ts";
import { view } from "../../bytes/view.ts";
import type { Flushable, WriteBatch } from "../../transport/write-batch.ts";
import { Logger } from "../../logger/logger.ts";
import { setTimeout } from "../../runtime.ts";
import { EVENT_FIELDS, Interest, Kind, MAX_EVENTS, SEND_FIELDS } from "./native-core.ts";
import type { CoreHandle, NativeCore } from "./native-core.ts";
import { systemError } from "./system-error.ts";

const log = new Logger({ namespace: "hawser.reactor" });

/** What is in a slot. */
export interface SlotOwner {
  accepted?(slot: number): void;
  received?(core: EpollCore, offset: number, length: number): void;
  /** A descriptor, at its place in the core's list: whoever does not take it leaves it to be closed. */
  descriptor?(core: EpollCore, index: number): void;
  /** A datagram, behind its address at `offset`. */
  datagram?(core: EpollCore, offset: number, length: number): void;
  ended?(): void;
  failed?(error: Error): void;
  writable?(): void;
  connected?(): void;
  readable?(): void;
  /** Of what was gathered for this slot, `sent` bytes went out, or none where it is negative; `rest` did not. */
  sentPartly?(sent: number, rest: Uint8Array): void;
}

const SLAB_SIZE = 512 * 1024;
/** The core receives no more than this at once, and needs that much room. */
const RECEIVE_LIMIT = 64 * 1024;
const SEND_SLAB_SIZE = 512 * 1024;
const MAX_SENDS = 1024;
/** From this length on what lies in the receive slab is sent from there; to copy less is cheaper than to send another piece. */
const SENT_IN_PLACE_FROM = 2 * 1024;
/** From this length on a received piece is a view of the slab: who keeps it keeps all of that, eight times its length at most. */
const VIEW_FROM = SLAB_SIZE / 8;

export class EpollCore implements Flushable {
  readonly native: NativeCore;
  readonly handle: CoreHandle;
  readonly #batch: WriteBatch;
  readonly #owners: (SlotOwner | undefined)[] = [];
  readonly #contexts: (AsyncResource | undefined)[] = [];
  readonly #events: Int32Array = new Int32Array(MAX_EVENTS * EVENT_FIELDS);
  readonly #sends: Int32Array = new Int32Array(MAX_SENDS * SEND_FIELDS);
  readonly #sendSlab: Buffer = Buffer.allocUnsafeSlow(SEND_SLAB_SIZE);
  #sendCount = 0;
  #sendUsed = 0;
  #slab: Buffer = newSlab();
  /** How much of the slab belongs to receivers since this turn; 0 if it can be used again. */
  #givenAway = 0;
  #closed = false;

  constructor(native: NativeCore, batch: WriteBatch) {
    this.native = native;
    this.#batch = batch;
    this.handle = native.open((count) => this.#turn(count), this.#events, this.#sends, this.#sendSlab, this.#slab);
  }

  /** Puts `owner` into a slot that the core has opened, or throws for the error that it answered instead. */
  own(slot: number, syscall: string, owner: SlotOwner): number {
    if (slot < 0) throw systemError(this.native, syscall, slot);
    this.#owners[slot] = owner;
    this.#contexts[slot]?.emitDestroy();
    this.#contexts[slot] = new AsyncResource("HAWSERSLOT", { requireManualDestroy: true });
    return slot;
  }

  /** Where received bytes lie while an event is told. */
  get slab(): Buffer {
    return this.#slab;
  }

  /** Whether no slot has an owner. */
  get idle(): boolean {
    return this.#owners.every((owner) => owner === undefined);
  }

  /** Closes a slot, with a reset if wanted; its owner hears no more. */
  release(slot: number, reset: boolean = false): void {
    if (this.#closed) return;
    // What was gathered for it must not be sent to the next that has the slot.
    this.flush();
    this.#owners[slot] = undefined;
    this.#contexts[slot]?.emitDestroy();
    this.#contexts[slot] = undefined;
    this.native.release(this.handle, slot, reset ? 1 : 0);
  }

  watch(slot: number, interest: number): void {
    if (this.#closed) return;
    const status = this.native.watch(this.handle, slot, interest);
    if (status < 0) throw systemError(this.native, "epoll_ctl", status);
  }

  /** The bytes of an event: a buffer of their own, or a view; a borrowed view is valid until the turn is over. */
  bytes(offset: number, length: number, borrowed: boolean): Buffer {
    const slab = this.#slab;
    if (borrowed) return view(slab.buffer, slab.byteOffset + offset, length);
    if (length < VIEW_FROM) return copyBytes(slab, offset, offset + length);
    this.#givenAway = Math.max(this.#givenAway, offset + length);
    return slab.subarray(offset, offset + length);
  }

  /** Whether `bytes` lie where the next turn may receive. */
  isBorrowed(bytes: Uint8Array): boolean {
    const slab = this.#slab;
    return bytes.buffer === slab.buffer && bytes.byteOffset + bytes.length > slab.byteOffset + this.#givenAway;
  }

  /** Takes `bytes` to send them for `slot` with the next `flush`; answers whether there was room. */
  gather(slot: number, bytes: Uint8Array): boolean {
    if (this.#sendCount === MAX_SENDS) return false;
    if (bytes.length >= SENT_IN_PLACE_FROM && this.isBorrowed(bytes)) {
      // It stays where it is until this turn is over, and is sent before.
      this.#note(slot, ~(bytes.byteOffset - this.#slab.byteOffset), bytes.length);
      return true;
    }
    if (this.#sendUsed + bytes.length > SEND_SLAB_SIZE) return false;
    const last = (this.#sendCount - 1) * SEND_FIELDS;
    const sends = this.#sends;
    this.#sendSlab.set(bytes, this.#sendUsed);
    if (this.#sendCount > 0 && sends[last] === slot && sends[last + 1]! >= 0) sends[last + 2]! += bytes.length;
    else this.#note(slot, this.#sendUsed, bytes.length);
    this.#sendUsed += bytes.length;
    return true;
  }

  /** Gives back what was gathered for `slot` and is not sent yet. */
  ungather(slot: number): Buffer {
    const sends = this.#sends;
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < this.#sendCount * SEND_FIELDS; at += SEND_FIELDS) {
      if (sends[at] !== slot) continue;
      const offset = sends[at + 1]!;
      const from = offset < 0 ? this.#slab : this.#sendSlab;
      const start = offset < 0 ? ~offset : offset;
      pieces.push(from.subarray(start, start + sends[at + 2]!));
      // An entry of no length, where the next one may begin.
      sends[at + 1] = this.#sendUsed;
      sends[at + 2] = 0;
    }
    return Buffer.concat(pieces);
  }

  /** Takes a datagram and the address before it, to send them with the next `flush`; answers whether there was room. */
  gatherDatagram(slot: number, address: Uint8Array, bytes: Uint8Array): boolean {
    const length = address.length + bytes.length;
    const start = this.#sendUsed;
    if (start + length > SEND_SLAB_SIZE || this.#sendCount === MAX_SENDS) return false;
    this.#sendSlab.set(address, start);
    this.#sendSlab.set(bytes, start + address.length);
    this.#sendUsed += length;
    this.#note(slot, start, length);
    return true;
  }

  #note(slot: number, offset: number, length: number): void {
    if (this.#sendCount === 0) this.#batch.note(this);
    const next = this.#sendCount * SEND_FIELDS;
    const sends = this.#sends;
    sends[next] = slot;
    sends[next + 1] = offset;
    sends[next + 2] = length;
    this.#sendCount++;
  }

  /** Sends what was gathered. */
  flush(): void {
    const count = this.#sendCount;
    if (count === 0) return;
    this.#sendCount = 0;
    this.#sendUsed = 0;
    if (this.#closed) return;
    const incomplete = this.native.flush(this.handle, count);
    if (incomplete > 0) this.#tellIncomplete(incomplete);
  }

  /** Tells the owners of what could not be sent whole. They may write again meanwhile, over the lists: it is all taken out before. */
  #tellIncomplete(count: number): void {
    const unsent: { slot: number; owner: SlotOwner | undefined; sent: number; rest: Buffer }[] = [];
    const sends = this.#sends;
    for (let at = 0; unsent.length < count; at += SEND_FIELDS) {
      const slot = sends[at]!;
      const offset = sends[at + 1]!;
      const sent = sends[at + 3]!;
      const from = offset < 0 ? this.#slab : this.#sendSlab;
      const start = offset < 0 ? ~offset : offset;
      const end = start + sends[at + 2]!;
      if (sent === end - start) continue;
      const rest = Buffer.from(from.subarray(start + Math.max(sent, 0), end));
      unsent.push({ slot, owner: this.#owners[slot], sent, rest });
    }
    for (const { slot, owner, sent, rest } of unsent) {
      if (this.#owners[slot] === owner) owner?.sentPartly?.(sent, rest);
    }
  }

  /** Closes all slots; their owners are not told. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owners.length = 0;
    for (const context of this.#contexts) context?.emitDestroy();
    this.#contexts.length = 0;
    this.native.close(this.handle);
  }

  #turn(count: number): void {
    this.#batch.enter(count);
    for (let event = 0; event < count && !this.#closed; event++) {
      try {
        this.#dispatch(event * EVENT_FIELDS);
      } catch (error) {
        log.failure("An event of the core failed", error);
      }
    }
    this.#batch.leave();
    if ((this.#givenAway > 0 || this.#slab.length === 0) && !this.#closed) this.#replaceSlab();
  }

  #dispatch(at: number): void {
    const events = this.#events;
    const slot = events[at + 1]!;
    const owner = this.#owners[slot];
    if (owner === undefined) {
      // Its listener was closed in this turn.
      if (events[at] === Kind.ACCEPTED) this.native.release(this.handle, events[at + 2]!, 0);
      return;
    }
    this.#contexts[slot]!.runInAsyncScope(this.#tell, this, owner, at);
  }

  readonly #tell = (owner: SlotOwner, at: number): void => {
    const events = this.#events;
    switch (events[at]) {
      case Kind.RECEIVED:
        owner.received?.(this, events[at + 2]!, events[at + 3]!);
        return;
      case Kind.ACCEPTED:
        owner.accepted?.(events[at + 2]!);
        return;
      case Kind.DATAGRAM:
        owner.datagram?.(this, events[at + 2]!, events[at + 3]!);
        return;
      case Kind.DESCRIPTOR:
        owner.descriptor?.(this, events[at + 2]!);
        return;
      case Kind.ENDED:
        owner.ended?.();
        return;
      case Kind.WRITABLE:
        owner.writable?.();
        return;
      case Kind.CONNECTED:
        owner.connected?.();
        return;
      case Kind.READABLE:
        owner.readable?.();
        return;
      case Kind.FAILED:
        owner.failed?.(systemError(this.native, "read", -events[at + 2]!));
        return;
      default:
        this.#pauseListener(events[at + 1]!, systemError(this.native, "accept", -events[at + 2]!));
    }
  };

  /** A listener that cannot accept stays ready: it rests a moment instead of being asked again at once. */
  #pauseListener(slot: number, error: Error): void {
    const owner = this.#owners[slot];
    log.warn("A connection could not be accepted: {error}", { error: error.message });
    this.watch(slot, Interest.NOTHING);
    setTimeout(() => {
      if (this.#owners[slot] === owner) this.watch(slot, Interest.READ);
    }, 100).unref();
  }

  #replaceSlab(): void {
    // What is left of the slab is used until there is no room for a large piece beside others.
    const rest = this.#slab.subarray(this.#givenAway);
    this.#givenAway = 0;
    this.#slab = rest.length >= 2 * RECEIVE_LIMIT ? rest : newSlab();
    this.native.setReceiveSlab(this.handle, this.#slab);
  }
}

/** Many have views of one slab: none of them may send it to another thread. */
function newSlab(): Buffer {
  const slab = Buffer.allocUnsafeSlow(SLAB_SIZE);
  markAsUntransferable(slab.buffer);
  return slab;
}

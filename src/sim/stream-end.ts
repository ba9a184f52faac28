/**
 * One end of a stream in a simulated network: the handle below a stream connection, and what the system of its machine does for it.
 *
 * What is sent goes on the wire as far as the window allows: so many bytes may be on their way, or wait for the program at the other end to
 * read them. The rest waits here, as unsent. What arrives waits until the program reads; each piece is an event of its own.
 *
 * The rules are those of TCP: what was sent before the end arrives before the end, an end that is gone answers with a reset, and a reset is
 * noticed by who reads, once everything before it was read, or by who sends.
 */
import type { Address, InternetAddress } from "../transport/address.ts";
import { UNIXAddress } from "../transport/address.ts";
import { internetAddress } from "../transport/ports.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { ConnectionOwner, StreamConnection } from "../transport/stream-connection.ts";
import type { StreamEvents } from "../transport/stream-handle.ts";
import { TCPConnection } from "../transport/tcp-connection.ts";
import type { TCPHandle } from "../transport/tcp-connection.ts";
import { UNIXConnection } from "../transport/unix-connection.ts";
import type { WriteBatch } from "../transport/write-batch.ts";
import type { IncomingStream, OpenStream } from "./bound-sockets.ts";
import type { SimulatedCall } from "./event-queue.ts";
import type { HostLife } from "./host-life.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { Machine } from "./machine.ts";
import type { PacketEnd } from "./simulation-event.ts";
import { StreamWire } from "./stream-wire.ts";
import type { Segment, WireEnd } from "./stream-wire.ts";
import { systemError } from "./system-error.ts";
import type { Wiring } from "./wiring.ts";
import { NANOSECONDS } from "./world.ts";

/** A reader that is slow reads this much of a second's worth at once. */
const SLOW_SHARE = 20;
/** Below this many bytes, the seed may choose how small a piece is. */
const SMALL_PIECE = 16;

/** Who waits for a connection to be made. */
export interface Handshake {
  established(): void;
  failed(error: Error): void;
}

export class StreamEnd implements TCPHandle, WireEnd, IncomingStream, OpenStream {
  readonly machine: Machine;
  readonly wiring: Wiring;
  readonly flow: number;
  readonly protocol: "tcp" | "unix";
  readonly here: PacketEnd;
  readonly there: PacketEnd;
  /** The boot of the machine that this end belongs to. */
  readonly boot: number;
  readonly life: HostLife;
  readonly wire: StreamWire;
  /** The other end; a client has none before it is connected. */
  declare other: StreamEnd | undefined;
  private events: StreamEvents | undefined;
  private isOpen = true;
  private reading: "stopped" | "started" | "ended" = "stopped";
  private afterwards: "nothing" | "end writing" | "close" = "nothing";
  private hasSentEnd = false;

  private readonly queue: Uint8Array[] = [];
  private queued = 0;
  /** How many bytes were sent that the program at the other end has not read. */
  private outstanding = 0;
  private isBackedUp = false;
  private reportsEachDrain = false;

  private readonly arrivals: Buffer[] = [];
  private arrived = 0;
  private hasArrivedEnd = false;
  /** What ended the connection from outside, until it is noticed. */
  private fault: Error | undefined;
  private delivery: SimulatedCall | undefined;
  /** When a slow reader reads again. */
  private readsAt = 0;
  private keepAlive: KeepAlive | undefined;
  /** What is to be done when the connection is made, or cannot be made; `undefined` afterwards. */
  handshake: Handshake | undefined;

  /** How many bytes have arrived, as the other end is told. */
  acknowledged = 0;
  private sequence = 0;

  constructor(
    machine: Machine,
    wiring: Wiring,
    flow: number,
    protocol: "tcp" | "unix",
    here: PacketEnd,
    there: PacketEnd,
  ) {
    this.machine = machine;
    this.wiring = wiring;
    this.flow = flow;
    this.protocol = protocol;
    this.here = here;
    this.there = there;
    this.boot = machine.boots;
    this.life = machine.life;
    this.other = undefined;
    this.events = undefined;
    this.fault = undefined;
    this.delivery = undefined;
    this.keepAlive = undefined;
    this.handshake = undefined;
    this.wire = new StreamWire(this);
    machine.streams.add(this);
  }

  // What a program does.

  connect(protocol: ProtocolLike, owner: ConnectionOwner, batch: WriteBatch): StreamConnection;
  connect(events: StreamEvents): void;
  connect(target: ProtocolLike | StreamEvents, owner?: ConnectionOwner, batch?: WriteBatch): StreamConnection | void {
    if (owner === undefined) {
      this.events = target as StreamEvents;
      return;
    }
    const protocol = target as ProtocolLike;
    const connection =
      this.protocol === "unix"
        ? new UNIXConnection(protocol, this, { host: this.addressOf(this.here), peer: this.peer }, owner, batch!)
        : new TCPConnection(
            protocol,
            this,
            { host: this.addressOf(this.here) as InternetAddress, peer: this.peer as InternetAddress },
            owner,
            batch!,
          );
    this.events = connection;
    return connection;
  }

  /** The address of the other end, as the transport tells it. */
  get peer(): Address {
    return this.addressOf(this.there);
  }

  refuse(): void {
    this.close();
  }

  get unsent(): number {
    return this.queued;
  }

  send(pieces: readonly Uint8Array[]): void {
    if (!this.isOpen) return;
    for (const piece of pieces) {
      this.queue.push(piece);
      this.queued += piece.length;
    }
    this.pump();
    if (this.queued > 0) this.isBackedUp = true;
    else if (this.reportsEachDrain) this.tell(() => this.queued === 0 && this.events?.drained());
    if (this.fault !== undefined) this.noticeSoon();
  }

  reportEachDrain(enabled: boolean): void {
    this.reportsEachDrain = enabled;
  }

  startReading(): void {
    if (this.reading === "stopped") this.reading = "started";
    this.deliverSoon();
  }

  stopReading(): void {
    if (this.reading === "started") this.reading = "stopped";
  }

  endWriting(): void {
    this.afterwards = "end writing";
    this.finishIfSent();
  }

  closeGracefully(): void {
    this.afterwards = "close";
    this.finishIfSent();
    if (this.fault !== undefined) this.noticeSoon();
  }

  close(): void {
    this.end(this.arrived > 0, undefined);
  }

  reset(): void {
    this.end(true, undefined);
  }

  setNoDelay(): void {}

  setKeepAlive(enabled: boolean): void {
    this.keepAlive?.stop();
    this.keepAlive = enabled && this.isOpen ? new KeepAlive(this) : undefined;
  }

  // What the network does.

  get isKnown(): boolean {
    return this.machine.isOn && this.machine.boots === this.boot;
  }

  get isInUse(): boolean {
    return this.isOpen && this.isKnown;
  }

  receive(segment: Segment): void {
    if (this.handshake !== undefined) {
      this.established(segment, this.handshake);
      return;
    }
    this.keepAlive?.heard();
    if (segment.data !== undefined) {
      this.acknowledged += segment.data.length;
      this.arrivals.push(segment.data);
      this.arrived += segment.data.length;
    }
    if (segment.flags === "FA") this.hasArrivedEnd = true;
    if (this.delivery === undefined && this.canDeliver() && this.readsAt <= this.machine.world.now) this.deliver();
    else this.deliverSoon();
  }

  /** The other end, or its machine, knows of no connection. */
  wasReset(): void {
    this.failed(
      this.handshake === undefined ? systemError("read", "ECONNRESET") : systemError("connect", "ECONNREFUSED"),
    );
  }

  /** The system answers that the connection cannot be made. */
  refused(error: Error): void {
    this.failed(error);
  }

  /** The other end does not answer. */
  timedOut(): void {
    this.failed(systemError(this.handshake === undefined ? "read" : "connect", "ETIMEDOUT"));
  }

  /** The program at the other end has read so many bytes. */
  windowOpened(bytes: number): void {
    this.outstanding -= bytes;
    if (this.queued === 0 || !this.isOpen) return;
    const path = this.wiring.path(this.other!.machine, this.machine);
    this.machine.world.schedule(path.delay(this.machine.random), () => this.life.run(() => this.roomAgain()));
  }

  /** The connection is not wanted any more before it is made. */
  giveUp(): void {
    this.isOpen = false;
    this.handshake = undefined;
    this.wire.clear();
    this.machine.streams.delete(this);
  }

  /** The programs of the machine have ended: its system closes what they left open. */
  abandon(): void {
    this.end(this.arrived > 0 || this.queued > 0, undefined);
  }

  /** The power is gone: nothing more is sent, nobody is told. */
  vanish(): void {
    this.isOpen = false;
    this.wire.orphan();
    this.keepAlive?.stop();
  }

  /** Goes on to deliver: somebody has begun to read again. */
  deliverSoon(): void {
    if (this.delivery !== undefined || !this.hasSomething()) return;
    const { world } = this.machine;
    this.delivery = world.schedule(Math.max(0, this.readsAt - world.now), () => {
      this.delivery = undefined;
      if (this.canDeliver()) this.deliver();
    });
  }

  // How it is done.

  private addressOf({ address, port }: PacketEnd): Address {
    if (this.protocol === "unix") return new UNIXAddress(address === "" ? null : address);
    return internetAddress("TCP", address, port);
  }

  /** Whether there is something to be delivered, or to be noticed. */
  private hasSomething(): boolean {
    if (!this.isOpen || this.reading !== "started") return false;
    return this.arrived > 0 || this.hasArrivedEnd || this.fault !== undefined;
  }

  private canDeliver(): boolean {
    return this.hasSomething() && this.life.isAwake && !this.machine.readsNothing;
  }

  /** Delivers one piece, or the end. */
  private deliver(): void {
    if (this.arrived === 0) {
      this.deliverEnd();
      return;
    }
    let data = this.arrivals.shift()!;
    const { reading, world } = this.machine;
    if (typeof reading === "object") {
      const most = Math.max(1, Math.floor(reading.bytesPerSecond / SLOW_SHARE));
      if (data.length > most) {
        this.arrivals.unshift(data.subarray(most));
        data = data.subarray(0, most);
      }
      this.readsAt = world.now + (data.length / reading.bytesPerSecond) * NANOSECONDS;
    } else if (this.arrivals.length > 0 && world.options.cuts && this.machine.random.chance(0.5)) {
      // Whoever reads late gets several segments in one.
      data = Buffer.concat([data, this.arrivals.shift()!]);
    }
    this.arrived -= data.length;
    this.other?.windowOpened(data.length);
    this.life.run(() => this.events?.received(data));
    this.deliverSoon();
  }

  private deliverEnd(): void {
    if (this.hasArrivedEnd) {
      this.hasArrivedEnd = false;
      this.reading = "ended";
      this.life.run(() => this.events?.readingEnded());
      if (this.fault !== undefined) this.noticeSoon();
    } else if (this.fault !== undefined) {
      this.end(false, this.fault);
    }
  }

  private established(segment: Segment, handshake: Handshake): void {
    this.handshake = undefined;
    if (segment.flags === "SA") this.wire.put("A", 0, undefined);
    handshake.established();
  }

  private failed(error: Error): void {
    if (!this.isOpen || this.fault !== undefined) return;
    const { handshake } = this;
    if (handshake !== undefined) {
      this.giveUp();
      handshake.failed(error);
      return;
    }
    this.fault = error;
    this.wire.clear();
    this.keepAlive?.stop();
    this.noticeSoon();
  }

  /** Who reads notices when everything before was read; who is about to send, or has nothing else to wait for, notices now. */
  private noticeSoon(): void {
    if (this.reading === "started") this.deliverSoon();
    else if (this.queued > 0 || this.reading === "ended") {
      const { fault } = this;
      this.tell(() => this.end(false, fault));
    }
  }

  /** Tells the program something, as an event of its own. */
  private tell(call: () => void): void {
    this.life.runLater(0, call);
  }

  private roomAgain(): void {
    if (!this.isOpen) return;
    this.pump();
    if (this.queued > 0) return;
    const wasBackedUp = this.isBackedUp;
    this.isBackedUp = false;
    this.finishIfSent();
    if (this.isOpen && (wasBackedUp || this.reportsEachDrain)) this.events?.drained();
  }

  /** Puts on the wire what there is room for. */
  private pump(): void {
    if (this.fault !== undefined) return;
    const { world, random } = this.machine;
    const mss = this.segmentSize();
    while (this.queued > 0) {
      const room = world.options.window - this.outstanding;
      if (room <= 0) return;
      const first = this.queue[0]!;
      const size = Math.min(first.length, room, mss, world.options.cuts ? drawSize(random.next(), mss) : mss);
      // A copy: what is given away here is its owner's again when it was sent.
      this.put(Buffer.from(first.subarray(0, size)));
      if (size === first.length) this.queue.shift();
      else this.queue[0] = first.subarray(size);
      this.queued -= size;
    }
  }

  private put(data: Buffer): void {
    this.wire.put("A", this.sequence, data);
    this.sequence += data.length;
    this.outstanding += data.length;
  }

  private segmentSize(): number {
    if (this.other === undefined) return 536;
    const { mtu } = this.wiring.path(this.machine, this.other.machine).options;
    return mtu - (this.here.address.includes(":") ? 60 : 40);
  }

  private finishIfSent(): void {
    if (!this.isOpen || this.queued > 0 || this.afterwards === "nothing") return;
    if (this.afterwards === "close") {
      this.end(this.arrived > 0, undefined);
      return;
    }
    this.afterwards = "nothing";
    this.sendEnd();
    this.tell(() => this.isOpen && this.events?.writingEnded());
  }

  private sendEnd(): void {
    if (this.hasSentEnd || this.fault !== undefined) return;
    this.hasSentEnd = true;
    this.wire.put("FA", this.sequence, undefined);
  }

  /** Closes for the program, which is told later, never inside a call of its own. The system goes on to send what it has. */
  private end(withReset: boolean, error: Error | undefined): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.queue.length = 0;
    this.queued = 0;
    this.keepAlive?.stop();
    this.machine.world.cancel(this.delivery);
    if (this.fault === undefined) {
      if (withReset) this.wire.reset(this.sequence);
      else this.sendEnd();
    }
    // What was not read will never be.
    if (this.arrived > 0) this.other?.windowOpened(this.arrived);
    this.arrivals.length = 0;
    this.arrived = 0;
    this.machine.streams.delete(this);
    this.tell(() => this.events?.closed(error));
  }
}

/** How long a segment is, by what was drawn: mostly as long as can be, and otherwise short, for that is what breaks parsers. */
function drawSize(drawn: number, most: number): number {
  const how = drawn & 3;
  const size = drawn >>> 2;
  if (how === 0) return 1 + (size % SMALL_PIECE);
  return how === 1 ? 1 + (size % most) : most;
}

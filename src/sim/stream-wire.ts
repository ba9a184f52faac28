/**
 * One direction of a stream, between two machines: segments arrive in order, whatever happens to them. One that gets lost is sent
 * again, later each time, and those behind it wait; after many times the sender gives up.
 */
import type { Machine } from "./machine.ts";
import type { Packet, PacketEnd } from "./simulation-event.ts";
import type { Wiring } from "./wiring.ts";
import { NANOSECONDS } from "./world.ts";

/** What the wire needs of the ends that it joins. */
export interface WireEnd {
  readonly machine: Machine;
  readonly wiring: Wiring;
  readonly flow: number;
  readonly protocol: "tcp" | "unix";
  readonly here: PacketEnd;
  readonly there: PacketEnd;
  readonly acknowledged: number;
  /** Whether the machine still knows of this end. */
  readonly isKnown: boolean;
  /** Whether a program has it. */
  readonly isInUse: boolean;
  /** The other end; nobody before the connection is made. */
  readonly other: WireEnd | undefined;
  receive(segment: Segment): void;
  wasReset(): void;
  timedOut(): void;
}

export interface Segment {
  readonly flags: Packet["flags"];
  readonly sequence: number;
  readonly data: Buffer | undefined;
  packet: Packet;
  /** When it will arrive. */
  arrival: number;
  /** Why it will not arrive. */
  fate: string | undefined;
  attempts: number;
}

/** Where a packet's fate is decided when it arrives: what becomes of a segment that begins or answers a connection. */
export type ReceiveFirst = (segment: Segment) => string | undefined;

/** How often something is sent again: the first segments of a connection, and others. */
const MOST_FIRST = 6;
const MOST_OTHERS = 15;
const FIRST_PATIENCE = 1 * NANOSECONDS;
const PATIENCE = 0.2 * NANOSECONDS;
const LONGEST_PATIENCE = 120 * NANOSECONDS;
/** The headers of a segment. */
const HEADERS = 40;

export class StreamWire {
  private readonly end: WireEnd;
  private readonly segments: Segment[] = [];
  private lastArrival = 0;
  private isOrphan = false;
  /** Counts how often the wire was cleared: what was scheduled before is void. */
  private epoch = 0;
  /** Where the segments go while there is no other end: the machine, and what it does with them. It answers why one is lost. */
  target: { readonly machine: Machine; readonly receive: ReceiveFirst } | undefined = undefined;

  constructor(end: WireEnd) {
    this.end = end;
  }

  /** How many segments have not arrived. */
  get length(): number {
    return this.segments.length;
  }

  put(flags: Packet["flags"], sequence: number, data: Buffer | undefined): void {
    const segment = { flags, sequence, data, arrival: 0, fate: undefined, attempts: 0 } as unknown as Segment;
    this.launch(segment);
    if (this.segments.push(segment) === 1) this.await(segment);
  }

  /** Sends a reset behind what is on its way. It is not sent again. */
  reset(sequence: number): void {
    const { end } = this;
    const receiver = end.other;
    if (receiver === undefined) {
      this.clear();
      return;
    }
    const isHeldUp = (this.segments[0]?.attempts ?? 0) > 0;
    if (isHeldUp) this.clear();
    else this.isOrphan = true;
    sendReset(end, end.machine, receiver, sequence, isHeldUp ? 0 : this.lastArrival);
  }

  /** Nobody sends anything again; what is on its way may still arrive. */
  orphan(): void {
    this.isOrphan = true;
  }

  /** Forgets what has not arrived. */
  clear(): void {
    this.epoch++;
    this.segments.length = 0;
  }

  private get to(): Machine {
    return this.end.other?.machine ?? this.target!.machine;
  }

  private launch(segment: Segment): void {
    const { end } = this;
    const { machine } = end;
    const { world } = machine;
    const path = end.wiring.path(machine, this.to);
    segment.packet = world.sent(
      {
        flow: end.flow,
        protocol: end.protocol,
        from: end.here,
        to: end.there,
        flags: segment.flags,
        sequence: segment.sequence,
        acknowledged: end.acknowledged,
      },
      segment.data,
    );
    const size = HEADERS + (segment.data?.length ?? 0);
    const delay = path.carry(size, world.now, machine.random);
    segment.fate = path.isCut ? "the link is cut" : delay < 0 ? "the queue is full" : undefined;
    if (segment.fate === undefined && path.loses(size, machine.random)) segment.fate = "lost on the way";
    const arrival = world.now + (delay < 0 ? path.delay(machine.random) : delay);
    this.lastArrival = segment.arrival = Math.max(this.lastArrival, arrival);
  }

  private await(segment: Segment): void {
    const { world } = this.end.machine;
    const { epoch } = this;
    world.schedule(segment.arrival - world.now, () => epoch === this.epoch && this.arrive(segment));
  }

  private arrive(segment: Segment): void {
    const { end, to } = this;
    const { world } = end.machine;
    const first = end.other === undefined ? this.target : undefined;
    let fate = segment.fate;
    if (fate === undefined && end.wiring.path(end.machine, to).isCut) fate = "the link is cut";
    if (fate === undefined && !to.isOn) fate = "the host is down";
    fate ??= first?.receive(segment);
    if (fate !== undefined) {
      this.lost(segment, fate);
      return;
    }
    const { epoch } = this;
    this.segments.shift();
    if (first === undefined) {
      world.arrived(segment.packet);
      this.hand(segment, end.other!);
    }
    if (epoch === this.epoch && this.segments.length > 0) this.await(this.segments[0]!);
  }

  /** Gives the segment to the other end, or answers for it where it is gone. */
  private hand(segment: Segment, receiver: WireEnd): void {
    if (receiver.isInUse) {
      receiver.receive(segment);
      return;
    }
    // The end of a connection that both sides have closed needs no answer, unless the machine has never heard of the connection.
    if (receiver.isKnown && segment.data === undefined && segment.flags !== "SA") return;
    answerWithReset(this.end, receiver.machine);
  }

  private lost(segment: Segment, why: string): void {
    const { end } = this;
    const { world } = end.machine;
    world.lost(segment.packet, why);
    if (this.isOrphan || !end.isKnown) {
      this.clear();
      return;
    }
    segment.attempts++;
    const isFirst = segment.flags === "S" || segment.flags === "SA";
    if (segment.attempts > (isFirst ? MOST_FIRST : MOST_OTHERS)) {
      this.clear();
      end.timedOut();
      return;
    }
    const patience = isFirst ? FIRST_PATIENCE : PATIENCE;
    const { epoch } = this;
    world.schedule(Math.min(LONGEST_PATIENCE, patience * 2 ** (segment.attempts - 1)), () => {
      if (epoch !== this.epoch) return;
      if (this.isOrphan || !end.isKnown) {
        this.clear();
        return;
      }
      this.launch(segment);
      this.await(segment);
    });
  }
}

/** `machine` knows nothing of the connection that `end` believes in. */
export function answerWithReset(end: WireEnd, machine: Machine): void {
  const { wiring, flow, protocol, here, there } = end;
  sendReset({ wiring, flow, protocol, here: there, there: here, acknowledged: 0 }, machine, end, 0, 0);
}

/** Sends a reset from `machine` to an end, which hears of it if it arrives, not before `earliest`. */
function sendReset(
  from: Pick<WireEnd, "wiring" | "flow" | "protocol" | "here" | "there" | "acknowledged">,
  machine: Machine,
  to: WireEnd,
  sequence: number,
  earliest: number,
): void {
  const { world } = machine;
  const { flow, protocol, here, there, acknowledged } = from;
  const packet = world.sent({ flow, protocol, from: here, to: there, flags: "R", sequence, acknowledged }, undefined);
  const path = from.wiring.path(machine, to.machine);
  const isLost = path.isCut || path.loses(HEADERS, machine.random);
  const delay = Math.max(earliest - world.now, path.delay(machine.random));
  world.schedule(delay, () => {
    const isCut = isLost || from.wiring.path(machine, to.machine).isCut;
    if (isCut || !to.machine.isOn) {
      world.lost(packet, isCut ? "the link is cut or lost it" : "the host is down");
      return;
    }
    world.arrived(packet);
    if (to.isKnown) to.wasReset();
  });
}

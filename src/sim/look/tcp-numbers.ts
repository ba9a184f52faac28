/**
 * The sequence and acknowledgment numbers that segments of a simulated network would have on a real one.
 *
 * The log counts the bytes of each direction from 0. On the wire a direction begins anywhere, and SYN and FIN count like a byte each: RFC 9293
 * section 3.4.
 */
import type { Packet } from "../simulation-event.ts";
import { TCPFlag } from "./wire/tcp-segment.ts";

/** What a header says. */
export interface SegmentNumbers {
  readonly sequence: number;
  readonly acknowledgment: number;
  /** The bits of `TCPFlag`. */
  readonly flags: number;
}

interface Direction {
  /** The number of its SYN. */
  readonly initial: number;
  /** Whether its SYN was sent. */
  hasBegun: boolean;
  /** How many bytes it had carried when it ended; `undefined` before that. */
  end: number | undefined;
  /** Whether the other side knows that it ended. */
  isEndKnown: boolean;
  /** The last acknowledgment that was sent in it. */
  acknowledgment: number | undefined;
}

interface Flow {
  readonly address: string;
  readonly port: number;
  /** From this address and port; to it. */
  readonly from: Direction;
  readonly to: Direction;
}

/** Has to be told of all segments, in the order of the log. */
export class TCPNumbers {
  readonly #flows = new Map<number, Flow>();

  /** Of a segment when it is sent. */
  sent(packet: Packet): SegmentNumbers {
    const [ours, theirs] = this.#directions(packet);
    const numbers = packet.flags === "R" ? resetNumbers(packet, ours, theirs) : numbersOf(packet, ours, theirs);
    if (packet.flags === "S" || packet.flags === "SA") ours.hasBegun = true;
    if (packet.flags === "FA") ours.end = packet.sequence + packet.size;
    if ((numbers.flags & TCPFlag.ack) !== 0) ours.acknowledgment = numbers.acknowledgment;
    return numbers;
  }

  arrived(packet: Packet): void {
    if (packet.flags === "FA") this.#directions(packet)[0].isEndKnown = true;
  }

  /** The direction of the packet, and the other one. */
  #directions({ flow: number, from }: Packet): readonly [Direction, Direction] {
    let flow = this.#flows.get(number);
    if (flow === undefined) {
      flow = {
        address: from.address,
        port: from.port,
        from: newDirection(2 * number),
        to: newDirection(2 * number + 1),
      };
      this.#flows.set(number, flow);
    }
    const isFirst = from.port === flow.port && from.address === flow.address;
    return isFirst ? [flow.from, flow.to] : [flow.to, flow.from];
  }
}

function newDirection(number: number): Direction {
  return {
    // Any number would do. These are far from each other, and the same each time.
    initial: Math.imul(number + 1, 0x9e3779b1) >>> 0,
    hasBegun: false,
    end: undefined,
    isEndKnown: false,
    acknowledgment: undefined,
  };
}

function numbersOf(
  { flags, sequence, acknowledged, size }: Packet,
  ours: Direction,
  theirs: Direction,
): SegmentNumbers {
  if (flags === "S") return { sequence: ours.initial, acknowledgment: 0, flags: TCPFlag.syn };
  const acknowledgment = numberAt(theirs, acknowledged, theirs.isEndKnown && acknowledged === theirs.end);
  if (flags === "SA") return { sequence: ours.initial, acknowledgment, flags: TCPFlag.syn | TCPFlag.ack };
  // What is sent behind the end can only be an acknowledgment.
  const isBehindEnd = flags === "A" && size === 0 && sequence === ours.end;
  const control = (flags === "FA" ? TCPFlag.fin : 0) | (size > 0 ? TCPFlag.psh : 0) | TCPFlag.ack;
  return { sequence: numberAt(ours, sequence, isBehindEnd), acknowledgment, flags: control };
}

/** RFC 9293 section 3.5.2. */
function resetNumbers({ sequence, acknowledged }: Packet, ours: Direction, theirs: Direction): SegmentNumbers {
  const isStranger = sequence === 0 && acknowledged === 0;
  // "If the incoming segment has an ACK field, the reset takes its sequence number from the ACK field of the segment".
  if (isStranger && theirs.acknowledgment !== undefined) {
    return { sequence: theirs.acknowledgment, acknowledgment: 0, flags: TCPFlag.rst };
  }
  // "Otherwise, the reset has sequence number zero and the ACK field is set to the sum of the sequence number and segment length".
  const isRefusal = isStranger && theirs.hasBegun && !ours.hasBegun;
  return {
    sequence: isRefusal ? 0 : numberAt(ours, sequence, sequence === ours.end),
    acknowledgment: numberAt(theirs, acknowledged, theirs.isEndKnown && acknowledged === theirs.end),
    flags: TCPFlag.rst | TCPFlag.ack,
  };
}

/** The number of the byte at `position`, or of the one behind the FIN. */
function numberAt({ initial }: Direction, position: number, isBehindEnd: boolean): number {
  // Positions may be past 2^32, where the operators for 32 bits do what the wire does.
  return (initial + 1 + position + (isBehindEnd ? 1 : 0)) % 0x1_0000_0000;
}

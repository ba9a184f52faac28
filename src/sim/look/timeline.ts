/**
 * What a diagram of a log shows: packets, from when they were sent to when they arrived; marks; and spans, such as faults. `packTimeline` makes
 * plain data of a log, small enough to be put into a page; `unpackTimeline` makes of the data what is drawn.
 *
 * The functions that pages run, here and in the files beside this one, are put into them as they are: they may use each other, and nothing
 * else that is not a part of the language.
 */
import type { Packet, PacketEnd, SimulationEvent } from "../simulation-event.ts";

/**
 * - `"arrived"`, `"lost"`, `"underway"`: a packet; of the last the log does not say what became of it.
 * - `"boot"`, `"crash"`, `"pause"`, `"resume"`, `"heal"`, `"note"`, `"error"`: marks. A fault's end is a mark only where the log does not have its beginning.
 * - `"fault"`, `"down"`, `"paused"`: spans; those of hosts last from crash to boot, and from pause to resume. A fault may be a moment.
 */
export type TimelineItemKind =
  | "arrived"
  | "lost"
  | "underway"
  | "boot"
  | "crash"
  | "pause"
  | "resume"
  | "heal"
  | "note"
  | "error"
  | "fault"
  | "down"
  | "paused";

export interface TimelineItem {
  readonly index: number;
  readonly kind: TimelineItemKind;
  /** Nanoseconds. Marks end when they begin. */
  readonly begin: number;
  readonly end: number;
  readonly text: string;
  /** The hosts concerned, by their place in the timeline: sender and receiver of a packet. Nobody where a fault is everybody's. */
  readonly hosts: readonly number[];
  readonly packet: TimelinePacket | undefined;
}

export interface TimelinePacket {
  readonly from: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
  readonly protocol: string;
  readonly flow: number;
  readonly flags: string;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly size: number;
  readonly id: number;
  /** A character for each byte, as many as were kept; `undefined` where the log had none. */
  readonly payload: string | undefined;
}

export interface Timeline {
  readonly hosts: readonly string[];
  readonly items: readonly TimelineItem[];
  /** When items begin and end, in the order of the log: twice the index of an item, and 1 more for its end. */
  readonly order: readonly number[];
  /** The time of the last event. */
  readonly until: number;
}

/** A timeline as JSON keeps it: lists instead of records, and numbers of texts instead of texts. */
export interface PackedTimeline {
  readonly hosts: readonly string[];
  /** Host, address, port. */
  readonly ends: readonly (readonly [number, string, number])[];
  readonly texts: readonly string[];
  readonly items: readonly PackedItem[];
  readonly order: readonly number[];
  readonly until: number;
}

/** Kind, begin, end, text, hosts. */
export type PackedMark = [kind: number, begin: number, end: number, text: number, hosts: number[]];

/** The first five of these, with the ends of the packet in place of hosts, and the packet's own. */
export type PackedPacket = [
  kind: number,
  begin: number,
  end: number,
  text: number,
  from: number,
  to: number,
  protocol: number,
  flow: number,
  flags: number,
  sequence: number,
  acknowledged: number,
  size: number,
  id: number,
  payload?: string,
];

export type PackedItem = PackedMark | PackedPacket;

/** The data of a diagram of `events`, with at most `payloadLimit` bytes of each payload. */
export function packTimeline(events: readonly SimulationEvent[], payloadLimit: number): PackedTimeline {
  const packer = new Packer(payloadLimit);
  for (const event of events) packer.add(event);
  return packer.finish();
}

export function unpackTimeline({ hosts, ends, texts, items, order, until }: PackedTimeline): Timeline {
  return {
    hosts,
    order,
    until,
    items: items.map((item, index): TimelineItem => {
      const kind = texts[item[0]] as TimelineItemKind;
      const [, begin, end, text] = item;
      const shared = { index, kind, begin, end: end < 0 ? until : end, text: texts[text]! };
      if (typeof item[4] === "object") return { ...shared, hosts: item[4], packet: undefined };
      const [, , , , from, to, protocol, flow, flags, sequence, acknowledged, size, id, payload] = item as PackedPacket;
      const [sender, fromAddress, fromPort] = ends[from]!;
      const [receiver, toAddress, toPort] = ends[to]!;
      const packet = {
        from: { address: fromAddress, port: fromPort },
        to: { address: toAddress, port: toPort },
        protocol: texts[protocol]!,
        flow,
        flags: texts[flags]!,
        sequence,
        acknowledged,
        size,
        id,
        payload,
      };
      return { ...shared, hosts: [sender, receiver], packet };
    }),
  };
}

/** Faults that are over when they begin say one time: `describeFault`. */
const MOMENT = /^\S+ s: /;

/** The end of something that has not ended. */
const OPEN = -1;

class Packer {
  readonly #payloadLimit: number;
  readonly #hosts = new Map<string, number>();
  readonly #ends = new Map<string, number>();
  readonly #packedEnds: [number, string, number][] = [];
  readonly #texts = new Map<string, number>();
  readonly #items: PackedItem[] = [];
  readonly #order: number[] = [];
  /** The items of packets that are on their way, by id. */
  readonly #underway = new Map<number, number>();
  /** The items of spans that have not ended, by what they are. */
  readonly #open = new Map<string, number[]>();
  #until = 0;

  constructor(payloadLimit: number) {
    this.#payloadLimit = payloadLimit;
  }

  add({ time, kind, host, text, packet }: SimulationEvent): void {
    this.#until = time;
    if (host !== "") this.#hostOf(host);
    if (packet !== undefined) {
      this.#addPacket(time, kind, text, packet);
      return;
    }
    if (kind === "fault") {
      const hosts = host === "" ? this.#hostsNamedIn(text) : [this.#hostOf(host)];
      if (MOMENT.test(text)) this.#addMark(time, time, kind, text, hosts);
      else this.#begin(time, "fault", host, text, hosts);
      return;
    }
    if (kind === "heal" && this.#end(time, "fault", host, text)) return;
    if (kind === "boot") this.#end(time, "down", host, "");
    if (kind === "crash" || kind === "resume") this.#end(time, "paused", host, "");
    this.#addMark(time, time, kind, text, host === "" ? [] : [this.#hostOf(host)]);
    if (kind === "crash") this.#begin(time, "down", host, "", [this.#hostOf(host)]);
    if (kind === "pause") this.#begin(time, "paused", host, "", [this.#hostOf(host)]);
  }

  finish(): PackedTimeline {
    return {
      hosts: [...this.#hosts.keys()],
      ends: this.#packedEnds,
      texts: [...this.#texts.keys()],
      items: this.#items,
      order: this.#order,
      until: this.#until,
    };
  }

  #addPacket(time: number, kind: string, text: string, packet: Packet): void {
    const known = this.#underway.get(packet.id);
    if (kind === "sent" || known === undefined) {
      if (kind === "sent") this.#underway.set(packet.id, this.#items.length);
      this.#order.push(this.#items.length * 2);
      this.#items.push(this.#pack(time, kind === "sent" ? "underway" : kind, text, packet));
      return;
    }
    this.#underway.delete(packet.id);
    const item = this.#items[known]!;
    item[0] = this.#textOf(kind);
    item[2] = time;
    item[3] = this.#textOf(text);
    this.#order.push(known * 2 + 1);
  }

  #pack(time: number, kind: string, text: string, packet: Packet): PackedPacket {
    const item: PackedPacket = [
      this.#textOf(kind),
      time,
      time,
      this.#textOf(text),
      this.#endOf(packet.from),
      this.#endOf(packet.to),
      this.#textOf(packet.protocol),
      packet.flow,
      this.#textOf(packet.flags),
      packet.sequence,
      packet.acknowledged,
      packet.size,
      packet.id,
    ];
    const { payload } = packet;
    if (payload !== undefined) {
      const { buffer, byteOffset, length } = payload;
      item.push(Buffer.from(buffer, byteOffset, Math.min(length, this.#payloadLimit)).toString("latin1"));
    }
    return item;
  }

  #addMark(begin: number, end: number, kind: string, text: string, hosts: number[]): void {
    this.#order.push(this.#items.length * 2);
    this.#items.push([this.#textOf(kind), begin, end, this.#textOf(text), hosts]);
  }

  #begin(time: number, kind: string, host: string, text: string, hosts: number[]): void {
    const name = JSON.stringify([kind, host, text]);
    const open = this.#open.get(name);
    if (open === undefined) this.#open.set(name, [this.#items.length]);
    else open.push(this.#items.length);
    this.#addMark(time, OPEN, kind, text, hosts);
  }

  /** Whether there was a beginning; of several, the first one ends. */
  #end(time: number, kind: string, host: string, text: string): boolean {
    const index = this.#open.get(JSON.stringify([kind, host, text]))?.shift();
    if (index === undefined) return false;
    this.#items[index]![2] = time;
    this.#order.push(index * 2 + 1);
    return true;
  }

  #hostsNamedIn(text: string): number[] {
    // As `describeFault` writes them: what is no plain word is quoted.
    const words = text.match(/"(?:[^"\\]|\\.)*"|[\w.-]+/g) ?? [];
    const found = words.map((word) => this.#hosts.get(word.startsWith('"') ? (JSON.parse(word) as string) : word));
    return [...new Set(found)].filter((host) => host !== undefined);
  }

  #hostOf(name: string): number {
    return numberOf(this.#hosts, name);
  }

  #textOf(text: string): number {
    return numberOf(this.#texts, text);
  }

  #endOf({ host, address, port }: PacketEnd): number {
    const known = this.#ends.size;
    const index = numberOf(this.#ends, `${host}\0${address}\0${port}`);
    if (index === known) this.#packedEnds.push([this.#hostOf(host), address, port]);
    return index;
  }
}

/** The number of `key`; a new one gets the next. */
function numberOf(numbers: Map<string, number>, key: string): number {
  let number = numbers.get(key);
  if (number === undefined) numbers.set(key, (number = numbers.size));
  return number;
}

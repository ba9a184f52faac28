/**
 * The log of a simulated network as text: a line for each event.
 *
 * "The same log" means the same lines, byte for byte, so nothing in them depends on the machine, its language or the version of Node. What
 * programs and names contain is escaped: no note can end its line and begin another that looks like an event.
 */
import type { Packet, PacketEnd, SimulationEvent } from "./simulation-event.ts";

const NANOSECONDS = 1e9;
const DECIMALS = 9;

/** Control characters, line ends of all kinds, what turns the direction of text round, halves of characters, and the escape itself. */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\\]/gu;
/** A name that can be told from its surroundings. */
const PLAIN_NAME = /^[\w.:/@%+][\w.:/@%+-]*$/;
const NOT_IN_NAME = /[^\w.:/@%+-]|^-/gu;

/**
 * An event as a line, without its end: time in seconds, host, kind, then the packet and the text where there are any. Whoever has no name is `-`.
 *
 * @example
 * const line = formatEvent({ time: 1_500_000, kind: "note", host: "db", text: "ready\nto go", packet: undefined });
 * assert.equal(line, "0.001500000 db note ready\\nto go");
 */
export function formatEvent(event: SimulationEvent): string {
  const { time, kind, host, text, packet } = event;
  let line = `${formatTime(time)} ${name(host)} ${kind}`;
  if (packet !== undefined) line += ` ${formatPacket(packet)}`;
  if (text !== "") line += ` ${text.replace(UNSAFE, escape)}`;
  return line;
}

/**
 * Events as lines, each with its end.
 *
 * @example
 * const boot = { time: 0, kind: "boot", host: "db", text: "", packet: undefined } as const;
 * assert.equal(formatEvents([boot, { ...boot, time: 2_000_000_000 }]), "0.000000000 db boot\n2.000000000 db boot\n");
 */
export function formatEvents(events: Iterable<SimulationEvent>): string {
  let lines = "";
  for (const event of events) lines += `${formatEvent(event)}\n`;
  return lines;
}

/** Nanoseconds as seconds, with all their digits. */
function formatTime(nanoseconds: number): string {
  const fraction = nanoseconds % NANOSECONDS;
  return `${(nanoseconds - fraction) / NANOSECONDS}.${String(fraction).padStart(DECIMALS, "0")}`;
}

function formatPacket(packet: Packet): string {
  const { protocol, flow, from, to, flags, sequence, acknowledged, size, id } = packet;
  const ends = `${formatEnd(from)} > ${formatEnd(to)}`;
  if (flags === "") return `${protocol} ${ends} size ${size} packet ${id}`;
  return `${protocol}#${flow} ${ends} ${flags} seq ${sequence} ack ${acknowledged} size ${size} packet ${id}`;
}

function formatEnd({ host, address, port }: PacketEnd): string {
  if (port === 0) return `${name(host)} ${name(address)}`;
  return `${name(host)} ${address.includes(":") ? `[${name(address)}]` : name(address)}:${port}`;
}

function name(text: string): string {
  if (PLAIN_NAME.test(text)) return text;
  return text === "" ? "-" : text.replace(NOT_IN_NAME, escape);
}

function escape(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\\") return "\\\\";
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}

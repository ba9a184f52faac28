/** The text of the log: one line for each event, the same byte for byte wherever it is made. */
import type { Packet, PacketEnd, SimulationEvent } from "./simulation-event.ts";

export function formatEvent({ time, kind, host, text, packet }: SimulationEvent): string {
  const line = `${formatTime(time)} ${kind}${host === "" ? "" : ` ${escape(host)}`}`;
  const what = packet === undefined ? "" : ` ${formatPacket(packet)}`;
  return `${line}${what}${text === "" ? "" : ` ${escape(text)}`}`;
}

export function formatEvents(events: readonly SimulationEvent[]): string {
  return events.map((event) => `${formatEvent(event)}\n`).join("");
}

function formatTime(nanoseconds: number): string {
  const seconds = Math.floor(nanoseconds / 1e9);
  return `${seconds}.${String(nanoseconds - seconds * 1e9).padStart(9, "0")}`;
}

function formatPacket({ id, flow, protocol, from, to, flags, sequence, acknowledged, size }: Packet): string {
  const way = `${protocol}${flow === 0 ? "" : `#${flow}`} ${formatEnd(from)} > ${formatEnd(to)}`;
  const numbers = flags === "" ? "" : ` ${flags} seq ${sequence} ack ${acknowledged}`;
  return `[${id}] ${way}${numbers} size ${size}`;
}

function formatEnd({ host, address, port }: PacketEnd): string {
  return `${escape(host)} ${escape(address.includes(":") ? `[${address}]` : address)}${port === 0 ? "" : `:${port}`}`;
}

/** Nothing that is in the log can look like a line of its own. */
function escape(text: string): string {
  return /[\p{Cc}\u2028\u2029]/u.test(text)
    ? text.replace(
        /[\p{Cc}\u2028\u2029]/gu,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
    : text;
}

/** What diagrams say of times and packets. Pages run these functions as well, see `timeline.ts`. */
import type { TimelineItem, TimelinePacket } from "./timeline.ts";

/** A time in the unit that is best for it: `"0"`, `"1.5 ms"`, `"2.25 s"`, `"1:02:03.5"`. Nothing is rounded. */
export function timeText(nanoseconds: number): string {
  const decimals = (value: number, places: number): string => value.toFixed(places).replace(/\.?0+$/, "");
  if (nanoseconds === 0) return "0";
  if (nanoseconds < 1e3) return `${nanoseconds} ns`;
  if (nanoseconds < 1e6) return `${decimals(nanoseconds / 1e3, 3)} µs`;
  if (nanoseconds < 1e9) return `${decimals(nanoseconds / 1e6, 6)} ms`;
  if (nanoseconds < 60e9) return `${decimals(nanoseconds / 1e9, 9)} s`;
  const whole = Math.floor(nanoseconds / 1e9);
  const rest = nanoseconds - whole * 1e9;
  const fraction = rest === 0 ? "" : `.${String(rest).padStart(9, "0").replace(/0+$/, "")}`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}${fraction}`;
}

/** Bytes, given as characters, as text on one line: what cannot be shown is escaped. At most `room` characters. */
export function payloadText(payload: string, room: number): string {
  // As UTF-8 where it is, else a character for each byte.
  let text = payload.slice(0, room * 4);
  try {
    text = decodeURIComponent(text.replace(/[%\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
  } catch {
    // Not UTF-8.
  }
  const shown = JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(/[\x7f-\xa0]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`);
  return shown.length > room ? `${shown.slice(0, room - 1)}…` : shown;
}

/** What is written at an arrow. */
export function packetText({ flags, size, payload }: TimelinePacket): string {
  const words = { "": "", S: "SYN", SA: "SYN ACK", A: size > 0 ? "" : "ACK", FA: "FIN", R: "RST" }[flags] ?? flags;
  const bytes = size > 0 || flags === "" ? `${size} B` : "";
  const preview = payload === undefined || payload === "" ? "" : payloadText(payload, 24);
  return [words, bytes, preview].filter((part) => part !== "").join(" ");
}

/** What is written at a mark or a span. */
export function markText({ kind, text }: TimelineItem): string {
  const words = kind === "note" || kind === "fault" ? "" : kind;
  const said = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return [words, said].filter((part) => part !== "").join(": ");
}

/** All of an item that can be searched for, in small letters. */
export function searchText(
  { hosts, items }: { hosts: readonly string[]; items: readonly TimelineItem[] },
  index: number,
): string {
  const { kind, text, packet, hosts: concerned } = items[index]!;
  const parts = [kind, text, ...concerned.map((host) => hosts[host]!)];
  if (packet !== undefined) {
    const { from, to, protocol, flow, payload } = packet;
    parts.push(
      `${from.address}:${from.port} ${to.address}:${to.port} ${protocol} #${flow}`,
      packetText(packet),
      payload ?? "",
    );
  }
  return parts.join(" ").toLowerCase();
}

/** `text` as the content of an element or an attribute, in HTML and in XML. */
export function escapeMarkup(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

/** Bytes, given as characters, as hexadecimal numbers and text beside them, 16 on a line. */
export function hexDump(payload: string): string {
  const lines: string[] = [];
  for (let at = 0; at < payload.length; at += 16) {
    const bytes = Array.from(payload.slice(at, at + 16));
    const numbers = bytes.map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join(" ");
    const text = bytes.map((byte) => (byte >= " " && byte <= "~" ? byte : ".")).join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${numbers.padEnd(47)}  ${text}`);
  }
  return lines.join("\n");
}

/** All that is known of an item: names and values. */
export function describeItem({ hosts }: { readonly hosts: readonly string[] }, item: TimelineItem): [string, string][] {
  const { kind, begin, end, text, packet } = item;
  const names = item.hosts.map((host) => hosts[host]!);
  const facts: [string, string][] = [];
  if (packet === undefined) {
    facts.push(["what", kind], ["at", timeText(begin)]);
    if (end > begin) facts.push(["until", `${timeText(end)}, for ${timeText(end - begin)}`]);
    facts.push([
      names.length === 1 ? "host" : "hosts",
      names.length === 0 ? "all, or none in particular" : names.join(", "),
    ]);
    if (text !== "") facts.push(["text", text]);
    return facts;
  }
  const endText = ({ address, port }: { readonly address: string; readonly port: number }): string =>
    port === 0 ? address : `${address.includes(":") ? `[${address}]` : address}:${port}`;
  facts.push(["packet", `${packet.id}, ${packet.protocol}${packet.flow > 0 ? `, flow ${packet.flow}` : ""}`]);
  facts.push(["from", `${names[0]} ${endText(packet.from)}`], ["to", `${names[1]} ${endText(packet.to)}`]);
  facts.push([kind === "arrived" && end === begin ? "at" : "sent", timeText(begin)]);
  if (end > begin) facts.push([kind, `${timeText(end)}, after ${timeText(end - begin)}`]);
  if (kind === "lost") facts.push(["why", text]);
  if (kind === "underway") facts.push(["then", "the log does not say what became of it"]);
  if (packet.flags !== "") {
    const words = { S: "SYN", SA: "SYN ACK", A: "ACK", FA: "FIN ACK", R: "RST" }[packet.flags] ?? packet.flags;
    facts.push(["flags", words], ["sequence", String(packet.sequence)], ["acknowledged", String(packet.acknowledged)]);
  }
  facts.push(["size", `${packet.size} bytes`]);
  if (packet.payload === undefined) {
    if (packet.size > 0) facts.push(["bytes", "not in the log"]);
  } else if (packet.payload.length < packet.size) {
    facts.push(["bytes", `the first ${packet.payload.length} of ${packet.size}`]);
  }
  return facts;
}

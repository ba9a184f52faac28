/** Logs of simulated networks, written by hand. */
import type { Packet, PacketEnd, SimulationEvent, SimulationEventKind } from "../../../src/sim/simulation-event.ts";

export const MILLISECOND = 1_000_000;

export const CLIENT: PacketEnd = { host: "client", address: "10.0.0.1", port: 40_000 };
export const SERVER: PacketEnd = { host: "server", address: "10.0.0.2", port: 7 };
export const CLIENT6: PacketEnd = { host: "client", address: "fd00::1", port: 40_001 };
export const SERVER6: PacketEnd = { host: "server", address: "fd00::2", port: 7 };

type Details = Partial<Packet> & { readonly data?: string | Uint8Array };

/** Writes a log, event by event; the packets get their ids. */
export class LogWriter {
  readonly events: SimulationEvent[] = [];
  #packets = 0;

  event(time: number, kind: SimulationEventKind, host: string, text = ""): void {
    this.events.push({ time, kind, host, text, packet: undefined });
  }

  sent(time: number, from: PacketEnd, to: PacketEnd, { data, ...details }: Details = {}): Packet {
    const payload = typeof data === "string" ? Buffer.from(data) : data;
    const packet: Packet = {
      id: ++this.#packets,
      flow: 0,
      protocol: "udp",
      from,
      to,
      flags: "",
      sequence: 0,
      acknowledged: 0,
      size: payload?.length ?? 0,
      payload,
      ...details,
    };
    this.events.push({ time, kind: "sent", host: from.host, text: "", packet });
    return packet;
  }

  arrived(time: number, packet: Packet): void {
    this.events.push({ time, kind: "arrived", host: packet.to.host, text: "", packet });
  }

  lost(time: number, packet: Packet, why: string): void {
    this.events.push({ time, kind: "lost", host: packet.from.host, text: why, packet });
  }
}

/** One end of a connection that a log is written of. */
interface Side {
  readonly end: PacketEnd;
  sequence: number;
  received: number;
}

/** A connection whose packets all take 1 ms; what is not lost arrives. */
export class ConnectionWriter {
  readonly #log: LogWriter;
  readonly #flow: number;
  readonly #protocol: "tcp" | "unix";
  readonly client: Side;
  readonly server: Side;
  time: number;

  constructor(
    log: LogWriter,
    flow: number,
    ends: readonly [PacketEnd, PacketEnd] = [CLIENT, SERVER],
    time = 0,
    protocol: "tcp" | "unix" = "tcp",
  ) {
    this.#log = log;
    this.#flow = flow;
    this.#protocol = protocol;
    this.client = { end: ends[0], sequence: 0, received: 0 };
    this.server = { end: ends[1], sequence: 0, received: 0 };
    this.time = time;
  }

  open(): this {
    this.#pass(this.client, "S");
    this.#pass(this.server, "SA");
    this.#pass(this.client, "A");
    return this;
  }

  say(from: Side, data: string | Uint8Array, lostFirst?: string): this {
    if (lostFirst !== undefined) this.#pass(from, "A", data, lostFirst);
    this.#pass(from, "A", data);
    this.#pass(this.#other(from), "A");
    return this;
  }

  /** Bytes that the log did not keep. */
  sayUnrecorded(from: Side, size: number): this {
    this.#pass(from, "A", undefined, undefined, { size });
    return this;
  }

  reset(from: Side): this {
    this.#pass(from, "R");
    return this;
  }

  close(): this {
    this.#pass(this.client, "FA");
    this.#pass(this.server, "A");
    this.#pass(this.server, "FA");
    this.#pass(this.client, "A");
    return this;
  }

  #other(side: Side): Side {
    return side === this.client ? this.server : this.client;
  }

  #pass(from: Side, flags: Packet["flags"], data?: string | Uint8Array, lost?: string, more: Details = {}): void {
    const to = this.#other(from);
    const details = {
      flow: this.#flow,
      protocol: this.#protocol,
      flags,
      sequence: from.sequence,
      acknowledged: from.received,
    };
    const packet = this.#log.sent(this.time, from.end, to.end, {
      ...details,
      ...(data === undefined ? {} : { data }),
      ...more,
    });
    this.time += MILLISECOND;
    if (lost !== undefined) {
      this.#log.lost(this.time, packet, lost);
      this.time += 200 * MILLISECOND;
      return;
    }
    this.#log.arrived(this.time, packet);
    from.sequence += packet.size;
    to.received += packet.size;
  }
}

/** A connection with data both ways, from the first segment to the last. */
export function cleanConnection(flow = 1): readonly SimulationEvent[] {
  const log = new LogWriter();
  const connection = new ConnectionWriter(log, flow).open();
  connection.say(connection.client, "hello\r\n").say(connection.server, "good day\r\n");
  connection.say(connection.client, Buffer.alloc(1448, "x")).say(connection.server, "bye\r\n").close();
  return log.events;
}

/** Datagrams of both versions of IP, to hosts and to groups, and one that got lost. */
export function datagrams(): readonly SimulationEvent[] {
  const log = new LogWriter();
  log.arrived(MILLISECOND, log.sent(0, CLIENT, { ...SERVER, port: 40_053 }, { data: "a question" }));
  log.arrived(3 * MILLISECOND, log.sent(2 * MILLISECOND, { ...SERVER, port: 40_053 }, CLIENT, { data: "an answer" }));
  log.arrived(5 * MILLISECOND, log.sent(4 * MILLISECOND, CLIENT6, { ...SERVER6, port: 40_053 }, { data: "über v6" }));
  const group = { host: "server", address: "239.1.2.3", port: 40_100 };
  log.arrived(7 * MILLISECOND, log.sent(6 * MILLISECOND, CLIENT, group, { data: "to all" }));
  const group6 = { host: "server", address: "ff15::123", port: 40_100 };
  log.arrived(9 * MILLISECOND, log.sent(8 * MILLISECOND, CLIENT6, group6, { data: "to all" }));
  log.lost(
    11 * MILLISECOND,
    log.sent(10 * MILLISECOND, CLIENT, { ...SERVER, port: 40_053 }, { data: "in vain" }),
    "lost on the way",
  );
  return log.events;
}

/** A loss with a repeated packet, a partition, a crash in the middle of it, and what programs noted. */
export function troubles(): readonly SimulationEvent[] {
  const log = new LogWriter();
  log.event(0, "boot", "client");
  log.event(0, "boot", "server");
  const connection = new ConnectionWriter(log, 1, [CLIENT, SERVER], MILLISECOND).open();
  connection.say(connection.client, "get\r\n", "lost on the way");
  log.event(connection.time, "fault", "", "partition: client from server for 2 s");
  const packet = log.sent(connection.time + MILLISECOND, CLIENT, { ...SERVER, port: 9 }, { data: "ping" });
  log.lost(connection.time + 2 * MILLISECOND, packet, "the link is cut");
  log.event(connection.time + 5 * MILLISECOND, "pause", "client");
  log.event(connection.time + 6 * MILLISECOND, "fault", "server", "crash of server");
  log.event(connection.time + 6 * MILLISECOND, "crash", "server");
  log.event(connection.time + 7 * MILLISECOND, "resume", "client");
  log.event(connection.time + 8 * MILLISECOND, "note", "client", 'waiting <patiently> & "quietly"');
  log.event(connection.time + 2000 * MILLISECOND, "heal", "", "partition: client from server for 2 s");
  log.event(connection.time + 2100 * MILLISECOND, "heal", "server", "crash of server");
  log.event(connection.time + 2100 * MILLISECOND, "boot", "server");
  connection.time += 2200 * MILLISECOND;
  log.event(connection.time, "error", "client", "Error: no answer");
  log.sent(connection.time, CLIENT, SERVER, { flow: 1, protocol: "tcp", flags: "A", sequence: 5, data: "get\r\n" });
  return log.events;
}

/** What happens in a simulated network, as its log keeps it. */

/** One end of a packet's way. UNIX sockets have no address: theirs is the path, and the port is 0. */
export interface PacketEnd {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** Something on the wire: a segment of a stream, or a datagram. */
export interface Packet {
  /** Counts the packets of a network. One that is sent again, or duplicated, has a number of its own. */
  readonly id: number;
  /** Counts the connections of a network; all packets of a connection have its number. Datagrams have 0. */
  readonly flow: number;
  readonly protocol: "tcp" | "udp" | "unix";
  readonly from: PacketEnd;
  readonly to: PacketEnd;
  /** Of a segment: `S` begins the connection, `SA` answers, `A` carries data or none, `FA` ends the direction, `R` resets. Of a datagram: empty. */
  readonly flags: "" | "S" | "SA" | "A" | "FA" | "R";
  /** How many bytes the direction had carried before this segment, and how many its sender had received. 0 for datagrams. */
  readonly sequence: number;
  readonly acknowledged: number;
  readonly size: number;
  /** The bytes, where the network records them. */
  readonly payload: Uint8Array | undefined;
}

/**
 * - `"sent"`, `"arrived"`, `"lost"`: of a packet; the host is the sender, the receiver, the sender. `text` says why it was lost.
 * - `"boot"`, `"crash"`, `"pause"`, `"resume"`: of a host.
 * - `"fault"`, `"heal"`: a fault of the plan begins and ends; `text` describes it. The host is empty where it is about none or several.
 * - `"note"`: what a program wanted to have in the log.
 * - `"error"`: a program of the host failed.
 */
export type SimulationEventKind =
  | "sent"
  | "arrived"
  | "lost"
  | "boot"
  | "crash"
  | "pause"
  | "resume"
  | "fault"
  | "heal"
  | "note"
  | "error";

export interface SimulationEvent {
  /** Nanoseconds of virtual time since the network began: a whole number. */
  readonly time: number;
  readonly kind: SimulationEventKind;
  readonly host: string;
  readonly text: string;
  readonly packet: Packet | undefined;
}

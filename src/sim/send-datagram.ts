/** The way of a datagram: to one machine, to all members of a group, or to everybody. */
import { internetAddress } from "../transport/ports.ts";
import type { DatagramReceiver } from "./bound-sockets.ts";
import { isMulticast } from "./machine-address.ts";
import type { Machine } from "./machine.ts";
import type { Packet } from "./simulation-event.ts";
import type { Wiring } from "./wiring.ts";

export interface OutgoingDatagram {
  readonly socket: DatagramReceiver;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly bytes: Buffer;
  /** How far datagrams to groups go; 0 is nowhere but this machine. */
  readonly ttl: number;
  /** Whether members on the same machine get what is sent to a group. */
  readonly loopsBack: boolean;
}

/** The headers of a datagram. */
const HEADERS = 28;

export function sendDatagram(machine: Machine, wiring: Wiring, datagram: OutgoingDatagram): void {
  const { to } = datagram;
  if (isMulticast(to)) {
    for (const target of wiring.machines) {
      if (target === machine ? datagram.loopsBack : datagram.ttl > 0) {
        if (membersOn(target, datagram).length > 0) send(machine, target, wiring, datagram, "group");
      }
    }
  } else if (isBroadcast(to)) {
    const targets = to.startsWith("127.") ? [machine] : wiring.machines;
    for (const target of targets) send(machine, target, wiring, datagram, "everybody");
  } else {
    const target = wiring.find(to, machine);
    if (target === undefined) machine.world.lost(packetOf(machine, undefined, datagram), "nobody has the address");
    else send(machine, target, wiring, datagram, "one");
  }
}

type Audience = "one" | "group" | "everybody";

function send(machine: Machine, target: Machine, wiring: Wiring, datagram: OutgoingDatagram, audience: Audience): void {
  const { random } = machine;
  const path = wiring.path(machine, target);
  transmit(machine, target, wiring, datagram, audience);
  if (path.duplicates(random)) transmit(machine, target, wiring, datagram, audience);
}

function transmit(
  machine: Machine,
  target: Machine,
  wiring: Wiring,
  datagram: OutgoingDatagram,
  audience: Audience,
): void {
  const { world, random } = machine;
  const path = wiring.path(machine, target);
  const packet = packetOf(machine, target, datagram);
  const size = datagram.bytes.length + HEADERS;
  const delay = path.carry(size, world.now, random);
  if (delay < 0) {
    world.lost(packet, "the queue is full");
    return;
  }
  const isLost = path.isCut || path.loses(size, random);
  const why = path.isCut ? "the link is cut" : "lost on the way";
  world.schedule(delay + path.overtaken(random), () => {
    const isCut = wiring.path(machine, target).isCut;
    if (isLost || isCut) world.lost(packet, isLost ? why : "the link is cut");
    else if (!target.isOn) world.lost(packet, "the host is down");
    else arrive(machine, target, wiring, datagram, packet, audience);
  });
}

function arrive(
  machine: Machine,
  target: Machine,
  wiring: Wiring,
  datagram: OutgoingDatagram,
  packet: Packet,
  audience: Audience,
): void {
  const { world } = machine;
  const { port, bytes } = datagram;
  const filter = target.filterOf(port);
  if (filter === "drop") {
    world.lost(packet, "the filter of the host drops it");
    return;
  }
  const from = internetAddress("UDP", packet.from.address, packet.from.port);
  const receivers = filter === "refuse" ? [] : receiversOn(target, datagram, audience);
  world.arrived(packet);
  if (receivers.length === 0) {
    if (audience === "one") answerNobody(machine, target, wiring, datagram, packet);
    return;
  }
  const sharers = audience === "one" ? receivers.slice(-1) : receivers;
  for (const [index, receiver] of sharers.entries()) {
    if (!receiver.accepts(from.host, from.port)) continue;
    if (receiver.hasRoom(bytes.length)) receiver.arrived(index === 0 ? bytes : Buffer.from(bytes), from);
    else world.lost(packet, "the receiver has no room");
  }
}

/** Tells the sender that nobody listens there, if that gets back. */
function answerNobody(
  machine: Machine,
  target: Machine,
  wiring: Wiring,
  datagram: OutgoingDatagram,
  { to }: Packet,
): void {
  const path = wiring.path(target, machine);
  if (path.isCut) return;
  machine.world.schedule(path.delay(target.random), () => datagram.socket.refused(to.address, datagram.port));
}

function receiversOn(target: Machine, datagram: OutgoingDatagram, audience: Audience): DatagramReceiver[] {
  if (audience === "one") return target.udp.find(datagram.to, datagram.port);
  if (audience === "group") return membersOn(target, datagram);
  // A socket that is bound to one address is not everybody.
  return target.udp.find("0.0.0.0", datagram.port);
}

function membersOn(target: Machine, { to, port }: OutgoingDatagram): DatagramReceiver[] {
  return target.udp.onPort(port).filter((socket) => socket.isMember(to));
}

/** Everybody on this network, by the address for all networks or by that of 10.0.0.0/8; or everybody on this machine. */
function isBroadcast(address: string): boolean {
  return address === "255.255.255.255" || address === "10.255.255.255" || address === "127.255.255.255";
}

function packetOf(
  machine: Machine,
  target: Machine | undefined,
  { socket, from, to, port, bytes }: OutgoingDatagram,
): Packet {
  return machine.world.sent(
    {
      flow: 0,
      protocol: "udp",
      from: { host: machine.name, address: from, port: socket.port },
      to: { host: target?.name ?? "", address: to, port },
      flags: "",
      sequence: 0,
      acknowledged: 0,
    },
    bytes,
  );
}

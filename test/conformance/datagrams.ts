/** All that a reactor's datagram ports must do, over real sockets on loopback. */
import { datagramPortConformance } from "./datagram-ports.ts";
import { datagramTrafficConformance } from "./datagram-traffic.ts";
import { multicastConformance } from "./multicast.ts";
import type { Lacks } from "./lacks.ts";
import type { MakeReactor } from "./running.ts";

export function datagramConformance(name: string, makeReactor: MakeReactor, lacks: Lacks = {}): void {
  datagramPortConformance(name, makeReactor, lacks);
  datagramTrafficConformance(name, makeReactor);
  multicastConformance(name, makeReactor);
}

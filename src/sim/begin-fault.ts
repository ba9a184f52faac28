/** Lets a fault begin, and end when its time is over. */
import { InvalidStateError } from "../errors.ts";
import { describeFault } from "./describe-fault.ts";
import type { Fault } from "./fault.ts";
import type { Machine } from "./machine.ts";
import type { SimulatedHost } from "./simulated-host.ts";
import type { Wiring } from "./wiring.ts";
import { NANOSECONDS } from "./world.ts";
import type { World } from "./world.ts";

type Hosts = ReadonlyMap<string, SimulatedHost>;

export function beginFault(fault: Fault, world: World, wiring: Wiring, hosts: Hosts): void {
  const host = "host" in fault ? fault.host : "";
  const text = describeFault(fault);
  world.note("fault", host, text);
  const end = effectOf(fault, wiring, hosts);
  if (!("for" in fault) || fault.for === undefined) return;
  world.schedule(fault.for * NANOSECONDS, () => {
    world.note("heal", host, text);
    end();
  });
}

/** What a fault does; answers how it is undone. */
function effectOf(fault: Fault, wiring: Wiring, hosts: Hosts): () => void {
  const hostNamed = (name: string): SimulatedHost => {
    const host = hosts.get(name);
    if (host !== undefined) return host;
    throw new InvalidStateError(
      `Cannot let a fault happen to ${name}: there is no such host when it is to begin, expected one of ${[...hosts.keys()].join(", ")}`,
    );
  };
  const machine = (name: string): Machine => hostNamed(name).machine;
  switch (fault.kind) {
    case "partition": {
      const ways = fault.from.flatMap((from) => fault.to.map((to) => [machine(from), machine(to)] as const));
      const cut = ways
        .filter(([from, to]) => from !== to)
        .flatMap(([from, to]) =>
          fault.oneWay === true ? [[from, to] as const] : [[from, to] as const, [to, from] as const],
        );
      for (const [from, to] of cut) wiring.cut(from, to);
      return () => cut.forEach(([from, to]) => wiring.heal(from, to));
    }
    case "link": {
      const [a, b] = [machine(fault.between[0]), machine(fault.between[1])];
      const undo = [wiring.overlay(a, b, fault.set), ...(a === b ? [] : [wiring.overlay(b, a, fault.set)])];
      return () => undo.forEach((call) => call());
    }
    case "crash": {
      const host = hostNamed(fault.host);
      if (host.isUp) host.crash();
      // Somebody may have restarted it meanwhile.
      return () => !host.isUp && host.restart();
    }
    case "pause":
      hostNamed(fault.host).pause();
      return () => hostNamed(fault.host).resume();
    case "stuck":
      machine(fault.host).stuck++;
      return () => {
        machine(fault.host).stuck--;
        machine(fault.host).readAgain();
      };
    case "refuse":
      machine(fault.host).refusing++;
      return () => machine(fault.host).refusing--;
    case "nameless":
      machine(fault.host).nameless++;
      return () => machine(fault.host).nameless--;
    default:
      hostNamed(fault.between[0]).resetConnections(hostNamed(fault.between[1]).name);
      return () => {};
  }
}

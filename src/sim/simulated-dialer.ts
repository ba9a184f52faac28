/** Connecting in a simulated network. */
import type { Attempt, AttemptResult } from "../reactor/base-connector.ts";
import { failSoon } from "../reactor/stream-dialer.ts";
import type { StreamDialer } from "../reactor/stream-dialer.ts";
import type { HostAndPort } from "../transport/address.ts";
import { ConnectBindError } from "../transport/errors.ts";
import type { ConnectionOwner } from "../transport/stream-connection.ts";
import type { WriteBatch } from "../transport/write-batch.ts";
import type { StreamListener } from "./bound-sockets.ts";
import { isWildcard, loopbackOf } from "./machine-address.ts";
import type { Machine } from "./machine.ts";
import type { PacketEnd } from "./simulation-event.ts";
import { StreamEnd } from "./stream-end.ts";
import { answerWithReset } from "./stream-wire.ts";
import { systemError } from "./system-error.ts";
import type { SystemErrorCode } from "./system-error.ts";
import type { Wiring } from "./wiring.ts";
import { NANOSECONDS } from "./world.ts";

/** How long a system looks for a machine that is not there. */
const SEARCH = 3 * NANOSECONDS;

export class SimulatedDialer implements StreamDialer {
  readonly #machine: Machine;
  readonly #wiring: Wiring;
  readonly #batch: WriteBatch;

  constructor(machine: Machine, wiring: Wiring, batch: WriteBatch) {
    this.#machine = machine;
    this.#wiring = wiring;
    this.#batch = batch;
  }

  dialTCP(
    { host, port }: HostAndPort,
    from: Partial<HostAndPort> | undefined,
    owner: ConnectionOwner,
    result: AttemptResult,
  ): Attempt {
    const machine = this.#machine;
    const address = isWildcard(host) ? loopbackOf(host) : host;
    let here: PacketEnd;
    try {
      here = this.#source(address, from);
    } catch (error) {
      return failSoon(result, error, machine.life.loop);
    }
    const target = this.#wiring.find(address, machine);
    if (target === undefined) return this.#search(result);
    const there = { host: target.name, address, port };
    return this.#dial("tcp", here, there, target, owner, result, () => {
      const filter = target.filterOf(port);
      if (filter === "drop") return "the filter of the host drops it";
      return (filter === "refuse" ? undefined : target.tcp.find(address, port)[0]) ?? "ECONNREFUSED";
    });
  }

  dialUNIX(path: string, owner: ConnectionOwner, result: AttemptResult): Attempt {
    const machine = this.#machine;
    const here = { host: machine.name, address: "", port: 0 };
    const there = { host: machine.name, address: path, port: 0 };
    return this.#dial("unix", here, there, machine, owner, result, () => machine.files.find(path));
  }

  isLocked(path: string): boolean {
    return this.#machine.files.isLocked(path);
  }

  /** `findListener` answers who listens, the error that the system answers, or why what was sent is lost. */
  #dial(
    protocol: "tcp" | "unix",
    here: PacketEnd,
    there: PacketEnd,
    target: Machine,
    owner: ConnectionOwner,
    result: AttemptResult,
    findListener: () => StreamListener | string,
  ): Attempt {
    const machine = this.#machine;
    const { world, life } = machine;
    const client = new StreamEnd(machine, this.#wiring, world.nextFlow(), protocol, here, there);
    client.handshake = {
      established: () =>
        life.run(() => result.connected(client.peer, (made) => client.connect(made, owner, this.#batch))),
      failed: (error) => life.run(() => result.failed(error)),
    };
    client.wire.target = {
      machine: target,
      receive: ({ packet }) => {
        const found = findListener();
        const isListener = typeof found !== "string";
        if (isListener && protocol === "tcp" && found.waiting >= found.backlog) return "the backlog is full";
        if (!isListener && found.includes(" ")) return found;
        world.arrived(packet);
        if (!isListener) this.#refuse(client, target, found as SystemErrorCode);
        else if (found.waiting >= found.backlog) this.#refuse(client, target, "EAGAIN");
        else answer(client, target, found);
        return undefined;
      },
    };
    client.wire.put("S", 0, undefined);
    return { cancel: () => client.giveUp() };
  }

  #refuse(client: StreamEnd, target: Machine, code: SystemErrorCode): void {
    if (client.protocol === "tcp") answerWithReset(client, target);
    else client.refused(systemError("connect", code));
  }

  /** The address and the port to connect from. */
  #source(address: string, from: Partial<HostAndPort> | undefined): PacketEnd {
    const machine = this.#machine;
    const given = from?.host === undefined || isWildcard(from.host) ? undefined : from.host;
    if (given !== undefined && !machine.has(given)) throw bindError("EADDRNOTAVAIL");
    const source = given ?? machine.sourceFor(address);
    if (source === undefined) throw systemError("connect", "EHOSTUNREACH");
    try {
      return {
        host: machine.name,
        address: source,
        port: machine.tcp.choosePort({ address: source }, from?.port ?? 0),
      };
    } catch {
      throw bindError("EADDRINUSE");
    }
  }

  /** Nobody has the address. */
  #search(result: AttemptResult): Attempt {
    const { world, life } = this.#machine;
    const found = life.runLater(SEARCH, () => result.failed(systemError("connect", "EHOSTUNREACH")));
    return { cancel: () => world.cancel(found) };
  }
}

/** The system of `target` answers for somebody who listens. */
function answer(client: StreamEnd, target: Machine, listener: StreamListener): void {
  const server = new StreamEnd(target, client.wiring, client.flow, client.protocol, client.there, client.here);
  server.other = client;
  client.other = server;
  listener.waiting++;
  server.handshake = {
    established: () =>
      server.life.run(() => {
        listener.waiting--;
        if (listener.listens) listener.accept(server);
        else server.reset();
      }),
    failed: () => listener.waiting--,
  };
  server.wire.put("SA", 0, undefined);
}

function bindError(code: SystemErrorCode): ConnectBindError {
  const cause = systemError("bind", code);
  return new ConnectBindError(cause.message, { cause });
}

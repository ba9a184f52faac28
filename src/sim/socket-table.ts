/** Which sockets of one kind are bound on a machine, and where. */
import type { BoundSocket } from "./bound-sockets.ts";
import { isWildcard } from "./machine-address.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { systemError } from "./system-error.ts";

/** The ports that the system gives to those who do not care. */
const FIRST_EPHEMERAL = 32_768;
const LAST_EPHEMERAL = 60_999;

/** Where a socket is bound, or is to be bound, but for its port. */
type Place = Omit<BoundSocket, "port">;

export class SocketTable<S extends BoundSocket> {
  readonly #byPort: Map<number, S[]> = new Map();
  #nextEphemeral: number;

  constructor(random: SeededRandom) {
    this.#nextEphemeral = random.integer(FIRST_EPHEMERAL, LAST_EPHEMERAL);
  }

  /** The port to bind for `port`, where 0 is any. Throws what the system says where it is taken. */
  choosePort(place: Place, port: number): number {
    if (port !== 0) {
      if (this.#isFree(place, port)) return port;
      throw systemError("bind", "EADDRINUSE");
    }
    for (let tried = FIRST_EPHEMERAL; tried <= LAST_EPHEMERAL; tried++) {
      const chosen = this.#nextEphemeral;
      this.#nextEphemeral = chosen === LAST_EPHEMERAL ? FIRST_EPHEMERAL : chosen + 1;
      if (this.#isFree(place, chosen)) return chosen;
    }
    throw systemError("bind", "EADDRINUSE");
  }

  add(socket: S): void {
    const bound = this.#byPort.get(socket.port);
    if (bound === undefined) this.#byPort.set(socket.port, [socket]);
    else bound.push(socket);
  }

  remove(socket: S): void {
    const bound = this.#byPort.get(socket.port);
    const place = bound?.indexOf(socket) ?? -1;
    if (place < 0) return;
    if (bound!.length === 1) this.#byPort.delete(socket.port);
    else bound!.splice(place, 1);
  }

  /** All that are bound where a packet to `address` and `port` gets, those with exactly that address first. */
  find(address: string, port: number): S[] {
    const bound = this.#byPort.get(port);
    if (bound === undefined) return [];
    const exact = bound.filter((socket) => socket.address === address);
    return exact.length > 0 ? exact : bound.filter((socket) => reaches(socket, address));
  }

  /** All that are bound to a port, whatever their addresses. */
  onPort(port: number): readonly S[] {
    return this.#byPort.get(port) ?? [];
  }

  #isFree(place: Place, port: number): boolean {
    const bound = this.#byPort.get(port) ?? [];
    return bound.every((other) => (place.shares === true && other.shares === true) || !collide(other, place));
  }
}

/** Whether a packet to `address` reaches a socket that is bound to all addresses of a family. */
function reaches({ address: bound, takesBoth }: Place, address: string): boolean {
  if (!isWildcard(bound)) return false;
  const isIPv6 = address.includes(":");
  return bound === "::" ? isIPv6 || takesBoth === true : !isIPv6;
}

function collide(one: Place, other: Place): boolean {
  if (one.address === other.address) return true;
  return reaches(one, other.address) || reaches(other, one.address);
}

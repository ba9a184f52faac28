/**
 * A listening socket that this process opens and does not accept from: it is inherited by workers, which do. As long as this process has it, connections are
 * kept by the system while no worker is there.
 *
 * With SO_REUSEPORT, each worker would have a socket of its own; the connections that wait at one are lost when its worker ends, so no worker could be replaced without losing
 * some. One socket for all has no such moment.
 */
import * as net from "node:net";
import { inspect } from "node:util";
import { EndpointDescription } from "../endpoint/description.ts";
import { loadNativeCore } from "../reactor/epoll/native-core.ts";
import { Socket } from "../reactor/epoll/socket.ts";
import { IPv4Address, IPv6Address } from "../transport/address.ts";
import type { Address } from "../transport/address.ts";
import { CannotListenError } from "../transport/errors.ts";
import { checkIPAddress } from "../transport/ports.ts";

const PORTS = { min: 0, max: 65535 };
const BACKLOGS = { min: 0, max: 2 ** 31 - 1 };
const BACKLOG = 511;

/** Where to listen. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly backlog: number;
}

/** Of a socket that is open. */
interface OpenSocket {
  readonly fd: number;
  readonly address: Address;
  close(): void;
}

export class SharedSocket {
  /** The description of the endpoint. */
  readonly description: string;
  readonly #place: Place;
  readonly #hasCore: boolean;
  #socket: OpenSocket | undefined = undefined;

  /**
   * Throws `EndpointDescriptionError` unless it is `tcp:port` or `tcp6:port`, with `interface=` and `backlog=` if wanted.
   *
   * @param hasCore whether there is the native core to open it with
   */
  constructor(description: string, hasCore: boolean = loadNativeCore() !== null) {
    this.description = description;
    this.#hasCore = hasCore;
    this.#place = placeOf(description);
  }

  /** The number that the system knows it by; -1 where it is not open. */
  get fd(): number {
    return this.#socket?.fd ?? -1;
  }

  /** Where it listens; `undefined` where it is not open. */
  get address(): Address | undefined {
    return this.#socket?.address;
  }

  /** Throws `CannotListenError` where it cannot be opened. */
  open(): void {
    if (this.#socket !== undefined) return;
    const { host, port } = this.#place;
    try {
      this.#socket = this.#hasCore ? openWithCore(this.#place) : openWithNode(this.#place);
    } catch (cause) {
      throw new CannotListenError({ interface: host, port }, { cause });
    }
  }

  close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}

/** The family of the socket of a description. */
export function familyOf(description: string): "ipv4" | "ipv6" {
  return placeOf(description).host.includes(":") ? "ipv6" : "ipv4";
}

function placeOf(text: string): Place {
  const description = new EndpointDescription(text);
  const prefix = description.prefix.toLowerCase();
  if (prefix !== "tcp" && prefix !== "tcp6")
    throw description.wrong(
      `${JSON.stringify(description.prefix)} cannot be shared by workers, expected "tcp" or "tcp6"`,
    );
  const positional = prefix === "tcp" ? ["port", "interface", "backlog"] : ["port", "backlog", "interface"];
  const args = description.read({ positional });
  const host = args.text("interface", "") || (prefix === "tcp" ? "0.0.0.0" : "::");
  return {
    host: checkIPAddress("share a socket on", host),
    port: args.integer("port", PORTS),
    backlog: args.integer("backlog", BACKLOGS, BACKLOG),
  };
}

function openWithCore({ host, port, backlog }: Place): OpenSocket {
  const socket = new Socket(host.includes(":") ? "inet6" : "inet", "stream");
  try {
    socket.setsockopt("reuseAddress", true);
    if (host.includes(":")) socket.setsockopt("ipv6Only", true);
    socket.bind({ host, port });
    socket.listen(backlog);
  } catch (error) {
    socket.close();
    throw error;
  }
  return { fd: socket.fileno(), address: socket.getsockname(), close: () => socket.close() };
}

/** Without the native core: Node binds, by means that are not documented, and each worker listens, which does no harm a second time. */
function openWithNode({ host, port }: Place): OpenSocket {
  const { _createServerHandle: createHandle } = net as {
    readonly _createServerHandle?: (host: string, port: number, family: 4 | 6, fd: undefined, flags: number) => unknown;
  };
  const IPV6_ONLY = 1;
  const isIPv6 = host.includes(":");
  const handle = createHandle?.(host, port, isIPv6 ? 6 : 4, undefined, isIPv6 ? IPV6_ONLY : 0);
  if (typeof handle !== "object" || handle === null) {
    throw Object.assign(new Error(`The runtime opened no socket that can be shared: ${inspect(handle)}`), {
      code: "ENOTSUP",
    });
  }
  const { fd, close, getsockname } = handle as {
    readonly fd?: number;
    readonly close?: () => void;
    readonly getsockname?: (into: { address?: string; port?: number }) => number;
  };
  if (typeof fd !== "number" || fd < 0 || close === undefined)
    throw Object.assign(new Error("The runtime does not say the descriptor of a socket"), { code: "ENOTSUP" });
  const name: { address?: string; port?: number } = {};
  getsockname?.call(handle, name);
  const { address: ownHost = host, port: ownPort = port } = name;
  const address = isIPv6 ? new IPv6Address("TCP", ownHost, ownPort) : new IPv4Address("TCP", ownHost, ownPort);
  return { fd, address, close: () => close.call(handle) };
}

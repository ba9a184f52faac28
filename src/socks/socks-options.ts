/** What a SOCKS server lets its clients do. */
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { ReactorNames, ReactorTCP, ReactorUDP } from "../reactor/reactor.ts";
import type { Address } from "../transport/address.ts";
import type { SOCKSCommand } from "./wire/server-machine.ts";

/** What a SOCKS server needs of a reactor. */
export type SOCKSReactor = ReactorTCP & ReactorUDP & ReactorTime & Pick<ReactorNames, "nameResolver">;

/** What a client asks for, and where that is. */
export interface SOCKSRequest {
  readonly version: 4 | 5;
  readonly command: SOCKSCommand;
  /** The name or address that the client has given. */
  readonly host: string;
  readonly port: number;
  /** The address of the host: each that is found for a name is a request of its own. */
  readonly address: string;
  /** Who the client says it is; empty where it does not say. */
  readonly username: string;
  /** Where the client is. */
  readonly client: Address;
}

export interface SOCKSOptions {
  /**
   * Says whether a user is let in. Without it, everybody is. Version 4 has no passwords, so there it is asked with an empty one.
   */
  readonly authenticate?: (username: string, password: string) => boolean | PromiseLike<boolean>;
  /** Whether those who do not say who they are are let in; as long as there is no `authenticate` unless told otherwise. */
  readonly anonymous?: boolean;
  /** Says what is allowed, beside what the other options refuse; everything unless told otherwise. */
  readonly allows?: (request: SOCKSRequest) => boolean;
  /** Whether clients may reach addresses that are not for everybody: this host, private networks, links, groups. `false` unless told otherwise. */
  readonly allowPrivate?: boolean;
  /** What clients may ask for; everything unless told otherwise. */
  readonly commands?: readonly SOCKSCommand[];
  /** How many connections there may be at a time; 1000 unless told otherwise. */
  readonly maxConnections?: number;
  /** How many places a client of datagrams may have answers from; 256 unless told otherwise. */
  readonly maxAssociationPeers?: number;
  /** The seconds within which the request must be there; 30 unless told otherwise. */
  readonly negotiationTimeout?: number;
  /** The seconds within which there must be a connection, or, for `"bind"`, an address; 30 unless told otherwise. */
  readonly connectTimeout?: number;
  /** The seconds for which a connection is waited for that was asked for with `"bind"`; 120 unless told otherwise. */
  readonly bindTimeout?: number;
}

/** A line of an inetd.conf that can be used: a service, and who does it. */

/** The services that are done without a program. */
export const INTERNAL_SERVICES = ["chargen", "daytime", "discard", "echo", "time"] as const;

export type InternalService = (typeof INTERNAL_SERVICES)[number];

interface AnyEntry {
  /** The number of the line. */
  readonly line: number;
  /** The service as the line names it: by name, by number, or by path. */
  readonly name: string;
  /** The IP address to listen on, `""` for all, or the path of the UNIX socket. */
  readonly address: string;
  /** `null` for a UNIX socket. */
  readonly port: number | null;
  readonly socketType: "stream" | "dgram";
  readonly protocol: "tcp" | "tcp6" | "udp" | "udp6" | "unix";
  /** Whether the program gets the socket that listens, and nothing else happens to that until it has ended. */
  readonly wait: boolean;
  /** How often it may be started within a minute, where the line says so. */
  readonly maxPerMinute: number | undefined;
  readonly user: string;
  readonly group: string | undefined;
}

/** A service that this process does. */
export interface InternalEntry extends AnyEntry {
  readonly internal: InternalService;
}

/** A service that a program does. */
export interface ProgramEntry extends AnyEntry {
  readonly internal?: undefined;
  /** The path of the program. */
  readonly program: string;
  /** Its arguments; the first is the name that it is called by. */
  readonly args: readonly string[];
}

export type InetdEntry = InternalEntry | ProgramEntry;

/** What a line is known by in messages: `echo/tcp`, or the path of a UNIX socket. */
export function titleOf({ name, protocol }: InetdEntry): string {
  return protocol === "unix" ? name : `${name}/${protocol}`;
}

/** What an entry says, wherever it stands in the file. */
export function keyOf(entry: InetdEntry): string {
  return JSON.stringify({ ...entry, line: 0 });
}

/** A text that two entries have in common where there cannot be both: they have one place, or say the same. */
export function placeOf(entry: InetdEntry): string {
  const { address, port, protocol } = entry;
  return port === 0 ? keyOf(entry) : `${protocol} ${address} ${port}`;
}

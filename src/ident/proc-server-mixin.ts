/** A server that looks up who owns a connection in the tables of Linux. */
import { readFile } from "node:fs/promises";
import { endianness } from "node:os";
import { IdentServer } from "./ident-server.ts";
import type { IPTransport } from "./ip-transport.ts";
import { IdentError, NoUser } from "./wire/errors.ts";
import { parseProcLine, plainHost } from "./wire/proc-net-tcp.ts";
import type { OwnedConnection, SocketAddress } from "./wire/proc-net-tcp.ts";
import type { Owner } from "./wire/response.ts";

/**
 * Names the owner as `/proc/net/tcp`, `/proc/net/tcp6` and `/etc/passwd` have it. Whoever asks is told about connections of his own machine only: the
 * address that he asks from has to be an end of the connection.
 *
 * @example
 * import { Factory } from "hawser/protocol";
 * class Server extends ProcServerMixin {
 *   override SYSTEM_NAME = "UNIX";
 * }
 * Factory.forProtocol(Server);
 */
export class ProcServerMixin<T extends IPTransport = IPTransport> extends IdentServer<T> {
  /** What the operating system is called, in IANA's list. */
  SYSTEM_NAME = "LINUX";

  /** The lines of the tables; a machine without IPv6 has only the first. */
  async entries(): Promise<readonly string[]> {
    const tables = await Promise.allSettled([
      readFile("/proc/net/tcp", "latin1"),
      readFile("/proc/net/tcp6", "latin1"),
    ]);
    if (tables[0].status === "rejected") throw tables[0].reason as Error;
    return tables.flatMap((table) => (table.status === "fulfilled" ? table.value.split("\n") : []));
  }

  /** The connection that a line of a table is; `undefined` for one that is none, or has no owner. */
  parseLine(line: string): OwnedConnection | undefined {
    return parseProcLine(line, endianness() === "LE");
  }

  /** The name of a user. Fails with an `IdentError` where he has none. */
  async getUsername(uid: number): Promise<string> {
    const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
    const name = users.find((fields) => fields[2] === String(uid))?.[0];
    if (name === undefined) throw new IdentError(`The user ${uid} has no name`);
    return name;
  }

  override async lookup(serverAddress: SocketAddress, clientAddress: SocketAddress): Promise<Owner> {
    const client = plainHost(clientAddress.host);
    for (const line of await this.entries()) {
      const { local, remote, uid } = this.parseLine(line) ?? {};
      if (remote?.host !== client || remote.port !== clientAddress.port || local?.port !== serverAddress.port) continue;
      return [this.SYSTEM_NAME, await this.getUsername(uid!)];
    }
    throw new NoUser();
  }
}

/** Queries: the port on the server's machine and the port on the client's, of the connection that is asked about. */

/** The ports of a query. */
export interface PortPair {
  readonly portOnServer: number;
  readonly portOnClient: number;
}

// More digits than these would not be said again as they were.
const QUERY = /^\s*([+-]?\d{1,15})\s*,\s*([+-]?\d{1,15})\s*$/;
const MAX_PORT = 65_535;

/** The ports that `line` asks about, of which any can be no port; `undefined` where it is no query at all. */
export function parseQuery(line: string): PortPair | undefined {
  const match = QUERY.exec(line);
  return match === null ? undefined : { portOnServer: Number(match[1]), portOnClient: Number(match[2]) };
}

/** A query as a line without its end. */
export function queryLine({ portOnServer, portOnClient }: PortPair): string {
  return `${portOnServer}, ${portOnClient}`;
}

/** Whether `port` is a whole number from 1 to 65,535. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= MAX_PORT;
}

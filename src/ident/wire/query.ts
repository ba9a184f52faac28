/** Queries: the port on the server's machine and the port on the client's, of the connection that is asked about. */

/** The ports of a query, of which any can be no port. */
export interface PortPair {
  readonly portOnServer: number | bigint;
  readonly portOnClient: number | bigint;
}

const QUERY = /^\s*([+-]?\d+)\s*,\s*([+-]?\d+)\s*$/;
/** More digits than these are said again as they were by a bigint alone. */
const MOST_DIGITS = 15;
const MAX_PORT = 65_535;

/** The ports that `line` asks about; `undefined` where it is no query at all. */
export function parseQuery(line: string): PortPair | undefined {
  const match = QUERY.exec(line);
  return match === null ? undefined : { portOnServer: numberOf(match[1]!), portOnClient: numberOf(match[2]!) };
}

/** A query as a line without its end. */
export function queryLine({ portOnServer, portOnClient }: PortPair): string {
  return `${portOnServer}, ${portOnClient}`;
}

/** Whether `port` is a whole number from 1 to 65,535. */
export function isPort(port: number | bigint): boolean {
  return Number.isInteger(Number(port)) && port >= 1 && port <= MAX_PORT;
}

function numberOf(digits: string): number | bigint {
  return digits.length > MOST_DIGITS ? BigInt(digits) : Number(digits);
}

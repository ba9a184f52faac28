/**
 * The file inetd.conf(5), a service a line:
 *
 * `[address:]service  stream|dgram  protocol  wait|nowait[.max]  user[:group]  program  argument ...`
 *
 * A line is read field by field, and the first field that is wrong is the error of the line. The other lines count all the same.
 */
import { InetdConfigError } from "./errors.ts";
import { INTERNAL_SERVICES, placeOf } from "./inetd-entry.ts";
import type { InetdEntry, InternalService } from "./inetd-entry.ts";
import type { ServiceNames } from "./service-names.ts";
import { splitFields } from "./split-fields.ts";

/** What a file says. */
export interface InetdConf {
  /** The name of the file, for messages. */
  readonly file: string;
  readonly entries: readonly InetdEntry[];
  /** The lines that cannot be used. */
  readonly problems: readonly InetdConfigError[];
}

export interface ParseInetdConfOptions {
  /** The name of the file, for messages. Default: `"inetd.conf"` */
  readonly file?: string;
  /** The ports of the services that lines name. Without it, lines have numbers. */
  readonly services?: ServiceNames;
}

type Protocol = InetdEntry["protocol"];

/** The protocols of each kind of socket. */
const PROTOCOLS = { stream: ["tcp", "tcp6", "unix"], dgram: ["udp", "udp6", "unix"] } as const;
/** Other names that they have. */
const SYNONYMS: ReadonlyMap<string, Protocol> = new Map([
  ["tcp4", "tcp"],
  ["udp4", "udp"],
]);
const FIELDS = 6;
const MAX_PORT = 65_535;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const IPV6 = /^[\da-f.]*:[\da-f.:]*(%\w+)?$/i;

/**
 * Reads the text of an inetd.conf.
 *
 * @example
 * const { entries, problems } = parseInetdConf(
 *   `
 * 8007           stream tcp nowait root   internal echo
 * 127.0.0.1:8023 stream tcp nowait nobody /bin/cat cat
 * 8080           strem  tcp nowait nobody /bin/cat cat
 * `,
 *   { file: "/etc/inetd.conf" },
 * );
 * assert.equal(entries.length, 2);
 * assert.equal(
 *   problems[0]?.message,
 *   'Cannot use /etc/inetd.conf:4: the socket type is "strem", expected "stream" or "dgram"',
 * );
 */
export function parseInetdConf(text: string, options: ParseInetdConfOptions = {}): InetdConf {
  const { file = "inetd.conf", services = new Map<string, number>() } = options;
  const entries: InetdEntry[] = [];
  const problems: InetdConfigError[] = [];
  const places = new Map<string, number>();
  for (const [index, content] of text.split("\n").entries()) {
    const line = index + 1;
    try {
      const entry = parseLine(content, line, services);
      if (entry === undefined) continue;
      const place = placeOf(entry);
      const earlier = places.get(place);
      if (earlier !== undefined)
        throw new LineError(`line ${earlier} has the same place, or says the same, expected one service for each`);
      places.set(place, line);
      entries.push(entry);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      problems.push(new InetdConfigError({ file, line }, error.message));
    }
  }
  return { file, entries, problems };
}

/** What is wrong with a line; it is not seen outside. */
class LineError extends Error {}

/** The entry of a line, if it has one. */
function parseLine(content: string, line: number, services: ServiceNames): InetdEntry | undefined {
  const fields = splitFields(content);
  if (typeof fields === "string") throw new LineError(fields);
  if (fields.length === 0) return undefined;
  if (fields.length < FIELDS)
    throw new LineError(
      `it has ${fields.length} fields, expected at least ${FIELDS}: service, socket type, protocol, wait or nowait, user, program`,
    );
  if (content.includes("\0")) throw new LineError("it has a null byte, expected text");
  const [service, typeField, protocolField, waitField, userField, program, ...args] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
    ...string[],
  ];
  const socketType = parseSocketType(typeField);
  const protocol = parseProtocol(protocolField, socketType);
  const where = protocol === "unix" ? parsePath(service) : parseService(service, protocol, services);
  const shared = { line, ...where, socketType, protocol, ...parseWait(waitField), ...parseUser(userField) };
  if (program === "internal") {
    if (protocol === "unix" && socketType === "dgram")
      throw new LineError("an internal service has datagrams of a UNIX socket, expected stream, or udp or udp6");
    return { ...shared, internal: parseInternal(where.name, args) };
  }
  if (!program.startsWith("/"))
    throw new LineError(`the program is ${JSON.stringify(program)}, expected its path from the root, or internal`);
  if (socketType === "dgram" && !shared.wait)
    throw new LineError("a program for datagrams is to be run with nowait, expected wait: it gets the socket itself");
  return { ...shared, program, args: args.length === 0 ? [program] : args };
}

function parseSocketType(field: string): "stream" | "dgram" {
  if (field === "stream" || field === "dgram") return field;
  throw new LineError(`the socket type is ${JSON.stringify(field)}, expected "stream" or "dgram"`);
}

function parseProtocol(field: string, socketType: "stream" | "dgram"): Protocol {
  const protocol = SYNONYMS.get(field) ?? field;
  const known: readonly string[] = PROTOCOLS[socketType];
  if (known.includes(protocol)) return protocol as Protocol;
  throw new LineError(
    `the protocol of a ${socketType} socket is ${JSON.stringify(field)}, expected ${known.join(", ")}`,
  );
}

function parsePath(field: string): Pick<InetdEntry, "name" | "address" | "port"> {
  if (!field.startsWith("/"))
    throw new LineError(`the UNIX socket is ${JSON.stringify(field)}, expected its path from the root`);
  return { name: field, address: field, port: null };
}

function parseService(
  field: string,
  protocol: Protocol,
  services: ServiceNames,
): Pick<InetdEntry, "name" | "address" | "port"> {
  // An address of IPv6 has colons itself.
  const [, host = "", name = ""] = /^(?:(.*):)?(.*)$/s.exec(field) ?? [];
  const address = parseAddress(host, protocol);
  const known = services.get(`${name}/${protocol.slice(0, 3)}`);
  if (known !== undefined) return { name, address, port: known };
  if (!/^\d+$/.test(name))
    throw new LineError(
      `the service ${JSON.stringify(name)} is not known for ${protocol.slice(0, 3)}, expected a name from the list of services, or the number of a port`,
    );
  if (Number(name) > MAX_PORT) throw new LineError(`the port is ${name}, expected ${MAX_PORT} at most`);
  return { name, address, port: Number(name) };
}

function parseAddress(host: string, protocol: Protocol): string {
  if (host === "" || host === "*") return "";
  const address = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  const isIPv6 = protocol.endsWith("6");
  if ((isIPv6 ? IPV6 : IPV4).test(address)) return address;
  throw new LineError(
    `the address for ${protocol} is ${JSON.stringify(host)}, expected an IPv${isIPv6 ? 6 : 4} address, or *`,
  );
}

function parseWait(field: string): Pick<InetdEntry, "wait" | "maxPerMinute"> {
  const [found, no, max] = /^(no)?wait(?:\.(\d{1,9}))?$/.exec(field) ?? [];
  if (found === undefined || Number(max) === 0)
    throw new LineError(
      `the fourth field is ${JSON.stringify(field)}, expected wait or nowait, and perhaps .N for N starts a minute`,
    );
  return { wait: no === undefined, maxPerMinute: max === undefined ? undefined : Number(max) };
}

function parseUser(field: string): Pick<InetdEntry, "user" | "group"> {
  // With a colon, names may have dots.
  const [, user = "", group] = (field.includes(":") ? /^([^:]+)(?::(.+))?$/ : /^([^.]+)(?:\.(.+))?$/).exec(field) ?? [];
  if (user === "") throw new LineError(`the user is ${JSON.stringify(field)}, expected USER, USER:GROUP or USER.GROUP`);
  return { user, group };
}

function parseInternal(service: string, [name = service, ...more]: readonly string[]): InternalService {
  if (more.length > 0)
    throw new LineError(`the internal service has arguments, expected nothing behind ${JSON.stringify(name)}`);
  const found = INTERNAL_SERVICES.find((known) => known === name);
  if (found !== undefined) return found;
  throw new LineError(
    `the internal service is ${JSON.stringify(name)}, expected one of ${INTERNAL_SERVICES.join(", ")}; behind "internal" it may be named`,
  );
}

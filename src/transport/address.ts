/** Where something is: the addresses that `getHost`, `getPeer` and `buildProtocol` speak of. They are values: compare them with `equals`. */

/** What carries the bytes between two internet addresses. */
export type InternetProtocol = "TCP" | "UDP";

export class IPv4Address {
  readonly type: InternetProtocol;
  readonly host: string;
  readonly port: number;

  constructor(type: InternetProtocol, host: string, port: number) {
    this.type = type;
    this.host = host;
    this.port = port;
  }

  equals(other: unknown): boolean {
    return (
      other instanceof IPv4Address && other.type === this.type && other.host === this.host && other.port === this.port
    );
  }

  toString(): string {
    return `IPv4Address(${this.type}, '${this.host}', ${this.port})`;
  }
}

export class IPv6Address {
  readonly type: InternetProtocol;
  readonly host: string;
  readonly port: number;
  readonly flowInfo: number;
  readonly scopeID: string;

  constructor(type: InternetProtocol, host: string, port: number, flowInfo = 0, scopeID = "") {
    this.type = type;
    this.host = host;
    this.port = port;
    this.flowInfo = flowInfo;
    this.scopeID = scopeID;
  }

  equals(other: unknown): boolean {
    return (
      other instanceof IPv6Address &&
      other.type === this.type &&
      other.host === this.host &&
      other.port === this.port &&
      other.flowInfo === this.flowInfo &&
      other.scopeID === this.scopeID
    );
  }

  toString(): string {
    return `IPv6Address(${this.type}, '${this.host}', ${this.port})`;
  }
}

/** A name and a port, before anybody has looked up where it is. */
export class HostnameAddress {
  readonly hostname: string;
  readonly port: number;

  constructor(hostname: string, port: number) {
    this.hostname = hostname;
    this.port = port;
  }

  equals(other: unknown): boolean {
    return other instanceof HostnameAddress && other.hostname === this.hostname && other.port === this.port;
  }

  toString(): string {
    return `HostnameAddress('${this.hostname}', ${this.port})`;
  }
}

/** The name of a UNIX socket: a path, `\0name` for an abstract one, or `null` for the nameless end of a client. */
export class UNIXAddress {
  readonly name: string | null;

  constructor(name: string | null) {
    this.name = name;
  }

  equals(other: unknown): boolean {
    return other instanceof UNIXAddress && this.name !== null && other.name === this.name;
  }

  toString(): string {
    return `UNIXAddress(${this.name === null ? "None" : JSON.stringify(this.name)})`;
  }
}

/** A child process. */
export class ProcessAddress {
  /** The program that it runs. */
  readonly executable: string;

  constructor(executable: string) {
    this.executable = executable;
  }

  equals(other: unknown): boolean {
    return other instanceof ProcessAddress && other.executable === this.executable;
  }

  toString(): string {
    return `ProcessAddress(${JSON.stringify(this.executable)})`;
  }
}

/** An end of a pipe, or of another stream without an address. Such ends have no name: each equals itself alone. */
export class PipeAddress {
  /** Tells this from the other kinds of addresses. */
  readonly type = "PIPE" as const;

  equals(other: unknown): boolean {
    return other === this;
  }

  toString(): string {
    return "PipeAddress()";
  }
}

/** An address of the internet. */
export type InternetAddress = IPv4Address | IPv6Address;

/** Whatever `getHost` and `getPeer` may answer. */
export type Address = InternetAddress | HostnameAddress | UNIXAddress | ProcessAddress | PipeAddress;

/** A host and a port, as they are given to functions; every `InternetAddress` is one. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

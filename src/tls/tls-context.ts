/**
 * What TLS is made of, as plain data: certificates, keys, whom to trust, what to offer. It never changes, so that engines can keep beside it
 * what they make of it (a `tls.SecureContext`, an `SSL_CTX`), once for all connections.
 *
 * `CertificateOptions` and `optionsForClientTLS` make these; a program may make one itself.
 */
import { X509Certificate, createPrivateKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { appendFileSync } from "node:fs";
import { isIP } from "node:net";
import { inspect } from "node:util";
import { Logger } from "../logger/logger.ts";

const log = new Logger({ namespace: "hawser.tls" });

export type TLSVersionName = "TLSv1.2" | "TLSv1.3";

/** A certificate in PEM (as text or bytes, several in one allowed) or in DER. */
export type CertificateSource = string | Uint8Array;

/** What a server uses for a name that a client asks for: a context, or what has one. */
export interface HasServerContext {
  serverContext(): TLSContext;
}

/**
 * Chooses by the name that a client asks for; `undefined` is the context that has this function. All of the one that is chosen counts: its certificate,
 * versions and protocols, whom it trusts, whether it wants a certificate. Only a `contextForServerName` of its own is not asked again. Sessions are
 * resumed under the context that they were made under, and under no other. Who asks for no name gets the context that has this function.
 */
export type ContextForServerName = (
  serverName: string,
) => HasServerContext | undefined | PromiseLike<HasServerContext | undefined>;

/**
 * Where the secrets of connections go: a function that is called with each line, without its end, or the path of a file to which lines are
 * appended. The lines have the form of NSS's key log, which Wireshark and others read to decrypt captured packets.
 *
 * A debugging aid. Whoever has the lines can read everything that goes over these connections, so there is no key log unless a program gives
 * one; the environment variable `SSLKEYLOGFILE` alone does nothing. A file that is made can be read by its owner alone. Lines are written
 * before the handshake is done, and with the engine `"node"` from inside of the library: such a function must not touch the connection.
 */
export type KeyLog = string | ((line: string) => void);

export interface TLSContextOptions {
  /** Our certificate, and those between it and the root, in this order. */
  readonly certificateChain?: CertificateSource | readonly CertificateSource[];
  /** The key of our certificate, in PEM, in DER (PKCS #8), or as Node's object. */
  readonly privateKey?: string | Uint8Array | KeyObject;
  /** What the key is encrypted with. */
  readonly passphrase?: string;
  /** Whose signature we trust: the authorities of the platform unless told otherwise. */
  readonly trustRoots?: "platform" | readonly CertificateSource[];
  /**
   * Whether the peer's certificate is checked: `"require"` ends the handshake without a good one. A server `"request"`s it to have it, good or
   * not there; a bad one ends the handshake too. A client requires it unless told otherwise, a server asks for none.
   */
  readonly verifyPeer?: "none" | "request" | "require";
  /** The host name or IP address that the peer's certificate must have; for clients. */
  readonly peerName?: string;
  /** The name that a client asks for (SNI): a host name, never an address. */
  readonly serverName?: string;
  readonly minVersion?: TLSVersionName;
  readonly maxVersion?: TLSVersionName;
  /** OpenSSL's list of ciphers: those of TLS 1.3 by their full names, those of TLS 1.2 as OpenSSL calls them. */
  readonly ciphers?: string;
  /** The groups for key exchange, the best first, joined by colons, as OpenSSL names them. */
  readonly groups?: string;
  /** Diffie-Hellman parameters in PEM for ciphers that use them; without, there are no such ciphers. */
  readonly dhParameters?: string;
  /** The protocols to agree on (ALPN), the best first. */
  readonly alpnProtocols?: readonly string[];
  readonly contextForServerName?: ContextForServerName;
  /** Whether sessions may be resumed; `true` unless told otherwise. */
  readonly sessions?: boolean;
  /** For how many seconds a session may be resumed; 300 unless told otherwise. */
  readonly sessionTimeout?: number;
  /** What a client resumes: what `onSessionTicket` was given in an earlier connection. */
  readonly session?: Buffer;
  /** Called with what resumes a client's session later; more than once for a connection, perhaps. */
  readonly onSessionTicket?: (session: Buffer) => void;
  /** Gives the secrets of all connections away, for debugging; see `KeyLog`. */
  readonly keyLog?: KeyLog | undefined;
}

const ARMOR = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]+-----END [A-Z0-9 ]*CERTIFICATE-----/g;
const LINE = 64;
const DEFAULT_SESSION_TIMEOUT = 300;
/** For what nobody else may read. */
const OWNER_ONLY = 0o600;
const LONGEST_ALPN_NAME = 255;
/** A name of 1 to 253 characters that can be asked for: those that are not ASCII in the form of IDNA. */
const HOST_NAME = /^(?=.{1,253}$)[\w-]+(\.[\w-]+)*$/;
const VERSIONS: readonly TLSVersionName[] = ["TLSv1.2", "TLSv1.3"];

/**
 * What one side of a TLS connection uses, checked and in one form.
 *
 * @example
 * const context = new TLSContext({ alpnProtocols: ["h2", "http/1.1"], serverName: "example.com", peerName: "example.com" });
 * assert.equal(context.minVersion, "TLSv1.2");
 */
export class TLSContext implements HasServerContext {
  /** Our certificate and those that lead to the root, in PEM, each by itself. */
  readonly certificateChain: readonly string[];
  /** In PEM (PKCS #8), not encrypted. */
  readonly privateKey: string | undefined;
  readonly trustRoots: "platform" | readonly string[];
  /** `undefined` is what the side usually does. */
  readonly verifyPeer: "none" | "request" | "require" | undefined;
  readonly peerName: string | undefined;
  readonly serverName: string | undefined;
  readonly minVersion: TLSVersionName;
  readonly maxVersion: TLSVersionName;
  readonly ciphers: string | undefined;
  readonly groups: string | undefined;
  readonly dhParameters: string | undefined;
  readonly alpnProtocols: readonly string[];
  readonly contextForServerName: ContextForServerName | undefined;
  readonly sessions: boolean;
  readonly sessionTimeout: number;
  readonly session: Buffer | undefined;
  readonly onSessionTicket: ((session: Buffer) => void) | undefined;
  readonly keyLog: ((line: string) => void) | undefined;

  /** Throws a `TypeError` or `RangeError` for what cannot be used. */
  constructor(options: TLSContextOptions = {}) {
    const { certificateChain: chain = [], trustRoots = "platform" } = options;
    this.certificateChain = certificatesOf(isList(chain) ? chain : [chain]);
    this.privateKey = privateKeyOf(options.privateKey, options.passphrase);
    if ((this.privateKey === undefined) !== (this.certificateChain.length === 0)) {
      throw new TypeError(
        `Cannot make a TLS context: it has a ${this.privateKey === undefined ? "certificate and no private key" : "private key and no certificate"}, expected both or neither`,
      );
    }
    checkKey(this.privateKey, this.certificateChain[0]);
    this.trustRoots = trustRoots === "platform" ? trustRoots : certificatesOf(trustRoots);
    this.verifyPeer = options.verifyPeer;
    this.peerName = options.peerName;
    this.serverName = serverNameOf(options.serverName);
    this.minVersion = versionOf("minVersion", options.minVersion, "TLSv1.2");
    this.maxVersion = versionOf("maxVersion", options.maxVersion, "TLSv1.3");
    if (this.minVersion > this.maxVersion) {
      throw new RangeError(
        `Cannot make a TLS context with a minVersion of ${this.minVersion}: expected ${this.maxVersion}, its maxVersion, or less`,
      );
    }
    this.ciphers = options.ciphers;
    this.groups = options.groups;
    this.dhParameters = options.dhParameters;
    this.alpnProtocols = alpnProtocolsOf(options.alpnProtocols ?? []);
    this.contextForServerName = options.contextForServerName;
    this.sessions = options.sessions ?? true;
    this.sessionTimeout = options.sessionTimeout ?? DEFAULT_SESSION_TIMEOUT;
    this.session = options.session;
    this.onSessionTicket = options.onSessionTicket;
    this.keyLog = keyLogOf(options.keyLog);
    Object.freeze(this);
  }

  serverContext(): TLSContext {
    return this;
  }
}

function isList(chain: CertificateSource | readonly CertificateSource[]): chain is readonly CertificateSource[] {
  return Array.isArray(chain);
}

function certificatesOf(sources: readonly CertificateSource[]): readonly string[] {
  return Object.freeze(sources.flatMap((source) => certificatesIn(source)));
}

/** The first byte of a certificate in DER: a sequence. */
const SEQUENCE = 0x30;

function certificatesIn(source: CertificateSource): readonly string[] {
  if (typeof source !== "string" && source[0] === SEQUENCE) return [armored(source)];
  const text = typeof source === "string" ? source : Buffer.from(source).toString("latin1");
  const found = text.match(ARMOR);
  if (found !== null) return found.map((certificate) => `${certificate}\n`);
  throw new TypeError(
    `Cannot read a certificate from ${inspect(source, { depth: 0, maxStringLength: 40, maxArrayLength: 8 })}: expected PEM or DER`,
  );
}

function armored(der: Uint8Array): string {
  const base64 = Buffer.from(der).toString("base64");
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, "g")) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function privateKeyOf(source: TLSContextOptions["privateKey"], passphrase: string | undefined): string | undefined {
  if (source === undefined) return undefined;
  const key = isKeyObject(source) ? source : parsedKey(source, passphrase);
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The libraries say only that "values mismatch", and later. What they cannot read they complain about themselves. */
function checkKey(key: string | undefined, certificate: string | undefined): void {
  if (key === undefined || certificate === undefined) return;
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(certificate);
  } catch {
    return;
  }
  if (parsed.checkPrivateKey(createPrivateKey(key))) return;
  const subject = JSON.stringify(parsed.subject?.replaceAll("\n", ", ") ?? "");
  throw new TypeError(
    `Cannot make a TLS context: the private key is not that of the certificate for ${subject}, expected the key that belongs to it`,
  );
}

function isKeyObject(source: string | Uint8Array | KeyObject): source is KeyObject {
  return typeof source === "object" && "asymmetricKeyType" in source;
}

function parsedKey(source: string | Uint8Array, passphrase: string | undefined): KeyObject {
  const options = passphrase === undefined ? {} : { passphrase };
  try {
    if (typeof source !== "string" && source[0] === SEQUENCE) {
      return createPrivateKey({ key: Buffer.from(source), format: "der", type: "pkcs8", ...options });
    }
    return createPrivateKey({ key: typeof source === "string" ? source : Buffer.from(source), ...options });
  } catch (error) {
    // The key itself is nobody's business.
    throw new TypeError(
      "Cannot read the private key: expected PEM or DER (PKCS #8), and its passphrase where it has one",
      {
        cause: error,
      },
    );
  }
}

/** RFC 6066 section 3: "Literal IPv4 and IPv6 addresses are not permitted in 'HostName'." */
function serverNameOf(name: string | undefined): string | undefined {
  if (name === undefined || (HOST_NAME.test(name) && isIP(name) === 0)) return name;
  throw new TypeError(`Cannot ask for the server name ${inspect(name)}: expected a host name in ASCII, and no address`);
}

function versionOf(name: string, given: TLSVersionName | undefined, unlessTold: TLSVersionName): TLSVersionName {
  if (given === undefined) return unlessTold;
  if (VERSIONS.includes(given)) return given;
  throw new RangeError(
    `Cannot make a TLS context with a ${name} of ${inspect(given)}: expected ${VERSIONS.join(" or ")}`,
  );
}

function alpnProtocolsOf(names: readonly string[]): readonly string[] {
  for (const name of names) {
    if (typeof name !== "string" || name === "" || Buffer.byteLength(name, "latin1") > LONGEST_ALPN_NAME) {
      throw new RangeError(
        `Cannot offer the protocol ${inspect(name)}: expected a name of 1 to ${LONGEST_ALPN_NAME} bytes`,
      );
    }
  }
  return Object.freeze([...names]);
}

function keyLogOf(keyLog: KeyLog | undefined): ((line: string) => void) | undefined {
  if (keyLog === undefined) return undefined;
  if (typeof keyLog === "function") return careful(keyLog);
  if (typeof keyLog !== "string" || keyLog === "") {
    throw new TypeError(`Cannot keep a key log in ${inspect(keyLog)}: expected the path of a file, or a function`);
  }
  const write = (text: string): void => appendFileSync(keyLog, text, { mode: OWNER_ONLY });
  try {
    write("");
  } catch (error) {
    throw new TypeError(
      `Cannot keep a key log in ${inspect(keyLog)}: ${(error as Error).message}, expected a file that can be written`,
      { cause: error },
    );
  }
  return careful((line) => write(`${line}\n`));
}

/** What is for debugging harms no connection. */
function careful(keyLog: (line: string) => void): (line: string) => void {
  return (line) => {
    try {
      keyLog(line);
    } catch (error) {
      log.failure("The key log of TLS connections failed", error);
    }
  };
}

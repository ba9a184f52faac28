/**
 * The border between streams and what secures them: a connection puts TLS between itself and its handle without knowing how that is done.
 * `hawser/tls` knows; nothing of it is loaded by programs that do not use it.
 */
import type { X509Certificate } from "node:crypto";
import { inspect } from "node:util";
import type { ReactorTime } from "../clock/reactor-time.ts";
import type { StreamEvents, StreamHandle } from "./stream-handle.ts";

/** How a connection is secured; what is not said has a default. */
export interface SecureOptions {
  /** The seconds that the handshake may take; 30 unless told otherwise, 0 is no limit. */
  readonly handshakeTimeout?: number;
  /** The seconds that the peer has to answer when we close; 5 unless told otherwise. */
  readonly closeTimeout?: number;
  /** How many bytes may be written before the handshake is done; 64 MiB unless told otherwise. */
  readonly handshakeBacklog?: number;
  /** Which library does the cryptography: the one inside the native core, or that of Node; the best that loads unless told otherwise. */
  readonly engine?: "native" | "node";
}

/** What `startTLS` may be told. */
export interface StartTLSOptions extends SecureOptions {
  /** Whether this end is the one that begins, as clients do; unless told otherwise, the end that connected is. */
  readonly isClient?: boolean;
  /** Bytes that the protocol was given before, and that belong to TLS: what stood behind the line that asked for it. */
  readonly received?: Uint8Array;
}

/** What a connection says about itself when it is secured. */
export interface SecureStreamOptions extends SecureOptions {
  readonly isClient: boolean;
  /** Who measures the timeouts; the runtime unless told otherwise. */
  readonly clock?: Pick<ReactorTime, "callLater"> | undefined;
}

/** What a TLS handshake has come to. */
export interface SecurityFacts {
  /** `"TLSv1.2"` or `"TLSv1.3"`. */
  readonly version: string;
  /** The cipher suite by its IANA name, such as `"TLS_AES_128_GCM_SHA256"`. */
  readonly cipher: string;
  /** The protocol that both ends agreed on (ALPN); `undefined` where they did not. */
  readonly negotiatedProtocol: string | undefined;
  /** The name that the client asked for (SNI), on both ends. */
  readonly serverName: string | undefined;
  /** The certificates of the peer in DER, its own first; empty where it has shown none. */
  readonly peerCertificates: readonly Buffer[];
  /** Whether the session of an earlier connection was resumed. */
  readonly reused: boolean;
}

/** A handle with TLS in it. */
export interface SecureStreamHandle extends StreamHandle {
  /** `undefined` before the handshake is done. */
  readonly facts: SecurityFacts | undefined;
  getPeerCertificate(): X509Certificate | undefined;
  /** Begins the handshake. */
  start(): void;
  /** Takes bytes from the peer that were received by somebody else. */
  received(data: Buffer): void;
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array): Buffer;
}

/** Whom a secured stream tells. */
export interface SecureStreamEvents extends StreamEvents {
  /** The handshake is done; told before any plaintext. */
  secured(): void;
}

/** What TLS connections are made of: `CertificateOptions`, what `optionsForClientTLS` answers, or a `TLSContext`. */
export interface TLSContextFactory {
  /** Throws where this cannot be used for clients, or for servers: without a certificate there is no server. */
  checkFor(side: "client" | "server"): void;
  /** Puts TLS between `lower` and `events`. The result is to be started. */
  secure(lower: StreamHandle, events: SecureStreamEvents, options: SecureStreamOptions): SecureStreamHandle;
}

/** What `startTLS` is told for a port or a connector with these options. */
export function secureOptions(options: SecureOptions, isClient: boolean): StartTLSOptions {
  checkSecureOptions(options);
  const { handshakeTimeout, closeTimeout, handshakeBacklog, engine } = options;
  return {
    isClient,
    ...(handshakeTimeout === undefined ? {} : { handshakeTimeout }),
    ...(closeTimeout === undefined ? {} : { closeTimeout }),
    ...(handshakeBacklog === undefined ? {} : { handshakeBacklog }),
    ...(engine === undefined ? {} : { engine }),
  };
}

/** Throws where an option is none. */
export function checkSecureOptions(options: SecureOptions): void {
  for (const name of ["handshakeTimeout", "closeTimeout", "handshakeBacklog"] as const) {
    const value: unknown = options[name];
    if (value === undefined || (typeof value === "number" && value >= 0)) continue;
    const message = `Cannot use TLS with a ${name} of ${inspect(value)}: expected a number, 0 or more`;
    throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
  }
  const { engine } = options;
  if (engine === undefined || engine === "native" || engine === "node") return;
  throw new TypeError(`Cannot use TLS with the engine ${inspect(engine)}: expected "native" or "node"`);
}

/** Throws a `TypeError` unless `contextFactory` is one, and what it throws if it cannot be used for this side. */
export function checkContextFactory(
  action: string,
  contextFactory: TLSContextFactory,
  side: "client" | "server",
): TLSContextFactory {
  if (typeof (contextFactory as Partial<TLSContextFactory> | undefined)?.secure !== "function") {
    throw new TypeError(
      `Cannot ${action}: the context factory is ${describe(contextFactory)}, expected CertificateOptions, or what optionsForClientTLS answers`,
    );
  }
  contextFactory.checkFor(side);
  return contextFactory;
}

function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return `an object of the class ${value.constructor?.name ?? "Object"}`;
}

/** What TLS connections are made of, in Twisted's words: a context factory for servers and for clients that know whom they talk to. */
import type { KeyObject } from "node:crypto";
import { inspect } from "node:util";
import { ContextFactory } from "./context-factory.ts";
import { TLSContext } from "./tls-context.ts";
import type { ContextForServerName, KeyLog, TLSContextOptions, TLSVersionName } from "./tls-context.ts";
import { TrustRoot, sourceOf, trustRootFromCertificates } from "./trust-root.ts";
import type { CertificateLike } from "./trust-root.ts";

/** A private key: `KeyPair`, Node's object, PEM, or DER (PKCS #8). */
export type PrivateKeyLike = string | Uint8Array | KeyObject | { readonly original: KeyObject };

export interface CertificateOptionsParameters {
  readonly privateKey?: PrivateKeyLike;
  readonly certificate?: CertificateLike;
  /** The certificates between `certificate` and the root, in this order. */
  readonly extraCertChain?: readonly CertificateLike[];
  /**
   * Whose signature the peer's certificate must have: the peer must show one. Without it, clients trust the platform's authorities, and
   * servers ask for no certificate.
   */
  readonly trustRoot?: TrustRoot | CertificateLike;
  /** The older way to say the same: whether certificates are checked, against `caCerts`. `false` lets a client talk to anybody. */
  readonly verify?: boolean;
  readonly caCerts?: readonly CertificateLike[];
  /** With `verify`: whether a client that shows none is refused; it is unless told otherwise. */
  readonly requireCertificate?: boolean;
  /** The protocols to agree on (ALPN), the best first. */
  readonly acceptableProtocols?: readonly string[];
  /** As OpenSSL writes them, in one text with colons. */
  readonly acceptableCiphers?: string;
  /** Diffie-Hellman parameters in PEM; without, ciphers that need them are not offered. */
  readonly dhParameters?: string;
  /** The lowest version, if it is higher than what is usual, which is TLS 1.2. */
  readonly raiseMinimumTo?: TLSVersionName;
  /** The lowest version. TLS 1.2 is as low as it goes. */
  readonly insecurelyLowerMinimumTo?: TLSVersionName;
  /** The highest version. */
  readonly lowerMaximumSecurityTo?: TLSVersionName;
  /** Chooses what a server uses for the name that a client asks for (SNI); see `ContextForServerName`. */
  readonly contextForServerName?: ContextForServerName;
  /** Whether sessions can be resumed; they can unless told otherwise. */
  readonly enableSessions?: boolean;
  /**
   * Gives the secrets of all connections away, for debugging: a file to which they are appended, or a function that is called with each line. See
   * `KeyLog`. To do what other programs do, say `keyLog: process.env.SSLKEYLOGFILE`.
   */
  readonly keyLog?: KeyLog | undefined;
}

/**
 * What to secure connections with. For clients that know the name of the server, use `optionsForClientTLS`: this one does not compare names.
 *
 * @example
 * const pair = KeyPair.generate();
 * const certificate = pair.selfSignedCert(1, { commonName: "localhost" }, { names: ["localhost"] });
 * const options = new CertificateOptions({ privateKey: pair, certificate, acceptableProtocols: ["h2", "http/1.1"] });
 * assert.deepEqual(options.contextFor("server").alpnProtocols, ["h2", "http/1.1"]);
 */
export class CertificateOptions extends ContextFactory {
  /** Throws a `TypeError` or `RangeError` for what cannot be used, or cannot be used together. */
  constructor(parameters: CertificateOptionsParameters = {}) {
    super(new TLSContext(contextOptions(parameters)));
  }
}

/** What `parameters` are for a context. */
export function contextOptions(parameters: CertificateOptionsParameters): TLSContextOptions {
  checkKinds(parameters);
  checkTogether(parameters);
  const { privateKey, certificate, extraCertChain = [], acceptableProtocols, acceptableCiphers } = parameters;
  const { dhParameters, contextForServerName, enableSessions, keyLog } = parameters;
  if ((privateKey === undefined) !== (certificate === undefined)) {
    throw new TypeError(
      `Cannot make certificate options: there is a ${certificate === undefined ? "private key and no certificate" : "certificate and no private key"}, expected both or neither`,
    );
  }
  if (extraCertChain.length > 0 && certificate === undefined) {
    throw new TypeError("Cannot make certificate options: extraCertChain leads to no certificate, expected one");
  }
  return {
    ...verification(parameters),
    ...versions(parameters),
    ...(privateKey === undefined || certificate === undefined
      ? {}
      : { privateKey: keyOf(privateKey), certificateChain: [certificate, ...extraCertChain].map(sourceOf) }),
    ...(acceptableProtocols === undefined ? {} : { alpnProtocols: acceptableProtocols }),
    ...(acceptableCiphers === undefined ? {} : { ciphers: acceptableCiphers }),
    ...(dhParameters === undefined ? {} : { dhParameters }),
    ...(contextForServerName === undefined ? {} : { contextForServerName }),
    ...(enableSessions === undefined ? {} : { sessions: enableSessions }),
    ...(keyLog === undefined ? {} : { keyLog }),
  };
}

const EXCLUSIVE: readonly (readonly [keyof CertificateOptionsParameters, keyof CertificateOptionsParameters])[] = [
  ["trustRoot", "requireCertificate"],
  ["trustRoot", "verify"],
  ["trustRoot", "caCerts"],
  ["raiseMinimumTo", "insecurelyLowerMinimumTo"],
];

const isAnything = (): boolean => true;
const isText = (value: unknown): boolean => typeof value === "string";
const isBoolean = (value: unknown): boolean => typeof value === "boolean";
const isList = (value: unknown): boolean => Array.isArray(value);
const isFunction = (value: unknown): boolean => typeof value === "function";

/** What each parameter must be, as far as nobody else looks at it: whether it is, and what to call it. */
const KINDS: {
  readonly [Name in keyof Required<CertificateOptionsParameters>]: readonly [(value: unknown) => boolean, string];
} = {
  privateKey: [isAnything, "a private key"],
  certificate: [isAnything, "a certificate"],
  extraCertChain: [isList, "a list of certificates"],
  trustRoot: [isAnything, "a certificate"],
  verify: [isBoolean, "true or false"],
  caCerts: [isList, "a list of certificates"],
  requireCertificate: [isBoolean, "true or false"],
  acceptableProtocols: [isList, "a list of names"],
  acceptableCiphers: [isText, "a text"],
  dhParameters: [isText, "a text in PEM"],
  raiseMinimumTo: [isAnything, "a version"],
  insecurelyLowerMinimumTo: [isAnything, "a version"],
  lowerMaximumSecurityTo: [isAnything, "a version"],
  contextForServerName: [isFunction, "a function"],
  enableSessions: [isBoolean, "true or false"],
  keyLog: [isAnything, "a file or a function"],
};

/** A name that is written wrong would leave out what it stands for: whom to trust, for one. */
function checkKinds(parameters: CertificateOptionsParameters): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(KINDS, name)) {
      throw new TypeError(
        `Cannot make certificate options: there is no ${JSON.stringify(name)}, expected one of ${Object.keys(KINDS).join(", ")}`,
      );
    }
    const [isRight, kind] = KINDS[name as keyof typeof KINDS];
    if (value === undefined || isRight(value)) continue;
    throw new TypeError(
      `Cannot make certificate options: ${name} is ${inspect(value, { depth: 0, maxStringLength: 40 })}, expected ${kind}`,
    );
  }
}

function checkTogether(parameters: CertificateOptionsParameters): void {
  for (const [one, other] of EXCLUSIVE) {
    if (parameters[one] === undefined || parameters[other] === undefined) continue;
    throw new TypeError(`Cannot make certificate options: there are both ${one} and ${other}, expected one of them`);
  }
}

function verification(parameters: CertificateOptionsParameters): Partial<TLSContextOptions> {
  const { trustRoot, verify, caCerts, requireCertificate = true } = parameters;
  if (trustRoot !== undefined) return { verifyPeer: "require", trustRoots: rootsOf(trustRoot) };
  if (verify === false) return { verifyPeer: "none" };
  if (verify === undefined) {
    if (caCerts === undefined) return {};
    throw new TypeError(
      "Cannot make certificate options: there are caCerts and no verify, expected both or a trustRoot",
    );
  }
  if (caCerts === undefined || caCerts.length === 0) {
    throw new TypeError(
      "Cannot make certificate options: there is verify and no caCerts, expected both or a trustRoot",
    );
  }
  const trustRoots = rootsOf(trustRootFromCertificates(caCerts));
  return { verifyPeer: requireCertificate ? "require" : "request", trustRoots };
}

function rootsOf(trustRoot: TrustRoot | CertificateLike): TrustRoot["authorities"] {
  return trustRoot instanceof TrustRoot ? trustRoot.authorities : [sourceOf(trustRoot)];
}

function versions(parameters: CertificateOptionsParameters): Partial<TLSContextOptions> {
  const { lowerMaximumSecurityTo: maxVersion } = parameters;
  const minVersion = parameters.raiseMinimumTo ?? parameters.insecurelyLowerMinimumTo;
  return {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}

function keyOf(key: PrivateKeyLike): string | Uint8Array | KeyObject {
  return typeof key === "object" && "original" in key ? key.original : key;
}

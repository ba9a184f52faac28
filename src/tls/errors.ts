/**
 * How TLS connections end badly, by cause. All of them extend `ConnectionLost`, so that a program that runs over TCP and TLS alike need not know
 * them; what the library said is the `cause`.
 *
 * Both engines make them here, of the names that OpenSSL has for its reasons and for what is wrong with a certificate.
 */
import { stackless } from "../stackless.ts";
import { ConnectionLost } from "../transport/errors.ts";

export interface TLSErrorOptions extends ErrorOptions {
  /** The alert that the peer sent, by its name in RFC 8446, such as `"unknown_ca"`. */
  readonly alert?: string | undefined;
}

/** TLS cannot go on. */
export class TLSError extends ConnectionLost {
  override readonly name: string = "TLSError";
  override readonly code: string = "ERR_TLS";
  /** The alert that the peer sent, by its name in RFC 8446; `undefined` where it sent none. */
  readonly alert: string | undefined;

  constructor(message = "TLS cannot go on", options: TLSErrorOptions = {}) {
    super(message, options);
    this.alert = options.alert;
  }
}

/** The peer has sent an alert after the handshake; `alert` is its name. In the handshake, it is a `HandshakeAlertError`. */
export class AlertError extends TLSError {
  override readonly name: string = "AlertError";
  override readonly code: string = "ERR_TLS_ALERT";
}

/** The peer closed the stream without a close_notify: somebody may have cut off what it sent. */
export class TruncatedStreamError extends TLSError {
  override readonly name: string = "TruncatedStreamError";
  override readonly code: string = "ERR_TLS_TRUNCATED";
}

/** There is no TLS connection: the handshake failed, for a reason that has no class of its own. */
export class HandshakeError extends TLSError {
  override readonly name: string = "HandshakeError";
  override readonly code: string = "ERR_TLS_HANDSHAKE";
}

/** The peer ended the handshake with an alert; `alert` is its name. */
export class HandshakeAlertError extends HandshakeError {
  override readonly name: string = "HandshakeAlertError";
  override readonly code: string = "ERR_TLS_HANDSHAKE_ALERT";
}

/** The handshake was not done in time. */
export class HandshakeTimeoutError extends HandshakeError {
  override readonly name: string = "HandshakeTimeoutError";
  override readonly code: string = "ERR_TLS_HANDSHAKE_TIMEOUT";
}

/** The peer closed the stream in the middle of the handshake. */
export class HandshakeTruncatedError extends HandshakeError {
  override readonly name: string = "HandshakeTruncatedError";
  override readonly code: string = "ERR_TLS_HANDSHAKE_TRUNCATED";
}

/** More was written before the handshake was done than is kept. */
export class HandshakeBacklogError extends HandshakeError {
  override readonly name: string = "HandshakeBacklogError";
  override readonly code: string = "ERR_TLS_HANDSHAKE_BACKLOG";
}

/** What the peer sent is no TLS: plain text, most likely. */
export class NotTLSError extends HandshakeError {
  override readonly name: string = "NotTLSError";
  override readonly code: string = "ERR_TLS_NOT_TLS";
}

/** The peers have no version, cipher, group or protocol in common. */
export class NoCommonParametersError extends HandshakeError {
  override readonly name: string = "NoCommonParametersError";
  override readonly code: string = "ERR_TLS_NO_COMMON_PARAMETERS";
}

export interface VerificationErrorOptions extends TLSErrorOptions {
  readonly reason?: string | undefined;
}

/** The peer's certificate is not good, for a reason that has no class of its own. */
export class VerificationError extends HandshakeError {
  override readonly name: string = "VerificationError";
  override readonly code: string = "ERR_TLS_VERIFICATION";
  /** OpenSSL's name for what is wrong, such as `"CERT_HAS_EXPIRED"`; `undefined` where it is not OpenSSL who says so. */
  readonly reason: string | undefined;

  constructor(message = "The peer's certificate is not good", options: VerificationErrorOptions = {}) {
    super(message, options);
    this.reason = options.reason;
  }
}

/** The peer's certificate, or one that it depends on, is no longer valid. */
export class CertificateExpiredError extends VerificationError {
  override readonly name: string = "CertificateExpiredError";
  override readonly code: string = "ERR_TLS_CERTIFICATE_EXPIRED";
}

/** The peer's certificate, or one that it depends on, is not valid yet. */
export class CertificateNotYetValidError extends VerificationError {
  override readonly name: string = "CertificateNotYetValidError";
  override readonly code: string = "ERR_TLS_CERTIFICATE_NOT_YET_VALID";
}

/** The peer signed its certificate itself, and it is none of those that are trusted. */
export class SelfSignedCertificateError extends VerificationError {
  override readonly name: string = "SelfSignedCertificateError";
  override readonly code: string = "ERR_TLS_SELF_SIGNED";
}

/** Nobody who is trusted signed the peer's certificate. */
export class UnknownAuthorityError extends VerificationError {
  override readonly name: string = "UnknownAuthorityError";
  override readonly code: string = "ERR_TLS_UNKNOWN_AUTHORITY";
}

/** The peer's certificate is for another name. */
export class HostnameMismatchError extends VerificationError {
  override readonly name: string = "HostnameMismatchError";
  override readonly code: string = "ERR_TLS_HOSTNAME_MISMATCH";
}

/** The peer has shown no certificate, and one is required. */
export class CertificateRequiredError extends VerificationError {
  override readonly name: string = "CertificateRequiredError";
  override readonly code: string = "ERR_TLS_CERTIFICATE_REQUIRED";
}

type VerificationErrorClass = new (message?: string, options?: VerificationErrorOptions) => VerificationError;

const VERIFICATION_ERRORS: ReadonlyMap<string, VerificationErrorClass> = new Map<string, VerificationErrorClass>([
  ["CERT_HAS_EXPIRED", CertificateExpiredError],
  ["CERT_NOT_YET_VALID", CertificateNotYetValidError],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", SelfSignedCertificateError],
  ["SELF_SIGNED_CERT_IN_CHAIN", UnknownAuthorityError],
  ["UNABLE_TO_GET_ISSUER_CERT", UnknownAuthorityError],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", UnknownAuthorityError],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", UnknownAuthorityError],
  ["HOSTNAME_MISMATCH", HostnameMismatchError],
  ["IP_ADDRESS_MISMATCH", HostnameMismatchError],
  // Node's own.
  ["ERR_TLS_CERT_ALTNAME_INVALID", HostnameMismatchError],
  ["ERR_TLS_CERT_ALTNAME_FORMAT", HostnameMismatchError],
]);

/** The error for a certificate that is not good; `reason` is OpenSSL's name for what is wrong, without `X509_V_ERR_`. */
export function verificationError(
  reason: string,
  options: ErrorOptions & { readonly message?: string } = {},
): VerificationError {
  const ErrorClass = VERIFICATION_ERRORS.get(reason) ?? VerificationError;
  const { message = reason.toLowerCase().replaceAll("_", " "), cause } = options;
  const text = `The peer's certificate is not good: ${message}`;
  return stackless(() => new ErrorClass(text, cause === undefined ? { reason } : { reason, cause }));
}

/** What reasons of the library are about, by how they begin. Alerts of the peer are not among them. */
const LIBRARY_ERRORS: readonly (readonly [
  RegExp,
  new (message?: string, options?: TLSErrorOptions) => HandshakeError,
])[] = [
  [/^(http request|https proxy request|wrong version number|unknown protocol|packet length too long)$/, NotTLSError],
  [
    /^(no shared cipher|unsupported protocol|no suitable|no cipher|no protocols available|version too low|wrong ssl version|no application protocol)/,
    NoCommonParametersError,
  ],
  [
    /^(no ciphers available|inappropriate fallback|no shared groups?|unsupported elliptic curve|wrong curve)/,
    NoCommonParametersError,
  ],
  [/^peer did not return a certificate/, CertificateRequiredError],
];

/** An alert as OpenSSL calls it: `tlsv1 alert unknown ca`, `ssl/tls alert bad certificate`, `tlsv1 unrecognized name`. */
const ALERT = /^(?:sslv3|tlsv1|tlsv13|ssl\/tls) (?:alert )?(.+)$/;

/** The error for a reason of OpenSSL's, such as `"tlsv1 alert unknown ca"` or `"http request"`. */
export function libraryError(reason: string, handshaking: boolean, cause?: unknown): TLSError {
  const options = cause === undefined ? {} : { cause };
  const alert = ALERT.exec(reason)?.[1]?.replaceAll(" ", "_");
  if (alert !== undefined) {
    const Class = handshaking ? HandshakeAlertError : AlertError;
    return stackless(() => new Class(`The peer ended the connection with an alert: ${alert}`, { ...options, alert }));
  }
  if (!handshaking) return stackless(() => new TLSError(`TLS cannot go on: ${reason}`, options));
  for (const [pattern, ErrorClass] of LIBRARY_ERRORS) {
    if (pattern.test(reason)) return stackless(() => new ErrorClass(`The TLS handshake failed: ${reason}`, options));
  }
  return stackless(() => new HandshakeError(`The TLS handshake failed: ${reason}`, options));
}

/** The error for a stream that ended without a close_notify. */
export function truncatedError(handshaking: boolean): TLSError {
  if (handshaking) {
    return stackless(
      () => new HandshakeTruncatedError("The peer closed the connection in the middle of the TLS handshake"),
    );
  }
  return stackless(
    () => new TruncatedStreamError("The peer closed the connection without saying so in TLS (close_notify)"),
  );
}

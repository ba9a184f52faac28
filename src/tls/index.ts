/** `hawser/tls`: TLS over every kind of stream. */
export { ContextFactory } from "./context-factory.ts";
export {
  AlertError,
  CertificateExpiredError,
  CertificateNotYetValidError,
  CertificateRequiredError,
  HandshakeAlertError,
  HandshakeBacklogError,
  HandshakeError,
  HandshakeTimeoutError,
  HandshakeTruncatedError,
  HostnameMismatchError,
  NoCommonParametersError,
  NotTLSError,
  SelfSignedCertificateError,
  TLSError,
  TruncatedStreamError,
  UnknownAuthorityError,
  VerificationError,
} from "./errors.ts";
export type { TLSErrorOptions, VerificationErrorOptions } from "./errors.ts";
export { TLSContext } from "./tls-context.ts";
export type {
  CertificateSource,
  ContextForServerName,
  HasServerContext,
  TLSContextOptions,
  TLSVersionName,
} from "./tls-context.ts";
export type { TLSSide } from "./tls-engine.ts";
export { TLSMemoryBIOFactory, TLSMemoryBIOProtocol } from "./tls-memory-bio.ts";
export type { TLSMemoryBIOOptions } from "./tls-memory-bio.ts";

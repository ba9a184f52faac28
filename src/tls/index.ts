/** `hawser/tls`: TLS over every kind of stream. */
export { CertificateError, VerifyError } from "./certificate-errors.ts";
export { CertificateOptions } from "./certificate-options.ts";
export type { CertificateOptionsParameters, PrivateKeyLike } from "./certificate-options.ts";
export { CertificateRequest } from "./certificate-request.ts";
export { CertificateStore, certificateFilesIn } from "./certificate-store.ts";
export type { CertificateFiles, CertificateStoreOptions } from "./certificate-store.ts";
export { Certificate } from "./certificate.ts";
export { ContextFactory } from "./context-factory.ts";
export { DistinguishedName } from "./distinguished-name.ts";
export type { DistinguishedNameFields } from "./distinguished-name.ts";
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
export { optionsForClientTLS } from "./options-for-client-tls.ts";
export type { ClientCertificate, ClientTLSOptions } from "./options-for-client-tls.ts";
export { KeyPair, PrivateCertificate } from "./private-certificate.ts";
export type { KeyKind, KeyPairOptions, RequestOptions, SignOptions } from "./private-certificate.ts";
export { PublicKey } from "./public-key.ts";
export { TLSContext } from "./tls-context.ts";
export type {
  CertificateSource,
  ContextForServerName,
  HasServerContext,
  KeyLog,
  TLSContextOptions,
  TLSVersionName,
} from "./tls-context.ts";
export type { TLSSide } from "./tls-engine.ts";
export { TLSMemoryBIOFactory, TLSMemoryBIOProtocol } from "./tls-memory-bio.ts";
export type { TLSMemoryBIOOptions } from "./tls-memory-bio.ts";
export { TrustRoot, platformTrust, trustRootFromCertificates } from "./trust-root.ts";
export type { CertificateLike } from "./trust-root.ts";
export { MalformedDERError } from "./wire/errors.ts";
export type { NamePart } from "./wire/x509.ts";

/** Whose signatures are trusted. */
import type { CertificateSource } from "./tls-context.ts";

/** Something that is a certificate: `Certificate`, or PEM or DER. */
export type CertificateLike = CertificateSource | { dumpPEM(): string };

/** The authorities that are trusted; `platformTrust` and `trustRootFromCertificates` make it. */
export class TrustRoot {
  readonly authorities: "platform" | readonly CertificateSource[];

  constructor(authorities: "platform" | readonly CertificateSource[]) {
    this.authorities = authorities;
  }
}

/**
 * The authorities that the platform trusts: those that Node brings, with what `NODE_EXTRA_CA_CERTS` and its options add.
 *
 * @example
 * optionsForClientTLS("example.com", { trustRoot: platformTrust() });
 */
export function platformTrust(): TrustRoot {
  return new TrustRoot("platform");
}

/**
 * These authorities, and nobody else. A certificate that somebody has signed himself can be one. Throws a `TypeError` where there is none.
 *
 * @example
 * const authority = KeyPair.generate().selfSignedCert(1, { commonName: "Example authority" }, { isAuthority: true });
 * optionsForClientTLS("example.com", { trustRoot: trustRootFromCertificates([authority]) });
 */
export function trustRootFromCertificates(certificates: Iterable<CertificateLike>): TrustRoot {
  const sources = Array.from(certificates, (certificate) => sourceOf(certificate));
  if (sources.length === 0) {
    throw new TypeError("Cannot trust nobody: there is no certificate, expected one of an authority or more");
  }
  return new TrustRoot(sources);
}

/** PEM or DER. A private certificate gives its certificate alone. */
export function sourceOf(certificate: CertificateLike): CertificateSource {
  if (typeof certificate === "string" || certificate instanceof Uint8Array) return certificate;
  const pem = certificate.dumpPEM();
  const [own = pem] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(pem) ?? [];
  return own;
}

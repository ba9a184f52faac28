/** Certificates for tests, made in code: an authority, and what it has signed. */
import { KeyPair, PrivateCertificate } from "../../src/tls/private-certificate.ts";
import type { SignOptions } from "../../src/tls/private-certificate.ts";

export const authority: PrivateCertificate = KeyPair.generate().selfSignedCert(
  1,
  { commonName: "Test authority" },
  { isAuthority: true },
);

let serialNumber = 1;

/** A certificate of the authority for `names`. */
export function signedFor(names: readonly string[], options: SignOptions = {}): PrivateCertificate {
  const pair = KeyPair.generate();
  const request = pair.requestObject({ commonName: names[0] ?? "nobody" });
  const certificate = authority.signRequestObject(request, ++serialNumber, { names, ...options });
  return PrivateCertificate.fromCertificateAndKeyPair(certificate, pair);
}

/** Whether a certificate is for the name that was asked for (RFC 9525): by its alternative names alone, never by its common name. */
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { HostnameMismatchError } from "./errors.ts";
import { stackless } from "../stackless.ts";

/** The error where the certificate `der` is not for `peerName`, a host name or an IP address. */
export function peerNameError(der: Uint8Array, peerName: string): HostnameMismatchError | undefined {
  const certificate = new X509Certificate(der);
  const isGood =
    isIP(peerName) === 0
      ? // The root is not a part of the name; the types of Node do not know that wildcards can be told to be whole labels.
        certificate.checkHost(peerName.replace(/\.$/, ""), { subject: "never", partialWildcards: false })
      : certificate.checkIP(peerName);
  if (isGood !== undefined) return undefined;
  const names = certificate.subjectAltName ?? "nobody";
  return stackless(
    () =>
      new HostnameMismatchError(`The peer's certificate is not good: it is for ${names}, expected ${peerName}`, {
        reason: isIP(peerName) === 0 ? "HOSTNAME_MISMATCH" : "IP_ADDRESS_MISMATCH",
      }),
  );
}

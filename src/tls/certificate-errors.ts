/** What is wrong with certificates and keys of our own, and with what we are asked to sign. Those of a peer in a handshake are in `errors.ts`. */
import { HawserError } from "../errors.ts";

/** There is no certificate where one was asked for, or what was given is none. */
export class CertificateError extends HawserError {
  override readonly name: string = "CertificateError";
  readonly code: string = "ERR_CERTIFICATE";
}

/** A key and a certificate, or a request and its signature, do not belong together; or the name in a request was refused. */
export class VerifyError extends HawserError {
  override readonly name: string = "VerifyError";
  readonly code: string = "ERR_CERTIFICATE_VERIFY";
}

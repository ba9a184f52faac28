/** What may be wrong with a certificate, or a request for one, that somebody else has made. */
import { RemoteProtocolError } from "../../errors.ts";

/** What was given as DER is none, or does not say what it should. */
export class MalformedDERError extends RemoteProtocolError {
  override readonly name: string = "MalformedDERError";
  override readonly code: string = "ERR_MALFORMED_DER";
}

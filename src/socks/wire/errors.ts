/** What may be wrong with a SOCKS message. */
import { RemoteProtocolError } from "../../errors.ts";

/** The peer of a SOCKS connection said what it must not. */
export class SOCKSProtocolError extends RemoteProtocolError {
  override readonly name: string = "SOCKSProtocolError";
  override readonly code: string = "ERR_SOCKS_PROTOCOL";
}

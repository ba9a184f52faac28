/** What may be wrong with a PROXY header. */
import { RemoteProtocolError } from "../../../errors.ts";

/** What stands where a PROXY header should be is none, or says what it must not. */
export class InvalidProxyHeaderError extends RemoteProtocolError {
  override readonly name: string = "InvalidProxyHeaderError";
  override readonly code: string = "ERR_INVALID_PROXY_HEADER";
}

/** A PROXY header is longer than is accepted. */
export class ProxyHeaderTooLongError extends InvalidProxyHeaderError {
  override readonly name: string = "ProxyHeaderTooLongError";
  override readonly code: string = "ERR_PROXY_HEADER_TOO_LONG";
}

/** What a server of the identification protocol runs over: only connections between internet addresses can be asked about. */
import type { InternetAddress } from "../transport/address.ts";
import type { Transport } from "../transport/transport.ts";

/** A transport that knows the hosts at its ends. */
export interface IPTransport extends Transport {
  getHost(): InternetAddress;
  getPeer(): InternetAddress;
}

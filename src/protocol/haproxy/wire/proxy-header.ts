/** What a PROXY header says (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt), of whichever version. */

/** An end of the connection to the proxy. */
export type ProxyAddress =
  | {
      readonly family: "ipv4" | "ipv6";
      readonly transport: "TCP" | "UDP";
      readonly host: string;
      readonly port: number;
    }
  /** A path, `\0name`, or `null` for a socket without a name. */
  | { readonly family: "unix"; readonly name: string | null };

/** Something that the proxy says besides; the type is a number of the specification, such as 1 for what was agreed on by ALPN. */
export interface ProxyTLV {
  readonly type: number;
  readonly value: Buffer;
}

export interface ProxyHeader {
  readonly version: 1 | 2;
  /** `"LOCAL"`: the proxy speaks for itself, as when it looks whether we are alive. */
  readonly command: "PROXY" | "LOCAL";
  /** Who connected to the proxy; `undefined` where it does not say. */
  readonly source: ProxyAddress | undefined;
  /** Where that one connected to. */
  readonly destination: ProxyAddress | undefined;
  readonly tlvs: readonly ProxyTLV[];
}

/**
 * Addresses as they stand beside datagrams in the memory of the core: four bytes of length, then the system's own form.
 *
 * Most datagrams come from, and go to, where others came from and went before: the objects, and the bytes, are kept, some thousand of them.
 */
import type { Address } from "../../transport/address.ts";
import type { NativeCore } from "./native-core.ts";

/** What stands before a received datagram. */
export const ADDRESS_SPACE = 136;
const MOST_KEPT = 4096;

/** No address: the datagram goes to the peer that the socket is connected to. */
export const TO_PEER: Uint8Array = new Uint8Array(4);

const IPV4_LENGTH = 16;
const PORT_AT = 6;
const HOST_AT = 8;

export class DatagramAddresses<A extends Address> {
  readonly #native: NativeCore;
  readonly #fromText: (text: string) => A;
  readonly #received: Map<number | string, A> = new Map();
  #lastKey: number | string | undefined = undefined;
  #last: A | undefined = undefined;
  readonly #encoded: Map<string, Uint8Array> = new Map();
  #lastHost = "";
  #lastPort = -1;
  #lastEncoded: Uint8Array | undefined = undefined;

  /** `fromText` makes the address of what the core calls it. */
  constructor(native: NativeCore, fromText: (text: string) => A) {
    this.#native = native;
    this.#fromText = fromText;
  }

  /** The address that stands at `offset` of the slab. */
  at(slab: Buffer, offset: number): A {
    const length = slab.readUInt32LE(offset);
    // An IPv4 address and its port are a number that JavaScript has exactly.
    const key =
      length === IPV4_LENGTH
        ? slab.readUInt16BE(offset + PORT_AT) * 2 ** 32 + slab.readUInt32BE(offset + HOST_AT)
        : slab.toString("latin1", offset + 4, offset + 4 + length);
    if (key === this.#lastKey) return this.#last!;
    let address = this.#received.get(key);
    if (address === undefined) {
      const text = this.#native.decodeAddress(slab.subarray(offset, offset + ADDRESS_SPACE));
      address = this.#fromText(typeof text === "string" ? text : "");
      keep(this.#received, key, address);
    }
    this.#lastKey = key;
    return (this.#last = address);
  }

  /** The bytes for a host and a port, or for a path, whose port is -1; or what the system says instead. */
  encode(host: string, port: number): Uint8Array | number {
    if (host === this.#lastHost && port === this.#lastPort) return this.#lastEncoded!;
    const key = `${port} ${host}`;
    let bytes = this.#encoded.get(key);
    if (bytes === undefined) {
      const space = Buffer.alloc(ADDRESS_SPACE);
      const length = this.#native.encodeAddress(host, port, space);
      if (length < 0) return length;
      bytes = new Uint8Array(space.subarray(0, length));
      keep(this.#encoded, key, bytes);
    }
    this.#lastHost = host;
    this.#lastPort = port;
    return (this.#lastEncoded = bytes);
  }
}

/** Who sends from ever new addresses must not make this grow. */
function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  if (map.size >= MOST_KEPT) map.clear();
  map.set(key, value);
}

/** A port for datagrams over a UNIX socket that goes nowhere and notes what is sent with it. */
import { InvalidStateError } from "../errors.ts";
import { UNIXAddress } from "../transport/address.ts";
import type { UNIXDatagramTransport } from "../transport/transport.ts";
import { FakePort } from "./fake-port.ts";

/**
 * What `listenUNIXDatagram` and `connectUNIXDatagram` of `MemoryReactor` answer.
 *
 * @example
 * const port = new FakeUNIXDatagramPort("/run/log", undefined);
 * port.write("hello", "/run/peer");
 * assert.deepEqual(port.written, [{ packet: "hello", address: "/run/peer" }]);
 */
export class FakeUNIXDatagramPort extends FakePort implements UNIXDatagramTransport {
  /** What `write` was given. */
  readonly written: { readonly packet: string | Uint8Array; readonly address: string | UNIXAddress | undefined }[] = [];
  readonly #host: UNIXAddress;
  readonly #peer: string | undefined;

  /** @param path what it is bound to, `null` for nothing. @param peer what it is connected to */
  constructor(path: string | null, peer: string | undefined) {
    const host = new UNIXAddress(path);
    super(host);
    this.#host = host;
    this.#peer = peer;
  }

  write(packet: string | Uint8Array, address?: string | UNIXAddress): void {
    this.written.push({ packet, address });
  }

  override getHost(): UNIXAddress {
    return this.#host;
  }

  getPeer(): UNIXAddress {
    if (this.#peer !== undefined) return new UNIXAddress(this.#peer);
    throw new InvalidStateError("Cannot tell the peer of the port: it is not connected, expected it to be");
  }

  loseConnection(): void {
    void this.stopListening();
  }
}

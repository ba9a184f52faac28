/**
 * The port of an association: datagrams of one client with the places that they go to, and back (RFC 1928, section 7).
 *
 * It is a relay for one client and the places that this has sent to; whatever comes from elsewhere is dropped, so nobody can use it to send to the client, or to
 * others.
 */
import { resolveFirst } from "../endpoint/resolve-first.ts";
import { DatagramProtocol } from "../protocol/datagram-protocol.ts";
import type { InternetAddress } from "../transport/address.ts";
import { SOCKSProtocolError } from "./wire/errors.ts";
import { formatDatagram, parseDatagram } from "./wire/datagram.ts";
import type { SOCKSDatagram } from "./wire/datagram.ts";
import type { GuardedResolver } from "./guarded-resolver.ts";

export interface UDPAssociationOptions {
  /** The address of the client's connection: its datagrams come from there. */
  readonly clientHost: string;
  /** The port that it sends from; `0` for the one of its first datagram. */
  readonly clientPort: number;
  /** Finds those places that may be sent to. */
  readonly resolverFor: (host: string, port: number) => GuardedResolver;
  /** How many places are remembered: answers of those that were sent to longest ago are dropped. */
  readonly maxPeers: number;
}

/** How many names may be looked up at a time. */
const MOST_LOOKUPS = 16;

export class UDPAssociation extends DatagramProtocol {
  override noisy = false;
  readonly #options: UDPAssociationOptions;
  #clientPort: number;
  #lookups = 0;
  #isOpen = true;
  /** Where the client has sent to, the latest last. */
  readonly #peers: Set<string> = new Set();

  constructor(options: UDPAssociationOptions) {
    super();
    this.#options = options;
    this.#clientPort = options.clientPort;
  }

  override datagramReceived(datagram: Buffer, address: InternetAddress): void {
    if (this.#isClient(address)) this.#fromClient(datagram, address);
    else if (this.#clientPort !== 0 && this.#peers.has(keyOf(address))) this.#toClient(datagram, address);
  }

  override stopProtocol(): void {
    this.#isOpen = false;
  }

  #isClient({ host, port }: InternetAddress): boolean {
    return host === this.#options.clientHost && (this.#clientPort === 0 || port === this.#clientPort);
  }

  #fromClient(datagram: Buffer, { port: clientPort }: InternetAddress): void {
    let parsed: SOCKSDatagram;
    try {
      parsed = parseDatagram(datagram);
    } catch (error) {
      if (error instanceof SOCKSProtocolError) return;
      throw error;
    }
    this.#clientPort = clientPort;
    const { host, port } = parsed.address;
    if (port === 0 || this.#lookups >= MOST_LOOKUPS) return;
    // It is used again before the name is found.
    const payload = Buffer.from(parsed.payload);
    this.#lookups++;
    resolveFirst(this.#options.resolverFor(host, port), host, { port, transportSemantics: "UDP" }).addCallbacks(
      (found) => {
        this.#lookups--;
        this.#send(payload, { host: found.host, port });
      },
      // There is nobody to be told, nor a way to.
      () => void this.#lookups--,
    );
  }

  #send(payload: Buffer, place: { readonly host: string; readonly port: number }): void {
    const sameFamily = place.host.includes(":") === this.#options.clientHost.includes(":");
    if (!this.#isOpen || !sameFamily) return;
    const key = keyOf(place);
    this.#peers.delete(key);
    this.#peers.add(key);
    if (this.#peers.size > this.#options.maxPeers) {
      const [oldest] = this.#peers;
      if (oldest !== undefined) this.#peers.delete(oldest);
    }
    this.transport.write(payload, place);
  }

  #toClient(payload: Buffer, address: InternetAddress): void {
    this.transport.write(formatDatagram({ address, payload }), {
      host: this.#options.clientHost,
      port: this.#clientPort,
    });
  }
}

function keyOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host} ${port}`;
}

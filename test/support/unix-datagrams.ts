/** Protocols over UNIX datagrams that make no noise. */
import type { Failure } from "../../src/deferred/failure.ts";
import { ConnectedDatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import type { UNIXAddress } from "../../src/transport/address.ts";
import type { UNIXDatagramTransport } from "../../src/transport/transport.ts";

export class QuietUNIX extends ConnectedDatagramProtocol<UNIXDatagramTransport, UNIXAddress> {
  override noisy = false;
  readonly received: string[] = [];
  readonly from: (string | null)[] = [];
  readonly failures: Failure[] = [];
  refused = 0;
  stopped = false;

  override datagramReceived(datagram: Buffer, address: UNIXAddress): void {
    this.received.push(datagram.toString());
    this.from.push(address.name);
  }

  override connectionRefused(): void {
    this.refused++;
  }

  override connectionFailed(failure: Failure): void {
    this.failures.push(failure);
  }

  override stopProtocol(): void {
    this.stopped = true;
  }
}

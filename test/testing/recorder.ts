/** Protocols that note what happens to them, for the tests of connected pairs. */
import type { Failure } from "../../src/deferred/failure.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import type { ConnectedPairOptions, IOPump } from "../../src/testing/io-pump.ts";
import type { HalfCloseableTransport } from "../../src/transport/transport.ts";

/** Keeps each piece, and does what a test says. */
export class Recorder extends Protocol<HalfCloseableTransport> {
  readonly pieces: string[] = [];
  readonly events: string[] = [];
  reason: Failure | undefined = undefined;
  onData: (data: string, transport: HalfCloseableTransport) => void = () => {};

  override connectionMade(): void {
    this.events.push("made");
  }

  override dataReceived(data: Buffer): void {
    this.pieces.push(data.toString("latin1"));
    this.onData(data.toString("latin1"), this.transport);
  }

  override connectionLost(reason: Failure): void {
    this.events.push("lost");
    this.reason = reason;
  }

  get text(): string {
    return this.pieces.join("");
  }
}

/** Goes on when one direction is closed. */
export class HalfRecorder extends Recorder {
  onReadLost: () => void = () => {};

  readConnectionLost(): void {
    this.events.push("read lost");
    this.onReadLost();
  }

  writeConnectionLost(): void {
    this.events.push("write lost");
  }
}

export function byHand<S extends Recorder, C extends Recorder>(
  server: S,
  client: C,
  options: ConnectedPairOptions = {},
): IOPump<S, C> {
  return connectedPair(server, client, { automatic: false, ...options });
}

export function reasonOf(recorder: Recorder): unknown {
  return recorder.reason?.type;
}

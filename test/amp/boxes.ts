/** What boxes that change the connection do to it. */
import type { BoxConnection } from "../../src/amp/box-sender.ts";
import { RecordingSender } from "./fixtures.ts";

/** Records what is done to it, in this order. */
export class RecordingConnection extends RecordingSender implements BoxConnection {
  readonly steps: unknown[] = [];

  override sendBox(box: Parameters<RecordingSender["sendBox"]>[0]): void {
    super.sendBox(box);
    this.steps.push("sendBox");
  }

  prepareTLS(): void {
    this.steps.push("prepareTLS");
  }

  cancelTLS(): void {
    this.steps.push("cancelTLS");
  }

  startTLS(...args: unknown[]): void {
    this.steps.push(["startTLS", ...args]);
  }

  lockForSwitch(): void {
    this.steps.push("lock");
  }

  unlockFromSwitch(): void {
    this.steps.push("unlock");
  }

  switchTo(...args: unknown[]): void {
    this.steps.push(["switchTo", ...args]);
  }

  buildProtocol(factory: Parameters<BoxConnection["buildProtocol"]>[0]): ReturnType<BoxConnection["buildProtocol"]> {
    return factory.buildProtocol("somewhere" as never);
  }

  sendFileDescriptor(fd: number): number {
    this.steps.push(["sendFileDescriptor", fd]);
    return 5;
  }

  takeFileDescriptor(ordinal: number): number {
    return ordinal + 100;
  }
}

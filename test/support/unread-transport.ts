/** A transport whose peer does not read: all that is written waits, and its producer is told when that is too much. */
import { StringTransport } from "../../src/testing/string-transport.ts";
import type { PushProducer } from "../../src/transport/producer.ts";

const TOO_MUCH = 64 * 1024;

export class UnreadTransport extends StringTransport {
  override write(data: string | Uint8Array): void {
    super.write(data);
    if (this.written().length > TOO_MUCH) (this.producer as PushProducer | null)?.pauseProducing();
  }

  /** The peer has read everything. */
  drain(): void {
    this.clear();
    this.producer?.resumeProducing();
  }
}

/** Where a consumer is asked for and there is a protocol, and the other way round. */
import type { Failure } from "../deferred/failure.ts";
import type { Consumer, PullProducer, PushProducer } from "../transport/producer.ts";
import type { Transport } from "../transport/transport.ts";
import type { ProtocolLike } from "./protocol.ts";

/**
 * A consumer that gives what is written to a protocol, as if it had been received. It has no say in how fast that is.
 *
 * @example
 * class Collector extends Protocol {
 *   text = "";
 *   override dataReceived(data: Buffer): void {
 *     this.text += data.toString();
 *   }
 * }
 * const collector = new Collector();
 * new ProtocolToConsumerAdapter(collector).write("hello");
 * assert.equal(collector.text, "hello");
 */
export class ProtocolToConsumerAdapter implements Consumer {
  readonly #protocol: Pick<ProtocolLike, "dataReceived">;

  constructor(protocol: Pick<ProtocolLike, "dataReceived">) {
    this.#protocol = protocol;
  }

  write(data: string | Uint8Array): void {
    this.#protocol.dataReceived(bufferOf(data));
  }

  registerProducer(_producer: PushProducer | PullProducer, _streaming: boolean): void {}

  unregisterProducer(): void {}
}

/**
 * A protocol that writes what it receives to a consumer.
 *
 * @example
 * const lines: string[] = [];
 * const consumer = {
 *   registerProducer(): void {},
 *   unregisterProducer(): void {},
 *   write(data: string | Uint8Array): void {
 *     lines.push(data.toString());
 *   },
 * };
 * new ConsumerToProtocolAdapter(consumer).dataReceived(Buffer.from("hello"));
 * assert.deepEqual(lines, ["hello"]);
 */
export class ConsumerToProtocolAdapter implements ProtocolLike {
  readonly #consumer: Pick<Consumer, "write">;

  constructor(consumer: Pick<Consumer, "write">) {
    this.#consumer = consumer;
  }

  makeConnection(_transport: Transport): void {}

  dataReceived(data: Buffer): void {
    this.#consumer.write(data);
  }

  connectionLost(_reason: Failure): void {}
}

function bufferOf(data: string | Uint8Array): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
